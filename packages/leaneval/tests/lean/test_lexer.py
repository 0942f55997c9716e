import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.lean import Kind, UnterminatedError, strip_comments, tokens

LEAN = st.lists(
    st.sampled_from(
        [
            *"()[]{}⟨⟩:,.#@$%|!?'\"`«»-/+=ℝα₁λ𝓝 \n\t",
            "/-",
            "-/",
            "--",
            ":=",
            "theorem ",
            "x.y",
            "1.5",
            "'a'",
            '"s"',
            "/--",
            "/-!",
            "by ",
            "0x1f",
            "1e5",
            "//-",
        ]
    ),
    max_size=60,
).map("".join)


def read(text):
    try:
        return tokens(text)
    except UnterminatedError:
        return None


def texts(text):
    return [token.text for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.end h_end definition", ["x.end", "h_end", "definition"]),
        ("(n)! + n'!", ["(", "n", ")", "!", "+", "n'!"]),
        ("f ''s' ⁻¹'t", ["f", "''", "s'", "⁻¹'", "t"]),
        ("1e5axiom", ["1e5", "axiom"]),
        ("1.axiom", ["1", ".", "axiom"]),
        ("#axiom #eval", ["#", "axiom", "#eval"]),
        ("{x //-1 < x}", ["{", "x", "//", "-", "1", "<", "x", "}"]),
        ("foo.{u, v}", ["foo", ".", "{", "u", ",", "v", "}"]),
        ("a /- b /- c -/ d -/ e -- f\ng", ["a", "e", "g"]),
        ("a /--/ b -/ c", ["a", "c"]),
        ("α₁ 𝓝 ℝ λx", ["α₁", "𝓝", "ℝ", "λ", "x"]),
        ("«a b».c", ["«a b».c"]),
    ],
)
def test_tokens(text, expected):
    assert texts(text) == expected


def test_a_comment_mark_in_a_literal_opens_nothing():
    assert texts('"/-" x') == ['"/-"', "x"]
    assert strip_comments('"--" x -- y') == '"--" x  '
    assert texts("'\"' /- \" -/ x") == ["'\"'", "x"]


@pytest.mark.parametrize("text", ["/-", "x /- y", "/- /- -/", "/--/", '"abc', 'x "\\"'])
def test_what_is_never_closed_raises(text):
    with pytest.raises(UnterminatedError):
        tokens(text)


@given(LEAN)
def test_tokens_are_the_text_in_order(text):
    found = read(text)
    if found is None:
        return
    at = 0
    for token in found:
        assert token.start >= at
        assert text[token.start : token.end] == token.text
        at = token.end


@given(LEAN)
def test_rendering_the_tokens_gives_the_tokens(text):
    found = read(text)
    if found is None:
        return
    again = tokens("\n".join(token.text for token in found))
    assert [(t.kind, t.text) for t in again] == [(t.kind, t.text) for t in found]


@given(LEAN)
def test_stripping_comments_keeps_tokens_and_lines(text):
    found = read(text)
    if found is None:
        return
    clean = strip_comments(text)
    assert [t.text for t in tokens(clean)] == [t.text for t in found]
    assert strip_comments(clean) == clean
    assert clean.count("\n") == text.count("\n")


@given(st.text(st.characters()))
def test_any_text_is_read_or_refused(text):
    for token in read(text) or ():
        assert token.text
        assert isinstance(token.kind, Kind)

import polars as pl
import pytest

from crossfade_splits.text import normalise_prompt, numbers


def normal(text: str) -> str:
    return normalise_prompt(pl.Series([text]))[0]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Let $x \\leq 2$.", "let x ≤ 2"),
        ("Find $\\dfrac{1}{2}$", "find \\frac{1}{2}"),
        ("$\\left( a + b \\right)^2$", "(a+b)^2"),
        ("a\u00a0b\r\n  c", "A b c."),
        ("$\\alpha\\in\\mathbb{R}$", "α ∈ ℝ"),
        ("x^{2}+1", "x²+1"),
        ("\uff11\uff12 apples", "12 apples"),
        ("f(x)=x", "f ( x ) = x"),
        ("1,000,000 men", "1000000 men"),
        ("x\\leq0", "x \\le 0"),
        ("\\[ n! \\]", "n!"),
    ],
)
def test_looks_do_not_count(a, b):
    assert normal(a) == normal(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("n < 2", "n > 2"),
        ("n \\le 2", "n \\ge 2"),
        ("find 12", "find 1 2"),
        ("x_1", "x_2"),
        ("the cat", "thecat"),
        ("\\sin x", "\\cos x"),
        ("a \\in A", "a \\notin A"),
    ],
)
def test_meaning_counts(a, b):
    assert normal(a) != normal(b)


def test_rows_do_not_leak_into_one_another():
    texts = ["one", "", "two \n three", "  ", "日本 語", "x.", "$"]
    assert normalise_prompt(pl.Series(texts)).to_list() == [normal(t) for t in texts]
    assert normalise_prompt(pl.Series(texts)).to_list()[1:4] == ["", "two three", ""]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("2 and 3", "3 and 2", True),
        ("2 and 3", "2 and 3 and 3", False),
        ("1.5", "15", False),
        ("1000", "1,000", True),
        ("no numbers", "none here", True),
        ("x_1 + x_2", "x_2 + x_1", True),
        ("12 3", "1 23", False),
    ],
)
def test_numbers_are_a_multiset(a, b, same):
    keys = numbers(normalise_prompt(pl.Series([a, b])))
    assert bool(keys[0] == keys[1]) == same

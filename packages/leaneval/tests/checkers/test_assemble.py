"""Assembly is a pure function; what it promises is checked on any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.checkers._assemble import LeanFile, assemble, stands_alone
from leaneval.checkers._lexical import fill_open_proofs, has_theorem
from leaneval.types import Claim, FileClaim, GoalClaim, Statement, StatementClaim

PREAMBLE = "prelude\nimport Peano"


def claim(signature: str, name: str = "t", header: str = "", context: str = "") -> StatementClaim:
    return StatementClaim(Statement(header, name, signature, context=context))


def lines(file: LeanFile) -> list[str]:
    return file.text.split("\n")


def test_made_up_names_are_new_each_time() -> None:
    first, second = (assemble([claim(": True")], PREAMBLE) for _ in range(2))
    assert first.axiom != second.axiom
    assert len(first.axiom) > 16


def test_a_dotted_name_keeps_its_namespace_and_loses_its_last_part() -> None:
    file = assemble([claim(": True", "Nat.«odd one»"), claim(": True", "_root_.Nat.x")], PREAMBLE)
    declared = [line for line in lines(file) if line.startswith("theorem")]
    assert all(line.startswith(f"theorem Nat.{file.axiom}") for line in declared)
    assert "odd one" not in file.text


def test_header_lines_that_repeat_the_preamble_go_and_opens_stay_in_a_section() -> None:
    file = assemble([claim(": True", header="prelude\nimport Peano\nopen Nat")], PREAMBLE)
    assert file.text.count("import") == 1
    body = [line.split()[0] for line in lines(file)[5:] if line]
    assert body[:2] == ["section", "open"]


def test_a_context_stands_in_a_namespace_of_its_own() -> None:
    file = assemble([claim(": P", context="def P : Prop := True")] * 2, PREAMBLE)
    spaces = {line for line in lines(file) if line.startswith("namespace")}
    assert len(spaces) == 2


def test_placeholders_become_full_names() -> None:
    trusted = Statement("", "r", ": P", context="def P : Prop := True")
    plain = Statement("", "Nat.c", ": True")
    file = assemble([GoalClaim((trusted, plain), "type_of% @{0}", "@{1}")], PREAMBLE)
    (part,) = file.parts
    names = [audit.name for audit in part.audits]
    assert f"type_of% @{names[0]} :=" in file.text
    assert f"@{names[1]})" in file.text
    assert "." in names[0]
    assert names[1].startswith("Nat.")


CLAIMS = st.lists(
    st.builds(
        lambda signature, name, header: claim(signature, name, header),
        st.text(max_size=40),
        st.sampled_from(["t", "Nat.t", "a.b.«c d»"]) | st.text(max_size=5),
        st.sampled_from(["", "open Nat", "import Peano\nopen Nat"]),
    ),
    max_size=6,
)


@given(CLAIMS)
def test_every_audit_is_on_its_line_and_the_text_is_lean_readable(claims: list[Claim]) -> None:
    file = assemble(claims, PREAMBLE)
    text = lines(file)
    file.text.encode()
    assert "\0" not in file.text
    assert text[file.opening - 1] == text[file.closing - 1] == f"#print axioms {file.axiom}"
    for part in file.parts:
        assert part.first <= part.audits[0].line <= part.last
        assert all(text[a.line - 1] == f"#print axioms {a.name}" for a in part.audits)
    assert [part.claim for part in file.parts] == claims


@pytest.mark.parametrize(
    "signature",
    [
        ": True := x theorem y : False",
        ': "a" = b',
        ": True /- ",
        ": True #exit",
        ": True @[simp]",
        ": True end",
        ": True -- x",
        ": True notation",
        "x" * 30_000,
        ": sorry",
    ],
)
def test_a_signature_that_could_end_itself_stands_alone(signature: str) -> None:
    assert stands_alone(claim(signature))


def test_so_do_hostile_headers_names_and_whole_files() -> None:
    assert stands_alone(claim(": True", header="notation a => b"))
    assert stands_alone(claim(": True", name="x : True := y theorem z"))
    assert stands_alone(FileClaim("theorem x : True := sorry"))
    assert stands_alone(GoalClaim((Statement("", "x", ": True end"),), "True", "_"))


@pytest.mark.parametrize(
    "signature", ["(n : Nat) (endless : Prop) : Eq n n", "(h.end : Nat) : theorem' h", ": ∀ n, P n"]
)
def test_an_honest_signature_shares(signature: str) -> None:
    assert not stands_alone(claim(signature, header="open Nat\nset_option maxRecDepth 100"))


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("theorem x : T := sorry", "theorem x : T := ax"),
        ("theorem x : T := by sorry", "theorem x : T := ax"),
        ("theorem x : T := by\n  sorry\nmore", "theorem x : T := ax\n\nmore"),
        ("theorem x : sorry := sorry", "theorem x : (ax) := ax"),
        ("-- sorry\ntheorem x : T := sorry'", "-- s_rry\ntheorem x : T := s_rry'"),
        ("theorem x : T := sorry /- open", "theorem x : T := s_rry /- open"),
        ("theorem sorry_free : T := p", "theorem s_rry_free : T := p"),
    ],
)
def test_open_proofs_are_closed_by_our_term(text: str, filled: str) -> None:
    assert fill_open_proofs(text, "ax") == filled


@given(st.lists(st.sampled_from(["sorry", ":=", "by", "\n", " ", "/-", "-/", "--", "x", '"'])))
def test_no_sorry_is_left_and_no_line_is_lost(words: list[str]) -> None:
    text = "".join(words)
    filled = fill_open_proofs(text, "ax")
    assert "sorry" not in filled
    assert filled.count("\n") == text.count("\n")


def test_a_theorem_in_a_comment_is_none() -> None:
    assert has_theorem("/- x -/ theorem y : True")
    assert not has_theorem("-- theorem y : True")
    assert not has_theorem("theorem y /-")

"""Worlds with Lean's own library and without: what a header loses, what a command holds."""

from __future__ import annotations

import pytest

from leaneval.checkers._assemble import LeanFile, assemble, stands_alone
from leaneval.checkers._lexical import without_covered
from leaneval.checkers._messages import Message, parse_response, read
from leaneval.checkers._world import STANDARD_AXIOMS, World
from leaneval.profile import MATHLIB, PEANO
from leaneval.types import (
    Claim,
    FileClaim,
    GoalClaim,
    LeanOptions,
    Statement,
    StatementClaim,
    Verdict,
)

OVER_MATHLIB, OVER_PEANO = World.of(MATHLIB.preamble), World.of(PEANO.preamble)
OPENS = "open BigOperators Real Nat Topology Rat"


def claim(signature: str, header: str = "", options: LeanOptions = "strict") -> StatementClaim:
    return StatementClaim(Statement(header, "t", signature), options)


def command(*claims: Claim, world: World = OVER_MATHLIB) -> LeanFile:
    return assemble(claims, world, as_command=True)


def audit(file: LeanFile, line: int, name: str, *axioms: str) -> Message:
    listed = ",\n ".join(axioms)  # as Lean breaks a long list
    return Message("information", f"'{name}' depends on axioms: [{listed}]", line, 0)


def verdicts(file: LeanFile, *said: Message) -> list[Verdict | None]:
    ends = [audit(file, line, file.axiom, file.axiom) for line in (file.opening, file.closing)]
    return read(file, [*ends, *said], OVER_MATHLIB.axioms, 0)


def test_a_preamble_falls_into_imports_and_opens() -> None:
    assert (OVER_MATHLIB.imports, OVER_MATHLIB.opens) == ("import Mathlib", OPENS)
    assert (OVER_MATHLIB.has_init, OVER_MATHLIB.axioms) == (True, STANDARD_AXIOMS)
    assert (OVER_PEANO.imports, OVER_PEANO.opens) == ("prelude\nimport Peano", "")
    assert (OVER_PEANO.has_init, OVER_PEANO.axioms) == (False, frozenset())
    assert OVER_PEANO.modules == ("Peano",)


@pytest.mark.parametrize(
    ("line", "covered"),
    [
        ("import Mathlib", True),
        (" import  Mathlib.Tactic ", True),
        ("import Aesop", True),
        ("import Mathematics", False),
        ("import Peano", False),
        ("prelude", False),
        ("open Real", False),
        ("import Mathlib open Real", False),
        ("import Mathlib.Gone", False),
    ],
)
def test_what_mathlib_covers(line: str, covered: bool) -> None:
    world = World("import Mathlib", exists=lambda module: module != "Mathlib.Gone")
    assert world.covers(line) is covered
    assert not OVER_PEANO.covers(line) or line in ("import Peano", "prelude")


def test_a_header_replaces_the_preambles_opens_and_imports_are_left_out() -> None:
    text = command(
        claim(": A"),
        claim(": B", "import Mathlib.Tactic\nopen Complex"),
        claim(": C", "import Bad"),
    ).text
    assert text.count(OPENS) == 1
    assert text.count("open Complex") == 1
    assert "import Mathlib" not in text
    assert "import Bad" in text  # Lean refuses it where it stands
    assert text.count("\nsection ") == 3 + 1


def test_a_command_sets_its_options_itself_and_a_files_own_rules_stay() -> None:
    strict, files = command(claim(": A")), command(FileClaim("import Mathlib\ntheorem x : A"))
    assert strict.options == files.options == ()
    assert strict.text.startswith("set_option autoImplicit false\n")
    assert "set_option" not in files.text
    assert "autoImplicit true" in command(claim(": A", options="default")).text


def test_with_init_a_files_open_proofs_stay_as_written() -> None:
    text = "import Mathlib\ntheorem x : A := by\n  sorry"
    assert "sorry" in command(FileClaim(text)).text
    assert "sorry" not in command(FileClaim(text), world=OVER_PEANO).text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("import Mathlib\nx", "\nx"),
        ("-- c\n\nimport Mathlib -- d\nx", "-- c\n\n -- d\nx"),
        ("/- a\nimport Mathlib\n-/\nimport Mathlib\nx", "/- a\nimport Mathlib\n-/\n\nx"),
        ("x\nimport Mathlib", "x\nimport Mathlib"),
        ("import Other\nimport Mathlib", "import Other\n"),
        ("/- open\nimport Mathlib", "/- open\nimport Mathlib"),
    ],
)
def test_lines_keep_their_places_when_imports_go(text: str, left: str) -> None:
    assert without_covered(text, OVER_MATHLIB.covers) == left


def test_the_standard_axioms_are_allowed_and_no_others() -> None:
    file = command(claim(": A"), claim(": B"))
    first, second = (part.audits[0] for part in file.parts)
    good, bad = verdicts(
        file,
        audit(
            file, first.line, first.name, "propext", "Classical.choice", "Quot.sound", file.axiom
        ),
        audit(file, second.line, second.name, "Lean.ofReduceBool", file.axiom),
    )
    assert good is not None
    assert good.compiles
    assert bad is not None
    assert "Lean.ofReduceBool" in bad.diagnostics[0].message


def test_a_signature_with_a_tactic_block_is_audited_by_its_type_too() -> None:
    plain, searching = claim("(n : ℕ) : n = by_pass"), claim(": (by exact? : A) = b")
    assert stands_alone(searching)
    assert not stands_alone(plain)
    assert len(command(plain).parts[0].audits) == 1
    file = command(searching)
    whole, of_type = file.parts[0].audits
    ours = audit(file, whole.line, whole.name, file.axiom)
    clean = Message(
        "information", f"'{of_type.name}' does not depend on any axioms", of_type.line, 0
    )
    (good,) = verdicts(file, ours, clean)
    (bad,) = verdicts(file, ours, audit(file, of_type.line, of_type.name, file.axiom))
    (silent,) = verdicts(file, ours)
    assert good is not None
    assert good.compiles
    assert [v and str(v.kind) for v in (bad, silent)] == ["fails", "fails"]


def test_a_closed_goal_may_use_what_it_is_given_and_not_the_open_proof() -> None:
    goal = GoalClaim((Statement("", "a", ": A"),), "type_of% @{0}", "{s}.f @{h0}", "axiom f", (0,))
    file = command(goal)
    statement, proof = file.parts[0].audits
    (given,) = proof.given
    proved = audit(file, statement.line, statement.name, file.axiom)
    own = file.step, "propext"
    (good,) = verdicts(file, proved, audit(file, proof.line, proof.name, *own, given))
    (bad,) = verdicts(file, proved, audit(file, proof.line, proof.name, *own, file.axiom))
    assert good is not None
    assert good.compiles
    assert bad is not None
    assert "open proof" in bad.diagnostics[0].message
    assert f".f @{given}))" in file.text


def test_equal_supports_stand_once() -> None:
    goals = [GoalClaim((), "True", f"{{s}}.f{n}", "theorem f : True") for n in range(3)]
    assert command(*goals).text.count("theorem f : True") == 1


@pytest.mark.parametrize(
    "answer",
    [
        None, [], {}, {"message": "Unknown environment."}, {"env": "0"}, {"env": 0, "messages": {}},
        {"env": 0, "messages": [{"severity": "error", "data": "no place"}]},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_not_read(answer: object) -> None:
    assert parse_response(answer) is None


def test_an_answer_without_messages_says_nothing() -> None:
    file = command(claim(": A"), claim(": B"))
    said = parse_response({"env": 1})
    assert said == []
    assert read(file, said, STANDARD_AXIOMS, 0) == [None, None]


def test_a_repls_severities_are_leans() -> None:
    place = {"line": 3, "column": 1}
    raw = [{"severity": s, "pos": place, "data": "x"} for s in ("info", "trace", "error")]
    said = parse_response({"env": 0, "messages": raw})
    assert said is not None
    assert [m.severity for m in said] == ["information", "information", "error"]

"""Lean's words become verdicts; silence, cuts and forgeries do not."""

from __future__ import annotations

import json

from leaneval.checkers._assemble import LeanFile, assemble
from leaneval.checkers._messages import Message, parse, read
from leaneval.types import FileClaim, Statement, StatementClaim, Verdict, VerdictKind

NONE: frozenset[str] = frozenset()


def claims(*signatures: str) -> list[StatementClaim]:
    return [StatementClaim(Statement("", f"t{i}", s)) for i, s in enumerate(signatures)]


def audit(name: str, line: int, *axioms: str) -> Message:
    said = (
        f"depends on axioms: [{', '.join(axioms)}]" if axioms else "does not depend on any axioms"
    )
    return Message("information", f"'{name}' {said}", line, 0)


def all_well(file: LeanFile) -> list[Message]:
    middle = [audit(a.name, a.line, file.axiom) for part in file.parts for a in part.audits]
    ends = [audit(file.axiom, line, file.axiom) for line in (file.opening, file.closing)]
    return [ends[0], *middle, ends[1]]


def kinds(verdicts: list[Verdict | None]) -> list[VerdictKind | None]:
    return [verdict and verdict.kind for verdict in verdicts]


def test_positive_words_make_compiles() -> None:
    file = assemble(claims(": A", ": B"), "prelude")
    assert kinds(read(file, all_well(file), NONE, 0)) == [VerdictKind.COMPILES] * 2


def test_silence_is_no_answer_whatever_the_status() -> None:
    for signatures in ([": A"], [": A", ": B"]):
        file = assemble(claims(*signatures), "prelude")
        for status in (0, 1, None, -9, 134):
            assert set(read(file, [], NONE, status)) == {None}
            assert set(read(file, all_well(file)[:1], NONE, status)) == {None}


def test_what_was_said_before_a_kill_counts_and_the_rest_is_open() -> None:
    file = assemble(claims(": A", ": B", ": C"), "prelude")
    verdicts = read(file, all_well(file)[:2], NONE, None)
    assert kinds(verdicts) == [VerdictKind.COMPILES, None, None]


def test_a_claim_that_swallowed_its_audit_leaves_those_after_it_open() -> None:
    file = assemble(claims(": A", ": B", ": C"), "prelude")
    said = all_well(file)
    del said[2]
    assert kinds(read(file, said, NONE, 0)) == [VerdictKind.COMPILES, None, None]


def test_a_theorem_without_our_axiom_fails_and_taints_those_after_it() -> None:
    file = assemble(claims(": A", ": B"), "prelude")
    said = all_well(file)
    said[1] = audit(file.parts[0].audits[0].name, file.parts[0].audits[0].line)
    assert kinds(read(file, said, NONE, 1)) == [VerdictKind.FAILS, None]


def test_axioms_beyond_ours_fail_unless_the_library_brings_them() -> None:
    file = assemble(claims(": A", ": B"), "prelude")
    said = all_well(file)
    first = file.parts[0].audits[0]
    said[1] = audit(first.name, first.line, file.axiom, "sorryAx")
    verdict = read(file, said, NONE, 0)[0]
    assert verdict is not None
    assert verdict.kind is VerdictKind.FAILS
    assert "sorryAx" in verdict.diagnostics[0].message
    assert kinds(read(file, said, frozenset({"sorryAx"}), 0))[0] is VerdictKind.COMPILES


def test_an_error_beats_a_positive_audit_and_keeps_its_place() -> None:
    file = assemble(claims(": A\n  x", ": B"), "prelude")
    first, _ = file.parts[0].texts[0]
    made_up = file.parts[0].audits[0].name
    said = [*all_well(file), Message("error", f"bad {made_up}", first + 1, 2)]
    verdict, other = read(file, said, NONE, 1)
    assert verdict is not None
    assert (verdict.kind, kinds([other])) == (VerdictKind.FAILS, [VerdictKind.COMPILES])
    (diagnostic,) = verdict.diagnostics
    assert (diagnostic.line, diagnostic.column, diagnostic.message) == (2, 2, "bad t0")


def test_an_audit_on_another_line_is_not_believed() -> None:
    file = assemble(claims(": A", ": B"), "prelude")
    first, second = (part.audits[0] for part in file.parts)
    said = all_well(file)
    said[1] = audit(second.name, first.line, file.axiom)
    assert kinds(read(file, said, NONE, 0))[0] is VerdictKind.FAILS
    said[1] = audit(first.name, first.line - 1, file.axiom)
    assert kinds(read(file, said, NONE, 0))[0] is None


def test_a_panic_alone_is_open_though_its_status_is_that_of_errors() -> None:
    file = assemble(claims(": A"), "prelude")
    assert read(file, all_well(file)[:2], NONE, 1) == [None]


def test_a_whole_file_needs_a_good_end_and_status() -> None:
    file = assemble([FileClaim("theorem x : A := sorry")], "prelude")
    assert kinds(read(file, all_well(file), NONE, 0)) == [VerdictKind.COMPILES]
    assert read(file, all_well(file), NONE, 1) == [None]
    assert read(file, all_well(file)[:1], NONE, 0) == [None]


def test_a_cut_last_line_and_foreign_lines_are_left_out() -> None:
    good = {"severity": "error", "data": "x", "pos": {"line": 3, "column": 1}}
    stdout = (
        b"noise\n" + json.dumps(good).encode() + b'\n{"severity": "err\n{"pos": null}\n[1]\n\xff'
    )
    assert parse(stdout) == [Message("error", "x", 3, 1)]

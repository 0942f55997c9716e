"""What a rollout asks of the checker: one claim under `strict`, one under `study`.

`strict` takes the last fence, applies the gate and asks about the statement alone. `study` takes
the first fence and asks whether the whole text compiles under Lean's default options; a text that
is one gate-clean theorem with its proof left open is the same question as its statement's, and is
asked as such, so that it can share a Lean file. Pure: nothing here runs Lean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leaneval.extract import (
    extract,
    is_open_theorem,
    open_theorem,
    study_source,
    study_statement,
)
from leaneval.gate import gate
from leaneval.types import Diagnostic, FileClaim, StatementClaim, Verdict, VerdictKind

if TYPE_CHECKING:
    from leaneval.extract import Extraction
    from leaneval.profile import Profile
    from leaneval.types import Claim, Statement


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rollout, read.

    Attributes:
        statement: What `strict` checks and judges, or None.
        strict: The claim to check, or the verdict where extraction or gate already decided.
        study: The same under `study`.
        study_statement: What a judge is shown under `study`, or None.
    """

    statement: Statement | None
    strict: Claim | Verdict
    study: Claim | Verdict
    study_statement: Statement | None

    @property
    def same_question(self) -> bool:
        """Whether both ask about one statement and differ in Lean's options alone.

        What elaborates under the strict options does so under Lean's own, which only bind more
        names; so a `compiles` under the first answers the second.
        """
        pair = (self.strict, self.study)
        strict, study = (c.statement if isinstance(c, StatementClaim) else None for c in pair)
        return strict is not None and strict == study


def read(rollout: str, profile: Profile) -> Candidate:
    """Extract and gate a rollout under both protocols.

    Args:
        rollout: The model's output, of any length and content.
        profile: The Lean world: preamble and allowed imports.
    """
    extraction = extract(rollout, profile.preamble)
    strict = _strict(extraction, profile)
    source = study_source(rollout, profile.preamble)
    if source is None:
        failed = _verdict(VerdictKind.FAILS, None, "no Lean code in the rollout")
        return Candidate(extraction.statement, strict, failed, None)
    if isinstance(strict, StatementClaim) and _is_all(extraction, source, profile):
        asked = replace(strict, options="default")
        return Candidate(extraction.statement, strict, asked, extraction.statement)
    shown = study_statement(rollout, profile.preamble)
    return Candidate(extraction.statement, strict, _study(source, profile), shown)


def _is_all(extraction: Extraction, source: str, profile: Profile) -> bool:
    """Whether what `study` compiles is plainly the extracted statement alone; no says nothing."""
    text, statement = extraction.source.strip(), extraction.statement
    assert statement is not None, "a claim has a statement"
    whole = source in (text, f"{profile.preamble.rstrip()}\n\n{text}")
    return whole and is_open_theorem(text, statement)


def _strict(extraction: Extraction, profile: Profile) -> Claim | Verdict:
    if extraction.statement is None:
        return _verdict(VerdictKind.REJECTED, extraction.rule, extraction.message)
    rejection = gate(extraction.statement, header=profile.header)
    if rejection is not None:
        return _verdict(VerdictKind.REJECTED, rejection.rule, rejection.message)
    return StatementClaim(nameless(extraction.statement))


def _study(source: str, profile: Profile) -> Claim:
    statement = open_theorem(source, profile.preamble)
    if statement is None or gate(statement, header=profile.header) is not None:
        return FileClaim(source)
    return StatementClaim(nameless(statement), options="default")


def nameless(statement: Statement) -> Statement:
    """The statement without what its meaning does not depend on, so that equals are recognised.

    The last part of its name goes (the namespace in front of it stays, for it opens one), and the
    text around it.
    """
    namespace, dot, _ = statement.name.rpartition(".")
    return replace(statement, name=f"{namespace}{dot}statement", source="")


def _verdict(kind: VerdictKind, rule: str | None, message: str) -> Verdict:
    return Verdict(kind, rule=rule, diagnostics=(Diagnostic("error", message),))

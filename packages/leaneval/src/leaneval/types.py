"""The nouns of leaneval: problem, statement, claim, verdict, score, dual score.

All are frozen and hashable, so that identical work is recognised by equality and done once.
A `Verdict` never carries a score and a `Score` never a verdict; `DualScore` holds both.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to formalise.

    Attributes:
        id: Unique within its benchmark.
        informal: The statement in natural language, as the model is shown it.
        reference: The ground-truth Lean text, trusted: it may bring its own context
            (`open`, `variable`, answer definitions) and is exempt from the gate.
        header: Imports and opens of the reference, where the benchmark keeps them apart.
        tags: Topic labels.
        references: Further wordings that mean the same (hypotheses in another order, say);
            a formal judge accepts any of them.
    """

    id: str
    informal: str
    reference: str
    header: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """The one Lean declaration taken out of a rollout, without its proof.

    Attributes:
        header: The rollout's own header lines (`import`, `open`, harmless `set_option`), comments
            removed, one command a line; empty where it wrote none and the checker's preamble is
            used instead.
        name: The declaration's name as written, dots and all (`Nat.foo`).
        universes: Explicit universe parameters, in order.
        signature: Everything between the name and `:=`, comments removed: binders, `:`, type.
        context: Trusted commands that stand between header and theorem. Only a reference has one.
        source: The Lean text that it was taken from, as the model wrote it. Not part of what is
            checked under `strict`; it is what `study` compiles and shows to its judge.
    """

    header: str
    name: str
    signature: str
    universes: tuple[str, ...] = ()
    context: str = ""
    source: str = ""


LeanOptions: TypeAlias = Literal["strict", "default"]
"""`strict`: no auto-bound implicits, no error cut-off. `default`: what a bare `lean` does."""


@dataclass(frozen=True, slots=True)
class StatementClaim:
    """Does this statement elaborate to a proposition? Its proof is the checker's own axiom."""

    statement: Statement
    options: LeanOptions = "strict"


@dataclass(frozen=True, slots=True)
class GoalClaim:
    """Does this proof prove this goal, once the statements are declared?

    Attributes:
        statements: Declared first, each in its own section under its own header and context and
            each proved by the checker's axiom.
        goal: A Lean proposition; `{0}`, `{1}` stand for the declared statements' full names.
        proof: A Lean term (or `by` block), with the same placeholders.
        support: Trusted commands of ours that goal and proof build on, declared once a file in a
            namespace that `{s}` stands for.
        given: None: the proof may use the declared statements. Else the goal is closed: the proof
            may use only the statements of these indices, each as a hypothesis (`{h0}`, `{h1}`: an
            axiom of the statement's type), and nothing that the open proofs rest on.
        heartbeats: Lean's `maxHeartbeats` while it elaborates the goal's proof; None: its default.
    """

    statements: tuple[Statement, ...]
    goal: str
    proof: str
    support: str = ""
    given: tuple[int, ...] | None = None
    heartbeats: int | None = None


@dataclass(frozen=True, slots=True)
class FileClaim:
    """Does this whole text compile by itself under Lean's default options (`protocol: study`)?

    The text is hostile and may hold any command: it is never put in a file with anything else.
    """

    text: str


Claim: TypeAlias = StatementClaim | GoalClaim | FileClaim


class VerdictKind(StrEnum):
    """What came of a claim. Only `COMPILES` is ever counted as compiling."""

    COMPILES = "compiles"
    FAILS = "fails"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    CRASH = "crash"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message of Lean's.

    Attributes:
        severity: As Lean says it.
        message: Lean's text, with the names that the checker made up put back.
        line: 1-based, within the signature (or the file, for a `FileClaim`); 0 if unknown.
        column: 0-based, as Lean counts; 0 if unknown.
    """

    severity: Literal["error", "warning", "information"]
    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A checker's (or the gate's) answer.

    Attributes:
        kind: The answer.
        rule: Name of the gate rule that rejected it, or None.
        diagnostics: What Lean said; for `REJECTED`, `TIMEOUT`, `CRASH` and `UNAVAILABLE` one
            diagnostic that says why.
        seconds: Wall time spent on this claim (a batch's time is shared out), 0 from a cache.
        toolchain: `Toolchain.key` of what answered; empty for the gate.
    """

    kind: VerdictKind
    rule: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    toolchain: str = ""

    @property
    def compiles(self) -> bool:
        """Whether Lean positively accepted the claim."""
        return self.kind is VerdictKind.COMPILES


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Which Lean answered, with which library. `key` is part of every cache key."""

    lean: str
    library: str

    @property
    def key(self) -> str:
        """One line that names both."""
        return f"lean {self.lean}, {self.library}"


@dataclass(frozen=True, slots=True)
class Score:
    """A judge's answer for a statement that compiles.

    Attributes:
        value: In [0, 1]; None means unavailable, which is never 0.
        reason: The judge's words, or why it is unavailable.
        judge: The judge's spec string.
        flags: What a formal judge knows beside the number: `stronger` (the reference follows from
            the candidate, no more was shown), `weaker` (the candidate follows from the reference),
            `undecided` (a proof was given up at a limit, so that 0 may be wrong).
    """

    value: float | None
    reason: str
    judge: str = ""
    flags: tuple[str, ...] = ()

    @property
    def available(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class DualScore:
    """Verdict and score of one rollout, under both protocols' compile rules.

    Attributes:
        statement: What was extracted, or None.
        verdict: Under `strict`.
        study: Under `study`.
        score: Present where the run's protocol says the rollout compiles and there is a judge.
        second: Of a second judge (`both:...`), present where `score` is. Never part of a reward.
        flags: Ways in which the statement says nothing, by name (see `leaneval.vacuity`); None
            where it was not looked at, or where that could not be had.
    """

    statement: Statement | None
    verdict: Verdict
    study: Verdict
    score: Score | None = None
    second: Score | None = None
    flags: tuple[str, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping (what samples files hold)."""
        return asdict(self)

    def __str__(self) -> str:
        """JSON, because the harness writes `str()` of a filtered response to its samples file."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

"""From claims to one Lean file, and the map that leads Lean's messages back.

Invariant: every name that a verdict hangs on is made up here, at random, after the candidates were
written; none of them can name our axiom, declare our theorem or print our audit line. A statement
is declared under its own namespace (`Nat.foo` becomes `Nat.<made up>`), so that it resolves names
as its author's would, with our axiom for a proof and an audit after it.

Out of scope: running Lean (`_prelude`) and reading its answer (`_messages`).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leaneval.checkers._lexical import fill_open_proofs, is_plain_header, is_suspect, readable
from leaneval.types import FileClaim, GoalClaim, StatementClaim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.types import Claim, Statement

RULES = "1"
"""Version of everything here and in `_messages` that a verdict depends on; part of cache keys."""

STRICT_OPTIONS = (
    "-DautoImplicit=false",
    "-DrelaxedAutoImplicit=false",
    "-Dlinter.all=false",
    "-DmaxErrors=0",
    # an audit waits for its theorem's proof, so elaborating proofs beside it only costs
    "-DElab.async=false",
)
_LEANS_OWN_OPTIONS = "set_option autoImplicit true\nset_option relaxedAutoImplicit true"
_LONGEST_SHARED = 20_000
_LAST_COMPONENT = re.compile(r"(?:«[^»]*»|[^.«»]+)$")


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit line.

    Attributes:
        line: Where it stands.
        name: The theorem that must be reported there.
        axiom: The axiom of ours that the report must list.
        role: What the theorem is, for a diagnostic; empty for a claim's only statement.
    """

    line: int
    name: str
    axiom: str
    role: str = ""


@dataclass(slots=True)
class Part:
    """Where one claim stands.

    Attributes:
        claim: The claim.
        first: Its first line.
        last: Its last line, audits included.
        audits: One a declaration, in order.
        texts: Line ranges (first, last) of the candidate's own text; positions within are kept.
        names: Made-up name -> the name it stands for.
    """

    claim: Claim
    first: int
    last: int = 0
    audits: list[Audit] = field(default_factory=list)
    texts: list[tuple[int, int]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeanFile:
    """A file for Lean.

    Attributes:
        text: Its content.
        options: Command-line options.
        axiom: The made-up axiom that proves anything.
        step: The made-up axiom that hands a goal's proof on, so that a proved goal shows one too.
        opening: Line of the audit that shows that Lean began.
        closing: Line of the audit that shows that Lean came to the end.
        parts: One a claim, in order.
    """

    text: str
    options: tuple[str, ...]
    axiom: str
    step: str
    opening: int
    closing: int
    parts: tuple[Part, ...]


def stands_alone(claim: Claim) -> bool:
    """Whether a claim must have a file of its own, for its neighbours' sake."""
    if isinstance(claim, FileClaim):
        return True
    statements = claim.statements if isinstance(claim, GoalClaim) else (claim.statement,)
    return any(
        len(s.signature) + len(s.context) > _LONGEST_SHARED
        or is_suspect(s.signature)
        or not is_plain_header(s.header)
        or is_suspect(" ".join((s.name, *s.universes)))
        for s in statements
    )


def assemble(claims: Sequence[Claim], preamble: str) -> LeanFile:
    """One Lean file for `claims`.

    Args:
        claims: Statement and goal claims, or a single file claim.
        preamble: What the file begins with, such as `prelude` and `import Peano`. A header's lines
            that repeat one of its lines are left out.
    """
    writer = _Writer(preamble)
    if len(claims) == 1 and isinstance(claims[0], FileClaim):
        writer.whole_file(claims[0])
        return writer.finish(())
    for claim in claims:
        writer.claim(claim)
    return writer.finish(STRICT_OPTIONS)


class _Writer:
    """Lines so far, and the parts that they belong to."""

    def __init__(self, preamble: str) -> None:
        self.nonce = "lv" + secrets.token_hex(8)
        self.preamble = frozenset(line.strip() for line in preamble.splitlines())
        self.step = f"{self.nonce}_by"
        self.lines = [
            *preamble.splitlines(),
            f"axiom {self.nonce} (p : Prop) : p",
            f"axiom {self.step} (p : Prop) (h : p) : p",
        ]
        self.parts: list[Part] = []
        self.made = 0
        self.opening = self.add(f"#print axioms {self.nonce}")

    def add(self, text: str) -> int:
        """Append; the number of the first line added, counted as Lean counts."""
        self.lines += text.split("\n")
        return len(self.lines) - text.count("\n")

    def finish(self, options: tuple[str, ...]) -> LeanFile:
        # a dangling `open ... in` before this would end in an error, not take our audit for its own
        self.add(f"section {self.nonce}\nend {self.nonce}")
        closing = self.add(f"#print axioms {self.nonce}")
        text = "\n".join(self.lines) + "\n"
        return LeanFile(
            text, options, self.nonce, self.step, self.opening, closing, tuple(self.parts)
        )

    def whole_file(self, claim: FileClaim) -> None:
        part = self._begin(claim)
        text = fill_open_proofs(readable(claim.text), f"{self.nonce} _")
        part.names[f"{self.nonce} _"] = "sorry"
        first = self.add(_without_header(text, self.preamble))
        part.last = len(self.lines)
        part.texts.append((first, part.last))

    def claim(self, claim: Claim) -> None:
        assert not isinstance(claim, FileClaim), "a whole file never shares one"
        part = self._begin(claim)
        if isinstance(claim, StatementClaim):
            name = self._statement(part, claim.statement, claim.options == "default")
            self._audit(part, name, self.nonce)
        else:
            self._goal(part, claim)
        part.last = len(self.lines)

    def _begin(self, claim: Claim) -> Part:
        self.parts.append(Part(claim, len(self.lines) + 1))
        self.parts[-1].names |= {self.nonce: "the_open_proof", self.step: "the_goals_proof"}
        return self.parts[-1]

    def _goal(self, part: Part, claim: GoalClaim) -> None:
        names = []
        for index, statement in enumerate(claim.statements):
            names.append(self._statement(part, statement))
            self._audit(part, names[-1], self.nonce, f"statement {{{index}}} of the goal")
        goal, proof = claim.goal, claim.proof
        for index, name in enumerate(names):
            goal = goal.replace(f"{{{index}}}", name)
            proof = proof.replace(f"{{{index}}}", name)
        own = self._made_up(part, "goal")
        self.add(f"theorem {own} : {goal} := {self.step} _ (")
        self.add(f"  {proof})")
        self._audit(part, own, self.step, "the goal")

    def _statement(self, part: Part, statement: Statement, leans_own: bool = False) -> str:
        """Declare `statement`; its full name."""
        space = self._made_up(part, "")
        header = "\n".join(
            line for line in statement.header.splitlines() if line.strip() not in self.preamble
        )
        body = [header, _LEANS_OWN_OPTIONS if leans_own else "", statement.context]
        around = [text for text in body if text.strip()]
        # the context's own declarations must not meet a neighbour's
        kind = "namespace" if statement.context.strip() else "section"
        if around:
            self.add(f"{kind} {space}")
            self.add(readable("\n".join(around)))
        name = self._declare(part, statement)
        if around:
            self.add(f"end {space}")
        return f"{space}.{name}" if around and kind == "namespace" else name

    def _declare(self, part: Part, statement: Statement) -> str:
        written = readable(statement.name).replace("\n", " ").removeprefix("_root_.")
        last = _LAST_COMPONENT.search(written)
        own = last.group() if last else written
        name = written[: len(written) - len(own)] + self._made_up(part, own)
        universes = ".{" + ", ".join(statement.universes) + "}" if statement.universes else ""
        self.add(readable(f"theorem {name}{universes}"))
        first = self.add(readable(statement.signature))
        part.texts.append((first, len(self.lines)))
        self.add(f":= {self.nonce} _")
        return name

    def _audit(self, part: Part, name: str, axiom: str, role: str = "") -> None:
        part.audits.append(Audit(self.add(f"#print axioms {name}"), name, axiom, role))

    def _made_up(self, part: Part, original: str) -> str:
        self.made += 1
        name = f"{self.nonce}_{self.made}"
        part.names[name] = original
        return name


def _without_header(text: str, preamble: frozenset[str]) -> str:
    """Blank the leading lines that repeat the preamble: it stands at the file's top already."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line.strip() in preamble:
            lines[index] = ""
        elif line.strip():
            break
    return "\n".join(lines)

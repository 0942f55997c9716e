"""From claims to one Lean file or REPL command, and the map that leads Lean's messages back.

Invariant: every name that a verdict hangs on is made up here, at random, after the candidates were
written; none of them can name our axiom, declare our theorem or print our audit line. A statement
is declared under its own namespace (`Nat.foo` becomes `Nat.<made up>`), so that it resolves names
as its author's would, with our axiom for a proof and an audit after it.

The two forms differ in their frame alone. A file begins with the world's imports and takes Lean's
options from the command line; a command is run in an environment that has the imports already, and
sets its options itself. Positions count from the first line of `LeanFile.text` in both.

The elaborated statement is read by what Lean prints of it under its made-up name: that there is a
theorem (so its type is a proposition), that our axiom proves it, and that it rests on no axiom but
the world's. Where the signature itself holds a tactic block, which might find our axiom and put it
into the type, the type is audited alone as well, and must be free of it.

Out of scope: running Lean (`_prelude`, `repl`) and reading its answer (`_messages`).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leaneval.checkers._lexical import (
    fill_open_proofs,
    is_plain_header,
    is_suspect,
    may_search,
    readable,
    without_covered,
)
from leaneval.checkers._world import World
from leaneval.types import FileClaim, GoalClaim, StatementClaim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leaneval.types import Claim, Statement

RULES = "2"
"""Version of everything here and in `_messages` that a verdict depends on; part of cache keys."""

STRICT_OPTIONS = (
    "-DautoImplicit=false",
    "-DrelaxedAutoImplicit=false",
    "-Dlinter.all=false",
    "-DmaxErrors=0",
    # an audit waits for its theorem's proof, so elaborating proofs beside it only costs
    "-DElab.async=false",
)
_STRICT_COMMANDS = """\
set_option autoImplicit false
set_option relaxedAutoImplicit false
set_option linter.all false
set_option Elab.async false"""
_LEANS_OWN_OPTIONS = "set_option autoImplicit true\nset_option relaxedAutoImplicit true"
_LONGEST_SHARED = 20_000
_PLACEHOLDER = re.compile(r"\{(?:h?\d+|s)\}")
_LAST_COMPONENT = re.compile(r"(?:«[^»]*»|[^.«»]+)$")


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit line.

    Attributes:
        line: Where it stands.
        name: The theorem that must be reported there.
        axiom: The axiom of ours that the report must list; empty where it need list none.
        role: What the theorem is, for a diagnostic; empty for a claim's only statement.
        barred: Axioms of ours that the report must not list.
        given: Axioms made for this goal that it may list.
    """

    line: int
    name: str
    axiom: str
    role: str = ""
    barred: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()


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
    """A file for Lean, or a command for a REPL.

    Attributes:
        text: Its content.
        options: Command-line options; a command has none, it sets its own.
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
        or may_search(s.signature)
        or not is_plain_header(s.header)
        or is_suspect(" ".join((s.name, *s.universes)))
        for s in statements
    )


def assemble(claims: Sequence[Claim], world: World | str, *, as_command: bool = False) -> LeanFile:
    """One Lean file, or one REPL command, for `claims`.

    Args:
        claims: Statement and goal claims, or a single file claim.
        world: What the claims are asked in, or its preamble. A header's lines that it covers are
            left out.
        as_command: Leave the imports out: the text is run in an environment that has them.
    """
    world = World.of(world) if isinstance(world, str) else world
    frame = "" if as_command else world.imports
    if len(claims) == 1 and isinstance(claims[0], FileClaim):
        writer = _Writer(world, frame)
        writer.whole_file(claims[0])
        return writer.finish(())
    writer = _Writer(world, _STRICT_COMMANDS if as_command else frame)
    for claim in claims:
        writer.claim(claim)
    return writer.finish(() if as_command else STRICT_OPTIONS)


class _Writer:
    """Lines so far, and the parts that they belong to."""

    def __init__(self, world: World, frame: str) -> None:
        # a leading underscore: what searches the library for lemmas passes such names by
        self.nonce = "_lv" + secrets.token_hex(8)
        self.world = world
        self.step = f"{self.nonce}_by"
        self.lines = [
            *frame.splitlines(),
            f"axiom {self.nonce} (p : Prop) : p",
            f"axiom {self.step} (p : Prop) (h : p) : p",
        ]
        self.parts: list[Part] = []
        self.made = 0
        self.supports: dict[str, str] = {}
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
        text = readable(claim.text)
        if not self.world.has_init:  # there is no `sorry` without Init
            text = fill_open_proofs(text, f"{self.nonce} _")
            part.names[f"{self.nonce} _"] = "sorry"
        first = self.add(without_covered(text, self.world.covers))
        part.last = len(self.lines)
        part.texts.append((first, part.last))

    def claim(self, claim: Claim) -> None:
        assert not isinstance(claim, FileClaim), "a whole file never shares one"
        part = self._begin(claim)
        if isinstance(claim, StatementClaim):
            name = self._statement(part, claim.statement, claim.options == "default")
            self._audit_statement(part, claim.statement, name, "")
        else:
            self._goal(part, claim)
        part.last = len(self.lines)

    def _begin(self, claim: Claim) -> Part:
        self.parts.append(Part(claim, len(self.lines) + 1))
        self.parts[-1].names |= {self.nonce: "the_open_proof", self.step: "the_goals_proof"}
        return self.parts[-1]

    def _goal(self, part: Part, claim: GoalClaim) -> None:
        support = self._support(part, claim.support) if claim.support else ""
        names = []
        for index, statement in enumerate(claim.statements):
            names.append(self._statement(part, statement))
            self._audit_statement(part, statement, names[-1], f"statement {{{index}}} of the goal")
        stand_for = {f"{{{index}}}": name for index, name in enumerate(names)} | {"{s}": support}
        given = {}
        for index in claim.given or ():
            given[f"{{h{index}}}"] = self._made_up(part, f"given {index}")
            # an axiom, unlike a binder, keeps the statement's universes apart
            self.add(f"axiom {given[f'{{h{index}}}']} : type_of% @{names[index]}")
        own = self._made_up(part, "goal")
        if claim.heartbeats is not None:
            self.add(f"set_option maxHeartbeats {claim.heartbeats} in")
        self.add(
            _filled(f"theorem {own} : {claim.goal}", stand_for)
            + f" := no_implicit_lambda% (@{self.step} _ ("
        )
        self.add(_filled(f"  {claim.proof}))", stand_for | given))
        closed = claim.given is not None
        barred = frozenset({self.nonce}) if closed else frozenset()
        allowed = frozenset(given.values())
        self._audit(part, own, self.step, "the goal", barred, allowed)

    def _support(self, part: Part, text: str) -> str:
        """Full name of the namespace that holds `text`; equal texts stand once in a file."""
        if text not in self.supports:
            space = self.supports[text] = self._made_up(part, "")
            self.add(f"namespace {space}\n{text}\nend {space}")
        return self.supports[text]

    def _statement(self, part: Part, statement: Statement, leans_own: bool = False) -> str:
        """Declare `statement`; its full name."""
        space = self._made_up(part, "")
        lines = (statement.header or self.world.opens).splitlines()
        header = "\n".join(line for line in lines if not self.world.covers(line))
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

    def _audit_statement(self, part: Part, statement: Statement, name: str, role: str) -> None:
        self._audit(part, name, self.nonce, role)
        if may_search(statement.signature):
            own = self._made_up(part, "type")
            self.add(f"theorem {own} (_ : type_of% @{name}) (p : Prop) (h : p) : p := h")
            barred = frozenset({self.nonce, self.step})
            self._audit(part, own, "", f"the type of {role or 'the statement'}", barred)

    def _audit(
        self,
        part: Part,
        name: str,
        axiom: str,
        role: str = "",
        barred: frozenset[str] = frozenset(),
        given: frozenset[str] = frozenset(),
    ) -> None:
        line = self.add(f"#print axioms {name}")
        part.audits.append(Audit(line, name, axiom, role, barred, given))

    def _made_up(self, part: Part, original: str) -> str:
        self.made += 1
        name = f"{self.nonce}_{self.made}"
        part.names[name] = original
        return name


def _filled(text: str, stand_for: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: stand_for.get(found.group(), found.group()), text)

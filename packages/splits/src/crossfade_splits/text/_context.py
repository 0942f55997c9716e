"""What the lines in front of a theorem add to its statement.

Lean puts into a theorem's type those `variable`s that its signature mentions, those that they
mention in turn, and the instances over them; older Lean and `include` add hypotheses that the
proof uses, so those (names in `h`) about a used variable count as well. The others have no effect.
So the used binders move in front of the theorem's own and the rest goes: a theorem says the same
whether its binders are its own or declared above, and `variable`s of some other theorem do not
tell two apart. A name space called after a contest problem (`Imo1969P1`) holds no library names
and goes too; any other stays, for a short name (`closure`) means something else in each.
Definitions always stay.

Out of scope: variables shadowed by bound ones, `include`, sections that end (left as they are).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_COMMAND = re.compile(r"(?m)^(?=\S)")
_CONTEST = re.compile(
    r"(?m)^[ \t]*namespace[ \t]+(?!Oeis)[A-Z][A-Za-z]*(?:19|20)\d\d(?:[A-Z]\w*)?[ \t]*$"
)
_SCOPED = re.compile(r"(?m)^[ \t]*(?:end|include|omit)\b|^variable\b[^\n]*\bin[ \t]*$")
_NAME = re.compile(r"(?<![\w.'])[^\W\d][\w'!?]*")
_PAIRS = dict(zip("({[⦃", ")}]⦄", strict=True))


class Binder(NamedTuple):
    """One group of a `variable` command: `{a b : R}` or `[Ring R]`."""

    opened: str
    names: tuple[str, ...]
    of: str
    """The type; everything inside for an anonymous instance."""
    asked: frozenset[str]
    """Names in the type: of all, once parsed, those that some `variable` declares."""
    hypothesis: bool
    """Whether it is named like one."""


def _groups(text: str) -> list[str] | None:
    """Cut a row of binders into its bracketed groups; None where it is something else."""
    groups: list[str] = []
    stack: list[str] = []
    start = 0
    for at, char in enumerate(text):
        if char in _PAIRS:
            if not stack:
                start = at
            stack.append(_PAIRS[char])
        elif stack and char == stack[-1]:
            stack.pop()
            if not stack:
                groups.append(text[start : at + 1])
        elif char in ")}]⦄" or not (stack or char.isspace()):
            return None
    return None if stack else groups


def _binder(group: str) -> Binder:
    inside = group[1:-1]
    names, colon, of = inside.partition(":")
    if not colon:
        names, of = ("", inside) if group[0] == "[" else (inside, "")
    each = tuple(names.split())
    hypothesis = group[0] != "[" and bool(of) and all(name[0] == "h" for name in each)
    return Binder(group[0], each, of, frozenset(_NAME.findall(of)), hypothesis)


@lru_cache(maxsize=4096)
def _parse(context: str) -> tuple[str, tuple[Binder, ...]] | None:
    """Split a context into its other lines and its variables; None where that is unsafe."""
    if _SCOPED.search(context):
        return None
    rest: list[str] = []
    binders: list[Binder] = []
    for command in _COMMAND.split(context):
        if not re.match(r"variable\b", command):
            rest.append(command)
            continue
        groups = _groups(command.removeprefix("variable"))
        if groups is None:
            return None
        binders += map(_binder, groups)
    declared = frozenset(name for binder in binders for name in binder.names)
    return "".join(rest), tuple(b._replace(asked=b.asked & declared) for b in binders)


def _used(binders: tuple[Binder, ...], signature: str) -> str:
    """The binders that belong to a signature, as Lean would choose them, in their order."""
    declared = {name for binder in binders for name in binder.names}
    wanted = declared.intersection(_NAME.findall(signature))
    chosen: set[int] = set()
    grown = True
    while grown:
        grown = False
        for at, (opened, names, _, asked, hypothesis) in enumerate(binders):
            if at in chosen:
                continue
            follows = (hypothesis and not asked.isdisjoint(wanted)) or (
                opened == "[" and bool(asked) and asked <= wanted
            )
            if not follows and wanted.isdisjoint(names):
                continue
            chosen.add(at)
            wanted |= asked
            if follows:
                wanted.update(names)
            grown = True
    return "".join(_shown(binders[at], wanted) for at in sorted(chosen))


def _shown(binder: Binder, wanted: set[str]) -> str:
    names = " ".join(name for name in binder.names if name in wanted)
    if binder.names and not binder.of:
        # `variable {R}` declares, `variable (R)` later only changes how the argument is given.
        return f"{binder.opened}{names}{_PAIRS[binder.opened]}"
    inside = f"{names} : {binder.of}" if names else binder.of
    return f"{binder.opened}{inside}{_PAIRS[binder.opened]}"


def settle(context: str, statement: str) -> tuple[str, str]:
    """Move what a statement uses of its context into it and drop what has no effect.

    Args:
        context: the lines in front of the theorem, without comments and header lines.
        statement: the theorem's binders and type.

    Returns:
        The context that stays, and the statement.
    """
    context = _CONTEST.sub("", context)
    parsed = _parse(context) if "variable" in context else None
    if parsed is None:
        return context, statement
    rest, binders = parsed
    return rest, _used(binders, statement) + statement


def statement_of(rest: str) -> str:
    """What stands before the `:=` of the proof, the first outside all brackets."""
    depth = 0
    for found in re.finditer(r"[({\[⦃⟨]|[)}\]⦄⟩]|:=", rest):
        if found[0] == ":=" and depth <= 0:
            return rest[: found.start()]
        depth += 1 if found[0] in "({[⦃⟨" else -1 if found[0] != ":=" else 0
    return rest

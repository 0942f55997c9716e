"""From Lean's messages (`--json` lines, or a REPL's response) to verdicts.

Invariant: `compiles` needs a positive audit line and no error; `fails` needs Lean to have reached
the claim's audit (or, for a claim alone in its file, to have begun the file and ended by itself).
Anything else is undecided, None: what is not said is not known. Within a shared file a claim is
believed only while its forerunners' audits came through, because one that swallowed its own audit
may have swallowed a neighbour's beginning too.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from leaneval.checkers._lexical import has_theorem
from leaneval.types import Diagnostic, FileClaim, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leaneval.checkers._assemble import Audit, LeanFile, Part

Severity = Literal["error", "warning", "information"]

_AUDIT = re.compile(r"'([^\n]+)' (?:depends on axioms: \[([^\]]*)\]|does not depend on any axioms)")
_MOST_DIAGNOSTICS = 20
_LONGEST_MESSAGE = 2_000
_LEFT_BY_EXIT = "using 'exit' to interrupt Lean"
_LIMITS_REACHED = ("(deterministic) timeout", "maximum recursion depth")
_NOISE = "internal exception #"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of Lean's; line 1-based, column 0-based, in the assembled file."""

    severity: Severity
    text: str
    line: int
    column: int


def parse(stdout: bytes) -> list[Message]:
    """The messages in what Lean printed; a last line cut off by a kill is left out."""
    messages = []
    for line in stdout.splitlines():
        with contextlib.suppress(ValueError):
            messages.append(_message(json.loads(line)))
    return [message for message in messages if message]


def parse_response(response: object) -> list[Message] | None:
    """The messages in a response of the community REPL; None where it is no answer to a command.

    An answer has an `env`; a refusal (`{"message": "Unknown environment."}`) has none. Positions
    count from the first line of the command. An answer without messages is well formed, and says
    nothing: `read` finds no audit in it.

    Args:
        response: The decoded JSON.
    """
    if not isinstance(response, dict) or not isinstance(response.get("env"), int):
        return None
    said = response.get("messages", [])
    found = [_message(raw) for raw in said] if isinstance(said, list) else [None]
    # one that cannot be read may be the error that matters
    return None if None in found else [message for message in found if message]


def _message(raw: Any) -> Message | None:
    try:
        severity = {"info": "information"}.get(raw["severity"], raw["severity"])
        place = raw["pos"]
        if severity == "trace":
            severity = "information"
        message = Message(severity, str(raw["data"]), int(place["line"]), int(place["column"]))
    except (ValueError, TypeError, KeyError):
        return None
    return message if severity in get_args(Severity) else None


def read(
    file: LeanFile, messages: Iterable[Message], allowed: frozenset[str], returncode: int | None
) -> list[Verdict | None]:
    """A verdict or None for every part of `file`, in order.

    Args:
        file: What was run.
        messages: What Lean said, perhaps up to a kill.
        allowed: The axioms that a statement may depend on beside ours: the library's own.
        returncode: Lean's, None if it was killed; 0 where a REPL answered.
    """
    at: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        at[message.line].append(message)
    if not _reports(at[file.opening], file.axiom):
        return [None] * len(file.parts)
    ended = returncode in (0, 1)
    if len(file.parts) == 1:
        return [_alone(file, at, allowed, returncode) if ended else None]
    verdicts: list[Verdict | None] = []
    trusted = True
    for part in file.parts:
        trusted = trusted and all(at[audit.line] for audit in part.audits)
        verdicts.append(_verdict(file, part, at, allowed) if trusted else None)
        trusted = trusted and not _escaped(part, at)
    return verdicts


def _alone(
    file: LeanFile, at: Mapping[int, Sequence[Message]], allowed: frozenset[str], code: int | None
) -> Verdict | None:
    (part,) = file.parts
    said = _said(file, part, at)
    if not _reports(at[file.closing], file.axiom) and not any(m.severity == "error" for m in said):
        # a panic ends Lean with the same status and as few words
        left = any(_LEFT_BY_EXIT in m.text for m in said)
        return _fails("the text ends Lean before its own end (`#exit`)") if left else None
    verdict = _verdict(file, part, at, allowed)
    if verdict.compiles and isinstance(part.claim, FileClaim):
        if code != 0:
            return None
        if not has_theorem(part.claim.text):
            return _fails("the text holds no theorem")
    return verdict


def _said(file: LeanFile, part: Part, at: Mapping[int, Sequence[Message]]) -> list[Message]:
    """What Lean said of a part, audits left out; of a claim alone, to the end of the file."""
    end = file.closing + 1 if len(file.parts) == 1 else part.last
    audits = {audit.line for audit in part.audits}
    return [
        message
        for line in range(part.first, end + 1)
        if line not in audits
        for message in at.get(line, ())
        if line != file.closing or message.severity == "error"
    ]


def _verdict(
    file: LeanFile, part: Part, at: Mapping[int, Sequence[Message]], allowed: frozenset[str]
) -> Verdict:
    found = [_diagnostic(part, message) for message in _said(file, part, at)]
    faults = [
        fault
        # the declaration itself first: where it is missing, the audit of its type says no more
        for audit in sorted(part.audits, key=lambda audit: not audit.axiom)
        if (fault := _fault(file, audit, at.get(audit.line, ()), allowed))
    ]
    errors = [d for d in found if d.severity == "error"]
    rest = [d for d in found if d.severity != "error"]
    if not errors and not faults:
        return Verdict(VerdictKind.COMPILES, diagnostics=tuple(rest[:_MOST_DIAGNOSTICS]))
    telling = [d for d in errors if not d.message.startswith(_NOISE)] or errors
    # Lean's own errors say more than our audit, unless they are about our axiom or one of several
    obscure = any(file.axiom in message.text for message in _said(file, part, at))
    if not errors or obscure or any(audit.role for audit in part.audits):
        telling = faults + telling
    if len(telling) > _MOST_DIAGNOSTICS:
        # a limit that was reached leaves open what a plain refusal would decide
        telling.sort(key=lambda d: not any(limit in d.message for limit in _LIMITS_REACHED))
    return Verdict(VerdictKind.FAILS, diagnostics=tuple((telling + rest)[:_MOST_DIAGNOSTICS]))


def _fault(
    file: LeanFile, audit: Audit, said: Sequence[Message], allowed: frozenset[str]
) -> Diagnostic | None:
    """What is wrong with an audit line's report, or None."""
    role = audit.role or "the statement"
    axioms = _axioms(said, audit.name)
    if axioms is None and not audit.axiom:
        return _error(f"{role} cannot be audited")
    if axioms is None or (audit.axiom and audit.axiom not in axioms):
        failed = "does not elaborate to a proposition, or holds `sorry`"
        return _error(f"{role} {'is not proved' if audit.axiom == file.step else failed}")
    if axioms & audit.barred:
        return _error(f"{role} rests on the axiom that stands for an open proof")
    if foreign := sorted(axioms - allowed - audit.given - {file.axiom, file.step}):
        return _error(f"{role} depends on axioms that are not allowed: {', '.join(foreign)}")
    return None


def _axioms(said: Sequence[Message], name: str) -> frozenset[str] | None:
    for message in said:
        match = _AUDIT.fullmatch(message.text.strip())
        if match and match[1] == name and message.severity == "information":
            return frozenset(part.strip() for part in (match[2] or "").split(",") if part.strip())
    return None


def _reports(said: Sequence[Message], name: str) -> bool:
    return _axioms(said, name) == frozenset({name})


def _escaped(part: Part, at: Mapping[int, Sequence[Message]]) -> bool:
    """Whether the candidate's text may have ended its declaration and begun something else.

    Its theorem is there without our proof. So is one that is no Prop; to run that one's neighbours
    again costs a start-up and is rare.
    """
    return any(
        axioms is not None and audit.axiom not in axioms
        for audit in part.audits
        if audit.axiom
        for axioms in [_axioms(at.get(audit.line, ()), audit.name)]
    )


def _diagnostic(part: Part, message: Message) -> Diagnostic:
    text = message.text
    # longest first: one made-up name may begin another
    for made_up in sorted(part.names, key=len, reverse=True):
        text = text.replace(made_up, part.names[made_up])
    text = text[:_LONGEST_MESSAGE]
    for first, last in part.texts:
        if first <= message.line <= last:
            return Diagnostic(message.severity, text, message.line - first + 1, message.column)
    return Diagnostic(message.severity, text)


def _error(text: str) -> Diagnostic:
    return Diagnostic("error", text)


def _fails(text: str) -> Verdict:
    return Verdict(VerdictKind.FAILS, diagnostics=(_error(text),))

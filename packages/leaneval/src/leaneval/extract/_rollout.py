"""The `strict` extraction: the last Lean block of a rollout, and the one theorem in it.

Invariant: nothing the model wrote is lost on the way to the gate unless it cannot matter: the
proof, what only modifies the declaration, comments. Any other command ends up in
`Statement.context`, which the gate refuses for a candidate. Out of scope: whether it is allowed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from leaneval.extract._fence import bare, fences, without_thoughts
from leaneval.lean import (
    DECLARATIONS,
    Command,
    UnterminatedError,
    commands,
    split_declaration,
    strip_comments,
    tokens,
)
from leaneval.types import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_SOURCE = 65_536
"""Characters of Lean text that are read at all; honest answers have a few hundred."""

ANONYMOUS = "anonymous"
"""The name given to an `example`."""

RULES: Mapping[str, str] = MappingProxyType(
    {
        "no_answer": "The rollout is empty, or ends inside its <think> block.",
        "no_lean": "The rollout has no Lean block and no line that begins a Lean command.",
        "too_large": f"The Lean text has more than {MAX_SOURCE} characters.",
        "unterminated_comment": "A comment is opened and never closed.",
        "unterminated_string": "A string literal is opened and never closed.",
        "no_declaration": "The Lean text declares no theorem, lemma or example.",
        "several_declarations": "The Lean text declares more than one theorem.",
        "no_name": "The theorem has no name.",
        "no_type": "The theorem has no `:` followed by a type.",
        "no_proof": "The theorem has no `:=`: it may have been cut off in mid-statement.",
    }
)

HEADER = frozenset({"prelude", "import", "open", "set_option"})
"""The commands of a header."""

_INERT_MODIFIERS = frozenset({"private", "protected", "noncomputable", "nonrec"})
_INERT_ATTRIBUTES = re.compile(
    r"@\[\s*(?:(?:simp|norm_cast|ext|aesop|grind|push_cast|gcongr|fun_prop|positivity|measurability)"
    r"\s*,?\s*)*\]"
)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in a rollout.

    Attributes:
        statement: The statement, or None.
        source: The Lean text that was chosen; empty where there is none.
        rule: Why there is no statement, a key of `RULES`; None where there is one.
        message: The rule's sentence with what was found, for the diagnostics.
    """

    statement: Statement | None
    source: str
    rule: str | None = None
    message: str = ""


def encodable(text: str) -> str:
    """The text with lone surrogates made U+FFFD, so that it can be written to a file or pipe."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def extract(rollout: str, preamble: str = "") -> Extraction:
    """Take the statement out of a rollout under the `strict` protocol.

    The last `lean4` or `lean` block counts; without one, the last unmarked block; without any,
    the text from its first line that begins a Lean command.

    Args:
        rollout: The model's output, any string whatever.
        preamble: The problem's own header. Its lines are left out of `Statement.header` when the
            rollout repeats exactly them, so that equal statements are recognised as equal.
    """
    answer = without_thoughts(rollout)
    if answer is None or not answer.strip():
        return _nothing("no_answer")
    chosen = lean_text(answer)
    if chosen is None:
        return _nothing("no_lean")
    if len(chosen) > MAX_SOURCE:
        return _nothing("too_large", detail=f"It has {len(chosen)}.")
    source = encodable(chosen.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    try:
        statement, rule, detail = _read(unicodedata.normalize("NFC", source), source)
    except UnterminatedError as error:
        return _nothing(f"unterminated_{error.what}", source, f"Here {error}.")
    if statement is None:
        return _nothing(rule, source, detail)
    return Extraction(without_preamble(statement, preamble), source)


def lean_text(answer: str) -> str | None:
    """The Lean text that an answer puts forward, or None."""
    blocks = fences(answer)
    marked = [block.content for block in blocks if block.is_lean]
    plain = [block.content for block in blocks if not block.language]
    if marked or plain:
        return (marked or plain)[-1]
    return bare(answer)


def _nothing(rule: str, source: str = "", detail: str = "") -> Extraction:
    return Extraction(None, source, rule, f"{RULES[rule]} {detail}".strip())


def _read(text: str, source: str) -> tuple[Statement | None, str, str]:
    """The statement of a Lean text, or the rule that says why there is none, and a detail."""
    text = strip_comments(text)
    parts = commands(tokens(text), text)
    places = [index for index, part in enumerate(parts) if part.word in DECLARATIONS]
    if not places:
        return None, "no_declaration", ""
    if len(places) > 1:
        return None, "several_declarations", f"It has {len(places)}."
    return read_declaration(parts, places[0], text, source)


def read_declaration(
    parts: Sequence[Command], place: int, text: str, source: str
) -> tuple[Statement | None, str, str]:
    """The statement that the command at `place` declares; all else goes to header or context."""
    part = parts[place]
    named = part.word != "example"
    found = split_declaration(part.body, text, named=named)
    if named and not found.name:
        return None, "no_name", ""
    if found.proof is None and found.shape.astray is None:
        return None, "no_proof", ""
    cut = found.shape.cut
    if found.shape.colon is None or (cut is not None and found.shape.colon + 1 >= cut):
        return None, "no_type", ""
    ahead = [p for p in parts[:place] if p.word in HEADER]
    names, others = universe_names(parts[:place], text)
    rest = [text[p.start : p.end] for p in others]
    rest += _odd_lead(part, text)
    # What follows the theorem cannot change it, but a command there is still not a proof.
    rest += [text[p.start : p.end] for p in parts[place + 1 :] if p.word not in HEADER]
    used = set(re.split(r"[^\w'!?]+", found.signature)) if names else set()
    statement = Statement(
        header="\n".join(header_line(p, text) for p in ahead),
        name=found.name or ANONYMOUS,
        signature=tidy(found.signature),
        universes=found.universes + tuple(n for n in names if n in used),
        context="\n".join(rest),
        source=source,
    )
    return statement, "", ""


def universe_names(parts: Sequence[Command], text: str) -> tuple[list[str], list[Command]]:
    """Names declared by `universe u v`, and the commands that are neither those nor header."""
    names: list[str] = []
    others: list[Command] = []
    for part in parts:
        if part.word == "universe" and not part.lead:
            names += [token.text for token in part.body]
        elif part.word not in HEADER or part.lead:
            others.append(part)
    return names, others


def header_line(part: Command, text: str) -> str:
    """A header command on one line, without the `in` that ties it to what follows."""
    line = " ".join(text[part.start : part.end].split())
    return line.removesuffix(" in")


def without_preamble(statement: Statement, preamble: str) -> Statement:
    """The statement without its header where that is the preamble's, which it then has anyway."""
    if not statement.header or statement.header != header_of(preamble):
        return statement
    return replace(statement, header="")


@lru_cache(maxsize=64)
def header_of(text: str) -> str:
    """The header lines of a Lean text, as `Statement.header` has them; empty if unreadable."""
    try:
        text = strip_comments(unicodedata.normalize("NFC", text))
        parts = commands(tokens(text), text)
    except UnterminatedError:
        return ""
    return "\n".join(header_line(part, text) for part in parts if part.word in HEADER)


def _odd_lead(part: Command, text: str) -> list[str]:
    """Attributes and modifiers of the declaration that are not known to change nothing."""
    written = [token for token in part.lead if token.text not in _INERT_MODIFIERS]
    if not written:
        return []
    lead = text[written[0].start : written[-1].end]
    bare_lead = _INERT_ATTRIBUTES.sub("", lead)
    words = [word for word in bare_lead.split() if word not in _INERT_MODIFIERS]
    return [" ".join(words)] if words else []


def tidy(signature: str) -> str:
    """The signature without trailing blanks and empty lines, which comments leave behind."""
    if "\n" not in signature:
        return signature.strip()
    return "\n".join(line.rstrip() for line in signature.splitlines() if line.strip()).strip()

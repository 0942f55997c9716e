"""The order in which the rules are tried: cheap and protective ones first.

Invariant: no rule raises on any string, and none is reached with text on which an earlier one
says that it cannot be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.gate._binders import check_binders
from leaneval.gate._characters import check_characters
from leaneval.gate._policy import HeaderPolicy, check_header
from leaneval.gate._rules import (
    MAX_DEPTH,
    MAX_NAME,
    MAX_SIGNATURE,
    Broken,
    Rejection,
    command_rule,
)
from leaneval.gate._words import check_words
from leaneval.lean import Kind, UnterminatedError, commands, shape, strip_comments, tokens, word_set

if TYPE_CHECKING:
    from leaneval.lean import Token
    from leaneval.types import Statement

_OPEN_ENDS = word_set(
    """
    : , := = ≠ < > ≤ ≥ ∧ ∨ → -> ↔ ¬ ∀ ∃ ∃! λ fun => ↦ + - * / ^ || & && @ <| |> $ ∈ ∉ ∣ ∘ ×
    by let have letI haveI show from if then else match with in do return suffices assume calc
    at using generalizing finally catch try
    """
)


def gate(statement: Statement, *, header: HeaderPolicy) -> Rejection | None:
    """The first rule that a candidate's statement breaks, or None.

    Args:
        statement: What `extract` made. A context of any kind is refused.
        header: What the checker's library allows.
    """
    try:
        _check(statement, header)
    except Broken as broken:
        return broken.rejection
    except UnterminatedError as error:
        rule = "comment" if error.what == "comment" else "string"
        return Broken(rule, str(error)).rejection
    return None


def _check(statement: Statement, policy: HeaderPolicy) -> None:
    if statement.context:
        _check_context(statement.context)
    _check_size(statement)
    for text in (statement.header, statement.name, *statement.universes, statement.signature):
        check_characters(text)
    if statement.header:
        check_header(statement.header, policy)
    _check_name(statement)
    _check_signature(statement.signature, policy)


def _check_size(statement: Statement) -> None:
    if len(statement.signature) > MAX_SIGNATURE:
        raise Broken("too_large", f"a signature of {len(statement.signature)} characters")
    if len(statement.name) > MAX_NAME:
        raise Broken("too_large", f"a name of {len(statement.name)} characters")


def _check_context(context: str) -> None:
    """Refuse what stands beside the theorem, by the first command in it."""
    clean = strip_comments(context)
    first = commands(tokens(clean), clean)[:1]
    if not first:
        raise Broken("stray_text", context)
    if first[0].lead and first[0].lead[0].text == "@":
        raise Broken("attribute", context)
    lead = [token.text for token in first[0].lead if token.text in ("unsafe", "partial")]
    word = lead[0] if lead else first[0].word
    if not word and first[0].lead:
        word = first[0].lead[0].text
    raise Broken(command_rule(word), context)


def _check_name(statement: Statement) -> None:
    found = tokens(statement.name)
    if len(found) != 1 or found[0].kind is not Kind.IDENT or found[0].text != statement.name:
        raise Broken("name", statement.name)
    if "«" in statement.name:
        raise Broken("guillemets", statement.name)
    if statement.name.split(".", 1)[0] in ("_root_", "Lean", "_private"):
        raise Broken("name", statement.name)
    check_words(found, statement.name)
    names = statement.universes
    for name in names:
        token = tokens(name)
        if len(token) != 1 or token[0].kind is not Kind.IDENT or token[0].text != name:
            raise Broken("universe", name)
        if "." in name or "«" in name:
            raise Broken("universe", name)
    if len(set(names)) < len(names):
        raise Broken("universe", ", ".join(names))


def _check_signature(signature: str, policy: HeaderPolicy) -> None:
    if strip_comments(signature) != signature:
        raise Broken("comment", signature)
    found = tokens(signature)
    form = shape(found)
    if form.depth > MAX_DEPTH:
        raise Broken("too_deep", f"{form.depth}")
    if form.astray is not None:
        raise Broken("unbalanced", _around(found, form.astray, signature))
    check_words(found, signature)
    if form.cut is not None:
        raise Broken("proof_in_statement", _around(found, form.cut, signature))
    if form.colon is None or form.unvalued or found[-1].text in _OPEN_ENDS:
        raise Broken("unfinished", signature[-40:])
    check_binders(found, policy)


def _around(found: list[Token], at: int, text: str) -> str:
    start = found[min(at, len(found) - 1)].start
    return text[max(start - 20, 0) : start + 20]

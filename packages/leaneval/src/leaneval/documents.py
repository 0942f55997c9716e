"""Problems as the documents of lm-eval, and back.

A document holds the whole problem and the name of its profile, so that stored samples can be scored
again without the data set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leaneval.profile import profile_of
from leaneval.types import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.profile import Profile


def document(problem: Problem, profile: Profile) -> dict[str, Any]:
    """A problem as a flat JSON-ready mapping, with its profile's name under `profile`."""
    return {
        "id": problem.id,
        "informal": problem.informal,
        "reference": problem.reference,
        "header": problem.header,
        "tags": list(problem.tags),
        "references": list(problem.references),
        "profile": profile.name,
    }


def problem_of(row: Mapping[str, Any]) -> Problem:
    """The problem of a document or of a user's own row; other keys are passed over.

    Raises:
        KeyError: `id`, `informal` or `reference` is missing.
        ValueError: A field is not of its type.
    """
    for field in ("id", "informal", "reference"):
        if not isinstance(row[field], str):
            raise ValueError(f"{field!r} must be a string, got {row[field]!r:.60}")  # noqa: TRY004
    return Problem(
        id=row["id"],
        informal=row["informal"],
        reference=row["reference"],
        header=_text(row, "header"),
        tags=_texts(row, "tags"),
        references=_texts(row, "references"),
    )


def _text(row: Mapping[str, Any], field: str) -> str:
    found = row.get(field)
    if found is not None and not isinstance(found, str):
        raise ValueError(f"{field!r} must be a string, got {found!r:.60}")
    return found or ""


def _texts(row: Mapping[str, Any], field: str) -> tuple[str, ...]:
    found = row.get(field) or ()
    is_list = isinstance(found, (list, tuple))
    if not is_list or not all(isinstance(text, str) for text in found):
        raise ValueError(f"{field!r} must be a list of strings, got {found!r:.60}")
    return tuple(found)


def profile_named_by(row: Mapping[str, Any]) -> Profile | None:
    """The profile that a document names, or None.

    Raises:
        UsageError: It names one that does not exist.
    """
    name = row.get("profile")
    return profile_of(name) if isinstance(name, str) else None

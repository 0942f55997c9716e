"""A set of words from one string, for the tables of names in this package."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The blank-separated parts of `text`."""
    return frozenset(text.split())

"""What can go wrong, as exceptions.

Two kinds, told apart by what has to change: the request (`UsageError`) or a file (`DataError`).
Both end a command with exit status 2. A claim that does not hold is neither: `verify` and `audit`
report it and exit 1. Every message gives the rule, the value that broke it and the remedy.
"""

from __future__ import annotations


class SplitsError(Exception):
    """Base of every error that this package raises on purpose."""


class UsageError(SplitsError, ValueError):
    """The caller asked for something that cannot be: a bad overlap, a pool that is too small."""


class DataError(SplitsError, ValueError):
    """A file's content breaks its contract; the message names the file and the row, if known."""

"""What can go wrong, as exceptions.

Three kinds, told apart by who can mend it:

1. `UsageError`: the request is wrong (a flag, a spec string, a file). Exit status 2.
2. `DataError`: a data set or samples file is not what it should be. Exit status 2.
3. `UnavailableError`: a checker or judge cannot be had now. Exit status 2; never a score.

A bad rollout is none of these: it is data, and gets a verdict. Every message gives the rule, the
value that broke it and the remedy.
"""

from __future__ import annotations


class LeanevalError(Exception):
    """Base of every error that leaneval raises on purpose."""


class UsageError(LeanevalError, ValueError):
    """The caller asked for something that cannot be: an unknown spec, k > n, a bad option."""


class DataError(LeanevalError, ValueError):
    """A file's content breaks its contract; the message names the file and the row."""


class UnavailableError(LeanevalError, RuntimeError):
    """A checker, judge or data source cannot be reached or started."""

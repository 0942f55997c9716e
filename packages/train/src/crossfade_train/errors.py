"""What can go wrong, as exceptions.

Five kinds, told apart by what has to change:

1. `UsageError`: the request (a recipe, a flag). Exit status 2.
2. `DataError`: a file or folder is not what it should be. Exit status 2.
3. `UnavailableError`: a checker, server or device cannot be had now. Exit status 2 before anything
   was started, 1 from within a stage.
4. `StopLossError`: training was ended, its rewards could no longer be trusted. Exit status 1.
5. `StageError`: a stage of a run failed in a way that nothing above describes. Exit status 1.

Every message gives the rule, the value that broke it and the remedy.
"""

from __future__ import annotations


class CrossfadeError(Exception):
    """Base of every error that this package raises on purpose."""


class UsageError(CrossfadeError, ValueError):
    """The caller asked for something that cannot be: an unknown key, an impossible overlap."""


class DataError(CrossfadeError, ValueError):
    """A file's content breaks its contract; the message names the file and what is missing."""


class UnavailableError(CrossfadeError, RuntimeError):
    """Something that the run depends on does not answer: a checker, a server, a disk, a device."""


class StopLossError(CrossfadeError, RuntimeError):
    """Too many rewards were unavailable; going on would have trained on noise."""


class StageError(CrossfadeError, RuntimeError):
    """A stage failed by itself; the message names it, its error and its log. Exit status 1."""

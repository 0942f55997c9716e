"""The command line: `crossfade-splits make | verify | audit | inject | push`.

Exit status: 0 done and true; 1 a claim does not hold or a bound is exceeded; 2 the request or a
file is wrong; 130 ended by Ctrl-C, 143 by `kill`, with nothing left half-written.
"""

from crossfade_splits.cli._main import app, main

__all__ = ["app", "main"]

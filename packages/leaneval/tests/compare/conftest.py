"""Small runs with known numbers, written as `leaneval score --out` does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from leaneval.types import DualScore, Score, Statement, Verdict, VerdictKind

KINDS = {"+": ("compiles", 1.0), "~": ("compiles", 0.0), "-": ("fails", None),
         "?": ("unavailable", None), "!": ("compiles", None)}  # fmt: skip


def dual(sign: str) -> DualScore:
    """`+` means it, `~` compiles alone, `-` fails, `?` has no verdict, `!` no score."""
    kind, value = KINDS[sign]
    verdict = Verdict(VerdictKind(kind))
    score = Score(value, "why", "defeq") if kind == "compiles" else None
    return DualScore(Statement("", "x", ": True"), verdict, verdict, score)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a run of problems p000, p001, ... from one string of signs a problem."""

    def run(name: str, *rows: str, **changes: object) -> Path:
        settings = {"judge": "defeq", "repeats": len(rows[0]), "k": [1, len(rows[0])]} | changes
        info = {"settings": settings, "gate": "1", "toolchain": "lean", "task": "made"}
        path = tmp_path / f"{name}.jsonl"
        lines = [
            {"id": f"p{n:03}", "dual": [dual(sign).to_dict() for sign in signs]}
            | ({"info": info} if n == 0 else {})
            for n, signs in enumerate(rows)
        ]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    return run

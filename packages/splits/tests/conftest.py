"""Pools made up for tests: problems that are plainly different, and copies planted on purpose."""

from __future__ import annotations

import json
import os
import random
import zlib
from pathlib import Path

import pytest

_WORDS = """
    angle basis chord disc edge field graph hull ideal joint kernel lattice matrix norm orbit point
    quotient ring sphere tree union vector wedge axis bound cycle dual entry face group height index
    join knot level map node order path query rank scale term unit value weight zero area block cone
""".split()  # noqa: SIM905


def problem(key: int) -> str:
    """A statement unlike that of any other key."""
    rng = random.Random(key)
    return (
        "Show that the " + " ".join(rng.choice(_WORDS) for _ in range(14)) + f" case {key} holds."
    )


def lean(key: int) -> str:
    return (
        "import Mathlib\n\nopen Nat\n\n"
        f"theorem t{key} (n : ℕ) (h : n = {key} + 1) : n > {key} := by sorry"
    )


def make_rows(count: int, start: int = 0) -> list[dict[str, object]]:
    return [
        {
            "id": f"p{key:05}",
            "prompt": problem(key),
            "target": lean(key),
            "source": ("alpha", "beta", "gamma")[key % 3],
            "license": ("MIT", "Apache-2.0")[key % 2],
            "topic": ("algebra", "geometry")[key // 7 % 2],
            "pass_rate": (key * 37 % 101) / 100,
        }
        for key in range(start, start + count)
    ]


def write_jsonl(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return path


@pytest.fixture
def rows():
    return make_rows


@pytest.fixture
def jsonl():
    return write_jsonl


@pytest.fixture
def damaged():
    """Write rows as gzip whose stream goes on with what is none."""

    def write(path: Path, rows: list[dict[str, object]]) -> Path:
        stream = zlib.compressobj(wbits=31)
        packed = stream.compress("".join(json.dumps(r) + "\n" for r in rows).encode())
        path.write_bytes(packed + stream.flush(zlib.Z_FULL_FLUSH) + b"\x07" * 16)
        return path

    return write


@pytest.fixture
def pool(tmp_path):
    """A pool of 400 different problems."""
    return write_jsonl(tmp_path / "pool.jsonl", make_rows(400))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; tests that need it are skipped where it is missing."""
    given = os.environ.get("LEANEVAL_DATA") or os.environ.get("CROSSFADE_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parents[4] / "shared" / "data"
    if not (folder / "train_pool.jsonl.gz").is_file():
        pytest.skip(f"no real data in {folder}; set LEANEVAL_DATA")
    return folder

"""A made-up pool for the splits: statements of about 220 characters from a word-bigram model.

One in ten is an exact copy and one in ten a near copy (one word changed) of an earlier one. Words
come from the training pool (`train_pool.jsonl.gz` of `LEANEVAL_DATA`), or without it from a small
built-in vocabulary, which makes more texts that look alike. By hand: `python -m benchmarks.corpus
ROWS OUT`.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from benchmarks._needs import data_folder

SEED = 7
_PLAIN = (
    "let the set of all real numbers x such that f is a continuous map on the closed interval and "
    "show that every bounded sequence in the space has a limit point if the sum of its terms is "
    "finite where n is an integer greater than m and the product of two such functions is again a "
    "polynomial of degree at most k prove that there exists a unique element a with this property"
)


class Words:
    """Which word follows which."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.following: dict[str, list[str]] = defaultdict(list)
        self.starts: list[str] = []
        for text in _texts():
            words = text.split()
            self.starts.append(words[0])
            for a, b in pairwise(words):
                self.following[a].append(b)

    def sentence(self) -> str:
        """One statement."""
        length = max(60, int(self.rng.gauss(219, 60)))
        words = [self.rng.choice(self.starts)]
        size = len(words[0])
        while size < length:
            words.append(self.rng.choice(self.following.get(words[-1]) or self.starts))
            size += len(words[-1]) + 1
        return " ".join(words)


def _texts() -> list[str]:
    pool = data_folder() / "train_pool.jsonl.gz"
    if not pool.is_file():
        return [_PLAIN]
    with gzip.open(pool, "rt", encoding="utf-8") as file:
        return [_PLAIN, *(json.loads(line)["nl"] for line in file)]


def rows(count: int) -> Iterator[dict[str, Any]]:
    """So many rows; a smaller pool is the beginning of a greater one."""
    rng = random.Random(SEED)
    words = Words(rng)
    base: list[str] = []
    for i in range(count):
        dice = rng.random()
        if base and dice < 0.1:
            text = rng.choice(base)
        elif base and dice < 0.2:
            copied = rng.choice(base).split()
            copied[rng.randrange(len(copied))] += "x"
            text = " ".join(copied)
        else:
            text = words.sentence()
            base.append(text)
        yield {
            "id": f"r{i}",
            "source": f"s{rng.randrange(10)}",
            "nl": text,
            "lean4": f"theorem t{i} (n : ℕ) (h : n = {rng.randrange(10**9)}) : n > {i}",
            "license": "MIT",
        }


def pool(folder: Path, count: int) -> str:
    """The path of a pool of so many rows, made in the folder unless it is there.

    Where the folder has a greater one, its beginning is taken.
    """
    path = folder / f"pool-{count}.jsonl"
    if not path.exists():
        with path.open("w", encoding="utf-8") as file:
            file.writelines(_lines(folder, count))
    return str(path)


def _lines(folder: Path, count: int) -> Iterator[str]:
    made = {int(path.stem.removeprefix("pool-")): path for path in folder.glob("pool-*.jsonl")}
    greater = [path for size, path in made.items() if size > count]
    if not greater:
        yield from (json.dumps(row, ensure_ascii=False) + "\n" for row in rows(count))
        return
    with greater[0].open(encoding="utf-8") as file:
        yield from islice(file, count)


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in rows(int(sys.argv[1])))

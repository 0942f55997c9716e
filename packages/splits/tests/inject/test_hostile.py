"""Hostile text: an outcome in bounded time, whatever its size."""

from __future__ import annotations

import time

import pytest

from crossfade_splits.inject import REASONS, inject

GOAL = "theorem t (x : ℕ) (h : P x) : x = 7 := by sorry"
SIZE = 30_000
SECONDS = 5.0
"""Far above the 0.5 s that the slowest takes on a quiet machine, far below what a square costs."""


def solution(value: str) -> str:
    return f"abbrev p_solution : ℕ := {value}\ntheorem p : f 1 = p_solution := sorry"


def outcome(prompt: str, target: str) -> str:
    start = time.process_time()
    found = inject(prompt, target)
    assert time.process_time() - start < SECONDS
    assert found.reason in REASONS
    assert found.injected or found.prompt == prompt
    return found.reason


def filled(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


@pytest.mark.parametrize(
    "piece",
    ["to find ", "what ", "prove the max ", "if decide ", "\n", "$ a", "(iii ", "\\frac{", "]}$",
     "the answer ", "is ", "1,", "求", "解", "\x00\x1b", ")$"],
)  # fmt: skip
def test_prompts(piece):
    proof = piece in {"prove the max ", "解"}  # a Chinese prompt asks in Chinese
    expected = "proof-type" if proof else "goal"
    assert outcome(filled(piece) + " find x", GOAL) == expected
    assert outcome("Find x" + filled(piece), GOAL) == expected


@pytest.mark.parametrize(
    "target",
    [
        "theorem t : " + filled("("),
        "theorem t : " + filled("({["),
        "theorem t : x = " + filled("1+") + "1",
        "theorem t : x = " + filled("|x"),
        "theorem t : " + "«" * SIZE + " = 7",
        "theorem t : x" + filled(".a") + " = 7",
        "def p_solution : ℕ := sorry" + " " * SIZE + "\ntheorem p : f 1 = p_solution := sorry",
        "/-" * (SIZE // 2) + GOAL,
        solution("9" * SIZE),
        solution("{" + filled("(n+m+2000)!/1,") + "1}"),
        solution("fun n m => {" + filled("(n^m*4000^4000)/1,") + "1}"),
    ],
    ids=lambda target: target[:30],
)
def test_targets(target):
    assert outcome("Find x in terms of $n$ and $m$.", target) not in {"goal", "definition"}


@pytest.mark.parametrize(
    "target",
    [
        "theorem t (a0 : ℕ) : "
        + "".join(f"let a{i + 1} := a{i} + a{i}; " for i in range(40))
        + "x = a40",
        solution("(fun x => x + x) (" * 40 + "n" + ")" * 40),
        solution("(fun x => x + x) <| " * 40 + "n"),
    ],
)
def test_short_text_for_an_endless_term(target):
    assert outcome("Find x in terms of $n$.", target) == "target-unreadable"

"""How much disk a run needs: at any time, and in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossfade_train.recipe import load_recipe
from crossfade_train.run import Store
from crossfade_train.run._estimate import Disk, Rates

RATES = {
    "rates.gigabytes": {"base": 2.0, "sft": 10.0, "grpo": 12.0},
    "rates.kept": {"sft": 1.0, "grpo": 1.5},
}
KINDS = ["base", "sft", "grpo", "grpo", "pool"]


def rates(tmp_path: Path, **more: object) -> Rates:
    return Rates(load_recipe("peano", RATES | more), Store(tmp_path))


def test_checkpoints_of_one_stage_are_gone_when_the_next_begins(tmp_path: Path):
    assert rates(tmp_path).disk(KINDS) == Disk(most=2 + 1 + 1.5 + 12, kept=2 + 1 + 1.5 + 1.5)


def test_the_peak_may_be_any_stage(tmp_path: Path):
    assert rates(tmp_path).disk(["grpo", "sft"]) == Disk(most=12, kept=2.5)


def test_stages_side_by_side_have_their_checkpoints_at_once(tmp_path: Path):
    assert rates(tmp_path).disk(KINDS, side_by_side=True).most == 2 + 10 + 12 + 12


def test_what_a_killed_attempt_holds_is_not_needed_again(tmp_path: Path):
    kinds, there = ["sft", "grpo"], [9.5, 11.0]
    assert rates(tmp_path).disk(kinds) == Disk(most=13, kept=2.5)
    # the second begins when the first has given back 8.5 of its 9.5
    assert rates(tmp_path).disk(kinds, there).most == 0.5
    assert rates(tmp_path).disk(kinds, there, side_by_side=True).most == 1.5
    assert rates(tmp_path).disk(kinds, [9.5, 0.0]).most == 3.5


def test_more_than_was_thought_is_no_room_for_the_others(tmp_path: Path):
    assert rates(tmp_path).disk(["pool", "sft"], [50.0, 0.0]).most == 10


def test_checkpoints_that_are_to_stay_stay(tmp_path: Path):
    kept = rates(tmp_path, **{"launch.keep_checkpoints": 2}).disk(KINDS)
    assert kept == Disk(most=36, kept=36)


@pytest.mark.parametrize("kinds", [[], ["pool"]])
def test_of_what_nothing_is_known_nothing_is_said(tmp_path: Path, kinds: list[str]):
    assert rates(tmp_path).disk(kinds) == Disk(0, 0)

"""From a recipe to stages: the grid, what is shared, what a condition needs."""

from __future__ import annotations

from collections import Counter

import pytest

from crossfade_train.conditions import Condition, grid
from crossfade_train.errors import UsageError
from crossfade_train.recipe import load_recipe
from crossfade_train.run import Artefact, plan

SIZES = {"sft_sizes": [600], "rl_size": 600}


def peano(changes=None):
    """The recipe in sizes of this test's own; the shipped ones may be tuned."""
    return load_recipe("peano", SIZES | (changes or {}))


def test_the_six_conditions_are_the_default():
    labels = [condition.label for condition in grid(peano())]
    assert labels == ["base", "grpo", "sft", "sft+grpo@0", "sft+grpo@0.3", "sft+grpo@1"]


def test_any_overlaps_seeds_and_sizes_make_the_grid():
    changes = {"overlaps": [0, 0.25, 0.5], "seeds": [1, 2], "sft_sizes": [600, 900]}
    found = Counter(c.kind for c in grid(peano(changes)))
    assert found == {"base": 1, "grpo": 2, "sft": 4, "sft+grpo": 12}


def test_the_distinct_arm_has_an_sft_condition_for_each_overlap():
    found = grid(peano({"arms": ["distinct"], "overlaps": [0, 1]}))
    assert [c.label for c in found if c.kind == "sft"] == ["sft@0", "sft@1"]


def test_shared_stages_appear_once():
    asked = plan(peano({"seeds": [1, 2]}))
    kinds = Counter(stage.kind for stage in asked.stages.values())
    assert kinds == {"base": 1, "pool": 1, "splits": 2, "sft": 2, "grpo": 8, "evaluate": 11}


def test_every_stage_comes_after_what_it_needs():
    asked = plan(load_recipe("peano-study"))
    seen: set[str] = set()
    for name, stage in asked.stages.items():
        assert stage.needs <= seen
        seen.add(name)


def test_conditions_of_one_overlap_differ_in_their_data_alone():
    stages = plan(peano()).stages
    first, last = stages["sft-grpo-n600-p0-s1"], stages["sft-grpo-n600-p100-s1"]
    assert first.table == last.table
    assert first.seed == last.seed
    assert first.inputs["model"] == last.inputs["model"]
    assert first.inputs["data"] != last.inputs["data"]


def test_all_conditions_are_evaluated_alike():
    stages = plan(peano({"seeds": [1, 2]})).stages.values()
    tables = {(str(s.table), s.seed) for s in stages if s.kind == "evaluate"}
    assert len(tables) == 1


@pytest.mark.parametrize("only", ["sft+grpo@0.3", "sft"])
def test_only_takes_a_condition_and_what_it_needs(only: str):
    asked = plan(peano())
    needed = asked.needed([only])
    assert {"base", "pool", "splits-s1", "sft-n600-s1"} <= set(needed)
    assert "grpo-s1" not in needed
    assert ("sft-grpo-n600-p30-s1" in needed) == (only == "sft+grpo@0.3")
    assert "sft-grpo-n600-p100-s1" not in needed


def test_only_names_the_conditions_there_are():
    with pytest.raises(UsageError, match=r" sft\+grpo@0.3,.*got 'sft\+grpo@0.4'"):
        plan(peano()).needed(["sft+grpo@0.4"])


def test_data_and_model_of_anyone_replace_the_recipes():
    recipe = peano({"conditions": ["grpo"]})
    mine, rows = Artefact("/m", "1"), Artefact("/d", "2", "overlap_30")
    asked = plan(recipe, model=mine, data=rows, evaluate=False)
    (stage,) = asked.stages.values()
    assert stage.inputs == {"model": mine, "data": rows}
    assert asked.trainings == {Condition("grpo", 1): stage.name}


def test_peano_rows_are_asked_as_the_benchmark_asks():
    from leaneval.peano import INSTRUCTION

    table = plan(peano()).stages["splits-s1"].table
    assert table["format"] == {"system": INSTRUCTION.strip(), "prompt": "Problem: {prompt}"}


def test_data_that_cannot_be_had_is_found_before_anything_dear():
    stages = list(plan(load_recipe("peano", {"seeds": [1, 2]})).stages.values())
    kinds = [stage.kind for stage in stages]
    assert max(kinds.index(kind) for kind in ("pool", "splits", "base")) < kinds.index("evaluate")
    assert set(kinds[: kinds.index("evaluate")]) == {"pool", "splits", "base"}
    seen: set[str] = set()
    for stage in stages:
        assert stage.needs <= seen
        seen.add(stage.name)

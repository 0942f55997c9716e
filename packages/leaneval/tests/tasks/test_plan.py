"""What a task's configuration asks for: precedence, guards and their messages."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from leaneval.errors import UsageError
from leaneval.profile import MATHLIB, PEANO
from leaneval.tasks._plan import _warn_once, plan_of, warn_without_judge

TABLE = {"benchmark": "peano", "profile": "peano", "judge": "defeq"}


def config(metadata: dict[str, Any] | None = None, **table: Any) -> dict[str, Any]:
    merged = {"version": 1.0, "leaneval": TABLE | table} | (metadata or {})
    return {"task": "t", "repeats": 8, "metadata": merged}


@pytest.fixture(autouse=True)
def _forget_warnings() -> None:
    _warn_once.cache_clear()


def test_the_yaml_gives_defaults() -> None:
    plan = plan_of(config(), {})
    assert (plan.benchmark, plan.profile, plan.style) == ("peano", PEANO, "statement")
    assert (plan.settings.judge, plan.settings.repeats) == ("defeq", 8)


def test_environment_over_yaml_and_metadata_over_both() -> None:
    environment = {"LEANEVAL_JUDGE": "none", "LEANEVAL_TIME_LIMIT": "3"}
    plan = plan_of(config({"judge": "llm:m"}), environment)
    assert (plan.settings.judge, plan.settings.time_limit) == ("llm:m", 3.0)
    assert plan_of(config(), environment).settings.judge == "none"


def test_repeats_come_from_metadata_too() -> None:
    assert plan_of(config({"repeats": 2, "k": [1, 2]}), {}).settings.repeats == 2


def test_profile_defaults_to_mathlib() -> None:
    bare = {"task": "t", "metadata": {"leaneval": {"benchmark": "x.jsonl"}}}
    plan = plan_of(bare, {})
    assert plan.profile is MATHLIB


def test_the_models_batch_size_is_not_leans() -> None:
    plain = plan_of(config(), {}).settings
    mixed = plan_of(config({"batch_size": "auto", "pretrained": "m", "dtype": "x"}), {}).settings
    assert mixed == plain


def test_k_above_repeats_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "lm_eval.leaneval"):
        plan_of(config({"repeats": 4}), {})
    assert "k = 8 left out: more than the 4 rollouts" in caplog.text


def test_no_judge_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "lm_eval.leaneval"):
        warn_without_judge(plan_of(config(judge="none"), {}).settings)
    assert "not S@k" in caplog.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (config({"repeats": 2, "k": [4, 8]}), r"k <= repeats, got k = 4, 8 and repeats = 2"),
        (config({"repeats": 0}), r"repeats: .*greater than or equal to 1, got 0"),
        (config({"protocol": "loose"}), r"protocol: .*'strict' or 'study', got 'loose'"),
        (config(chekcer="embedded"), r"chekcer: .*not permitted"),
        (config(style="poem"), r"style is `statement` or `file`, got 'poem'"),
        (config(profile="coq"), r"a profile is one of .*got 'coq'"),
        (
            {"task": "t", "metadata": {"leaneval": "llm:m"}},
            r"a table `leaneval` with a `benchmark`",
        ),
        ({"task": "t"}, r"task 't' must have a table `leaneval`"),
    ],
)
def test_bad_requests_say_rule_and_value(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        plan_of(changes, {})

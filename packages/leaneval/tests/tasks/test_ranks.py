"""Facts of several data-parallel ranks put together."""

from __future__ import annotations

import pytest

from leaneval.settings import Settings
from leaneval.tasks._ranks import gather, merge, share_of_this_rank


def test_counts_add_up_and_the_rest_is_the_first_ranks() -> None:
    one = {
        "checker": "embedded", "rollouts": 8, "missing": 1, "seconds": 2.0,
        "verdicts": {"compiles": 3, "fails": 5}, "judge_usage": {"calls": 3, "cost": 0.5},
    }  # fmt: skip
    two = one | {"seconds": 5.0, "verdicts": {"compiles": 1, "timeout": 7}, "judge_usage": {}}
    assert merge([one, two]) == {
        "checker": "embedded", "ranks": 2, "rollouts": 16, "missing": 2, "seconds": 5.0,
        "verdicts": {"compiles": 4, "fails": 5, "timeout": 7},
        "judge_usage": {"calls": 3, "cost": 0.5},
    }  # fmt: skip


def test_a_single_process_gathers_from_itself() -> None:
    assert gather({"rollouts": 1}) == {"rollouts": 1}


@pytest.mark.parametrize(
    ("ranks", "asked", "given"), [("4", 8, 2), ("4", 2, 1), ("1", 8, 8), ("4", None, None)]
)
def test_asked_for_workers_are_the_machines(
    monkeypatch: pytest.MonkeyPatch, ranks: str, asked: int | None, given: int | None
) -> None:
    monkeypatch.setenv("LOCAL_WORLD_SIZE", ranks)
    assert share_of_this_rank(Settings(workers=asked)).workers == given

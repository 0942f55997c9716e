"""What one call of the reward says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossfade_train.reward._grade import Grade

_NO_SPREAD = 1e-9


def summary(grades: Sequence[Grade], group_size: int) -> dict[str, float]:
    """Shares and means over the samples of one process.

    Args:
        grades: In the order of the batch; `group_size` neighbours share a prompt.
        group_size: Completions a prompt.

    Returns:
        `compile_rate` over samples with a verdict; `semantic_mean` (0 where it does not compile)
        and `exact_share` (score 1) over samples with a score; `share_unavailable` over all;
        `zero_spread_share`, the groups whose rewards are all equal, over the groups with at least
        two rewards. A share over nothing is left out.
    """
    verdicts = [grade.compiles for grade in grades if grade.compiles is not None]
    scores = [grade.semantic for grade in grades if grade.semantic is not None]
    groups = [
        values
        for start in range(0, len(grades), group_size)
        if len(values := _values(grades[start : start + group_size])) > 1
    ]
    shares: dict[str, Sequence[float]] = {
        "compile_rate": verdicts,
        "semantic_mean": scores,
        "exact_share": [score == 1 for score in scores],
        "share_unavailable": [grade.value is None for grade in grades],
        "zero_spread_share": [max(values) - min(values) < _NO_SPREAD for values in groups],
    }
    return {name: sum(values) / len(values) for name, values in shares.items() if values}


def _values(grades: Sequence[Grade]) -> list[float]:
    return [grade.value for grade in grades if grade.value is not None]

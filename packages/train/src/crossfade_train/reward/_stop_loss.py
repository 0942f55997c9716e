"""The stop-loss: training ends when too many of its rewards are missing.

Invariant: all processes count together and decide alike, before the optimiser takes the step. A
`None` is kept out of the baseline, but a run that loses many trains on the few that are left, and
which those are is not chance: rollouts go missing where they compile.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import torch
from transformers import TrainerCallback

from crossfade_train.errors import StopLossError

if TYPE_CHECKING:
    from crossfade_train.reward._dual import DualReward


class StopLoss(TrainerCallback):
    """Raises once more than `limit` of the last `window` calls' rewards are unavailable.

    Calls still to come count as complete, so one bad call alone does not end a run unless it is
    worse than the whole window may be.

    Args:
        reward: Counts what it could not have.
        limit: Share that may be unavailable.
        window: Reward calls.
    """

    def __init__(self, reward: DualReward, *, limit: float, window: int) -> None:
        self._reward = reward
        self._limit = limit
        self._calls: deque[tuple[int, int]] = deque(maxlen=window)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Count, and end the run where the limit is passed.

        Raises:
            StopLossError: With the count, the window and what to do.
        """
        missing, total = _over_processes(*self._reward.take(), args.device)
        if not total:
            return  # a step on rollouts that were counted before
        self._calls.append((missing, total))
        lost = sum(missing for missing, _ in self._calls)
        window = self._calls.maxlen or 1
        allowed = self._limit * window * max(total for _, total in self._calls)
        if lost > allowed:
            raise StopLossError(
                f"At most {self._limit:.0%} of the rewards of {window} reward calls may be "
                f"unavailable ({allowed:.0f} samples), got {lost} in the last {len(self._calls)} "
                f"calls, at step {state.global_step + 1}. Nothing of this stage counts as done. "
                "Mend the checker or judge (`leaneval doctor`), then start again: it goes on from "
                "the last checkpoint."
            )


def _over_processes(missing: int, total: int, device: Any) -> tuple[int, int]:
    distributed = torch.distributed
    if not distributed.is_available() or not distributed.is_initialized():
        return missing, total
    counts = torch.tensor([missing, total], device=device)
    distributed.all_reduce(counts)
    return int(counts[0]), int(counts[1])

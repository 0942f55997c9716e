"""The GRPO reward: leaneval's dual score, with partial credit and a stop-loss."""

from __future__ import annotations

from crossfade_train.reward._dual import DualReward
from crossfade_train.reward._likeness import likeness
from crossfade_train.reward._stop_loss import StopLoss

__all__ = ["DualReward", "StopLoss", "likeness"]

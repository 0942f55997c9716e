"""What both training stages need around TRL: arguments, repeatability, checkpoints, the end."""

from __future__ import annotations

from crossfade_train._trl._arguments import check_names, configuration, explained, quiet
from crossfade_train._trl._callbacks import Metrics, Repeatable, rollout_steps, step_seed
from crossfade_train._trl._checkpoints import Checkpoints
from crossfade_train._trl._finish import finish, peft_config
from crossfade_train._trl._rollouts import EARLY, Rollouts, can_sample, sample
from crossfade_train._trl._training import Training

__all__ = [
    "EARLY",
    "Checkpoints",
    "Metrics",
    "Repeatable",
    "Rollouts",
    "Training",
    "can_sample",
    "check_names",
    "configuration",
    "explained",
    "finish",
    "peft_config",
    "quiet",
    "rollout_steps",
    "sample",
    "step_seed",
]

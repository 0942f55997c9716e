"""The run folder: what a recipe produced, stage by stage."""

from __future__ import annotations

from crossfade_train.run._metrics import MetricsLog, read_metrics

__all__ = ["MetricsLog", "read_metrics"]

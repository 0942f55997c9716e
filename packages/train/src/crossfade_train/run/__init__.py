"""The run folder and the stages in it: plan, look, run."""

from __future__ import annotations

from crossfade_train.run._estimate import spoken
from crossfade_train.run._execute import apart, command, launch_of
from crossfade_train.run._external import external
from crossfade_train.run._folder import recipe_of
from crossfade_train.run._graph import Plan, plan
from crossfade_train.run._metrics import MetricsLog, read_metrics
from crossfade_train.run._preflight import check_checkpoint
from crossfade_train.run._run import Outlook, look, run
from crossfade_train.run._server import server_command
from crossfade_train.run._stage import Artefact, Ref, Request, Stage
from crossfade_train.run._store import Store

__all__ = [
    "Artefact",
    "MetricsLog",
    "Outlook",
    "Plan",
    "Ref",
    "Request",
    "Stage",
    "Store",
    "apart",
    "check_checkpoint",
    "command",
    "external",
    "launch_of",
    "look",
    "plan",
    "read_metrics",
    "recipe_of",
    "run",
    "server_command",
    "spoken",
]

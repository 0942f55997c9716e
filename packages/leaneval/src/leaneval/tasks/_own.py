"""What a task's YAML need not say, so that a benchmark of one's own is a name and a file.

The shipped YAML of the same Lean world and prompt style gives whatever is left out: prompt,
generation, splits. Invariant: a key that the user's YAML holds is never changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lm_eval.tasks._yaml_loader import load_yaml

from leaneval.profile import PEANO
from leaneval.tasks._prompts import peano_description

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.tasks._plan import Plan

_FOLDER = Path(__file__).parent
_STYLES = {"statement": "_statement_yaml", "file": "_file_yaml"}
_ITS_OWN = frozenset({"task", "tag", "class", "metadata"})
"""Keys by which a shipped task is that task."""


def completed(config: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """The configuration, and under it the shipped one of the plan's world and style."""
    is_peano = plan.profile is PEANO
    shipped: dict[str, Any] = load_yaml(
        _FOLDER / ("peano_dual.yaml" if is_peano else _STYLES[plan.style])
    )
    if is_peano:
        shipped["description"] = peano_description()
    return {key: shipped[key] for key in shipped if key not in _ITS_OWN} | dict(config)

"""Recipes: frozen tables, read from TOML, with other packages' arguments under their own names."""

from __future__ import annotations

from crossfade_train.recipe._foreign import names
from crossfade_train.recipe._load import load_recipe, parse_overrides, resolved, shipped
from crossfade_train.recipe._recipe import Arm, Kind, LaunchTable, Recipe
from crossfade_train.recipe._stages import BaseTable, EvaluateTable, RewardTable
from crossfade_train.recipe._table import unknown_key

__all__ = [
    "Arm",
    "BaseTable",
    "EvaluateTable",
    "Kind",
    "LaunchTable",
    "Recipe",
    "RewardTable",
    "load_recipe",
    "names",
    "parse_overrides",
    "resolved",
    "shipped",
    "unknown_key",
]

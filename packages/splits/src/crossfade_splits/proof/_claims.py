"""The claims, each a function of the rows alone.

`make` writes what these return into the manifest, `verify` calls them again on the files. A claim
is plain data (counts, shares, lists), so that a difference can be named.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from crossfade_splits.design import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crossfade_splits.proof._data import Data


def _counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    values = frame[column].cast(pl.String).fill_null("none").value_counts()
    return dict(sorted(zip(values[column], values["count"], strict=True)))


def sets(data: Data) -> dict[str, Any]:
    """Rows, distinct ids, distinct problems and composition of each set."""
    return {
        name: {
            "rows": len(frame),
            "ids": frame["id"].n_unique(),
            "problems": len(np.unique(data.problem[data.at[name]])),
            "sources": _counts(frame, "source"),
            "licenses": _counts(frame, "license"),
            "strata": _counts(frame, "stratum"),
            "answers": int(frame["answer"].is_not_null().sum()),
        }
        for name, frame in data.frames.items()
    }


def overlap(data: Data) -> list[dict[str, Any]]:
    """Requested and achieved overlap of each condition: by id, by normal form, by identity."""
    out = []
    for condition in data.conditions:
        sft, rl = data.at[condition["sft"]], data.at[condition["name"]]
        problem = data.problem
        shared = int(np.isin(rl, sft).sum())
        near = int(np.isin(problem[rl], problem[sft]).sum())
        out.append(
            {
                **condition,
                "rl_rows": len(rl),
                "sft_rows": len(sft),
                "shared_rows": shared,
                "exact_rows": int(np.isin(data.exact[rl], data.exact[sft]).sum()),
                "near_rows": near,
                "achieved": round(shared / len(rl), 9),
                "achieved_near": round(near / len(rl), 9),
                "share_of_sft": round(shared / len(sft), 9),
                "round_off": round(shared / len(rl) - condition["requested"], 9),
                "distinct_problems": len(np.unique(problem[np.concatenate([sft, rl])])),
            }
        )
    return out


def _steps(data: Data) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Neighbouring overlaps of one draw, one RL size and one base SFT size, and both ends."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for condition in data.conditions:
        key = (condition["draw"], condition["base_sft"], len(data.at[condition["name"]]))
        groups.setdefault(key, []).append(condition)
    out = []
    for members in groups.values():
        ordered = sorted(members, key=lambda c: c["requested"])
        out += list(pairwise(ordered))
        if len(ordered) > 2:
            out.append((ordered[0], ordered[-1]))
    return out


def design(data: Data) -> list[dict[str, Any]]:
    """How neighbouring overlaps differ: swapped places, their strata, nesting."""
    strata = data.categories["stratum"]
    out = []
    for low, high in _steps(data):
        a, b = data.at[low["name"]], data.at[high["name"]]
        x, y = data.at[low["sft"]], data.at[high["sft"]]
        moved = a != b
        out.append(
            {
                "from": [low["name"], low["sft"]],
                "to": [high["name"], high["sft"]],
                "swapped_places": int(moved.sum()),
                "stratum_mismatches": int((strata[a] != strata[b]).sum()),
                "shared_nested": bool(np.isin(a[np.isin(a, x)], b[np.isin(b, y)]).all()),
                "fresh_nested": bool(np.isin(b[~np.isin(b, y)], a[~np.isin(a, x)]).all()),
                "sft_added": int((~np.isin(y, x)).sum()),
                "sft_removed": int((~np.isin(x, y)).sum()),
            }
        )
    return out


def balance(data: Data) -> list[dict[str, Any]]:
    """Balance between neighbouring overlaps and between both ends."""
    out = []
    for low, high in _steps(data):
        a, b = data.at[low["name"]], data.at[high["name"]]
        found = compare(
            ({k: v[a] for k, v in data.facts.items()}, {k: v[b] for k, v in data.facts.items()}),
            (
                {k: v[a] for k, v in data.categories.items()},
                {k: v[b] for k, v in data.categories.items()},
            ),
        )
        out.append(
            {
                "from": low["name"],
                "to": high["name"],
                "standardised_difference": found.standardised,
                "total_variation": found.variation,
                "p_value": found.p_value,
            }
        )
    return out


CLAIMS: dict[str, Callable[[Data], Any]] = {
    "sets": sets,
    "overlap": overlap,
    "design": design,
    "balance": balance,
}


def claim(data: Data) -> dict[str, Any]:
    """Every claim about some rows."""
    return {name: work(data) for name, work in CLAIMS.items()}

"""Checks of the design: what was asked for was made, and made as the design promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crossfade_splits.design import round_share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossfade_splits.proof._data import Data


def request(data: Data) -> str | None:
    """Every condition asked for is there once, no other is, with exact sizes."""
    recipe = data.recipe
    asked = {
        (draw, sft, rl, overlap)
        for draw in range(recipe.draws)
        for sft in recipe.sft
        for rl in recipe.rl
        for overlap in recipe.overlap
    }
    listed = [
        (c["draw"], c["base_sft"], len(data.frames[c["name"]]), c["requested"])
        for c in data.conditions
    ]
    if len(set(listed)) != len(listed) or set(listed) != asked:
        odd = sorted(set(listed) ^ asked)
        shown = odd[0] if odd else "a condition listed twice"
        return f"conditions (draw, SFT, RL, overlap) must be those asked for, differs in {shown}"
    used = {c["name"] for c in data.conditions} | {c["sft"] for c in data.conditions}
    if unused := sorted(set(data.frames) - used):
        return f"{unused[0]}: belongs to no condition"
    for condition in data.conditions:
        rl, sft = len(data.frames[condition["name"]]), len(data.frames[condition["sft"]])
        grown = round_share(condition["requested"], rl) if recipe.hold == "distinct" else 0
        if sft != condition["base_sft"] + grown:
            want = condition["base_sft"] + grown
            return f"{condition['sft']}: must hold {want} rows, found {sft}"
    return None


def _step(step: Mapping[str, Any], hold: str) -> str | None:
    where = f"{step['from'][0]} -> {step['to'][0]}"
    if not (step["shared_nested"] and step["fresh_nested"]):
        return f"{where}: sets must be nested"
    if hold == "sft" and (step["sft_added"] or step["sft_removed"]):
        return f"{where}: the SFT set must stay the same"
    if hold == "distinct" and (step["swapped_places"] or step["sft_removed"]):
        return f"{where}: the RL set must stay the same and the SFT set only grow"
    return None


def promises(claims: Mapping[str, Any], data: Data) -> str | None:
    """Sets hold no problem twice, overlap is as asked by every measure, only swaps differ."""
    for name, entry in claims["sets"].items():
        if not entry["rows"] == entry["ids"] == entry["problems"]:
            return (
                f"{name}: no problem may occur twice, {entry['rows']} rows are {entry['problems']}"
            )
    for entry in claims["overlap"]:
        want = round_share(entry["requested"], entry["rl_rows"])
        found = {entry["shared_rows"], entry["exact_rows"], entry["near_rows"]}
        if found != {want}:
            return (
                f"{entry['name']}: {want} rows must overlap by every measure, found {sorted(found)}"
            )
        if entry["distinct_problems"] != entry["sft_rows"] + entry["rl_rows"] - want:
            return f"{entry['name']}: distinct problems do not add up"
    hold = data.recipe.hold
    shared = {(e["name"], e["sft"]): e["shared_rows"] for e in claims["overlap"]}
    for step in claims["design"]:
        if problem := _step(step, hold):
            return problem
        swaps = shared[tuple(step["to"])] - shared[tuple(step["from"])]
        if hold == "sft" and step["swapped_places"] != swaps:
            return (
                f"{step['to'][0]}: {swaps} places must be swapped, found {step['swapped_places']}"
            )
    return None

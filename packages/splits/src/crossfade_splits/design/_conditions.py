"""The sets that a draw yields: names, members, and what is claimed of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crossfade_splits.design._draw import Draw
    from crossfade_splits.recipe import Recipe


@dataclass(frozen=True)
class Condition:
    """One RL set and the SFT set it goes with."""

    name: str
    sft_name: str
    overlap: float
    draw: int
    base_sft: int
    """The SFT size asked for."""
    shared: int
    """Places of the RL set that hold an SFT problem: round(overlap * rl)."""
    sft: NDArray[np.int64]
    rl: NDArray[np.int64]


def round_share(overlap: float, rl: int) -> int:
    """round(overlap * rl), halves up, free of binary round-off (0.35 * 1000 is 350)."""
    exact = Fraction(repr(overlap)) * rl
    return int(exact + Fraction(1, 2))


def percent(overlap: float) -> str:
    """An overlap as it stands in a configuration's name: 0.3 is `30`, 0.125 is `12.5`."""
    return f"{float(Fraction(repr(overlap)) * 100):.10g}"


def check(recipe: Recipe) -> None:
    """Refuse sizes that no pool could satisfy.

    Raises:
        UsageError: an RL set would need more shared problems than its SFT set holds.
    """
    if recipe.hold == "distinct":
        return
    for rl in recipe.rl:
        for overlap in recipe.overlap:
            shared = round_share(overlap, rl)
            if shared > min(recipe.sft):
                raise UsageError(
                    f"Shared problems come from the SFT set: overlap {overlap:g} of {rl:,} RL "
                    f"problems needs {shared:,} of them, the SFT set has {min(recipe.sft):,}; "
                    f"lower --rl or --overlap, or raise --sft."
                )


def _name(recipe: Recipe, draw: int, base: str, sft: int | None, rl: int | None) -> str:
    name = f"draw_{draw}_{base}" if recipe.draws > 1 else base
    if sft is not None and len(recipe.sft) > 1:
        name += f"_sft_{sft}" if base != "sft" else f"_{sft}"
    if rl is not None and len(recipe.rl) > 1:
        name += f"_rl_{rl}"
    return name


def _by_place(problems: NDArray[np.int64], order: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Write problems in the random order of their places, the same for every condition."""
    return problems[np.argsort(order[: len(problems)], kind="stable")]


def _swapped(recipe: Recipe, drawn: Draw, number: int, rl: int, overlap: float) -> list[Condition]:
    """SFT stays; the RL set trades fresh problems for shared ones."""
    shared = round_share(overlap, rl)
    members = np.concatenate([drawn.sft[:shared], drawn.fresh[shared:rl]])
    rows = _by_place(members, drawn.order)
    return [
        Condition(
            name=_name(recipe, number, f"overlap_{percent(overlap)}", None, rl),
            sft_name=_name(recipe, number, "sft", sft, None),
            overlap=overlap,
            draw=number,
            base_sft=sft,
            shared=shared,
            sft=_by_place(drawn.sft[:sft], drawn.order),
            rl=rows,
        )
        for sft in recipe.sft
    ]


def _grown(recipe: Recipe, drawn: Draw, number: int, rl: int, overlap: float) -> list[Condition]:
    """The RL set stays; the SFT set takes in the first of its problems."""
    shared = round_share(overlap, rl)
    rows = _by_place(drawn.fresh[:rl], drawn.order)
    tag = f"sft_for_{percent(overlap)}"
    return [
        Condition(
            name=_name(recipe, number, f"overlap_{percent(overlap)}", None, rl),
            sft_name=_name(recipe, number, tag, sft, rl),
            overlap=overlap,
            draw=number,
            base_sft=sft,
            shared=shared,
            sft=np.concatenate(
                [
                    _by_place(drawn.sft[:sft], drawn.order),
                    _by_place(drawn.fresh[:shared], drawn.order),
                ]
            ),
            rl=rows,
        )
        for sft in recipe.sft
    ]


def conditions(recipe: Recipe, drawn: Draw, number: int) -> list[Condition]:
    """Every condition of one draw, overlaps ascending."""
    build = _grown if recipe.hold == "distinct" else _swapped
    return [
        condition
        for rl in sorted(recipe.rl)
        for overlap in sorted(recipe.overlap)
        for condition in build(recipe, drawn, number, rl, overlap)
    ]

"""What a reader of the manifest must be told, derived from the claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossfade_splits.recipe import Recipe

NEGLIGIBLE = 0.1
"""Standardised difference below which two groups count as balanced (Austin 2009)."""
_SLACK = 3
"""Rows by which a small set may miss a share of the mixture."""


def _mixture(claims: Mapping[str, Any], mixture: Mapping[str, float]) -> list[str]:
    """Sources that a set holds less or more of than asked, past what whole rows allow."""
    total = sum(mixture.values())
    out = []
    for name, entry in sorted(claims["sets"].items()):
        for source, share in sorted(mixture.items()):
            asked, found = share / total, entry["sources"].get(source, 0) / entry["rows"]
            if abs(found - asked) > 0.01 + _SLACK / entry["rows"]:
                out.append(
                    f"{name}: {found:.1%} of the rows are from {source}, the mixture asks for "
                    f"{asked:.1%}; ask for fewer rows or another share."
                )
    return out


def warnings_of(claims: Mapping[str, Any], recipe: Recipe) -> list[str]:
    """Return a sentence for everything that could not be had as asked."""
    out = _mixture(claims, recipe.mixture)
    for step in claims["design"]:
        if step["stratum_mismatches"]:
            out.append(
                f"{step['from'][0]} -> {step['to'][0]}: {step['stratum_mismatches']:,} of "
                f"{step['swapped_places']:,} swaps cross strata, because a stratum ran out of "
                "problems; ask for fewer rows or coarser --stratify."
            )
    for step in claims["balance"]:
        for name, value in sorted(step["standardised_difference"].items()):
            if abs(value) > NEGLIGIBLE:
                out.append(
                    f"{step['from']} -> {step['to']}: {name} is not balanced (standardised "
                    f"difference {value:+.3f}, negligible is 0.1); compare with care."
                )
        if step["p_value"] < 0.01 and not recipe.mixture:
            out.append(
                f"{step['from']} -> {step['to']}: the permutation test tells the two sets apart "
                f"(p = {step['p_value']:.3f})."
            )
    for entry in claims["overlap"]:
        if abs(entry["round_off"]) > 1e-9:
            out.append(
                f"{entry['name']}: {entry['shared_rows']:,} of {entry['rl_rows']:,} is "
                f"{entry['achieved']:.6f}, the nearest to {entry['requested']:g} that whole rows "
                "allow."
            )
    return out

"""Tables for people, from the manifest and from an audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossfade_splits.audit import Audit

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        left = head in ("set", "SFT set", "rows")
        table.add_column(head, justify="left" if left else "right", no_wrap=True)
    return table


def _whole(table: Table) -> None:
    """Print a table as wide as it is: a cell cut short is a wrong number."""
    wide = out.measure(table, options=out.options.update(max_width=10_000)).maximum
    Console(width=wide, highlight=False).print(table)


def made(manifest: Mapping[str, Any]) -> None:
    """Print what `make` did."""
    pool, claims = manifest["pool"], manifest["claims"]
    steps = _table("rows", "")
    steps.add_row("read", f"{pool['read']:,}")
    for reason, count in sorted(pool["removed"].items(), key=lambda item: -item[1]):
        steps.add_row(f"- {reason}", f"{count:,}")
    steps.add_row("distinct problems", f"{pool['problems']:,}")
    injected = sum(manifest["injection"]["injected"].values())
    if manifest["recipe"]["inject"]:
        steps.add_row("answers injected (of the drawn)", f"{injected:,}")
    _whole(steps)
    out.print()
    table = _table("set", "SFT set", "SFT", "RL", "asked", "shared", "alike", "distinct")
    for c in claims["overlap"]:
        table.add_row(
            c["name"],
            c["sft"],
            f"{c['sft_rows']:,}",
            f"{c['rl_rows']:,}",
            f"{c['requested']:.4g}",
            f"{c['shared_rows']:,} ({c['achieved']:.2%})",
            f"{c['near_rows']:,}",
            f"{c['distinct_problems']:,}",
        )
    _whole(table)
    for match in manifest["contamination"][:10]:
        likeness = "" if match["similarity"] is None else f" {match['similarity']:.2f}"
        out.print(
            f"contaminated: {match['id']} is {match['benchmark']}:{match['problem']} "
            f"({match['reason']}{likeness})",
            markup=False,
        )
    if more := manifest["contamination"][10:]:
        out.print(f"contaminated: {len(more):,} more in evidence/contamination.parquet")
    for step in claims["balance"][-1:]:
        worst = max((abs(v) for v in step["standardised_difference"].values()), default=0.0)
        out.print(
            f"balance {step['from']} -> {step['to']}: largest standardised difference {worst:.3f}, "
            f"strata total variation {step['total_variation']['stratum']:.4f}, "
            f"permutation p = {step['p_value']:.3f}"
        )
    for text in manifest["warnings"]:
        err.print(f"warning: {text}", markup=False)


def audited(found: Audit, a: str, b: str) -> None:
    """Print an audit."""
    table = _table("rows", "", "share of B")

    def line(name: str, count: int) -> None:
        table.add_row(name, f"{count:,}", f"{count / found.b_rows:.2%}" if found.b_rows else "-")

    table.add_row(f"A {a}", f"{found.a_rows:,}", "")
    table.add_row(f"B {b}", f"{found.b_rows:,}", "")
    line("B identical to a row of A", found.exact)
    line("B near-duplicate of a row of A", found.near)
    line("B with the Lean target of a row of A", found.target)
    line("B overlapping A in all", found.overlapping)
    _whole(table)
    for pair in found.pairs:
        likeness = "" if pair.similarity is None else f" {pair.similarity:.3f}"
        out.print(f"\n{pair.kind}{likeness}: {pair.a} | {pair.b}", markup=False)
        out.print(f"  A {pair.a_text[:160]}\n  B {pair.b_text[:160]}", markup=False)

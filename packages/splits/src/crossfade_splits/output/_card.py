"""The data-set card: what a person who opens the folder should know first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


_HEAD = [
    "RL set",
    "SFT set",
    "requested overlap",
    "shared problems",
    "RL rows alike to an SFT row",
    "distinct problems in both",
]


def _configs(files: Mapping[str, Any]) -> str:
    lines = ["configs:"]
    for name, entry in sorted(files.items()):
        lines += [
            f"- config_name: {name}",
            "  data_files:",
            "  - split: train",
            f"    path: {entry['file']}",
        ]
    return "\n".join(lines)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _licences(claims: Mapping[str, Any]) -> str:
    names = sorted({name for entry in claims["sets"].values() for name in entry["licenses"]})
    return ", ".join(names)


def card(manifest: Mapping[str, Any]) -> str:
    """Return the README.md of a data set."""
    claims = manifest["claims"]
    conditions = [
        [
            f"`{c['name']}`",
            f"`{c['sft']}`",
            f"{c['requested']:.4g}",
            f"{c['shared_rows']:,} of {c['rl_rows']:,}",
            f"{c['near_rows']:,}",
            f"{c['distinct_problems']:,}",
        ]
        for c in claims["overlap"]
    ]
    removed = [
        [reason, f"{count:,}"] for reason, count in sorted(manifest["pool"]["removed"].items())
    ]
    first = claims["overlap"][0]
    held = (
        "The SFT set is the same at every overlap; an RL set trades fresh problems for SFT "
        "problems of the same stratum, place by place."
        if manifest["recipe"]["hold"] == "sft"
        else "The RL set and the set of distinct problems are the same at every overlap; the SFT "
        "set grows by the problems that become shared, so its size differs between conditions."
    )
    warnings = "".join(f"- {text}\n" for text in manifest["warnings"]) or "None.\n"
    return f"""---
{_configs(claims["files"])}
tags:
- crossfade
- sft
- grpo
---

# SFT and RL sets at requested overlaps

Made by crossfade-splits {manifest["software"]["crossfade-splits"]} from
{manifest["pool"]["read"]:,} pool rows, {manifest["pool"]["problems"]:,} distinct problems.
{held}

```python
from datasets import load_dataset

sft = load_dataset("THIS_FOLDER", "{first["sft"]}")["train"]
rl = load_dataset("THIS_FOLDER", "{first["name"]}")["train"]
```

## Conditions

{_table(_HEAD, conditions)}

"Alike" is identity of problems: the same normal form, a near-duplicate (Jaccard similarity of
character 5-grams at least {manifest["recipe"]["near"]["threshold"]:g}, same numbers) or the same
normalised Lean target. It was established by an exact set-similarity join.

## Removed from the pool

{_table(["reason", "rows"], removed or [["nothing", "0"]])}

`evidence/removed.parquet` names every removed row with what it duplicates.

## Warnings

{warnings}
## Licences

Each row keeps its own in `license`. Present here: {_licences(claims) or "none stated"}.

## Check it

`crossfade-splits verify THIS_FOLDER` recomputes every claim of `manifest.json` from the data files.
"""

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


_HELD_SFT = (
    "The SFT set is the same at every overlap; an RL set trades fresh problems for SFT "
    "problems of the same stratum, place by place."
)
_HELD_DISTINCT = (
    "The RL set and the set of distinct problems are the same at every overlap; the SFT "
    "set grows by the problems that become shared, so its size differs between conditions."
)
_CARD = """---
{configs}
tags:
- crossfade
- sft
- grpo
---

# SFT and RL sets at requested overlaps

Made by crossfade-splits {version} from
{read:,} pool rows, {problems:,} distinct problems.
{held}

```python
from datasets import load_dataset

sft = load_dataset("THIS_FOLDER", "{sft}")["train"]
rl = load_dataset("THIS_FOLDER", "{rl}")["train"]
```

## Conditions

{conditions}

"Alike" is identity of problems: the same normal form, a near-duplicate (Jaccard similarity of
character 5-grams at least {threshold:g}, same numbers) or the same
normalised Lean target. It was established by an exact set-similarity join.

## Removed from the pool

{removed}

`evidence/removed.parquet` names every removed row with what it duplicates.

## Warnings

{warnings}
## Licences

Each row keeps its own in `license`. Present here: {licences}.

## Check it

`crossfade-splits verify THIS_FOLDER` recomputes every claim of `manifest.json` from the data files.
"""


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


def _conditions(claims: Mapping[str, Any]) -> list[list[str]]:
    return [
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


def card(manifest: Mapping[str, Any]) -> str:
    """Return the README.md of a data set."""
    claims = manifest["claims"]
    removed = [
        [reason, f"{count:,}"] for reason, count in sorted(manifest["pool"]["removed"].items())
    ]
    first = claims["overlap"][0]
    warnings = "".join(f"- {text}\n" for text in manifest["warnings"]) or "None.\n"
    return _CARD.format(
        configs=_configs(claims["files"]),
        version=manifest["software"]["crossfade-splits"],
        read=manifest["pool"]["read"],
        problems=manifest["pool"]["problems"],
        held=_HELD_SFT if manifest["recipe"]["hold"] == "sft" else _HELD_DISTINCT,
        sft=first["sft"],
        rl=first["name"],
        conditions=_table(_HEAD, _conditions(claims)),
        threshold=manifest["recipe"]["near"]["threshold"],
        removed=_table(["reason", "rows"], removed or [["nothing", "0"]]),
        warnings=warnings,
        licences=_licences(claims) or "none stated",
    )

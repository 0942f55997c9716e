"""Files of results: `THEME_HARDWARE_DATE.json` with every sample, `.md` made of it.

Invariants: 1. A file that this program did not write is never replaced: the new one is numbered.
2. Measuring one thing of a theme again on the same day replaces that record alone. 3. Both files
appear whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks._machine import hardware
from benchmarks._needs import GPU
from benchmarks._page import page, summary
from benchmarks._run import Record
from benchmarks.measurements import find

FORMAT = "crossfade benchmarks 1"


def write(records: Sequence[Record], out: Path) -> list[Path]:
    """Write the records by theme, and the summary of all that was measured here that day."""
    out.mkdir(parents=True, exist_ok=True)
    groups: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        word = hardware(on_gpu=GPU in find(record.name).needs and GPU.met())
        groups.setdefault((record.theme, word, record.facts["date"][:10]), []).append(record)
    made = [_theme(out, "_".join(key), key[0], group) for key, group in groups.items()]
    days = dict.fromkeys((word, date) for _, word, date in groups)
    return made + [_summary(out, word, date) for word, date in days]


def _theme(out: Path, stem: str, theme: str, records: Sequence[Record]) -> Path:
    path = _own(out, stem)
    kept = {record.name: record for record in read(path)} if path.is_file() else {}
    kept |= {record.name: record for record in records}
    _put(path, {"theme": theme, "records": [record.to_json() for record in kept.values()]})
    _put_text(path.with_suffix(".md"), page(theme, list(kept.values())))
    return path


def _summary(out: Path, word: str, date: str) -> Path:
    named = sorted(out.glob(f"*_{word}_{date}*.json"))
    records = [record for path in named if ours(path) for record in read(path)]
    path = _own(out, f"summary_{word}_{date}")
    _put(path, {"theme": "summary", "records": [], "of": [p.name for p in named if ours(p)]})
    _put_text(path.with_suffix(".md"), summary(records))
    return path


def _own(out: Path, stem: str) -> Path:
    """The file of this name that is ours or can be."""
    for number in count(1):
        path = out / f"{stem}{'' if number == 1 else f'_{number}'}.json"
        if ours(path) or not (path.exists() or path.with_suffix(".md").exists()):
            return path
    raise AssertionError


def ours(path: Path) -> bool:
    """Whether this program wrote it."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")).get("format") == FORMAT)
    except (OSError, ValueError, AttributeError):
        return False


def read(path: Path) -> list[Record]:
    """The records of a file of ours."""
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["format"] == FORMAT, path
    return [Record.from_json(row) for row in found["records"]]


def _put(path: Path, content: dict[str, Any]) -> None:
    _put_text(path, json.dumps({"format": FORMAT} | content, indent=1) + "\n")


def _put_text(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)

"""Write docs/licences.md: what comes along with each package, and under which licence.

    uv run python docs/licences.py [--check]

Which distributions: uv.lock, all extras, for the system this runs on. Their licences: their own
metadata, read by pip-licenses, versions as installed. Out of scope: files that a distribution
bundles without saying so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from packaging.requirements import Requirement

PAGE = Path(__file__).with_name("licences.md")
PACKAGES = ("crossfade-splits", "leaneval", "crossfade-train")
SAME = {
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "3-Clause BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "LicenseRef-NVIDIA-Proprietary": "NVIDIA, proprietary",
    "NVIDIA Proprietary Software": "NVIDIA, proprietary",
    "UNKNOWN": "not stated in the metadata",
}
"""Spellings of one licence; others are shown as they stand."""
OPENING = """# Licences

Crossfade is Apache-2.0. What its packages bring along with all their extras, by the licence that
each distribution states in its own metadata; versions as in `uv.lock`, for Python 3.11 on Linux
x86-64. Made by `uv run python docs/licences.py`; a test sees to it that it is up to date. No
distribution's text is part of ours: they are installed beside it.

The NVIDIA libraries and Triton come with torch on Linux x86-64 (`crossfade-train` alone); torch's
builds for processors have none of them.
"""


def locked(package: str) -> tuple[set[str], set[str]]:
    """Distributions of a package with all extras here: installed ones, and those that are not."""
    command = ["uv", "export", "--quiet", "--frozen", "--package", package, "--all-extras"]
    command += ["--no-dev", "--no-hashes", "--no-emit-workspace", "--no-annotate", "--no-header"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    asked = (Requirement(line) for line in lines if line.strip())
    names = {item.name for item in asked if item.marker is None or item.marker.evaluate()}
    return names & LICENCES.keys(), names - LICENCES.keys()


def licences() -> dict[str, str]:
    """The stated licence of everything installed, by normalised name."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {
        re.sub(r"[-_.]+", "-", row["Name"]).lower(): _label(row["License"], row["Name"])
        for row in found
    }


def _label(stated: str, name: str) -> str:
    first = stated.strip().splitlines()[0].strip()
    if first == "Other/Proprietary License" and name.lower().startswith(("nvidia", "cuda")):
        return "NVIDIA, proprietary"
    return "; ".join(SAME.get(part, part) for part in first.split("; "))


def section(title: str, names: set[str]) -> str:
    """A table of licences, the commonest first."""
    by_licence: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        by_licence[LICENCES[name]].append(name)
    rows = sorted(by_licence.items(), key=lambda item: (-len(item[1]), item[0]))
    table = "".join(f"| {licence} | {', '.join(held)} |\n" for licence, held in rows)
    return f"\n## {title}\n\n| licence | distributions |\n|---|---|\n{table}"


def page() -> str:
    """The page's text."""
    said, absent, parts = set[str](), set[str](), [OPENING]
    for package in PACKAGES:
        names, missing = locked(package)
        absent |= missing
        parts.append(section(f"{package}, beyond those" if said else package, names - said))
        said |= names
    if absent:
        parts.append(
            "\nFor extras that the development environment leaves out (`vllm`, `trackio`, `wandb`, "
            f"`tensorboard`), {len(absent)} more; see their own metadata.\n"
        )
    return "".join(parts)


LICENCES = licences()

if __name__ == "__main__":
    text = page()
    if sys.argv[1:] == ["--check"]:
        if PAGE.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{PAGE} is out of date: run `uv run python docs/licences.py`")
        print(f"{PAGE} is up to date")  # noqa: T201 - a command's answer
    else:
        PAGE.write_text(text, encoding="utf-8")

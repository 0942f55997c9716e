"""Reads the pages: blocks, the commands in them, and what commands.toml says of each.

A command is a line of a `sh` block, a line after `$ ` of a `console` block (what follows is its
output), or an indented line that begins with one of our programs. A block with a title is a file.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    path
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/*.md", "packages/*/README.md")
    for path in sorted(ROOT.glob(pattern))
]
OURS = ("leaneval", "crossfade", "crossfade-splits", "lm_eval")
_FENCE = re.compile(r"^```(\S*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(rf"^    (?:[A-Z_]+=\S+ )*(?:uv|pip|python|{'|'.join(OURS)}) ")
_REMARK = re.compile(r"\s+# .*$")


class Block(NamedTuple):
    """A fenced block: the word after the fence, its title if any, its text."""

    language: str
    title: str
    text: str


class Command(NamedTuple):
    """One command, without its remark, and what is shown below it."""

    page: str
    text: str
    shown: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text}"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in _FENCE.findall(page.read_text(encoding="utf-8"))]


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def commands(page: Path) -> Iterator[Command]:
    name = name_of(page)
    for block in blocks(page):
        if block.language in ("sh", "bash"):
            yield from (Command(name, text, "") for text in _whole(block.text.splitlines()))
        elif block.language == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                text, *shown = _first(part)
                yield Command(name, text, "\n".join(shown))
    lines = [line.strip() for line in prose(page).splitlines() if _INDENTED.match(line)]
    yield from (Command(name, text, "") for text in _whole(lines))


def _whole(lines: list[str]) -> Iterator[str]:
    """Commands of lines: quotes may span several, as may lines that end in a backslash."""
    held = ""
    for line in lines:
        if not held and (not line.strip() or line.startswith("#")):
            continue
        held = f"{held}\n{line}" if held else _REMARK.sub("", line)
        if held.endswith("\\") or not _closed(held):
            continue
        yield held.replace("\\\n", " ")
        held = ""
    assert not held, f"a command does not end: {held}"


def _first(part: str) -> list[str]:
    """The command that a console's part begins with, and the lines of its output."""
    lines = part.rstrip("\n").split("\n")
    lines[0] = _REMARK.sub("", lines[0])
    for count in range(1, len(lines) + 1):
        text = "\n".join(lines[:count])
        if not text.endswith("\\") and _closed(text):
            return [text.replace("\\\n", " "), *lines[count:]]
    raise AssertionError(f"a command does not end: {part}")


def _closed(text: str) -> bool:
    try:
        shlex.split(text)
    except ValueError:
        return False
    return True


def plan() -> dict[str, dict[str, Any]]:
    """What is done with each command, by its text with single spaces."""
    found: dict[str, dict[str, Any]] = {}
    for entry in tomllib.loads((Path(__file__).with_name("commands.toml")).read_text())["do"]:
        for text in entry["commands"]:
            assert squeezed(text) not in found, f"commands.toml says it twice: {text}"
            found[squeezed(text)] = {**entry, "commands": None}
    return found


def squeezed(text: str) -> str:
    return " ".join(text.split())


ALL = [command for page in PAGES for command in commands(page)]
PLAN = plan()


@pytest.fixture
def what_is_done() -> dict[str, dict[str, Any]]:
    return PLAN


@pytest.fixture
def every_command() -> list[Command]:
    return ALL


@pytest.fixture
def blocks_of():
    return blocks


@pytest.fixture
def prose_of():
    return prose


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`page`, `command` (each once) and `scenario` (a page's commands that are run)."""
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", PAGES, ids=name_of)
    if "command" in metafunc.fixturenames:
        metafunc.parametrize("command", list(dict.fromkeys(ALL)), ids=lambda item: item.text[:60])
    if "scenario" in metafunc.fixturenames:
        run: dict[str, list[Command]] = defaultdict(list)
        for item in ALL:
            if PLAN.get(squeezed(item.text), {}).get("how") == "run":
                run[item.page].append(item)
        metafunc.parametrize("scenario", run.values(), ids=run.keys())

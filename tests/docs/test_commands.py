"""Every command that a page shows is run, or is at least a command that exists."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

ROOT = Path(__file__).resolve().parents[2]
HOWS = {"run", "dry", "parse", "elsewhere", "theirs"}
_ASSIGNMENT = re.compile(r"[A-Za-z_]+=")
_SHELL = re.compile(r"\$\([^()]*\)|\$\w+")


def squeezed(text: str) -> str:
    return " ".join(text.split())


# ---- what is said of commands


def test_every_command_is_classified_and_nothing_else_is(every_command, what_is_done):
    shown = {squeezed(command.text) for command in every_command}
    new = sorted(shown - what_is_done.keys())
    gone = sorted(what_is_done.keys() - shown)
    assert not new, f"say in tests/docs/commands.toml what a test does with: {new}"
    assert not gone, f"no page shows any more: {gone}; take them out of tests/docs/commands.toml"


def test_what_is_not_run_has_a_reason(what_is_done):
    for text, entry in what_is_done.items():
        assert entry["how"] in HOWS, text
        if entry["how"] == "elsewhere":
            path, name = entry["test"].split("::")
            assert f"def {name}(" in (ROOT / path).read_text(), f"{text}: no test {entry['test']}"
        elif entry["how"] != "run":
            assert entry["why"], text


# ---- names and options


@pytest.fixture(scope="session")
def harness_options() -> frozenset[str]:
    done = subprocess.run(
        [sys.executable, "-m", "lm_eval", "run", "--help"],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    return frozenset(re.findall(r"--[a-z_-]+", done.stdout))


def programs(text: str) -> list[list[str]]:
    """The words of each program of a command, from the program's own name on."""
    lexer = shlex.shlex(_SHELL.sub("1", text), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    for word in lexer:
        if word and set(word) <= set("|&;()<>"):
            found.append([])
        else:
            found[-1].append(word)
    return [words for part in found if (words := _bare(part))]


def _bare(words: list[str]) -> list[str]:
    """Without assignments, `uv run` and `srun`, and their options."""
    while words and (_ASSIGNMENT.match(words[0]) or words[0] in ("uv", "run", "srun")):
        words = words[1:]
        while words and words[0] == "--group":
            words = words[2:]
    return words


def typed(app: typer.Typer, words: list[str]) -> None:
    """Let the real command line take the words apart; it raises where they do not fit."""
    group: Any = typer.main.get_command(app)
    context = group.context_class(group)
    command = group.get_command(context, words[1])
    assert command is not None, f"{words[0]} has no command {words[1]}"
    command.make_context(words[1], words[2:])


def check_leaneval(words: list[str], _: frozenset[str]) -> None:
    from leaneval.cli import app

    typed(app, words)


def check_crossfade(words: list[str], _: frozenset[str]) -> None:
    from crossfade_train.cli import app
    from crossfade_train.cli._arguments import spread
    from crossfade_train.recipe import shipped

    typed(app, spread(words))
    if words[1] in ("ablate", "sft", "grpo"):
        assert words[2] in shipped(), f"no recipe {words[2]}"


def check_splits(words: list[str], _: frozenset[str]) -> None:
    from crossfade_splits.cli import app
    from crossfade_splits.cli._arguments import spread

    typed(app, spread(words))


def check_harness(words: list[str], known: frozenset[str]) -> None:
    unknown = {word for word in words if word.startswith("--")} - known
    assert not unknown, f"lm_eval has no {unknown}"
    tasks = words[words.index("--tasks") + 1].split(",")
    folder = ROOT / "packages/leaneval/src/leaneval/tasks"
    for task in tasks:
        assert task.endswith(".yaml") or (folder / f"{task}.yaml").is_file(), f"no task {task}"


def check_pip(words: list[str], _: frozenset[str]) -> None:
    for asked in words[2:]:
        if asked in FOREIGN or asked.startswith("-"):
            continue
        name, _, extras = asked.rstrip("]").partition("[")
        path = ROOT / "packages" / name.removeprefix("crossfade-") / "pyproject.toml"
        if path.is_file():
            offered = set(tomllib.loads(path.read_text())["project"]["optional-dependencies"])
        else:
            offered = set(importlib.metadata.metadata(name).get_all("Provides-Extra") or ())
        assert set(filter(None, extras.split(","))) <= offered, asked


def check_pytest(words: list[str], _: frozenset[str]) -> None:
    marker = words.index("-m") if "-m" in words else len(words)
    for path in words[1:marker]:
        assert (ROOT / path).exists(), f"no {path}"


def check_python(words: list[str], _: frozenset[str]) -> None:
    if words[1] == "-m":
        top = words[2].split(".")[0]
        assert (ROOT / top).is_dir() or importlib.util.find_spec(top), f"no module {words[2]}"
    elif words[1] != "-c":
        assert (ROOT / words[1]).is_file(), f"no {words[1]}"


CHECKS = {
    "leaneval": check_leaneval,
    "crossfade": check_crossfade,
    "crossfade-splits": check_splits,
    "lm_eval": check_harness,
    "pip": check_pip,
    "pytest": check_pytest,
    "python": check_python,
}
OTHERS = {"cat", "printf", "mkdocs"}
FOREIGN = {"flash-attn"}
"""Packages that are built for a GPU and are not here to be asked what they offer."""


def test_its_names_and_options_exist(command, what_is_done, harness_options):
    entry = what_is_done.get(squeezed(command.text))
    assert entry, f"not in commands.toml: {command}"
    for words in programs(command.text):
        if entry["how"] == "theirs":
            assert words[0] not in CHECKS or words[0] == "python", "ours: say `parse` or more"
        elif words[0] in CHECKS:
            CHECKS[words[0]](words, harness_options)
        else:
            assert words[0] in OTHERS or not words[0].isalpha(), f"what is {words[0]}?"


def test_options_named_in_the_text_exist(page, prose_of):
    """`leaneval check --references TASK`, between backticks, is a promise too."""
    from crossfade_splits.cli import app as splits
    from crossfade_train.cli import app as train
    from leaneval.cli import app as leaneval

    apps = {"leaneval": leaneval, "crossfade": train, "crossfade-splits": splits}
    pattern = rf"`(?:uv run )?({'|'.join(sorted(apps, reverse=True))}) ([a-z][^`|]*)`"
    for program, rest in re.findall(pattern, prose_of(page)):
        words = rest.split()
        group: Any = typer.main.get_command(apps[program])
        command = group.get_command(group.context_class(group), words[0])
        assert command is not None, f"{program} has no command {words[0]}"
        options = {
            name for param in command.params for name in [*param.opts, *param.secondary_opts]
        }
        for word in words[1:]:
            assert not word.startswith("--") or word in options, f"{program} {words[0]}: {word}"


# ---- really


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A reader's folder: a pool to make sets of, and what the repository has under those names."""
    rows = (
        f'{{"prompt": "Say {i} in {i % 7} words, {"x" * (i % 5)}", "target": "{i}"}}\n'
        for i in range(100)
    )
    (tmp_path / "pool.jsonl").write_text("".join(rows))
    return tmp_path


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(os.environ.get("LEANEVAL_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def run(text: str, folder: Path, cache: Path, data: Path) -> subprocess.CompletedProcess[str]:
    here = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LEANEVAL_CACHE": str(cache), "CROSSFADE_DATA": str(data),
        "HF_HUB_OFFLINE": "1", "COLUMNS": "100", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    return subprocess.run(
        ["bash", "-c", text.replace("uv run ", "")],
        cwd=folder, env=os.environ | here, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def appears(shown: str, printed: str) -> bool:
    """Whether a page shows what came out; `...` is any lines, spaces do not count."""
    wanted = [squeezed(line) for line in shown.splitlines() if line.strip()]
    parts = [r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in wanted]
    came = "".join(f"{squeezed(line)}\n" for line in printed.splitlines() if line.strip())
    return re.fullmatch("".join(parts), came) is not None


@pytest.mark.slow
@pytest.mark.lean
def test_a_pages_commands_do_what_it_shows(scenario, what_is_done, blocks_of, folder, cache, data):
    """In order, in one folder, with the files that the page gives."""
    page = ROOT / scenario[0].page
    for block in blocks_of(page):
        if block.title:
            (folder / block.title).write_text(block.text)
    for command in scenario:
        entry = what_is_done[squeezed(command.text)]
        if command.text.startswith("cat "):
            (folder / command.text.removeprefix("cat ")).write_text(command.shown + "\n")
        if needed := entry.get("needs"):
            if not (data / needed).is_file():
                pytest.skip(f"no {needed} in {data}: set LEANEVAL_DATA")
            shutil.copy(data / needed, folder)
        done = run(command.text, folder, cache, data)
        assert done.returncode == entry.get("exit", 0), f"{command}\n{done.stdout}{done.stderr}"
        if command.shown.strip():
            assert appears(command.shown, done.stdout), f"{command}\nprinted:\n{done.stdout}"
    for block in blocks_of(page):
        if block.language == "python" and "splits" in block.text:
            run_python(block.text, folder)


def run_python(text: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=folder, env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub")},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{text}\n{done.stderr}"


@pytest.mark.slow
def test_long_runs_say_what_they_would_do(every_command, what_is_done, folder, cache, data):
    dry = {c.text for c in every_command if what_is_done[squeezed(c.text)]["how"] == "dry"}
    assert dry
    for text in sorted(dry):
        done = run(f"{text} --dry-run", folder, cache, data)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        assert " to run" in done.stdout

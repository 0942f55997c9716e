"""The three command lines speak alike: every word is explained, and each tells its version."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

import crossfade_splits.cli
import crossfade_train.cli
import leaneval.cli

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = {
    "leaneval": leaneval.cli.app,
    "crossfade-splits": crossfade_splits.cli.app,
    "crossfade-train": crossfade_train.cli.app,
}
# what these do is the same wherever they stand, so what follows them is, too
SHARED = ("--json", "--quiet", "--no-text", "--out", "--seed", "--threshold", "--task")


def parameters() -> Iterator[tuple[str, Any]]:
    for app in APPS.values():
        group: Any = typer.main.get_command(app)
        for name, command in group.commands.items():
            yield from ((f"{group.name} {name}", found) for found in command.params)


@pytest.mark.parametrize("name", APPS)
def test_a_command_tells_its_version(name: str):
    done = CliRunner().invoke(APPS[name], ["--version"])
    assert (done.exit_code, done.output) == (0, f"{name} {version(name)}\n")


def test_every_option_and_argument_is_explained():
    silent = [f"{command}: {found.name}" for command, found in parameters() if not found.help]
    assert not silent


def test_arguments_have_names_in_capitals_and_no_dots():
    for command, found in parameters():
        if found.param_type_name == "argument":
            assert found.metavar, command
            assert found.metavar.isupper(), command
            assert found.metavar.isalpha(), command


@pytest.mark.parametrize("option", SHARED)
def test_an_option_of_several_commands_takes_the_same_everywhere(option: str):
    kinds = [
        (found.bare_type(), found.is_flag, found.multiple)
        for _, found in parameters()
        if option in found.opts
    ]
    assert len(kinds) > 1
    assert len(set(kinds)) == 1


def test_what_a_judge_may_be_is_told_in_full():
    (told,) = {
        found.help
        for command, found in parameters()
        if "--judge" in found.opts and not found.multiple
    }
    from leaneval.judges import JUDGES

    # none as a part of another: both:llm:MODEL holds llm:MODEL
    assert all(re.search(rf"(?<![:\w]){re.escape(name)}(?![:\w])", told) for name in JUDGES)

"""The REPL for tests does what leanprover-community/repl does, alone and through lean-interact."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lean_interact import Command, LeanREPLConfig, LeanServer, PickleEnvironment
from lean_interact.interface import LeanError, UnpickleEnvironment

pytestmark = pytest.mark.lean
BROKEN = "theorem t (n : Nat) : Even n :=\n  nope"
HEADER = {"cmd": "import Peano"}
Talk = Callable[..., tuple[list[dict[str, Any]], int]]


@pytest.fixture
def talk(repl_project: Path) -> Talk:
    """Answers to requests, and the status that the REPL ended with."""
    command = [repl_project / "bin/lake", "env", repl_project / ".lake/build/bin/repl"]

    def ask(*requests: dict[str, Any] | str) -> tuple[list[dict[str, Any]], int]:
        texts = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in requests]
        sent = "".join(f"{text}\n\n" for text in texts)
        done = subprocess.run(command, input=sent, capture_output=True, text=True, check=False)
        answers = done.stdout.split("\n\n")
        return [json.loads(answer) for answer in answers if answer.strip()], done.returncode

    return ask


@pytest.fixture
def server(repl_project: Path) -> Iterator[LeanServer]:
    """lean-interact over the REPL."""
    lake = repl_project / "bin/lake"
    config = LeanREPLConfig(local_repl_path=repl_project, build_repl=False, lake_path=lake)
    with LeanServer(config) as running:
        yield running


def test_positions_are_the_commands_own_and_count_characters(talk: Talk) -> None:
    (_, broken, wide), status = talk(
        HEADER, {"cmd": BROKEN, "env": 0}, {"cmd": "#check (𝔸𝔸 : Nat) -- 𝔸\n#check 𝔸", "env": 0}
    )
    said = next(m for m in broken["messages"] if "nope" in m["data"])
    assert (said["severity"], said["pos"]) == ("error", {"line": 2, "column": 2})
    assert said["endPos"] == {"line": 2, "column": 6}
    assert [m["pos"] for m in wide["messages"]] == [
        {"line": 1, "column": 8},
        {"line": 2, "column": 7},
    ]
    assert [m["endPos"]["column"] for m in wide["messages"]] == [10, 8]
    assert status == 0


def test_environments_branch_and_do_not_disturb_each_other(talk: Talk) -> None:
    answers, _ = talk(
        HEADER,
        {"cmd": "axiom here : Prop", "env": 0},
        {"cmd": "#check here", "env": 1},
        {"cmd": "#check here", "env": 0},
        {"cmd": "#check here", "env": 9},
    )
    assert answers[1] == {"env": 1}
    assert [answers[i]["messages"][0]["severity"] for i in (2, 3)] == ["info", "error"]
    assert answers[4] == {"message": "Unknown environment."}


def test_a_header_that_fails_is_a_message_and_leaves_an_empty_environment(talk: Talk) -> None:
    answers, _ = talk(
        {"cmd": "import Missing\naxiom a : Prop"},
        {"cmd": "axiom a : Prop\n#check Even", "env": 0},
        HEADER,
        {"cmd": "#check Even", "env": 2},
    )
    assert answers[0]["messages"][0]["data"].startswith("unknown module prefix 'Missing'")
    assert [m["data"] for m in answers[1]["messages"]] == ["Unknown identifier `Even`"]
    assert answers[3]["messages"][0]["severity"] == "info"


@pytest.mark.parametrize("text", ["no JSON", '{"neither": 1}'])
def test_what_is_no_request_ends_it(talk: Talk, text: str) -> None:
    answers, status = talk(HEADER, text, HEADER)
    assert (answers, status) == ([{"env": 0}], 1)


def test_lean_interact_drives_it(server: LeanServer, tmp_path: Path) -> None:
    assert server.run(Command(cmd="import Peano")).env == 0
    broken = server.run(Command(cmd=BROKEN, env=0))
    assert not broken.lean_code_is_valid()
    assert any("nope" in error.data for error in broken.get_errors())
    assert server.run(Command(cmd="#print axioms Even", env=0)).messages[0].severity == "info"
    assert isinstance(server.run(Command(cmd="#check Even", env=40)), LeanError)
    path = str(tmp_path / "kept.olean")
    defined = server.run(Command(cmd="axiom kept : Prop", env=0)).env
    server.run(PickleEnvironment(env=defined, pickle_to=path))
    again = server.run(UnpickleEnvironment(unpickle_env_from=path)).env
    assert server.run(Command(cmd="#check kept", env=again)).lean_code_is_valid()


def test_faults_act_once_and_a_dead_lean_is_a_dead_repl(
    server: LeanServer, faults: Callable[..., None]
) -> None:
    faults("odd", "answer", text='{"env": 1}')
    faults("late", "sleep", seconds=30)
    server.run(Command(cmd="import Peano"))
    asked = Command(cmd="#check odd", env=0)
    assert server.run(asked).messages == []
    assert server.run(asked).messages[0].severity == "error"
    with pytest.raises(TimeoutError):
        server.run(Command(cmd="#check late", env=0), timeout=1)
    faults("die", "die")
    server.restart()
    with pytest.raises(ConnectionAbortedError):
        server.run(Command(cmd="#check die"), timeout=10)

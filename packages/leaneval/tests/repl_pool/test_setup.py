"""`leaneval setup` step by step, with a lake that writes down what it is told.

Git is real, and so is the refusal of a network that is not there. What a stand-in cannot show is
that Mathlib's own cache still works that way; see docs for the command that shows it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leaneval.checkers._world import World
from leaneval.checkers.repl import LeanProject, mathlib_folder, set_up
from leaneval.checkers.repl import _setup as making
from leaneval.errors import UnavailableError, UsageError

pytestmark = pytest.mark.lean
VERSION = "v4.35.0"

LAKE = """#!/bin/sh
# In the place of Mathlib it "fetches" the Peano library; FAIL_AT names the step that fails.
echo "$*" >> {log}
if [ -n "$FAIL_AT" ] && [ "$*" = "$FAIL_AT" ]; then echo "stand-in fails" >&2; exit 1; fi
case "$*" in
  update) echo '{manifest}' > lake-manifest.json ;;
  "exe cache get") mkdir -p {built} && cp {project}/.lake/build/lib/lean/Peano.olean {built}/ ;;
  build) ;;
  --version) echo "Lake version 5.0.0" ;;
  env*) export LD_LIBRARY_PATH={python}:{project}
        shift; export LEAN_SYSROOT=$({project}/bin/lake env | sed -n 's/^LEAN_SYSROOT=//p')
        export LEAN_PATH={built}; exec "$@" ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mathlib"


@pytest.fixture
def repository(tmp_path: Path) -> str:
    """A git repository with the tag that is asked for."""
    path = tmp_path / "mathlib4"
    git = ["git", "-C", str(path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    subprocess.run([*git, "tag", VERSION], check=True)
    return str(path)


@pytest.fixture
def log(
    tmp_path: Path, folder: Path, repl_project: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[str]]:
    """Puts the stand-in on PATH; what lake was told so far, `env` and `--version` left out."""
    program, said = tmp_path / "bin" / "lake", tmp_path / "log"
    program.parent.mkdir()
    built = folder / ".lake" / "packages" / "mathlib" / ".lake" / "build" / "lib" / "lean"
    program.write_text(
        LAKE.format(
            log=said,
            built=built,
            project=repl_project,
            python=sys.base_prefix,
            manifest=MANIFEST,
        )
    )
    program.chmod(0o755)
    said.touch()
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.setattr(making, "DISK_SPACE", 1)
    quiet = ("env", "--version")
    return lambda: [x for x in said.read_text().splitlines() if not x.startswith(quiet)]


@pytest.fixture
def make(
    folder: Path, repl_project: Path, repository: str, tmp_path: Path
) -> Callable[..., LeanProject]:
    def run(**more: object) -> LeanProject:
        usual = {"repl": repl_project, "home": tmp_path, "url": repository, "say": said.append}
        world = World.of("prelude\nimport Peano")
        return set_up(folder, VERSION, world, **{**usual, **more})  # type: ignore[arg-type]

    said: list[str] = []
    run.said = said  # type: ignore[attr-defined]
    return run


MANIFEST = '{"packages": [{"name": "mathlib", "inputRev": "v4.35.0", "rev": "0123456789abcdef"}]}'
STEPS = ["update", "exe cache get", "build"]


def test_it_fetches_builds_and_says_what_is_ready(make, log, folder: Path) -> None:
    project = make()
    assert log() == STEPS
    assert project.toolchain.lean == VERSION.removeprefix("v")
    assert project.toolchain.library.startswith("Peano over Mathlib v4.35.0 0123456789ab, ")
    assert (folder / "lean-toolchain").read_text() == f"leanprover/lean4:{VERSION}\n"
    assert VERSION in (folder / "lakefile.toml").read_text()
    assert make.said[-1].startswith("ready: lean 4.35.0, Peano over Mathlib")


def test_a_second_run_does_nothing_again(make, log) -> None:
    make()
    make(url="/nowhere")
    assert log() == STEPS


@pytest.mark.parametrize("step", STEPS)
def test_an_interrupted_run_goes_on_where_it_stopped(
    make, log, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setenv("FAIL_AT", step)
    if step == "exe cache get":  # not fatal to lean-interact; the compiled file is missed after
        with pytest.raises(UnavailableError, match="must have Peano compiled"):
            make()
    else:
        with pytest.raises(UnavailableError, match="again goes on"):
            make()
    before = len(log())
    monkeypatch.delenv("FAIL_AT")
    make()
    assert log()[before:] == (STEPS if step == "update" else STEPS[1:])


def test_no_room_is_said_before_anything_is_fetched(
    make, log, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(making, "DISK_SPACE", 10**18)
    with pytest.raises(UnavailableError, match=r"disk space.*--into"):
        make()
    assert log() == []
    assert not folder.exists()


def test_another_project_in_the_folder_is_left_alone(make, log, folder: Path) -> None:
    folder.mkdir()
    (folder / "lean-toolchain").write_text("leanprover/lean4:v4.1.0\n")
    with pytest.raises(UnavailableError, match="got another lean-toolchain"):
        make()
    assert log() == []


def test_a_version_that_is_not_there_is_told_from_a_closed_network(make, log) -> None:
    with pytest.raises(UnavailableError, match="network must let git"):
        make(url="/nowhere/at/all")
    assert log() == []


def test_a_tag_that_does_not_exist(make, log, repository: str) -> None:
    subprocess.run(["git", "-C", repository, "tag", "-d", VERSION], check=True, capture_output=True)
    with pytest.raises(UnavailableError, match="must have the tag"):
        make()


@pytest.mark.parametrize("version", ["4.27.0", "master", "v4.27", "../../x", ""])
def test_a_version_is_a_tag(version: str, tmp_path: Path) -> None:
    if not version:
        assert mathlib_folder(None, str(tmp_path)) == tmp_path / "mathlib" / "v4.27.0"
        return
    with pytest.raises(UsageError, match="release's tag"):
        mathlib_folder(version, str(tmp_path))


def leaneval(*words: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leaneval", *words],
        env={**os.environ, "PATH": path, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_without_lake_says_how_to_get_it(tmp_path: Path) -> None:
    done = leaneval("setup", "--cache", str(tmp_path), path=str(tmp_path))
    if Path.home().joinpath(".elan/bin/lake").exists():
        pytest.skip("elan's lake is found also off PATH")
    assert done.returncode == 2
    assert "install-lean" in done.stderr


def test_the_command_where_the_network_refuses(tmp_path: Path, log) -> None:
    reached = subprocess.run(
        ["git", "ls-remote", making.MATHLIB_URL, "HEAD"], capture_output=True, timeout=60
    )
    if reached.returncode == 0:
        pytest.skip("the network does not refuse here")
    free = shutil.disk_usage(tmp_path).free
    done = leaneval("setup", "--into", str(tmp_path / "new"), path=os.environ["PATH"])
    assert done.returncode == 2
    assert ("network" if free > 6 * 10**9 else "disk space") in done.stderr

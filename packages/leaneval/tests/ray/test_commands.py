"""`ray:SPEC` as a user meets it: where Ray is missing, where no cluster is, on one machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from leaneval.checkers import make_checker
from leaneval.errors import UnavailableError, UsageError
from leaneval.settings import Settings

WITHOUT_RAY = (
    "import sys; sys.modules['ray'] = None\n"
    "sys.argv = ['leaneval', 'check', '-', '--checker', 'ray:embedded', '--cache', 'off']\n"
    "from leaneval.cli import main; main()"
)
GOOD = "theorem good (n : Nat) : Eq (add n zero) n := by sorry\n"
BAD = "theorem bad (n : Nat) : Eq (add n zero) m := by sorry\n"


def test_without_ray_the_message_says_how_to_get_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RAY], input=GOOD, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done
    assert "pip install 'leaneval[ray]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "spec", ["ray", "ray:", "ray:ray:embedded", "ray:embeded", "ray:embedded:x"]
)
def test_a_spec_that_makes_no_sense_is_told_before_ray_is_asked(spec: str) -> None:
    with pytest.raises(UsageError, match="embedded"):
        make_checker(Settings(checker=spec, cache="off"))


async def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="needs leaneval[ray]")
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(UnavailableError, match=r"RAY_ADDRESS must name .*127\.0\.0\.1:1"):
        await make_checker(Settings(checker="ray:embedded", cache="off")).__aenter__()


@pytest.mark.slow
@pytest.mark.lean
def test_one_machine_needs_no_cluster_and_keeps_nothing(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs leaneval[ray]")
    before = {process.pid for process in ray_processes()}
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
    words = ["check", "-", "--json", "--checker", "ray:embedded", "--workers", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "leaneval", *words],
        input=GOOD + BAD, capture_output=True, text=True, check=False,
        env=environment | {"LEANEVAL_CACHE": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1, done
    assert [line.count('"compiles"') for line in done.stdout.splitlines()] == [1, 0]
    assert done.stderr == ""
    left = [process for process in ray_processes() if process.pid not in before]
    assert psutil.wait_procs(left, timeout=10)[1] == []


def ray_processes() -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if any(
                word in " ".join(process.cmdline()) for word in ("raylet", "gcs_server", "ray::")
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found

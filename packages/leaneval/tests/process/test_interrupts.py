"""Signals that come at a bad moment: amid an import, in a finaliser, while cleaning up."""

import signal
import subprocess
import sys
import time

import pytest

from leaneval.interrupts import obeyed

_COMMAND = """
import sys
from leaneval.interrupts import obeyed
with obeyed(patience={patience}):
    exec({code!r}, {{}})
"""
_SWALLOWS = """
import pathlib, time
pathlib.Path("begun").touch()
try:
    time.sleep(1)
except BaseException:
    pass
print("imported", flush=True)
"""
_TAKES_A_WHILE = """
import pathlib, time
pathlib.Path("begun").touch()
time.sleep(1)
print("imported", flush=True)
"""


def ended(folder, code, patience=60.0, times=1):
    """Status and output of `code`, which touches `begun` when the signal is to come."""
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND.format(patience=patience, code=code)],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        while not (folder / "begun").exists():
            assert run.poll() is None
            time.sleep(0.01)
        for _ in range(times):
            run.send_signal(signal.SIGINT)
            time.sleep(0.05)
        said, _ = run.communicate(timeout=60)
    return run.returncode, said.split()


@pytest.mark.parametrize("times", [1, 5])
def test_an_import_is_not_cut_short(tmp_path, times):
    (tmp_path / "library.py").write_text(_TAKES_A_WHILE)
    code = "import sys; sys.path.insert(0, ''); import library, time; time.sleep(60); print('lost')"
    assert ended(tmp_path, code, times=times) == (130, ["imported"])


def test_an_import_that_never_ends_is(tmp_path):
    (tmp_path / "library.py").write_text(_SWALLOWS.replace("sleep(1)", "sleep(60)"))
    code = "import sys; sys.path.insert(0, ''); import library"
    assert ended(tmp_path, code, patience=1) == (130, [])


def test_a_signal_that_a_library_swallows_is_raised_again(tmp_path):
    code = _SWALLOWS.replace("sleep(1)", "sleep(60)") + "time.sleep(60); print('lost')"
    assert ended(tmp_path, code) == (130, ["imported"])


@pytest.mark.parametrize(("then", "status"), [("raise", 130), ("raise RuntimeError from error", 1)])
def test_cleaning_up_is_not_cut_short(tmp_path, then, status):
    """An error met there is no end in good order, and is not hidden behind one."""
    code = """
import contextlib, pathlib, time

@contextlib.contextmanager
def scratch():
    try:
        yield
    finally:
        time.sleep(1)
        print("gone", flush=True)

try:
    with scratch():
        pathlib.Path("begun").touch()
        time.sleep(60)
except BaseException as error:
    time.sleep(1)
    print("told", flush=True)
    THEN
finally:
    time.sleep(1)
    print("clean", flush=True)
"""
    found = ended(tmp_path, code.replace("THEN", then), times=5)
    assert found == (status, ["gone", "told", "clean"])


def test_cleaning_up_that_never_ends_does(tmp_path):
    code = """
import pathlib, time
try:
    pathlib.Path("begun").touch()
    time.sleep(60)
finally:
    time.sleep(60)
    print("clean", flush=True)
"""
    assert ended(tmp_path, code, patience=2) == (130, [])


def test_the_impatient_do_not_change_the_status_of_an_end_under_way(tmp_path):
    """Python's own end takes a while here, and gives signals back to the system."""
    code = """
import pathlib, time
class Late:
    def __del__(self):
        time.sleep(0.2)
import builtins
builtins.late = Late()
pathlib.Path("begun").touch()
time.sleep(60)
"""
    assert ended(tmp_path, code, times=12) == (130, [])


@pytest.mark.parametrize("where", ["atexit.register(end)", "builtins.late = Late()"])
def test_a_first_signal_while_python_itself_ends_changes_nothing(tmp_path, where):
    code = """
import atexit, builtins, os, time

def end(mkdir=os.mkdir, sleep=time.sleep, write=os.write):
    mkdir("begun")
    sleep(0.5)
    write(1, b"done")

class Late:
    def __del__(self, end=end):
        end()

WHERE
"""
    assert ended(tmp_path, code.replace("WHERE", where), times=3) == (0, ["done"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_a_signal_the_earlier_handlers_are_back(number):
    before = signal.getsignal(number)
    with obeyed():
        assert signal.getsignal(number) != before
    assert signal.getsignal(number) == before

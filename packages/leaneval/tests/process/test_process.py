"""One run of a process: what it says is kept, what it does is bounded, nothing is left of it."""

import asyncio
import os
import random
import resource
import signal
import sys
import time
from pathlib import Path

import pytest

from leaneval.cage import Cage
from leaneval.checkers import _process
from leaneval.errors import UnavailableError

LIBRARY = """prelude
inductive N : Type where
  | z : N
  | s : N -> N
inductive Eq {A : Type} : A -> A -> Prop where
  | refl (a : A) : Eq a a
noncomputable def add : N -> N -> N := fun a b => N.rec a (fun _ r => N.s r) b
noncomputable def two : N -> N := fun a => N.rec (N.s N.z) (fun _ r => add r r) a
"""
BIG = "(N.s " * 26 + "N.z" + ")" * 26
FOR_EVER = f"""{LIBRARY}
#check N.z
#check add
set_option maxRecDepth 1000000000
set_option maxHeartbeats 0
theorem t : Eq (add (two {BIG}) N.z) (add N.z (two {BIG})) := Eq.refl (two {BIG})
#check N.s
"""


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


def children():
    """Processes, zombies included, whose parent is this one."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(stat.parent.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.mark.lean
async def test_a_library_compiles_and_is_imported(lean, run, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "Lib.lean").write_text(LIBRARY)
    (tmp_path / "use.lean").write_text("prelude\nimport Lib\n#check add\n#check wrong\n")
    built = await run(lean, "-o", str(scratch / "Lib.olean"), "Lib.lean", writable=[scratch])
    assert (built.returncode, built.stderr) == (0, b""), built
    used = await run(lean, "--json", "use.lean", environment={"LEAN_PATH": str(scratch)})
    assert b'"data":"add : N \xe2\x86\x92 N \xe2\x86\x92 N"' in used.stdout, used
    assert b"nknown identifier `wrong`" in used.stdout
    assert used.returncode == 1
    assert used.peak_memory < 400 * 2**20
    # the kernel counts a child's peak from its parent's own: below that it is not known
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert used.peak_memory > min(50 * 2**20, own) or (used.peak_memory == 0 and own > 50 * 2**20)
    assert 0 < used.seconds < 30


@pytest.mark.lean
async def test_lean_cannot_write_where_it_may_only_read(lean, run, tmp_path):
    if Cage.detect().level != "full":
        pytest.skip("; ".join(Cage.detect().reasons))
    (tmp_path / "Lib.lean").write_text(LIBRARY)
    done = await run(lean, "-o", str(tmp_path / "Lib.olean"), "Lib.lean")
    assert done.returncode != 0
    assert not (tmp_path / "Lib.olean").exists()


@pytest.mark.lean
async def test_a_statement_that_never_ends_loses_nothing_said_before(lean, run, tmp_path):
    (tmp_path / "t.lean").write_text(FOR_EVER)
    done = await run(lean, "--json", "t.lean", seconds=1.5)
    assert done.timed_out
    assert done.returncode == -signal.SIGKILL
    assert b"N.z : N" in done.stdout
    assert b"add : N" in done.stdout
    assert b"N.s : " not in done.stdout
    assert 1.5 <= done.seconds < 10
    assert done.peak_memory > 50 * 2**20


@pytest.mark.lean
async def test_too_little_memory_is_a_death_never_a_pass(lean, run, tmp_path):
    (tmp_path / "t.lean").write_text(LIBRARY + "#check N.z\n")
    done = await run(lean, "--json", "t.lean", memory=2 * 2**30)
    assert done.returncode != 0
    assert b"N.z" not in done.stdout


async def test_death_by_a_signal_is_reported(run, script):
    done = await run(script("print('said', flush=True); os.kill(os.getpid(), 11)"))
    assert (done.returncode, done.stdout, done.timed_out) == (-11, b"said\n", False)


async def test_the_child_sees_only_the_environment_that_was_named(run, script, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "hunter2")
    done = await run(script("print(dict(os.environ))"), environment={"AND": "that"})
    seen = eval(done.stdout)
    assert {"ONLY": "this", "AND": "that"}.items() <= seen.items()
    assert set(seen) <= {"ONLY", "AND", "LC_CTYPE"}


async def test_output_is_bounded(run, script):
    code = "while True: os.write(1, b'x' * 65536); os.write(2, b'y' * 65536)"
    done = await run(script(code))
    assert done.truncated
    assert len(done.stdout) == _process.LARGEST_OUTPUT
    assert len(done.stderr) < 2 * 2**20
    assert b"printed; killed" in done.stderr
    assert done.returncode == -signal.SIGKILL


async def test_output_of_just_the_bound_is_kept_whole(run, script, monkeypatch):
    monkeypatch.setattr(_process, "LARGEST_OUTPUT", 4096)
    done = await run(script("os.write(1, b'x' * 4096)"))
    assert (len(done.stdout), done.truncated, done.returncode) == (4096, False, 0)


async def test_what_a_child_leaves_behind_is_killed(run, script, tmp_path):
    """With limits only a child can fork: its group dies with it, and its pipes hold nobody up."""
    code = (
        "import time\nchild = os.fork()\n"
        "if child == 0: time.sleep(60)\n"
        "os.write(1, str(child).encode())"
    )
    begun = time.monotonic()
    done = await run(script(code), cage=Cage.limits_only("a test asked for it"))
    assert done.returncode == 0
    assert time.monotonic() - begun < 10
    await asyncio.sleep(0.2)
    stat = Path(f"/proc/{int(done.stdout)}/stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


async def test_a_cage_that_cannot_close_is_an_outage(lean, run, tmp_path):
    if "landlock" not in Cage.detect().fences:
        pytest.skip("; ".join(Cage.detect().reasons))
    with pytest.raises(UnavailableError, match=r"must close its cage, got .*missing"):
        await run(lean, "--version", readable=[tmp_path / "missing"])


async def test_a_folder_that_is_not_there_is_an_outage(lean, tmp_path):
    with pytest.raises(UnavailableError, match="must start"):
        await _process.run_lean(
            lean,
            ["--version"],
            cwd=tmp_path / "missing",
            readable=[],
            writable=[],
            seconds=5,
            memory=2**33,
            cage=Cage.detect(),
        )


@pytest.mark.lean
async def test_without_pidfd_a_thread_waits(lean, run, monkeypatch):
    """The way of macOS and of old kernels."""
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    before = children(), descriptors()
    done = await run(lean, "--version")
    assert b"4.35.0" in done.stdout
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await run(lean, "--version")
    assert (children(), descriptors()) == before


@pytest.mark.lean
@pytest.mark.parametrize("runs", [100, pytest.param(1000, marks=pytest.mark.slow)])
async def test_cancelled_runs_leave_nothing(lean, run, tmp_path, runs):
    (tmp_path / "t.lean").write_text(FOR_EVER)
    chance = random.Random(7)
    await run(lean, "--version")
    before = children(), descriptors()
    cancelled = 0

    async def one():
        nonlocal cancelled
        task = asyncio.create_task(run(lean, "--json", "t.lean"))
        await asyncio.sleep(chance.uniform(0, 0.04))
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            cancelled += 1

    for _ in range(runs // 10):
        await asyncio.gather(*(one() for _ in range(10)))
    assert cancelled == runs
    assert (children(), descriptors()) == before

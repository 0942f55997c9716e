"""The level is what was tried, and a poorer system gets an honest word."""

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from leaneval import cage as cage_package
from leaneval.cage import Cage
from leaneval.cage import _cage as implementation
from leaneval.cage._inside._syscalls import NUMBERS

FOLDER = str(Path(cage_package.__file__).parent)
HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


def test_levels_follow_from_the_fences():
    assert Cage(("landlock", "seccomp")).level == "full"
    assert Cage(("landlock", "namespaces")).level == "limits only"
    assert Cage.limits_only("why").level == "limits only"
    assert Cage.off("why").level == "none"
    assert Cage.limits_only("why").reasons == ("why",)


def test_detection_is_done_once():
    assert Cage.detect() is Cage.detect()


def test_whatever_is_missing_has_a_reason():
    cage = Cage.detect()
    missing = {"landlock", "seccomp", "namespaces"} - set(cage.fences)
    assert len(cage.reasons) >= (1 if missing else 0)
    assert missing or not cage.reasons


def test_a_system_without_fences_says_so(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    cage = implementation._detect.__wrapped__()
    assert cage.level == "limits only"
    assert "darwin" in cage.reasons[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's fences")
def test_a_container_that_grants_no_namespaces_still_has_a_full_cage():
    """A real refusal: detection runs under a filter that forbids `unshare`."""
    if Cage.detect().level != "full":
        pytest.skip("; ".join(Cage.detect().reasons))
    code = (
        f"import sys; sys.path.append({FOLDER!r})\n"
        "from _inside import _seccomp\nimport ctypes\n"
        "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\n"
        "from leaneval.cage import Cage\n"
        "_seccomp.close(may_execute=True, may_fork=True)\n"
        "cage = Cage.detect()\nprint(cage.level, cage.fences, cage.reasons)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("full ('landlock', 'seccomp')"), done
    assert "unshare: Operation not permitted" in done.stdout


@pytest.mark.parametrize("machine", sorted(HEADERS))
def test_system_call_numbers_are_the_kernels(machine):
    path = Path(HEADERS[machine])
    if not path.exists() or platform.machine() != "x86_64":
        pytest.skip(f"no kernel headers at {path}")
    pattern = re.compile(r"#define __NR(?:3264)?_(\w+)\s+(\d+)")
    official = {m[1]: int(m[2]) for m in pattern.finditer(path.read_text())}
    compared = 0
    for name, numbers in NUMBERS.items():
        if name in official:
            assert numbers.get(machine) == official[name], name
            compared += 1
    assert compared > 60

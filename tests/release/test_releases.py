"""The wheels as a stranger gets them: alone, on each Python, with the newest and oldest allowed.

torch is left out of these environments, for its gigabytes: what is asked of crossfade-train here
loads none, as a test of its own says. packages/leaneval/tests/wheel measures with leaneval's wheel.
"""

from __future__ import annotations

import json
import platform
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"leaneval": "leaneval", "splits": "crossfade_splits", "train": "crossfade_train"}
NO_TORCH = 'torch ; sys_platform == "never"\n'
EXTRAS = {
    "leaneval": ("embedded", "report"),
    "splits": ("hub",),
    "train": ("embedded", "lora"),
}
STATEMENTS = """\
theorem good (n : Nat) : Eq (add n zero) n := sorry
theorem bad (n : Nat) : Eq n m := sorry
"""


def wheel(dist: Path, name: str) -> Path:
    (found,) = dist.glob(f"{PACKAGES[name]}-*.whl")
    return found


@pytest.fixture
def no_torch(tmp_path: Path) -> Path:
    path = tmp_path / "overrides.txt"
    path.write_text(NO_TORCH)
    return path


def check_leaneval(run, programs: Path, folder: Path) -> None:
    (folder / "statements.lean").write_text(STATEMENTS)
    out = run(
        programs / "leaneval", "check", folder / "statements.lean", "--json", exits=1,
        LEANEVAL_CACHE=str(folder / "cache"),
    )  # fmt: skip
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["verdict"] for row in rows] == ["compiles", "fails"]


def check_splits(run, programs: Path, folder: Path) -> None:
    rows = ({"prompt": f"Add {i} to {i * i} {'and so on ' * (i % 4)}", "target": str(i + i * i)}
            for i in range(100))  # fmt: skip
    (folder / "pool.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    program = programs / "crossfade-splits"
    made = run(
        program, "make", folder / "pool.jsonl", "--sft", "40", "--rl", "30",
        "--overlap", "0", "0.3", "1", "--out", folder / "splits",
    )  # fmt: skip
    assert "9 (30.00%)" in made
    assert "every claim holds" in run(program, "verify", folder / "splits")


def check_train(run, programs: Path, folder: Path) -> None:
    out = run(programs / "crossfade", "ablate", "peano-quick", "--dry-run", cwd=folder)
    assert "12 to run" in out


CHECKS = {"leaneval": check_leaneval, "splits": check_splits, "train": check_train}


@pytest.mark.slow
@pytest.mark.lean
def test_each_wheel_works_alone(run, python, dist, environment, no_torch, tmp_path):
    """On each Python: splits alone first, then what it must not need comes beside it."""
    programs = environment(python, wheel(dist, "splits"))
    listed = json.loads(run("uv", "pip", "list", "--python", programs / "python", "--format=json"))
    assert not {"torch", "lm-eval", "leaneval", "datasets"} & {item["name"] for item in listed}
    check_splits(run, programs, tmp_path)
    run(
        "uv", "pip", "install", "--quiet", "--python", programs / "python", "--find-links", dist,
        "--override", no_torch, f"{wheel(dist, 'train')}[embedded]",
    )  # fmt: skip
    check_leaneval(run, programs, tmp_path)
    check_train(run, programs, tmp_path)


@pytest.mark.slow
@pytest.mark.lean
@pytest.mark.parametrize("name", PACKAGES)
def test_the_lowest_versions_allowed_work(
    run, name, this_python, dist, environment, no_torch, tmp_path
):
    """The package's own requirements at their floors, then its wheel with nothing more."""
    asked = ["-r", ROOT / "packages" / name / "pyproject.toml", "--override", no_torch]
    asked += [part for extra in EXTRAS[name] for part in ("--extra", extra)]
    programs = environment(this_python, "--resolution", "lowest-direct", *asked)
    run(
        "uv", "pip", "install", "--quiet", "--python", programs / "python", "--no-deps",
        wheel(dist, name),
    )  # fmt: skip
    run(programs / "python", "-c", f"import {PACKAGES[name]}")
    CHECKS[name](run, programs, tmp_path)
    if name == "leaneval":
        table = run(
            programs / "lm_eval", "--model", "dummy", "--tasks", "peano_dual", "--limit", "1",
            cwd=tmp_path, LEANEVAL_CACHE=str(tmp_path / "cache"),
        )  # fmt: skip
        assert "C@8" in table


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKAGES)
def test_a_wheel_says_what_it_is(dist, name):
    """Licence, types, README: what a registry shows and a type checker looks for."""
    with zipfile.ZipFile(wheel(dist, name)) as archive:
        names = archive.namelist()
        (metadata,) = (item for item in names if item.endswith(".dist-info/METADATA"))
        said = archive.read(metadata).decode()
    assert f"{PACKAGES[name]}/py.typed" in names
    assert any(item.endswith("licenses/LICENSE") for item in names)
    assert "License-Expression: Apache-2.0" in said
    assert "Description-Content-Type: text/markdown" in said
    assert (ROOT / "packages" / name / "README.md").read_text() in said.replace("\r\n", "\n")
    assert not [item for item in names if "/tests/" in item]


def test_all_bear_one_version():
    versions = {
        tomllib.loads((ROOT / "packages" / name / "pyproject.toml").read_text())["project"][
            "version"
        ]
        for name in PACKAGES
    }
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert versions == {citation["version"]}
    assert citation["license"] == "Apache-2.0"


def test_the_list_of_licences_is_up_to_date(run, this_python):
    here = (platform.system(), platform.machine(), sys.version_info[:2])
    if here != ("Linux", "x86_64", (3, 11)):
        pytest.skip(f"the list is for Linux, x86-64, Python 3.11; this is {here}")
    assert "is up to date" in run(this_python, ROOT / "docs/licences.py", "--check")

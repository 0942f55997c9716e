"""The README's first command does what the README says, on one problem instead of twenty."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def commands() -> list[str]:
    """The lines of the README's first shell block."""
    block = re.search(r"```bash\n(.+?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block is not None
    return block[1].strip().splitlines()


def test_the_readme_has_two_commands_and_the_second_is_the_tests():
    first, second = commands()
    assert first.startswith("uv run lm_eval ")
    assert second == "uv run pytest"


@pytest.mark.lean
@pytest.mark.slow
def test_the_first_command_measures_a_real_model(tmp_path: Path):
    command = commands()[0].replace("--limit 20", "--limit 1").replace("uv run", "uv run --no-sync")
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=os.environ | {"LEANEVAL_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for metric in ("C@1", "C@8", "S@1", "S@8", "gap", "C_study@1"):
        assert re.search(rf"\|{re.escape(metric)} +\|", done.stdout), metric
    coverage = re.search(r"\|verdict_coverage\|↑ +\| *([\d.]+)\|", done.stdout)
    assert coverage is not None
    assert float(coverage[1]) == 1

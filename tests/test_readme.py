"""The README's commands do what it says; the long ones on less."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def blocks() -> list[list[str]]:
    """The lines of the README's shell blocks."""
    found = re.findall(r"```bash\n(.+?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return [block.strip().splitlines() for block in found]


def run(command: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command.replace("uv run", "uv run --no-sync")],
        cwd=ROOT,
        env=os.environ | {"LEANEVAL_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_readme_has_two_commands_and_the_second_is_the_tests():
    assert blocks()[0] == ["uv run crossfade ablate peano", "uv run pytest"]


def test_the_first_command_is_ready_to_run(tmp_path: Path):
    """All but the minutes; crossfade-train's tests run every stage of `peano-quick`."""
    done = run(f"{blocks()[0][0]} --dry-run --out {tmp_path}/run", tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    for stage in ("splits-s1", "sft-n192-s1", "sft-grpo-n192-p30-s1", "evaluate-base"):
        assert stage in done.stdout


def test_the_tables_shown_are_those_of_the_committed_run():
    text = (ROOT / "README.md").read_text()
    shown = re.search(r"```\npeano_dual: (.+?)```", text, re.DOTALL)
    assert shown
    committed = (ROOT / "benchmarks/results/peano_2cores_2026-11-22.md").read_text()
    plain = re.sub(r"[\\*]", "", committed).replace("|", " ")
    known = {" ".join(line.split()) for line in plain.splitlines()}
    told = [" ".join(line.split()) for line in shown[1].splitlines() if re.search(r"\d\.\d", line)]
    assert len(told) == 12
    for line in told:
        name, *cells = re.split(r" (?=[-+]?\d+\.\d|<)", line)
        assert any(row.startswith(f"{name} ") and all(c in row for c in cells) for row in known), (
            line
        )


@pytest.mark.lean
@pytest.mark.slow
def test_a_real_model_is_measured_as_the_readme_says(tmp_path: Path):
    (command,) = blocks()[1]
    shorter = {"--limit 20": "--limit 1", "max_gen_toks=96": "max_gen_toks=16"}
    for long, short in shorter.items():
        assert long in command
        command = command.replace(long, short)
    done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    for metric in ("C@1", "C@8", "S@1", "S@8", "gap", "C_study@1"):
        assert re.search(rf"\|{re.escape(metric)} +\|", done.stdout), metric
    coverage = re.search(r"\|verdict_coverage\|↑ +\| *([\d.]+)\|", done.stdout)
    assert coverage is not None
    assert float(coverage[1]) == 1

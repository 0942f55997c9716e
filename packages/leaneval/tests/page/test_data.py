"""What the explorer's data hold, read back from the file as the page's script would."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from leaneval.page import Explorer, Page, Section, html
from leaneval.results import Condition

BENCHMARK = Path(__file__).parents[4] / "benchmarks" / "explorer.py"
TEXTS = ("zero adds nothing", "theorem", "because", "unknown thing", "I think")


def page(*conditions: Condition, texts: bool = True) -> str:
    return html(Page("t", "", (Section("s", (Explorer(conditions, texts),)),)))


def unpacked(made: str) -> dict[str, object]:
    found = re.findall(r'<script type="text/plain" id="b1-1-([^"]*)">([^<]*)</script>', made)
    return {
        name: json.loads(gzip.decompress(base64.b64decode(packed)))
        for name, packed in found
        if packed
    }


def test_every_rollout_is_there_with_its_verdict_score_and_text(two_conditions):
    parts = unpacked(page(*two_conditions))
    head = parts["head"]
    runs = [run for condition in two_conditions for run in condition.runs]
    texts = [row for n in range(len(head["chunks"])) for row in parts[f"texts-{n}"]]
    raw = [row for n in range(len(head["chunks"])) for row in parts[f"raw-{n}"]]
    assert len(texts) == len(raw) == 90
    for row in range(90):
        run = runs[head["run"][row]]
        sample = run.samples[head["problems"][head["problem"][row]]]
        place = head["number"][row] - 1
        dual = sample.duals[place]
        assert head["verdicts"][head["verdict"][row]] == dual.verdict.kind
        score = -2 if dual.score is None else -1 if dual.score.value is None else dual.score.value
        assert head["score"][row] == score
        assert texts[row][0] == dual.statement.source
        assert texts[row][0].join(raw[row]) == sample.rollouts[place]
        assert [message[3] for message in texts[row][1]] == [
            d.message for d in dual.verdict.diagnostics
        ]


def test_passing_is_what_the_metrics_count(two_conditions):
    head = unpacked(page(*two_conditions))["head"]
    seen = set(zip(head["score"], head["passes"], strict=True))
    assert seen == {(1.0, 1), (0.1, 0), (-1, -1), (-2, 0)}


@pytest.mark.parametrize("text", TEXTS)
def test_without_texts_none_is_anywhere_in_the_file(two_conditions, text):
    made = page(*two_conditions, texts=False)
    parts = unpacked(made)
    assert text not in made.split("<main")[1].replace("needs scripting", "")
    assert text not in json.dumps(parts)
    assert parts.keys() == {"head"}
    assert text in json.dumps(unpacked(page(*two_conditions)))


def test_runs_are_called_by_seed_by_place_or_not_at_all(a_run):
    def names(*seeds: int | None) -> list[str]:
        condition = Condition("c", tuple(a_run(seed=seed) for seed in seeds), {})
        return [run[1] for run in unpacked(page(condition))["head"]["runs"]]

    assert names(None) == ["-"]
    assert names(7) == ["seed 7"]
    assert names(7, 9) == ["seed 7", "seed 9"]
    assert names(None, None) == names(3, 3) == ["run 1", "run 2"]


def test_the_folders_that_a_model_lay_in_are_not_published(a_run):
    run = replace(a_run(), model="/home/someone/models/sft-135m")
    head = unpacked(page(Condition("c", (run,), {})))["head"]
    assert head["runs"][0][2] == "sft-135m"
    assert "someone" not in json.dumps(head)


def test_lone_surrogates_and_missing_rollouts_are_no_trouble(a_run):
    run = a_run(text="\ud800")
    assert "\ud800" in unpacked(page(Condition("c", (run,), {})))["head"]["problems"][0]


def test_no_rollout_at_all_is_a_page_too():
    assert unpacked(page())["head"]["problem"] == []


@pytest.mark.slow
def test_the_largest_run_stays_a_file_that_can_be_sent(data_folder, monkeypatch):
    monkeypatch.setitem(os.environ, "LEANEVAL_DATA", str(data_folder))
    benchmark = runpy.run_path(str(BENCHMARK))
    made = page(*benchmark["conditions"](benchmark["Texts"](), 56_016))
    assert len(unpacked(made)["head"]["problem"]) == 1_167 * 8 * 6
    assert len(made.encode()) < 40_000_000


def test_long_rollouts_lose_their_middles_and_say_so(a_run, monkeypatch):
    from leaneval.page import _data

    monkeypatch.setattr(_data, "_BUDGET", 1000)
    run = a_run(problems=1, rollouts=1, text="x" * 4000)
    (before, after) = unpacked(page(Condition("c", (run,), {})))["raw-0"][0]
    assert "3,018 characters are left out of this page" in before
    assert after.endswith("```")

"""The page of a run in a real browser: it opens in silence, and every plot is drawn."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from crossfade_train.report import summarise, write

pytestmark = pytest.mark.slow

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PROBLEMS = [f"p{i}" for i in range(12)]


@pytest.fixture
def tab():
    """A browser's tab and what its console says."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if program is None:
        missing = "no browser: install Debian's chromium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS)
        opened, said = browser.new_page(), []
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on("request", lambda r: None if r.url.startswith("file:") else said.append(r.url))
        yield opened, said
        browser.close()


def test_the_page_opens_in_silence_with_every_plot_drawn(make_run, tab):
    run = make_run({"overlaps": [0.0, 0.5, 1.0]})
    for name, solved in (("sft-n600-s1", 4), ("sft-grpo-n600-p0-s1", 6),
                         ("sft-grpo-n600-p50-s1", 5), ("sft-grpo-n600-p100-s1", 4)):  # fmt: skip
        run.trained(name, [0.2, 0.4, 0.3])
        run.evaluated(f"evaluate-{name}", dict.fromkeys(PROBLEMS, (8, solved)))
    summary = summarise(run.folder)
    write(summary, run.folder)
    opened, said = tab
    opened.goto((run.folder / "report.html").as_uri())
    opened.wait_for_selector(".status:has-text('384 of 384 rollouts')")
    drawn = opened.eval_on_selector_all(
        "figure:has(svg)", "fs => fs.map(f => [f.innerText.split('\\n')[0].trim(), "
        "f.querySelectorAll('svg path').length])",
    )  # fmt: skip
    assert said == []
    assert [title for title, _ in drawn] == [
        "the overlap gradient, percent, with 95 % intervals",
        "training dynamics of GRPO, by step",
        "SFT loss, by step",
        "pass@k, percent, with 95 % intervals",
        "best score of 8 rollouts, percent of problems",
        "gap against compile rate",
        "S@1 by tag, percent, with 95 % intervals",
    ]
    assert all(paths > 3 for _, paths in drawn), drawn
    opened.click("text=Every rollout")
    opened.select_option("[name=condition]", index=3)
    opened.wait_for_selector(".status:has-text('96 of 384 rollouts')")
    assert said == []


def test_a_run_without_results_has_a_page(make_run, tab):
    run = make_run()
    write(summarise(run.folder), run.folder)
    opened, said = tab
    opened.goto(Path(run.folder / "report.html").as_uri())
    assert "nothing to compare" in opened.inner_text("main")
    assert said == []

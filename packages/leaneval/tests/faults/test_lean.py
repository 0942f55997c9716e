"""Lean's own processes killed, frozen and kept busy for ever, under a whole scoring run."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.lean, pytest.mark.slow]


def hurt(run: subprocess.Popen[str], leans: Any, sent: signal.Signals, times: int) -> int:
    """Signal the first `times` Lean processes of a run that are seen at work, once each."""
    hit: set[int] = set()
    while run.poll() is None and len(hit) < times:
        for child in leans(run.pid):
            if child.pid not in hit and len(hit) < times:
                try:
                    # once its cage is closed and Lean is loaded: before that it is no Lean's death
                    if child.memory_info().rss > 90 * 2**20:
                        child.send_signal(sent)
                        hit.add(child.pid)
                except psutil.Error:
                    continue
        time.sleep(0.002)
    return len(hit)


def test_lean_killed_again_and_again_costs_nobody_a_verdict(
    scoring: Any, undisturbed: Any, leans_of: Any
) -> None:
    run = scoring.start("killed")
    scoring.in_midst(run, scoring.folder / "cache-killed")
    # never two running: twice alone between healthy controls is what a crash is
    hits = hurt(run, leans_of, signal.SIGKILL, 1)
    time.sleep(1)
    hits += hurt(run, leans_of, signal.SIGKILL, 1)
    assert scoring.finish("killed", run) == undisturbed
    assert hits >= 1


def test_a_frozen_lean_costs_time_and_no_verdict(
    scoring: Any, undisturbed: Any, leans_of: Any
) -> None:
    run = scoring.start("frozen", LEANEVAL_TIME_LIMIT="4")
    scoring.in_midst(run, scoring.folder / "cache-frozen")
    assert hurt(run, leans_of, signal.SIGSTOP, 1) == 1
    assert scoring.finish("frozen", run) == undisturbed


def test_a_statement_beyond_its_limit_is_a_timeout_and_its_neighbours_are_not(
    scoring: Any, undisturbed: Any, runaway: Any
) -> None:
    rows = [json.loads(line) for line in scoring.samples.read_text().splitlines()]
    rows[0]["rollouts"][4] = (
        f"```lean4\n{runaway.header}\ntheorem x {runaway.signature} := by sorry\n```"
    )
    changed = scoring.folder / "runaway.jsonl"
    changed.write_text("".join(json.dumps(row) + "\n" for row in rows))
    original, scoring.samples = scoring.samples, changed
    try:
        run = scoring.start("slow", LEANEVAL_TIME_LIMIT="0.2")
        found = scoring.finish("slow", run)
    finally:
        scoring.samples = original
    assert found.info["missing"] == 0
    late = found.duals[0]["dual"].pop()
    assert (late["verdict"]["kind"], late["score"]) == ("timeout", None)
    wanted = json.loads(json.dumps(undisturbed.duals))
    wanted[0]["dual"].pop()
    assert found.duals == wanted

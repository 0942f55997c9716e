"""A run that ends in its midst, by the user or by force, and is started again."""

from __future__ import annotations

import signal
import time
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.lean, pytest.mark.slow]


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_an_interrupted_run_leaves_nothing_half_done_and_resumes_to_the_same_numbers(
    scoring: Any, undisturbed: Any, gone: Any, sent: signal.Signals, status: int
) -> None:
    name = sent.name.lower()
    cache = scoring.folder / f"cache-{name}"
    run = scoring.start(name, cache=cache)
    children = scoring.in_midst(run, cache)
    below = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(sent)
    stdout, stderr = run.communicate(timeout=20)
    assert run.returncode == status, stderr
    assert "Traceback" not in stderr
    assert stdout == ""
    gone([*children, *below])
    assert not list(scoring.folder.glob(f"{name}.jsonl*"))

    kept = scoring.kept(cache)
    resumed = scoring.finish(name, scoring.start(name, cache=cache))
    assert resumed == undisturbed
    assert resumed.info["verdict_cache_hits"] >= kept - 2 > 2, "more than the two controls"


def test_impatience_is_no_worse_than_patience(scoring: Any, gone: Any) -> None:
    """Ctrl-C again and again while the first one is being obeyed."""
    cache = scoring.folder / "cache-impatient"
    run = scoring.start("impatient", cache=cache)
    children = scoring.in_midst(run, cache)
    for _ in range(5):
        if run.poll() is None:
            run.send_signal(signal.SIGINT)
        time.sleep(0.01)
    run.communicate(timeout=60)
    assert run.returncode == 130
    gone(children)
    assert not list(scoring.folder.glob("impatient.jsonl*"))

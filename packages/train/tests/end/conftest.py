"""`crossfade` as a process that starts at once (see `warm.py`)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Run:
    """A run of `crossfade`, and the file of what it says."""

    ask: Callable[..., Any]
    number: int
    said: Path

    def poll(self) -> int | None:
        status: int | None = self.ask("poll", self.number)
        return status

    def kill(self) -> None:
        """End it without a warning; returns when it is gone."""
        os.kill(self.number, signal.SIGKILL)
        assert self._ended(60) == -signal.SIGKILL

    def finish(self) -> str:
        """What it said in all; it must end well."""
        status = self._ended(1500)
        said = self.said.read_text(encoding="utf-8")
        assert status == 0, said
        return said

    def _ended(self, seconds: float) -> int:
        deadline = time.monotonic() + seconds
        while (status := self.poll()) is None:
            assert time.monotonic() < deadline, self.said.read_text(encoding="utf-8")
            time.sleep(0.05)
        return status


@pytest.fixture(scope="module")
def crossfade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Run]]:
    """Starts `crossfade WORDS` in a process that has its imports behind it."""
    folder = tmp_path_factory.mktemp("said")
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("warm.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )

    def ask(*request: Any) -> Any:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())

    def start(words: Sequence[str]) -> Run:
        said = folder / str(len(list(folder.iterdir())))
        said.touch()
        return Run(ask, ask("start", list(words), str(said)), said)

    with server:
        yield start
        assert server.stdin is not None
        server.stdin.close()

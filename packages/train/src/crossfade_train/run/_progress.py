"""One line a stage: name, state, time so far, time left.

On a terminal the running stage's line moves; elsewhere a line is printed when a stage ends, and
nothing else. Time left comes from the stage's own progress where it logs one, else from estimates.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from crossfade_train.run._estimate import spoken
from crossfade_train.run._metrics import read_metrics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossfade_train.run._estimate import Rates
    from crossfade_train.run._stage import Request
    from crossfade_train.run._store import Store

_LEAST_PROGRESS = 0.02
_MOST_LINES = 20
"""Of stages under way at once; a live display must not be taller than its terminal."""


class Progress:
    """Draws what the scheduler tells.

    Args:
        store: Where stages work.
        rates: For the time left.
        kinds: Kind of every stage of the plan, by name.
        quiet: Print nothing at all.
    """

    def __init__(
        self, store: Store, rates: Rates, kinds: Mapping[str, str], *, quiet: bool = False
    ) -> None:
        # Stages send this process's standard error to their logs; we keep a way past them.
        self._out = os.fdopen(os.dup(2), "w", buffering=1)
        self._console = Console(file=self._out, quiet=quiet)
        self._store, self._rates = store, rates
        self._kinds = dict(kinds)
        self._width = max((len(name) for name in kinds), default=0)
        self._whole = len(self._kinds)
        self._since: dict[str, tuple[float, Request]] = {}
        self._from: dict[str, float] = {}
        self._lock = threading.Lock()
        self._live = Live(
            console=self._console,
            get_renderable=self._lines,
            refresh_per_second=1,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._console.is_terminal:
            self._live.stop()
        self._out.close()

    def skipped(self, request: Request) -> None:
        """A stage was done already."""
        self._say(request, "done before", "dim")

    def started(self, request: Request) -> None:
        """A stage begins."""
        with self._lock:
            self._since[request.name] = (time.monotonic(), request)
            self._from[request.name] = self._share(request)

    def ended(self, request: Request) -> None:
        """A stage is done."""
        self._say(request, f"done in {spoken(self._elapsed(request))}", "green")

    def failed(self, request: Request) -> None:
        """A stage raised an error."""
        self._say(request, f"failed after {spoken(self._elapsed(request))}", "red")

    def _elapsed(self, request: Request) -> float:
        with self._lock:
            since, _ = self._since.pop(request.name, (time.monotonic(), request))
        return time.monotonic() - since

    def _say(self, request: Request, what: str, style: str) -> None:
        with self._lock:
            self._kinds.pop(request.name, None)
            left = self._left_of_all()
        tail = f"; run: {left} left" if left and self._kinds else ""
        self._console.print(
            Text(f"{request.name:<{self._width}}  {what}{tail}", style), soft_wrap=True
        )

    def _lines(self) -> Text:
        with self._lock:
            running = list(self._since.items())
            number = self._whole - len(self._kinds) + 1
        lines = [
            f"{name:<{self._width}}  {spoken(time.monotonic() - since)}{self._left(since, request)}"
            for name, (since, request) in running
        ]
        return Text("\n".join([*lines, f"stage {number} of {self._whole}"][-_MOST_LINES:]), "bold")

    def _left(self, since: float, request: Request) -> str:
        elapsed = time.monotonic() - since
        share = self._share(request)
        done = share - self._from.get(request.name, 0.0)  # since this attempt began
        if done > _LEAST_PROGRESS:
            return f", {spoken(elapsed * (1 - share) / done)} left ({share:.0%})"
        whole = self._rates.of(request.kind).seconds
        return "" if whole is None or elapsed > whole else f", about {spoken(whole - elapsed)} left"

    def _share(self, request: Request) -> float:
        rows = read_metrics(self._store.folder(request) / "metrics.jsonl")
        return max((values.get("progress", 0.0) for values in rows.values()), default=0.0)

    def _left_of_all(self) -> str:
        seconds, unknown = self._rates.total(self._kinds.values())
        if not seconds:
            return ""
        return f"{'more than ' if unknown else 'about '}{spoken(seconds)}"

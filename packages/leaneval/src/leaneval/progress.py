"""A line that shows a scoring run: checked, compiled, judged, unavailable.

It goes to standard error, draws only on a terminal and costs nothing elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from leaneval.types import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leaneval.types import Score, Verdict


class Progress:
    """Counts of a run, drawn as a bar while the context is entered.

    Args:
        total: Rollouts to come.
        show: Draw at all (a terminal is needed as well).
    """

    def __init__(self, total: int, *, show: bool = True) -> None:
        self.total = total
        self.done = self.compiled = self.scored = self.unavailable = 0
        self._show = show
        self._bar: _Bar | None = None

    def checked(self, verdict: Verdict, by: int = 1) -> None:
        """A rollout's verdict is in; `by` -1 takes that back."""
        self.done += by
        self.compiled += by * verdict.compiles
        self.unavailable += by * (verdict.kind is VerdictKind.UNAVAILABLE)
        self._draw()

    def judged(self, score: Score, by: int = 1) -> None:
        """A compiling rollout's score is in; `by` -1 takes that back."""
        self.scored += by * score.available
        self.unavailable += by * (not score.available)
        self._draw()

    def retrying(self, missing: Iterable[tuple[Verdict, Score | None]]) -> None:
        """The rollouts of which these were told are tried again."""
        for verdict, score in missing:
            self.checked(verdict, -1)
            if score is not None:
                self.judged(score, -1)

    def _draw(self) -> None:
        if self._bar is not None:
            self._bar.draw(self)

    def __enter__(self) -> Self:
        self._bar = _Bar(self.total) if self._show else None
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class _Bar:
    """The rich progress bar behind `Progress`."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        console = Console(stderr=True)
        self._rich = RichProgress(
            TextColumn("checking"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._rich.add_task("", total=total)
        self._rich.start()

    def draw(self, counts: Progress) -> None:
        words = (
            f"compiled {counts.compiled}  judged {counts.scored}  unavailable {counts.unavailable}"
        )
        self._rich.update(self._task, completed=counts.done, description=words)

    def close(self) -> None:
        self._rich.stop()

"""How long and how much disk: from stages that ended in this run, else from the recipe's rates.

An estimate says what it is based on; where there is nothing to base it on, it is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from statistics import median
from typing import TYPE_CHECKING

from crossfade_train.run._stage import TRAINING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crossfade_train.recipe import Recipe
    from crossfade_train.run._store import Store

EARLIER = "earlier stages of this run"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of one stage.

    Attributes:
        seconds: Wall time; None where nothing is known.
        basis: What it rests on.
    """

    seconds: float | None
    basis: str


@dataclass(frozen=True, slots=True)
class Disk:
    """Of a run's pending stages, in gigabytes.

    Attributes:
        most: At once, at any time.
        kept: Once all are done.
    """

    most: float
    kept: float


class Rates:
    """Seconds and gigabytes by kind of stage.

    Args:
        recipe: Its [rates] table has what was measured once.
        store: Stages that ended here; they win.
    """

    def __init__(self, recipe: Recipe, store: Store) -> None:
        self._recipe = recipe
        found: dict[str, list[float]] = {}
        for kind, seconds in store.seconds():
            found.setdefault(kind, []).append(seconds)
        self._here = {kind: median(values) for kind, values in found.items()}

    def of(self, kind: str) -> Estimate:
        """The estimate for one stage of a kind."""
        if kind in self._here:
            return Estimate(self._here[kind], EARLIER)
        rates = self._recipe.rates
        if kind in rates.seconds:
            return Estimate(rates.seconds[kind], rates.machine or "the recipe's rates")
        return Estimate(None, "not measured")

    def total(self, kinds: Iterable[str]) -> tuple[float, list[str]]:
        """Seconds of several stages one after the other, and the kinds that nothing is known of."""
        estimates = [(kind, self.of(kind).seconds) for kind in kinds]
        unknown = sorted({kind for kind, seconds in estimates if seconds is None})
        return sum(seconds or 0.0 for _, seconds in estimates), unknown

    def disk(
        self, kinds: Iterable[str], there: Iterable[float] = (), *, side_by_side: bool = False
    ) -> Disk:
        """Disk that several stages need, one after the other or, at worst, all at once.

        Args:
            kinds: Theirs, in order.
            there: Gigabytes that each holds already, of an attempt that was killed: they are not
                needed again. Empty: nothing.
            side_by_side: All at once.
        """
        most = held = 0.0
        for kind, left in zip(kinds, chain(there, repeat(0.0)), strict=False):
            running = self._recipe.rates.gigabytes.get(kind, 0.0)
            has = min(left, running)
            more = running - has
            most = most + more if side_by_side else max(most, held + more)
            held += self._kept(kind, running) - has
        return Disk(most, held)

    def _kept(self, kind: str, running: float) -> float:
        if kind in TRAINING and self._recipe.launch.keep_checkpoints:
            return running
        return self._recipe.rates.kept.get(kind, running)


def spoken(seconds: float | None) -> str:
    """A length of time in words: `42 s`, `7 min`, `3 h 20 min`."""
    if seconds is None:
        return "?"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"

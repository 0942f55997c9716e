"""What a measurement declares, and what it yields.

Invariant: a declaration is read without importing what is measured, so that `--list` is quick and
a missing peer is a row in the table rather than an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._needs import Need


@dataclass(frozen=True, slots=True)
class Sample:
    """One arm, once.

    Attributes:
        arm: Which.
        turn: Of the round, from 0; samples of one turn are compared with each other.
        wall: Seconds on the clock.
        processor: Seconds of processor time, all processes below ours included.
        units: How much work it was, in the measurement's unit.
        size: n of a sweep; 0 where there is none.
        memory: Peak of resident memory that the work added to its process, MB; None: not looked at.
        values: What else was found, by name.
    """

    arm: str
    turn: int
    wall: float
    processor: float
    units: float = 1.0
    size: int = 0
    memory: float | None = None
    values: Mapping[str, float] = field(default_factory=dict)

    def value(self, figure: str) -> float | None:
        """A figure by name, or None where it was not looked at.

        It is `wall` or `processor` (seconds), `rate` or `processor rate` (units a second of each),
        `memory`, or one of `values`.
        """
        match figure:
            case "wall":
                return self.wall
            case "processor":
                return self.processor
            case "memory":
                return self.memory
            case "rate":
                return self.units / self.wall
            case "processor rate":
                return self.units / self.processor if self.processor else None
        return self.values.get(figure)


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to do the work.

    Attributes:
        name: In tables and on samples.
        about: What it is, in a few words.
        needs: Without these it is left out, and the table says so.
    """

    name: str
    about: str
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A figure of the table, and the bound asked of it where there is one.

    Attributes:
        of: An arm.
        figure: As in `Sample.value`.
        to: Another arm: the figure is the ratio of the two, turn by turn.
        at_least: Bound from below.
        at_most: Bound from above.
        size: The samples of this n alone; 0: all.
        unit: Of a figure that is no ratio.
        said: What the bound is called in the table, where the figure alone does not tell.
    """

    of: str
    figure: str = "rate"
    to: str = ""
    at_least: float | None = None
    at_most: float | None = None
    size: int = 0
    unit: str = ""
    said: str = ""

    @property
    def title(self) -> str:
        """What the table calls it."""
        named = f"{self.of} / {self.to}" if self.to else self.of
        at = f" at {self.size:,}" if self.size else ""
        return f"{named}{at}: {self.said or self.figure}{f', {self.unit}' if self.unit else ''}"

    @property
    def asked(self) -> str:
        """The bound in words; empty where none was asked."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"


class NoSizeError(ValueError):
    """`--most` leaves nothing of a sweep."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one run of a measurement is asked for.

    Attributes:
        folder: Scratch of its own, empty.
        rounds: How often each arm takes its turn.
        quick: Only show that it works: the smallest sizes.
        seed: Of everything drawn.
        most: Sizes of a sweep above this are left out; 0: none is.
        missing: Names of the arms that are to be left out.
    """

    folder: Path
    rounds: int
    quick: bool
    seed: int
    most: int = 0
    missing: frozenset[str] = frozenset()

    def sizes(self, whole: Sequence[int], quick: Sequence[int]) -> list[int]:
        """The sizes of a sweep that are asked for.

        Raises:
            NoSizeError: None is left.
        """
        chosen = quick if self.quick else whole
        found = [size for size in chosen if not self.most or size <= self.most]
        if not found:
            raise NoSizeError(
                f"--most must leave a size: the least is {min(chosen):,}, got {self.most:,}."
            )
        return found

    def present(self, arm: str) -> bool:
        """Whether this arm is to be run."""
        return arm not in self.missing


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing that is measured.

    Attributes:
        name: On the command line; also its module's.
        theme: Measurements of a theme share a file of results.
        about: What is done, and by whom, in whole sentences.
        unit: Of `Sample.units`, plural.
        arms: In the order of their turns.
        asks: Figures of the table.
        take: Yields samples; anything heavy is imported inside it.
        needs: Without these nothing can be measured.
        rounds: How often, where the command line does not say.
        minutes: About how long a whole run takes on two cores.
        growth: What is fitted against n where this is a sweep: an arm and a figure each.
        environment: Variables set before its process starts.
    """

    name: str
    theme: str
    about: str
    unit: str
    arms: tuple[Arm, ...]
    asks: tuple[Ask, ...]
    take: Callable[[Request], Iterator[Sample]]
    needs: tuple[Need, ...] = ()
    rounds: int = 5
    minutes: float = 1.0
    growth: tuple[tuple[str, str], ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def missing(self, *, quick: bool = False) -> dict[str, Need]:
        """What stands in the way, by arm; under the empty name, what stands in the way of all."""
        places = [(arm.name, need) for arm in self.arms for need in arm.needs]
        places += [("", need) for need in self.needs]
        return {arm: need for arm, need in places if (need.quick or not quick) and not need.met()}

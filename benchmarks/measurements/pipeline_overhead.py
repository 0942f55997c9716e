"""What the scoring pipeline itself costs, and whether checking overlaps judging."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample

ROLLOUTS, QUICK = 4000, 400
JUDGED, RATE, AT_ONCE, ANSWER = 640, 250, 32, 0.3


def take(request: Request) -> Iterator[Sample]:
    from dataclasses import replace

    from benchmarks._apart import apart
    from benchmarks._clock import timed
    from benchmarks._instant import Checker, Judge, read_apart, score, scored, work

    rollouts = QUICK if request.quick else ROLLOUTS
    judged = work(JUDGED // 10 if request.quick else JUDGED)
    count = sum(len(texts) for _, texts in judged)
    ideal = max(count / RATE + ANSWER, count / AT_ONCE * ANSWER + 1 / RATE)
    for turn in range(request.rounds):
        for arm, act in (("pipeline", scored), ("reading", read_apart)):
            yield apart(arm, turn, act, rollouts, units=rollouts, prepare=work)
        beside = timed("beside", turn, lambda: score(judged, Checker(RATE), Judge(ANSWER, AT_ONCE)))
        yield replace(beside, units=count, values={"of the ideal": beside.wall / ideal})


MEASUREMENT = Measurement(
    name="pipeline-overhead",
    theme="scoring",
    about=(
        f"{ROLLOUTS:,} distinct rollouts, eight a problem, through the pipeline with a checker and "
        "a judge that answer at once, and the same rollouts read without any pipeline (extraction "
        f"and gate). `beside`: {JUDGED} rollouts with a checker that yields {RATE} verdicts a "
        f"second and a judge that answers in {ANSWER} s, {AT_ONCE} at once; the ideal is the "
        "slower of the two stages plus one answer of the other."
    ),
    unit="rollouts",
    arms=(
        Arm("pipeline", "instant checker and judge, a process of its own"),
        Arm("reading", "extraction and gate alone, a process of its own"),
        Arm("beside", "checking beside judging"),
    ),
    asks=(
        Ask("pipeline", "wall", at_most=2, unit="s"),
        Ask("pipeline", "peak, MB", at_most=200, said="peak memory of the process, MB"),
        Ask("pipeline", "processor", to="reading"),
        Ask("beside", "of the ideal", at_most=1.15, said="wall time of the ideal"),
    ),
    take=take,
    minutes=1,
)

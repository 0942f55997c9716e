"""The LLM judge against the ideal, when the endpoint is what takes the time."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from typing import Any

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample

PAIRS, QUICK, AT_ONCE, SECONDS = 640, 64, 32, 0.3


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._endpoint import endpoint

    pairs = QUICK if request.quick else PAIRS
    ideal = pairs / AT_ONCE * SECONDS
    with endpoint(SECONDS) as port:
        os.environ["LEANEVAL_JUDGE_BASE_URL"] = f"http://127.0.0.1:{port}/v1"
        for turn in range(request.rounds):
            yield _against(asyncio.run(_sockets(turn, pairs, port)), pairs, ideal)
            with tempfile.TemporaryDirectory(dir=request.folder) as cache:
                for arm in ("judge", "judge, cached"):
                    judged = asyncio.run(_judge(arm, turn, pairs, cache))
                    yield _against(judged, pairs, ideal)


def _against(sample: Sample, pairs: int, ideal: float) -> Sample:
    from dataclasses import replace

    own = sample.values["own"] / pairs * 1e3
    values = {"of the ideal": sample.wall / ideal, "own ms a pair": own}
    return replace(sample, units=pairs, values=values)


async def _timed(arm: str, turn: int, work: Sequence[Awaitable[Any]]) -> tuple[list[Any], Sample]:
    """All of it at once; processor time without the endpoint's is among the values."""
    from benchmarks._clock import clocks

    before, own = clocks(), time.process_time()
    found = await asyncio.gather(*work)
    values = {"own": time.process_time() - own}
    return found, Sample(arm, turn, *before.since(), values=values)


async def _sockets(turn: int, pairs: int, port: int) -> Sample:
    """The same number of calls, of fixed bytes."""
    from benchmarks._endpoint import BODY

    asked = b"POST / HTTP/1.1\r\nContent-Length: 2000\r\n\r\n" + b" " * 2000

    async def worker(count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            writer.write(asked)
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(BODY))
        writer.close()

    workers = [worker(pairs // AT_ONCE) for _ in range(AT_ONCE)]
    return (await _timed("sockets", turn, workers))[1]


async def _judge(arm: str, turn: int, pairs: int, cache: str) -> Sample:
    """The scores alone: client and cache are made before the clocks start."""
    from leaneval.judges import make_judge
    from leaneval.settings import Settings
    from leaneval.types import Problem, Statement

    settings = Settings(judge="llm:m", judge_concurrency=AT_ONCE, cache=cache)
    problem = Problem("p", "Show that a + b = b + a.", "theorem p (a b : ℕ) : a + b = b + a")
    statements = [
        Statement("", "p", f"(a b : ℕ) : a + b + {i} = b + a + {i}") for i in range(pairs)
    ]
    made = make_judge(settings, None)
    assert made is not None, "the settings name one"
    async with made as judge:
        asked = [judge.score(problem, one) for one in statements]
        scores, sample = await _timed(arm, turn, asked)
    assert all(score.value == 0.9 for score in scores)
    return sample


MEASUREMENT = Measurement(
    name="judge-concurrency",
    theme="scoring",
    about=(
        f"{PAIRS} distinct pairs, {AT_ONCE} at once, at a local endpoint that answers every call "
        f"after {SECONDS} s. The ideal is {PAIRS} / {AT_ONCE} x {SECONDS} s. Client and "
        "cache are made before the clocks start."
    ),
    unit="pairs",
    arms=(
        Arm("sockets", "bare sockets that send fixed bytes: what the machine's load allows"),
        Arm("judge", "`llm:MODEL`, empty disk cache"),
        Arm("judge, cached", "the same again from the cache"),
    ),
    asks=(
        Ask("judge", "of the ideal", at_most=1.15, said="wall time of the ideal"),
        Ask("sockets", "of the ideal", said="wall time of the ideal"),
        Ask("judge", "wall", to="sockets"),
        Ask(
            "judge", "own ms a pair", said="processor time a pair without the endpoint's", unit="ms"
        ),
    ),
    take=take,
    rounds=3,
    minutes=1,
)

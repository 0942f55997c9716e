"""Wall time of the LLM judge against the ideal, when the endpoint is what takes the time.

    uv run python benchmarks/judge_concurrency.py [PAIRS] [CONCURRENCY] [SECONDS]

A local endpoint in a process of its own answers every call after SECONDS (0.3). The ideal for
PAIRS (640) distinct pairs, CONCURRENCY (32) at once, is PAIRS / CONCURRENCY * SECONDS. Prints the
ratio for bare sockets that send fixed bytes (what the machine's load allows), for the judge with an
empty disk cache, and for the same run again from the cache, with the processor time a pair.
Wanted: at most 1.15 on an idle machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from multiprocessing import get_context

from leaneval.judges import make_judge
from leaneval.settings import Settings
from leaneval.types import Problem, Statement

ANSWER = json.dumps({"reason": "a constant answer of the benchmark's endpoint", "score": 0.9})
BODY = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": ANSWER},
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
).encode()
HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"


def serve(seconds, ports):
    async def answer(reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                await asyncio.sleep(seconds if head.startswith(b"POST") else 0)
                writer.write(HEAD.encode() + BODY)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def bare(pairs, concurrency, port):
    """The same number of calls by bare sockets."""
    request = b"POST / HTTP/1.1\r\nContent-Length: 2000\r\n\r\n" + b" " * 2000

    async def worker(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            writer.write(request)
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(BODY))
        writer.close()

    wall = time.perf_counter()
    await asyncio.gather(*(worker(pairs // concurrency) for _ in range(concurrency)))
    return time.perf_counter() - wall


async def measure(pairs, concurrency, cache):
    settings = Settings(judge="llm:m", judge_concurrency=concurrency, cache=cache)
    problem = Problem("p", "Show that a + b = b + a.", "theorem p (a b : ℕ) : a + b = b + a")
    statements = [
        Statement("", "p", f"(a b : ℕ) : a + b + {i} = b + a + {i}") for i in range(pairs)
    ]
    async with make_judge(settings, None) as judge:
        wall, processor = time.perf_counter(), time.process_time()
        scores = await asyncio.gather(*(judge.score(problem, s) for s in statements))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    assert all(score.value == 0.9 for score in scores)
    return wall, processor, judge.usage()


def main():
    pairs, concurrency = (int(a) for a in [*sys.argv[1:3], "640", "32"][:2])
    seconds = float((sys.argv[3:4] or ["0.3"])[0])
    context = get_context("spawn")
    ports = context.Queue()
    server = context.Process(target=serve, args=(seconds, ports), daemon=True)
    server.start()
    port = ports.get()
    os.environ["LEANEVAL_JUDGE_BASE_URL"] = f"http://127.0.0.1:{port}/v1"
    ideal = pairs / concurrency * seconds
    print(f"python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"{pairs} pairs, {concurrency} at once, {seconds} s each: ideal {ideal:.2f} s")
    wall = asyncio.run(bare(pairs, concurrency, port))
    print(f"bare sockets: {wall:.2f} s, {wall / ideal:.3f} of ideal")
    with tempfile.TemporaryDirectory() as cache:
        for name in ("empty cache", "full cache"):
            wall, processor, usage = asyncio.run(measure(pairs, concurrency, cache))
            per_pair = processor / pairs * 1e3
            print(
                f"{name}: {wall:.2f} s, {wall / ideal:.3f} of ideal, {per_pair:.2f} ms processor "
                f"a pair, {usage['calls']:.0f} calls, {usage['cache_hits']:.0f} hits"
            )
    server.terminate()


if __name__ == "__main__":
    main()

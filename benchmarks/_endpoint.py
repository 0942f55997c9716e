"""An OpenAI-compatible endpoint in a process of its own that answers every call after a while."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

_ANSWER = json.dumps({"reason": "a constant answer of the benchmark's endpoint", "score": 0.9})
_MESSAGE = {"role": "assistant", "content": _ANSWER}
BODY = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": _MESSAGE}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
).encode()
_HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"


@contextmanager
def endpoint(seconds: float) -> Iterator[int]:
    """The port at which it listens."""
    context = get_context("spawn")
    ports = context.Queue()
    server = context.Process(target=_serve, args=(seconds, ports), daemon=True)
    server.start()
    try:
        yield ports.get(timeout=120)
    finally:
        server.terminate()
        server.join()


def _serve(seconds: float, ports: Any) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                await asyncio.sleep(seconds if head.startswith(b"POST") else 0)
                writer.write(_HEAD.encode() + BODY)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())

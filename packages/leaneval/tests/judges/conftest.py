"""A real HTTP server that speaks /v1/chat/completions, well or badly, as a test asks."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

import pytest

from leaneval.judges._llm import LlmJudge
from leaneval.judges._retry import RetryPolicy
from leaneval.settings import Settings
from leaneval.types import Problem, Statement


def completion(content, *, finish="stop", refusal=None, tokens=(100, 20)):
    """The body of a chat completion."""
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
        },
    }


def graded(score, reason="same"):
    return completion(json.dumps({"reason": reason, "score": score}))


@dataclass
class Reply:
    """One answer: `delay` seconds, then the bytes; `cut` closes in the middle of the body."""

    status: int = 200
    body: object = None
    headers: dict = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False
    content_type: str = "application/json"

    def raw(self):
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(graded(0.9) if self.body is None else self.body).encode()


class Endpoint:
    """Answers each question with the next scripted reply, or with `default` when none is left."""

    def __init__(self):
        self.script = deque()
        self.default = Reply()
        self.models = Reply(body={"object": "list", "data": [{"id": "m", "object": "model"}]})
        self.requests = []
        self.headers = []
        self.at = []
        self.now = 0
        self.peak = 0
        self.probes = 0
        self._server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    @property
    def bodies(self):
        return [json.loads(request) for request in self.requests]

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**24)

    async def stop(self):
        self._server.close()

    async def _serve(self, reader, writer):
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if first.startswith("GET"):
            self.probes += 1
            return await self._send(writer, self.models)
        self.requests.append(body)
        self.headers.append(headers)
        self.at.append(asyncio.get_running_loop().time())
        reply = self.script.popleft() if self.script else self.default
        if callable(reply):
            reply = reply(json.loads(body))
        self.now += 1
        self.peak = max(self.peak, self.now)
        try:
            await asyncio.sleep(reply.delay)
        finally:
            self.now -= 1
        return await self._send(writer, reply)

    async def _send(self, writer, reply):
        raw = reply.raw()
        head = {
            "Content-Type": reply.content_type,
            "Content-Length": str(len(raw)),
            **reply.headers,
        }
        lines = [f"HTTP/1.1 {reply.status} X", *(f"{k}: {v}" for k, v in head.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        writer.write(raw[: len(raw) // 2] if reply.cut else raw)
        await writer.drain()
        return not reply.cut


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "LEANEVAL_JUDGE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LEANEVAL_JUDGE_API_KEY", "LEANEVAL_PRICES", "LEANEVAL_STUDY", "LEANEVAL_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEANEVAL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
async def endpoint(monkeypatch):
    server = Endpoint()
    await server.start()
    monkeypatch.setenv("LEANEVAL_JUDGE_BASE_URL", server.url)
    monkeypatch.setenv("LEANEVAL_JUDGE_API_KEY", "sk-secret-key")
    yield server
    await server.stop()


@pytest.fixture
def reply():
    return Reply


@pytest.fixture
def graded_reply():
    return graded


@pytest.fixture
def completion_reply():
    return completion


@pytest.fixture
def settings(tmp_path):
    def make(**changes):
        return Settings(**{"judge": "llm:m", "cache": str(tmp_path / "cache"), **changes})

    return make


@pytest.fixture
def problem():
    return Problem(
        id="p",
        informal="Show that every natural number is at least zero.",
        reference="theorem p (n : Nat) : n ≥ 0 := by sorry",
        header="import Mathlib",
    )


@pytest.fixture
def statement():
    def make(signature="(n : Nat) : 0 ≤ n", **changes):
        return Statement("", "p", signature, **changes)

    return make


@pytest.fixture
def judge(settings):
    """Of the model `m`, quick to lose patience."""
    quick = RetryPolicy(tries=5, pause=0.01, call_seconds=1.0, total_seconds=20.0)
    return lambda **changes: LlmJudge("m", settings(**changes), quick)


@pytest.fixture
def ask(problem):
    """A judge's score of one statement, and what it has used."""

    async def one(asked, statement):
        async with asked:
            return await asked.score(problem, statement), asked.usage()

    return one

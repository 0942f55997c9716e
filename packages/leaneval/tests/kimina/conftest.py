"""Checkers over the real server, and a proxy before it that answers as a sick one would."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web

from leaneval.checkers._world import World
from leaneval.checkers.kimina import KiminaChecker, _client
from leaneval.peano import PREAMBLE
from leaneval.types import Statement, StatementClaim, Verdict

Answer = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


def claim(signature: str, name: str = "t", **more: str) -> StatementClaim:
    """A statement's claim."""
    return StatementClaim(Statement(more.pop("header", ""), name, signature, **more))


@pytest.fixture(scope="session")
def guarded_server(make_kimina: Callable[..., Any]) -> Any:
    """A server that wants the key `opensesame`, and that tests may kill and start again."""
    return make_kimina(api_key="opensesame")


@pytest.fixture
def kimina() -> Callable[..., KiminaChecker]:
    """Makes checkers of Peano statements over a server."""

    def make(url: str, key: str | None = None, **options: Any) -> KiminaChecker:
        settings = {"workers": 4, "batch_size": 50, "time_limit": 3.0, "patience": 20.0, **options}
        return KiminaChecker(f"kimina:{url}", url, key, World.of(PREAMBLE), **settings)

    return make


@pytest.fixture
def verdicts() -> Callable[..., Awaitable[list[Verdict]]]:
    """The verdicts of a checker on claims, all asked at once."""

    async def ask(checker: KiminaChecker, claims: list[Any]) -> list[Verdict]:
        async with checker:
            return await asyncio.gather(*map(checker.check, claims))

    return ask


class Proxy:
    """Stands before a server, and at times answers in its stead.

    Attributes:
        url: Where it listens.
        orders: The orders that came, oldest first.
        sick: Answers for the next requests, in turn; None passes one on.
        always: What answers every request that `sick` has nothing for; None: the server.
    """

    def __init__(self, server: str, session: ClientSession) -> None:
        self.url = ""
        self._server, self._session = server, session
        self.orders: list[dict[str, Any]] = []
        self.sick: deque[Answer | None] = deque()
        self.always: Answer | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.orders.append(await request.json())
        answer = self.sick.popleft() if self.sick else self.always
        said = await answer(request) if answer else None
        return said if said is not None else await self._forward(request)

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        target, order = self._server + request.path, await request.json()
        async with self._session.post(target, json=order) as said:
            return web.Response(status=said.status, body=await said.read())


@pytest.fixture
async def proxy(kimina_server: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """A proxy before the real server; pauses between tries are short."""
    monkeypatch.setattr(_client, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(_client, "_LONGEST_PAUSE", 0.05)
    session, app = ClientSession(timeout=ClientTimeout(total=60)), web.Application()
    state = Proxy(kimina_server.url, session)
    app.router.add_post("/api/check", state.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield state
    await session.close()
    await runner.cleanup()


@pytest.fixture(scope="session")
def statements() -> list[StatementClaim]:
    """500 statements: the embedded checker's own cases, the adversarial rollouts, and Peano's."""
    import json
    import runpy

    from leaneval.extract import extract
    from leaneval.peano import development_problems, test_problems

    tests = Path(__file__).parents[1]
    cases = runpy.run_path(str(tests / "checkers" / "test_embedded.py"))
    found = [*cases["HONEST"], *cases["BROKEN"], *cases["HOSTILE"]]
    for line in (tests / "data" / "adversarial.jsonl").read_text(encoding="utf-8").splitlines():
        statement = extract(json.loads(line)["rollout"]).statement
        found += [StatementClaim(statement)] if statement else []
    for index, problem in enumerate([*test_problems(), *development_problems()]):
        statement = extract(f"```lean4\n{problem.reference}\n```").statement
        assert statement is not None
        words = statement.signature.split(" ")
        if index % 2:  # every other one loses a word, which breaks most of them
            del words[index % len(words)]
        found.append(claim(" ".join(words)))
    return list(dict.fromkeys(found))[:500]

"""Every wrong answer that a server can give: waited out, asked again elsewhere, or unavailable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from leaneval.checkers.kimina import KiminaChecker
from leaneval.errors import UnavailableError
from leaneval.types import Statement, StatementClaim

pytestmark = pytest.mark.lean
Make = Callable[..., KiminaChecker]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse | None]]

CLAIMS = [
    StatementClaim(Statement("", "t", f"(n{i} : Nat) : Even {'n' if i % 2 else 'm'}{i}"))
    for i in range(12)
]
RIGHT = ["fails", "compiles"] * 6


def says(status: int = 200, **headers: str) -> Callable[[str], Answer]:
    def with_body(body: str) -> Answer:
        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, text=body, headers=headers)

        return answer

    return with_body


def error(text: str) -> Answer:
    return says()(json.dumps({"results": [{"id": "0", "error": text, "time": 1.0}]}))


def response(**content: Any) -> Answer:
    return says()(json.dumps({"results": [{"id": "0", "time": 0.1, "response": content}]}))


async def hangs_up(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.close()


async def cuts_short(request: web.Request) -> web.StreamResponse:
    cut = web.StreamResponse(headers={"Content-Length": "1000"})
    await cut.prepare(request)
    await cut.write(b'{"results": [{"id": "0", "resp')
    hangs_up_now = request.transport
    assert hangs_up_now is not None
    hangs_up_now.close()
    return cut


SHAPES = {
    "header time-out": error("Lean REPL header command timed out in 4 seconds"),
    "no REPL free": error("No available REPLs"),
    "no REPL starts": error("REPL prep failed: Failed to start REPL"),
    "a REPL that died": error("Snippet execution failed: Lean process broken pipe"),
    "a REPL that wrote no JSON": error("Snippet execution failed: JSON decode error"),
    "unknown environment": response(message="Unknown environment."),
    "a false pass": response(env=1),
    "an empty environment": response(
        env=1,
        messages=[
            {
                "severity": "error",
                "pos": {"line": 1, "column": 7},
                "data": "Unknown identifier `Nat`",
            }
        ],
    ),
    "an unreadable message": response(env=1, messages=[{"severity": "?"}]),
    "nothing at all": says()(json.dumps({"results": [{"id": "0", "time": 1.0}]})),
    "no results": says()(json.dumps({"results": []})),
    "truncated JSON": says()('{"results": [{"id": "0", "response": {"env": 1, "mess'),
    "prose": says()("<html>Welcome</html>"),
    "overloaded": says(503, **{"Retry-After": "1"})("later"),
    "too many requests": says(429)("slow down"),
    "internal error": says(500)("Internal Server Error"),
    "gateway time-out": says(504)("Request timed out after 22.0s safety timeout"),
    "connection reset": hangs_up,
    "answer cut short": cuts_short,
    "packed, and not": says(**{"Content-Encoding": "gzip"})("no gzip"),
}


async def kinds(checker: KiminaChecker) -> list[str]:
    found = await asyncio.gather(*map(checker.check, CLAIMS))
    return [str(verdict.kind) for verdict in found]


async def test_what_passes_costs_nobody_a_verdict(proxy: Any, kimina: Make) -> None:
    async with kimina(proxy.url) as checker:
        for shape, answer in SHAPES.items():
            proxy.sick.extend([answer, None, answer])
            assert await kinds(checker) == RIGHT, shape
            proxy.sick.clear()


async def test_what_stays_is_unavailable_and_never_a_verdict(proxy: Any, kimina: Make) -> None:
    async with kimina(proxy.url, patience=0.1) as checker:
        for shape, proxy.always in SHAPES.items():
            found = await asyncio.wait_for(asyncio.gather(*map(checker.check, CLAIMS)), 60)
            assert {str(verdict.kind) for verdict in found} == {"unavailable"}, shape
            assert all(verdict.diagnostics[0].message for verdict in found), shape
        proxy.always = None
        assert await kinds(checker) == RIGHT


@pytest.mark.parametrize("shape", SHAPES)
async def test_what_is_there_at_the_start_is_said_at_once(
    proxy: Any, kimina: Make, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaneval.checkers.kimina._checker._START_PATIENCE", 0.1)
    proxy.always = SHAPES[shape]
    with pytest.raises(UnavailableError, match="Kimina server at http") as error:
        await kimina(proxy.url).__aenter__()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("shape", ["a REPL that died", "a REPL that wrote no JSON"])
async def test_a_repl_that_dies_at_the_start_is_not_the_last(
    proxy: Any, kimina: Make, shape: str
) -> None:
    proxy.sick.extend([SHAPES[shape]] * 2)
    async with kimina(proxy.url) as checker:
        assert await kinds(checker) == RIGHT


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "LEANEVAL_KIMINA_API_KEY"), (403, "API_KEY"), (404, "kimina:URL")]
)
async def test_a_refusal_names_its_remedy(
    proxy: Any, kimina: Make, status: int, remedy: str
) -> None:
    proxy.always = says(status)("no")
    with pytest.raises(UnavailableError, match=remedy):
        await kimina(proxy.url, "the-key").__aenter__()
    assert len(proxy.orders) == 1


async def test_nobody_there_is_said_within_seconds(
    kimina: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaneval.checkers.kimina._checker._START_PATIENCE", 0.1)
    with pytest.raises(UnavailableError, match=r"must answer.*Connect"):
        await kimina("http://127.0.0.1:9").__aenter__()


async def test_one_claim_that_is_always_passed_in_silence_stays_undecided(
    proxy: Any, kimina: Make
) -> None:
    async def silent_on_n3(request: web.Request) -> web.StreamResponse | None:
        order = await request.json()
        return await response(env=1)(request) if "n3" in order["snippets"][0]["code"] else None

    async with kimina(proxy.url, patience=1) as checker:
        proxy.always = silent_on_n3
        found = await asyncio.gather(*map(checker.check, CLAIMS))
    assert [str(v.kind) for v in found] == [*RIGHT[:3], "unavailable", *RIGHT[4:]]


async def test_a_slow_import_is_given_more_time_and_a_bad_repl_is_left_alone(
    proxy: Any, kimina: Make
) -> None:
    async with kimina(proxy.url) as checker:
        proxy.orders.clear()
        proxy.sick.extend([SHAPES["header time-out"], SHAPES["unknown environment"]])
        assert (await checker.check(CLAIMS[1])).compiles
    first, second, third = proxy.orders
    assert first["timeout"] < 15
    assert second["timeout"] >= 60
    assert [order["reuse"] for order in (first, second, third)] == [True, True, False]


async def test_every_snippet_has_its_import_line(proxy: Any, kimina: Make) -> None:
    async with kimina(proxy.url) as checker:
        assert await kinds(checker) == RIGHT
    codes = [snippet["code"] for order in proxy.orders for snippet in order["snippets"]]
    assert all(code.startswith("import Peano\n#check Nat\n") for code in codes)

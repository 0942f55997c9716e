"""One question, one call: in a run, across runs, after a kill."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from leaneval.judges import CachedJudge
from leaneval.judges._llm import LlmJudge
from leaneval.judges._retry import RetryPolicy
from leaneval.store import Store
from leaneval.types import Problem

QUICK = RetryPolicy(tries=2, pause=0.01, call_seconds=2.0)


@pytest.fixture
def make(endpoint, settings, tmp_path):
    def build(*, store=True, **changes):
        kept = Store(tmp_path / "scores.sqlite") if store else None
        return CachedJudge(LlmJudge("m", settings(**changes), QUICK), kept)

    return build


@pytest.mark.parametrize("store", [True, False])
async def test_identical_pairs_at_once_are_asked_once(
    endpoint, make, reply, problem, statement, store
):
    endpoint.default = reply(delay=0.1)
    judge = make(store=store)
    async with judge:
        scores = await asyncio.gather(*(judge.score(problem, statement()) for _ in range(20)))
    assert {score.value for score in scores} == {0.9}
    assert len(endpoint.requests) == 1
    assert judge.usage()["shared"] == 19


async def test_pairs_that_differ_in_names_and_comments_alone_are_asked_once(
    endpoint, make, problem, statement
):
    judge = make()
    async with judge:
        for text in ("(hypothesis : n = 0) : P", "(hnonzero :  n = 0) /- please -/ : P"):
            await judge.score(problem, statement(text))
    assert len(endpoint.requests) == 1
    assert judge.usage()["cache_hits"] == 1


async def test_a_later_run_asks_nothing(endpoint, make, problem, statement):
    async with make() as judge:
        first = await judge.score(problem, statement())
    async with make() as judge:
        second = await judge.score(problem, statement())
        assert judge.usage()["cache_hits"] == 1
    assert first == second
    assert len(endpoint.requests) == 1


async def test_another_question_is_asked(endpoint, make, problem, statement, monkeypatch):
    other_text = Problem("p", "Something else.", problem.reference, problem.header)
    other_reference = Problem("p", problem.informal, "theorem p : True", problem.header)
    other_header = Problem("p", problem.informal, problem.reference, "import Mathlib\nopen Nat")
    other_id = Problem("q", problem.informal, problem.reference, problem.header)
    async with make() as judge:
        for asked in (problem, other_text, other_reference, other_header, other_id):
            await judge.score(asked, statement())
        await judge.score(problem, statement(": 1 = 2"))
    assert len(endpoint.requests) == 5


async def test_an_outage_is_not_remembered(endpoint, make, reply, problem, statement):
    endpoint.script.extend([reply(status=500, body={})] * 2)
    async with make() as judge:
        assert (await judge.score(problem, statement())).value is None
        assert (await judge.score(problem, statement())).value == 0.9


@pytest.mark.parametrize(
    "row",
    ["", "{", "[]", '{"value": 7, "reason": ""}', '{"value": null, "reason": ""}', '{"v": 1}'],
)
async def test_a_row_that_cannot_be_read_is_asked_again(endpoint, make, problem, statement, row):
    async with make() as judge:
        judge._store.put(judge._inner.key(problem, statement()), row)
        assert (await judge.score(problem, statement())).value == 0.9
    assert len(endpoint.requests) == 1


CHILD = """
import asyncio, sys
from leaneval.judges import make_judge
from leaneval.settings import Settings
from leaneval.types import Problem, Statement

async def main():
    judge = make_judge(Settings(judge="llm:m", cache=sys.argv[1], judge_concurrency=4), None)
    problem = Problem("p", "text", "theorem p : True")
    async with judge:
        pairs = [Statement("", "p", f": {i} = n") for i in range(200)]
        await asyncio.gather(*(judge.score(problem, pair) for pair in pairs))

asyncio.run(main())
"""


async def test_a_run_killed_while_it_writes_loses_no_score_that_was_given(
    endpoint, reply, settings, tmp_path
):
    endpoint.default = reply(delay=0.02)
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path / "cache")],
        env={**os.environ, "LEANEVAL_JUDGE_BASE_URL": endpoint.url},
    )
    while len(endpoint.requests) < 60:
        await asyncio.sleep(0.01)
        assert child.poll() is None
    child.send_signal(signal.SIGKILL)
    await asyncio.to_thread(child.wait)
    await asyncio.sleep(0.1)
    before = len(endpoint.requests)
    from leaneval.judges import make_judge
    from leaneval.types import Statement

    problem = Problem("p", "text", "theorem p : True")
    async with make_judge(settings(), None) as judge:
        pairs = [Statement("", "p", f": {i} = n") for i in range(200)]
        scores = await asyncio.gather(*(judge.score(problem, pair) for pair in pairs))
        hits = judge.usage()["cache_hits"]
    assert {score.value for score in scores} == {0.9}
    assert len(endpoint.requests) - before == 200 - hits
    assert before - hits <= 8


async def test_two_runs_at_once_share_what_either_has_learnt(endpoint, make, problem, statement):
    async with make() as one, make() as two:
        pairs = [statement(f": {i} = n") for i in range(20)]
        await asyncio.gather(*(one.score(problem, pair) for pair in pairs))
        await asyncio.gather(*(two.score(problem, pair) for pair in pairs))
    assert len(endpoint.requests) == 20

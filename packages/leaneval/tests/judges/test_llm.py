"""The LLM judge against a real HTTP server that answers well, badly or not at all."""

import asyncio
import json
import time

import pytest

from leaneval.errors import UsageError
from leaneval.judges._llm import LlmJudge
from leaneval.preflight import preflight
from leaneval.profile import PEANO


async def test_a_score_with_its_reason(endpoint, judge, ask, statement):
    score, usage = await ask(judge(), statement())
    assert (score.value, score.reason, score.judge) == (0.9, "same", "llm:m")
    assert usage["calls"] == 1
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (100, 20)
    assert "cost_usd" not in usage


async def test_what_is_sent(endpoint, judge, ask, problem, statement):
    await ask(judge(), statement())
    (body,) = endpoint.bodies
    assert body["temperature"] == 0
    assert body["response_format"]["type"] == "json_schema"
    assert body["max_tokens"] == 1024
    system, user = body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert json.loads(user["content"]) == {
        "problem": problem.informal,
        "reference": "import Mathlib\n\ntheorem p (n : Nat) : n ≥ 0 := by sorry",
        "candidate": "theorem candidate (n : Nat) : 0 ≤ n",
    }
    assert endpoint.headers[0]["authorization"] == "Bearer sk-secret-key"


FAULTS = {
    "429": {"status": 429, "body": {"error": {"message": "slow down"}}},
    "500": {"status": 500, "body": b"oops", "content_type": "text/plain"},
    "503": {"status": 503, "body": {"error": {"message": "overloaded"}}},
    "529": {"status": 529, "body": b""},
    "408": {"status": 408, "body": {}},
    "hang": {"delay": 5.0},
    "cut": {"cut": True},
    "html": {"body": b"<html>gateway</html>", "content_type": "text/html"},
    "no JSON": {"body": b"certainly!"},
    "truncated body": {"body": b'{"id": "c", "choices": [{"mess'},
    "empty body": {"body": b""},
    "null": {"body": b"null"},
    "list": {"body": b"[1, 2]"},
    "no choices": {"body": {"id": "c", "choices": []}},
    "choices null": {"body": {"id": "c", "choices": None}},
    "invalid UTF-8": {"body": b'{"choices": "\xff\xfe"}'},
}
ANSWERS = {
    "prose": ("I would say it is quite faithful.", {}),
    "truncated JSON": ('{"reason": "the candidate dro', {}),
    "above one": ('{"score": 1.5, "reason": ""}', {}),
    "below zero": ('{"score": -1, "reason": ""}', {}),
    "two scores": ('{"score": 1.0} or {"score": 0.0}', {}),
    "empty": ("", {}),
    "blank": ("  \n", {}),
    "none": (None, {}),
    "refusal": ("", {"refusal": "I cannot help with that."}),
    "refusal with content": ('{"score": 1.0}', {"refusal": "no"}),
    "length": ('{"score": 1.0, "reason": "x"}', {"finish": "length"}),
    "filtered": ('{"score": 1.0, "reason": "x"}', {"finish": "content_filter"}),
    "tool": ('{"score": 1.0, "reason": "x"}', {"finish": "tool_calls"}),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_passing_fault_costs_a_retry(endpoint, judge, reply, ask, statement, name):
    endpoint.script.extend([reply(**FAULTS[name]), reply()])
    score, usage = await ask(judge(), statement())
    assert score.value == 0.9
    assert (usage["calls"], usage["retries"], usage["unavailable"]) == (2, 1, 0)


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "hang"])
async def test_a_lasting_fault_ends_without_a_number(endpoint, judge, reply, ask, statement, name):
    endpoint.default = reply(**FAULTS[name])
    score, usage = await ask(judge(), statement())
    assert score.value is None
    assert score.reason
    assert 3 <= usage["calls"] == len(endpoint.requests) <= 5
    assert usage["unavailable"] == 1


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_unusable_answer_is_never_a_number(
    endpoint, judge, reply, completion_reply, ask, statement, name
):
    content, changes = ANSWERS[name]
    endpoint.default = reply(body=completion_reply(content, **changes))
    score, usage = await ask(judge(), statement())
    assert score.value is None
    assert "3 tries" in score.reason
    assert usage["calls"] == 3
    assert usage["prompt_tokens"] == 300


async def test_a_cut_off_answer_gets_more_room(
    endpoint, judge, reply, completion_reply, ask, statement
):
    endpoint.script.append(reply(body=completion_reply("{", finish="length")))
    score, _ = await ask(judge(), statement())
    assert score.value == 0.9
    assert [body["max_tokens"] for body in endpoint.bodies] == [1024, 2048]


async def test_retry_after_holds_back_every_caller(endpoint, judge, reply, problem, statement):
    busy = reply(status=429, body={}, headers={"Retry-After": "1"})
    endpoint.script.append(busy)
    one_at_a_time = judge(judge_concurrency=1)
    async with one_at_a_time:
        pairs = [statement(f"(n : Nat) : {i} ≤ n") for i in range(2)]
        scores = await asyncio.gather(*(one_at_a_time.score(problem, s) for s in pairs))
    assert [score.value for score in scores] == [0.9, 0.9]
    assert all(moment - endpoint.at[0] >= 0.99 for moment in endpoint.at[1:])


async def test_a_retry_after_beyond_the_deadline_is_told(endpoint, judge, reply, ask, statement):
    endpoint.default = reply(status=429, body={}, headers={"Retry-After": "7200"})
    started = time.monotonic()
    score, _ = await ask(judge(), statement())
    assert score.value is None
    assert "too late" in score.reason
    assert time.monotonic() - started < 3


async def test_a_long_retry_after_costs_the_next_questions_no_time(
    endpoint, judge, reply, problem, statement
):
    """None of them waits for the end of its own patience, and none is sent."""
    endpoint.script.append(reply(status=429, body={}, headers={"Retry-After": "7200"}))
    asked = judge(judge_concurrency=1)
    started = time.monotonic()
    async with asked:
        scores = [await asked.score(problem, statement(f": {i} = n")) for i in range(20)]
    assert time.monotonic() - started < 5
    assert {score.value for score in scores} == {None}
    assert "left alone" in scores[-1].reason
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "API_KEY"), (403, "API_KEY"), (404, "BASE_URL")]
)
async def test_a_refusal_for_good_is_not_tried_again_and_names_the_remedy(
    endpoint, judge, reply, ask, statement, status, remedy
):
    endpoint.default = reply(status=status, body={"error": {"message": "no: sk-secret-key"}})
    score, usage = await ask(judge(), statement())
    assert score.value is None
    assert remedy in score.reason
    assert usage["calls"] == 1
    assert "sk-secret-key" not in score.reason


async def test_spent_credit_is_not_tried_again(endpoint, judge, reply, ask, statement):
    error = {"error": {"message": "You ran out", "code": "insufficient_quota"}}
    endpoint.default = reply(status=429, body=error)
    score, usage = await ask(judge(), statement())
    assert score.value is None
    assert usage["calls"] == 1


async def test_calls_at_once_are_bounded(endpoint, judge, reply, problem, statement):
    endpoint.default = reply(delay=0.05)
    asked = judge(judge_concurrency=4)
    async with asked:
        pairs = [statement(f": {i} = n") for i in range(40)]
        scores = await asyncio.gather(*(asked.score(problem, s) for s in pairs))
    assert {score.value for score in scores} == {0.9}
    assert endpoint.peak == 4


async def test_in_a_long_outage_each_question_soon_gets_one_try(
    endpoint, judge, reply, problem, statement
):
    endpoint.default = reply(status=503, body={})
    asked = judge(judge_concurrency=1)
    async with asked:
        for i in range(8):
            await asked.score(problem, statement(f": {i} = n"))
        before = len(endpoint.requests)
        await asked.score(problem, statement(": 8 = n"))
        assert len(endpoint.requests) == before + 1
        endpoint.default = reply()
        assert (await asked.score(problem, statement(": 9 = n"))).value == 0.9
        endpoint.script.append(reply(status=503, body={}))
        assert (await asked.score(problem, statement(": 10 = n"))).value == 0.9


async def test_cost_where_the_price_is_known(endpoint, judge, ask, statement, monkeypatch):
    monkeypatch.setenv("LEANEVAL_PRICES", '{"m": {"input": 0.5, "output": 3}}')
    _, usage = await ask(judge(), statement())
    assert usage["cost_usd"] == pytest.approx(100 * 0.5e-6 + 20 * 3e-6)


@pytest.mark.parametrize("prices", ["{", "/no/such/file", '{"m": 3}', '{"m": {"input": -1}}'])
def test_a_price_table_that_cannot_be_read_is_an_error(settings, monkeypatch, prices):
    monkeypatch.setenv("LEANEVAL_PRICES", prices)
    with pytest.raises(UsageError, match="LEANEVAL_PRICES"):
        LlmJudge("m", settings())


async def test_a_hostile_text_is_sent_as_valid_utf8(endpoint, judge, ask, statement):
    score, _ = await ask(judge(), statement(": \ud800 = \x00"))
    assert score.value == 0.9


async def test_prose_from_a_cancelled_run_leaves_nothing_behind(
    endpoint, judge, reply, problem, statement
):
    endpoint.default = reply(delay=30)
    asked = judge()
    async with asked:
        task = asyncio.create_task(asked.score(problem, statement()))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.lean
@pytest.mark.parametrize("fooled", [True, False])
async def test_preflight_tells_whether_the_judge_falls_for_a_tautology(
    endpoint, reply, graded_reply, settings, fooled
):
    def answer(body):
        right = PEANO.control.signature in json.loads(body["messages"][1]["content"])["candidate"]
        return reply(body=graded_reply(1.0 if right or fooled else 0.1))

    endpoint.default = answer
    asked = settings(checker="embedded", threshold=0.5 + 0.1 * fooled)  # preflight remembers
    assert await asyncio.to_thread(preflight, asked, PEANO) is not fooled

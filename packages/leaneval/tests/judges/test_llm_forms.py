"""The form of a request that an endpoint takes: found out once, whatever it refuses."""

import asyncio

import pytest

from leaneval.judges._endpoint import Request
from leaneval.judges._prompt import Message


@pytest.mark.parametrize("status", [400, 422, 501])
async def test_an_endpoint_without_structured_output_is_found_out_once(
    endpoint, judge, reply, problem, statement, status
):
    def answer(body):
        if "response_format" in body:
            return reply(status=status, body={"error": {"message": "response_format: unknown"}})
        return reply()

    endpoint.default = answer
    asked = judge()
    async with asked:
        values = [(await asked.score(problem, statement(f": {i} = n"))).value for i in range(3)]
    assert values == [0.9] * 3
    assert ["response_format" in body for body in endpoint.bodies] == [True, False, False, False]
    assert asked.usage()["retries"] == 0


async def test_an_endpoint_of_reasoning_models(endpoint, judge, reply, ask, statement):
    def answer(body):
        if "max_tokens" in body:
            said = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        elif "temperature" in body:
            said = "Unsupported value: 'temperature' does not support 0 with this model."
        else:
            return reply()
        return reply(status=400, body={"error": {"message": said}})

    endpoint.default = answer
    score, _ = await ask(judge(), statement())
    assert score.value == 0.9
    assert endpoint.bodies[-1]["max_completion_tokens"] == 1024
    assert "response_format" in endpoint.bodies[-1]


async def test_an_endpoint_of_reasoning_models_under_the_study_prompt(
    endpoint, judge, reply, problem, statement
):
    """What the first question found out holds for all that follow."""

    def answer(body):
        said = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        refused = reply(status=400, body={"error": {"message": said}})
        return refused if "max_tokens" in body else reply()

    endpoint.default = answer
    asked = judge()
    asked._prompt = PlainPrompt()
    async with asked:
        values = [(await asked.score(problem, statement(f": {i} = n"))).value for i in range(3)]
    assert values == [0.9] * 3
    assert ["max_tokens" in body for body in endpoint.bodies] == [True, False, False, False]


class PlainPrompt:
    """Sends what the study's judge is sent: no optional field but the length's bound."""

    identity = "plain"

    def render(self, problem, statement):
        return Request((Message("user", statement.signature),), 1024, plain=True)


async def test_a_form_that_another_question_settled_meanwhile_is_taken(
    endpoint, judge, reply, problem, statement
):
    """The slow one is refused its first form after the quick one has found the right one."""

    def answer(body):
        slow = "slow" in body["messages"][1]["content"]
        if "response_format" not in body:
            return reply()
        error = {"error": {"message": "response_format: unknown"}}
        return reply(status=400, body=error, delay=0.5 if slow else 0.0)

    endpoint.default = answer
    asked = judge()
    async with asked:
        texts = (": (SlowQuick.slow 1) = 1", ": 1 = 1")
        scores = await asyncio.gather(*(asked.score(problem, statement(t)) for t in texts))
    assert [score.value for score in scores] == [0.9, 0.9], scores[0].reason


async def test_one_refused_question_does_not_cost_the_structured_output(
    endpoint, judge, reply, problem, statement
):
    asked = judge()
    async with asked:
        await asked.score(problem, statement())
        endpoint.script.append(reply(status=400, body={"error": {"message": "content policy"}}))
        refused = await asked.score(problem, statement(": 1 = 1"))
        await asked.score(problem, statement(": 2 = 2"))
    assert refused.value is None
    assert "content policy" in refused.reason
    assert ["response_format" in body for body in endpoint.bodies] == [True] * 3

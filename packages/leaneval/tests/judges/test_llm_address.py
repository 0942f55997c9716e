"""The LLM judge's address and key: what is wrong with them is told at the start."""

import time

import pytest

from leaneval.errors import UnavailableError, UsageError
from leaneval.judges._llm import LlmJudge


@pytest.mark.parametrize("url", ["http://[::1", "http://localhost:port/v1", "localhost:8000/v1"])
def test_an_address_that_is_none_is_a_bad_request(settings, monkeypatch, url):
    monkeypatch.setenv("LEANEVAL_JUDGE_BASE_URL", url)
    with pytest.raises(UsageError, match="LEANEVAL_JUDGE_BASE_URL must be"):
        LlmJudge("m", settings())


async def test_no_key_for_the_default_address(monkeypatch, settings):
    with pytest.raises(UnavailableError, match="LEANEVAL_JUDGE_API_KEY"):
        await LlmJudge("m", settings()).__aenter__()


async def test_a_wrong_key_is_told_at_the_start(endpoint, judge, reply):
    endpoint.models = reply(status=401, body={"error": {"message": "bad sk-secret-key"}})
    with pytest.raises(UnavailableError, match="LEANEVAL_JUDGE_API_KEY") as caught:
        await judge().__aenter__()
    assert "sk-secret-key" not in str(caught.value)
    assert not endpoint.requests


async def test_a_dead_address_is_told_at_the_start(endpoint, judge):
    await endpoint.stop()
    started = time.monotonic()
    with pytest.raises(UnavailableError, match="does not answer"):
        await judge().__aenter__()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("body", [b"", b"not found", b"[]", b'{"data": 3}'])
@pytest.mark.parametrize("status", [200, 404, 405, 500])
async def test_an_endpoint_that_lists_no_models_is_used_all_the_same(
    endpoint, judge, reply, ask, statement, status, body
):
    endpoint.models = reply(status=status, body=body)
    score, _ = await ask(judge(), statement())
    assert score.value == 0.9


async def test_the_shared_key_is_not_sent_to_the_judges_own_address(
    endpoint, judge, ask, statement, monkeypatch
):
    monkeypatch.delenv("LEANEVAL_JUDGE_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    await ask(judge(), statement())
    assert "sk-other" not in endpoint.headers[0]["authorization"]


async def test_the_models_address_and_key_serve_where_the_judge_has_none(
    endpoint, settings, ask, statement, monkeypatch
):
    monkeypatch.delenv("LEANEVAL_JUDGE_API_KEY")
    monkeypatch.delenv("LEANEVAL_JUDGE_BASE_URL")
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    score, _ = await ask(LlmJudge("m", settings()), statement())
    assert score.value == 0.9
    assert endpoint.headers[0]["authorization"] == "Bearer sk-other"


def test_the_identity_holds_no_secret(settings, monkeypatch):
    monkeypatch.setenv("LEANEVAL_JUDGE_BASE_URL", "https://me:pass@host.test/v1?key=abc")
    monkeypatch.setenv("LEANEVAL_JUDGE_API_KEY", "sk-secret-key")
    identity = LlmJudge("m", settings()).identity
    assert "host.test/v1" in identity
    assert not {word for word in ("pass", "abc", "sk-secret") if word in identity}

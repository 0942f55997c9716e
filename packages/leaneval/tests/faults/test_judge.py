"""A judge's endpoint that refuses, hangs up or talks: a real HTTP server, a real scoring run."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

pytestmark = [pytest.mark.lean, pytest.mark.slow]

Fault = Callable[[float, int], str]
"""From seconds since the first question, and how often this one was asked, to what is answered."""

PROSE = "These two look much the same to me, though I would want to think about it some more."


class Judge(ThreadingHTTPServer):
    """Scores a question by its digest, so that a mixed-up answer is a wrong number."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault: Fault = lambda since, asked: "answer"
        self.asked: Counter[bytes] = Counter()
        self.given: Counter[str] = Counter()
        self.first = 0.0
        self.lock = threading.Lock()

    def reset(self, fault: Fault) -> None:
        self.fault = fault
        self.asked.clear()
        self.given.clear()
        self.first = 0.0

    def decide(self, body: bytes) -> str:
        with self.lock:
            self.first = self.first or time.monotonic()
            self.asked[body] += 1
            decision = self.fault(time.monotonic() - self.first, self.asked[body])
            self.given[decision] += 1
            return decision


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Judge

    def do_GET(self) -> None:
        self._reply(200, {"object": "list", "data": [{"id": "m", "object": "model"}]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        decision = self.server.decide(body)
        if decision == "refuse":
            self._reply(429, {"error": {"message": "slow down"}}, {"Retry-After": "1"})
        elif decision == "hang up":
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")
            self.connection.close()
        elif decision == "prose":
            self._reply(200, completion(PROSE))
        else:
            digits = int(hashlib.sha256(body).hexdigest(), 16) % 101
            content = json.dumps({"reason": "by the digest", "score": digits / 100})
            self._reply(200, completion(content))

    def _reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        fixed = {"Content-Type": "application/json", "Content-Length": str(len(raw))}
        self.send_response(status)
        for name, value in (fixed | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


def completion(content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        "id": "c", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
    }  # fmt: skip


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def score(scoring: Any, judge: Judge) -> Callable[[str, Fault], Any]:
    """A run whose endpoint has a fault; verdicts are shared by the runs, scores are not."""

    def run(name: str, fault: Fault) -> Any:
        judge.reset(fault)
        cache = scoring.folder / "cache-judged"
        for kept in cache.glob("scores.sqlite*"):
            kept.unlink()
        address = f"http://127.0.0.1:{judge.server_address[1]}/v1"
        started = scoring.start(
            name, cache=cache, judge="llm:m", LEANEVAL_JUDGE_BASE_URL=address,
            LEANEVAL_JUDGE_API_KEY="none",
        )  # fmt: skip
        return scoring.finish(name, started)

    return run


@pytest.fixture(scope="module")
def judged(score: Any) -> Any:
    """What every disturbed run must come to."""
    found = score("judged", lambda since, asked: "answer")
    assert found.info["missing"] == 0
    values = {d["score"]["value"] for row in found.duals for d in row["dual"] if d["score"]}
    assert len(values) > 3, "an answer to the wrong question must show"
    return found


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("refuse", lambda since, asked: "refuse" if since < 6 else "answer"),
        ("hang up", lambda since, asked: "hang up" if since < 3 else "answer"),
        ("prose", lambda since, asked: "prose" if asked < 3 else "answer"),
    ],
)
def test_a_judge_that_comes_back_costs_time_and_no_score(
    score: Any, judged: Any, judge: Judge, name: str, fault: Fault
) -> None:
    found = score(name.replace(" ", "-"), fault)
    assert judge.given[name] > 1
    assert found == judged


def test_a_question_that_only_ever_gets_prose_is_missing_and_no_zero(
    score: Any, judged: Any, judge: Judge
) -> None:
    never = Judge.decide

    def decide(self: Judge, body: bytes) -> str:
        return "prose" if b"Exercise 3" in body else never(self, body)

    judge.decide = decide.__get__(judge)  # type: ignore[method-assign]
    try:
        found = score("never", lambda since, asked: "answer")
    finally:
        del judge.decide  # type: ignore[method-assign]
    changed = [
        (new["score"], old["score"])
        for new_row, old_row in zip(found.duals, judged.duals, strict=True)
        for new, old in zip(new_row["dual"], old_row["dual"], strict=True)
        if new != old
    ]
    assert changed
    assert found.info["missing"] == len(changed)
    assert all(new["value"] is None and old["value"] is not None for new, old in changed)
    assert "S@1" not in json.loads(found.results), "an interval takes the place of the number"

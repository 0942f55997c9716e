"""The generation server of a GRPO stage: a real process with a real health page."""

from __future__ import annotations

import shlex
import socket
import sys
from pathlib import Path

import psutil
import pytest

from crossfade_train.errors import UnavailableError
from crossfade_train.run._server import address, answers, must_answer, server

SERVER = """
import http.server, os, sys
from pathlib import Path
Path(sys.argv[2]).write_text(f"{os.getpid()} {os.environ.get('CUDA_VISIBLE_DEVICES')}")
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path.rstrip("/") == "/health" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def command(port: int, tmp_path: Path) -> str:
    words = [sys.executable, "-c", SERVER, str(port), str(tmp_path / "pid")]
    return shlex.join(words)


def test_a_server_lives_as_long_as_its_stage(tmp_path: Path, port: int):
    url = f"http://127.0.0.1:{port}"
    with server(command(port, tmp_path), url, "4,5", tmp_path / "server.txt", 30):
        assert answers(url)
        pid, devices = (tmp_path / "pid").read_text().split()
        assert devices == "4,5"
    assert not answers(url)
    assert not psutil.pid_exists(int(pid))


def test_it_ends_with_a_stage_that_fails(tmp_path: Path, port: int):
    url = f"http://127.0.0.1:{port}"
    with (
        pytest.raises(RuntimeError, match="boom"),
        server(command(port, tmp_path), url, None, tmp_path / "server.txt", 30),
    ):
        raise RuntimeError("boom")
    assert not answers(url)


def test_a_server_that_ends_at_once_is_named_with_its_log(tmp_path: Path, port: int):
    broken = shlex.join([sys.executable, "-c", "print('no such model'); raise SystemExit(3)"])
    log = tmp_path / "server.txt"
    with (
        pytest.raises(UnavailableError, match=r"ended with status 3.*server\.txt"),
        server(broken, f"http://127.0.0.1:{port}", None, log, 30),
    ):
        pass
    assert "no such model" in log.read_text()


def test_a_server_that_never_answers_is_given_up_and_ended(tmp_path: Path, port: int):
    pid = tmp_path / "pid"
    text = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    with (
        pytest.raises(UnavailableError, match=r"must answer at .* within 2 s"),
        server(
            shlex.join([sys.executable, "-c", text]),
            f"http://127.0.0.1:{port}",
            None,
            tmp_path / "log",
            2,
        ),
    ):
        pass
    assert not psutil.pid_exists(int(pid.read_text()))


def test_a_dead_server_is_found_before_anything_begins(port: int):
    with pytest.raises(UnavailableError, match=r"does not answer.*docs/cluster\.md"):
        must_answer(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, None),
        ({"use_vllm": True, "vllm_mode": "colocate"}, None),
        ({"use_vllm": True, "vllm_mode": "server"}, "http://127.0.0.1:8000"),
        (
            {"use_vllm": True, "vllm_mode": "server", "vllm_server_base_url": "http://h:1/"},
            "http://h:1",
        ),
        (
            {
                "use_vllm": True,
                "vllm_mode": "server",
                "vllm_server_host": "n1",
                "vllm_server_port": 9,
            },
            "http://n1:9",
        ),
    ],
)
def test_the_address_is_the_one_that_trl_will_use(given, url):
    assert address(given) == url


def test_without_a_command_nothing_is_started(tmp_path: Path):
    with server(None, "http://127.0.0.1:1", None, tmp_path / "log", 1):
        pass
    assert not list(tmp_path.iterdir())

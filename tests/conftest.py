"""A chat model of the test's own, behind a real HTTP server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Answer = Callable[[dict[str, Any]], str]
"""From the body of a request to what the model says."""


class Handler(BaseHTTPRequestHandler):
    """Speaks /v1/chat/completions."""

    protocol_version = "HTTP/1.1"
    answer: Answer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = {"role": "assistant", "content": type(self).answer(request)}
        body = json.dumps({"choices": [{"index": 0, "message": message}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def chat_model() -> Iterator[Callable[[Answer], str]]:
    """Serves a model; gives the address of its chat completions."""
    with ExitStack() as servers:

        def serve(answer: Answer) -> str:
            handler = type("Model", (Handler,), {"answer": staticmethod(answer)})
            server = servers.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}/v1/chat/completions"

        yield serve

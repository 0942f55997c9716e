"""Pushing to a hub: a server on this machine that speaks what is used of the hub's interface."""

import base64
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crossfade_splits.errors import DataError, UsageError
from crossfade_splits.make import make
from crossfade_splits.push import push
from crossfade_splits.recipe import parse_recipe


class Hub(ThreadingHTTPServer):
    """Keeps repositories in memory: name to files, and whether each is private."""

    def __init__(self, refuses=0):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.private, self.tokens, self.refuses = {}, {}, set(), refuses
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def reply(self, value, status=200):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        hub = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hub.tokens.add(self.headers.get("Authorization"))
        if hub.refuses:
            self.reply({"error": "no"}, hub.refuses)
        elif self.path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked['organization']}/{asked['name']}"
            if name in hub.files:
                self.reply({"error": "exists", "url": f"{hub.endpoint}/datasets/{name}"}, 409)
                return
            hub.files[name], hub.private[name] = (
                {},
                asked.get("private") or asked.get("visibility") == "private",
            )
            assert asked["type"] == "dataset"
            self.reply({"url": f"{hub.endpoint}/datasets/{name}"})
        elif self.path == "/api/validate-yaml":
            assert json.loads(body)["content"].startswith("---")
            self.reply({"errors": [], "warnings": []})
        elif found := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/preupload/main", self.path):
            paths = [file["path"] for file in json.loads(body)["files"]]
            modes = [{"path": p, "uploadMode": "regular", "shouldIgnore": False} for p in paths]
            self.reply({"files": modes})
        elif found := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/commit/main", self.path):
            for line in body.splitlines():
                item = json.loads(line)
                if item["key"] == "file":
                    content = base64.b64decode(item["value"]["content"])
                    hub.files[found[1]][item["value"]["path"]] = content
            url = f"{hub.endpoint}/datasets/{found[1]}/commit/0123456789abcdef"
            self.reply({"commitUrl": url, "commitOid": "0123456789abcdef", "hookOutput": ""})
        else:
            self.reply({"error": self.path}, 404)

    def do_GET(self):
        found = re.fullmatch(
            r"/api/datasets/([^/?]+/[^/?]+)(?:/revision/main)?(?:\?.*)?", self.path
        )
        if found and found[1] in self.server.files:
            self.reply({"id": found[1], "sha": "0" * 40, "siblings": []})
        else:
            self.reply({"error": self.path}, 404)


def serve(hub):
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    return hub


@pytest.fixture
def hub(monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_TOKEN", "a-token-of-this-test")
    server = serve(Hub())
    yield server
    server.shutdown()


@pytest.fixture
def made(pool, tmp_path):
    recipe = parse_recipe({"pool": [{"path": str(pool)}], "sft": [6], "rl": [4], "overlap": [0, 1]})
    make(recipe, tmp_path / "out")
    return tmp_path / "out"


def test_every_file_arrives_as_it_is(hub, made):
    url = push(made, "some/where", endpoint=hub.endpoint)
    assert url.startswith(f"{hub.endpoint}/datasets/some/where/commit/")
    files = {str(p.relative_to(made)): p.read_bytes() for p in made.rglob("*") if p.is_file()}
    assert hub.files["some/where"] == files
    assert hub.private["some/where"]
    assert hub.tokens == {"Bearer a-token-of-this-test"}


def test_public_is_asked_for(hub, made):
    push(made, "some/where", private=False, endpoint=hub.endpoint)
    assert not hub.private["some/where"]


def test_a_repository_may_exist(hub, made):
    hub.files["some/where"] = {}
    push(made, "some/where", endpoint=hub.endpoint)
    assert "manifest.json" in hub.files["some/where"]


def test_what_does_not_verify_is_not_pushed(hub, made):
    (made / "README.md").write_text("another card")
    with pytest.raises(DataError, match="Only a verified data set is pushed: card"):
        push(made, "some/where", endpoint=hub.endpoint)
    assert hub.files == {}


def test_a_refusal_says_what_to_check(hub, made):
    hub.refuses = 403
    with pytest.raises(DataError, match=r"did not take some/where.*403.*HF_TOKEN"):
        push(made, "some/where", endpoint=hub.endpoint)


@pytest.mark.parametrize("name", ["where", "some/", "/where", "a/b/c"])
def test_a_repository_is_owner_and_name(made, name):
    with pytest.raises(UsageError, match="owner/name"):
        push(made, name)

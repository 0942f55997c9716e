"""The YAML files as shipped: what a model is shown, and that every task loads."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from leaneval.errors import DataError
from leaneval.tasks import _prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = {"gaokao_formal_dual": 495, "putnambench_dual": 672, "proofnet_dual": 371}
PREAMBLE = "import Mathlib\nopen BigOperators Real Nat Topology Rat"


@pytest.fixture
def real_data(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real benchmarks are where the tasks look."""
    monkeypatch.setenv("LEANEVAL_DATA", str(data_folder))


def chat(messages: list[dict[str, str]], **_: Any) -> str:
    return "".join(f"<{m['role']}>{m['content']}</{m['role']}>" for m in messages)


def shown(task: Any, number: int = 0, **options: Any) -> str:
    return str(task.fewshot_context(task.eval_docs[number], num_fewshot=0, **options))


@pytest.mark.usefixtures("real_data")
def test_the_group_holds_the_three_mathlib_benchmarks(manager: Callable[..., Any]) -> None:
    loaded = manager(preflight=False).load(["leaneval"])
    assert {name: len(task.eval_docs) for name, task in loaded["tasks"].items()} == SIZES
    for task in loaded["tasks"].values():
        assert task.config.repeats == 8
        assert task.config.generation_kwargs == {
            "do_sample": True, "temperature": 1.0, "top_p": 1.0,
            "max_gen_toks": 2048, "until": [], "seed": None,
        }  # fmt: skip


@pytest.mark.usefixtures("real_data")
@pytest.mark.parametrize("name", SIZES)
def test_the_statement_style_shows_preamble_and_problem(
    manager: Callable[..., Any], name: str
) -> None:
    task = manager(preflight=False).load([name])["tasks"][name]
    problem = task.eval_docs[0]["informal"]
    plain = shown(task)
    assert PREAMBLE in plain.replace("\n  ", "\n")
    assert plain.endswith(f"\n\n{problem}")
    talked = shown(task, apply_chat_template=True, chat_template=chat)
    assert talked.startswith("<system>You translate mathematics")
    assert talked.endswith(f"<user>{problem}</user>")


@pytest.mark.usefixtures("real_data")
@pytest.mark.parametrize("name", SIZES)
def test_no_prompt_holds_the_reference(manager: Callable[..., Any], name: str) -> None:
    task = manager(preflight=False).load([name])["tasks"][name]
    for document in task.eval_docs:
        text = task.doc_to_text(document)
        assert document["informal"] == text
        assert ":= by sorry" not in text
        assert "theorem " not in text or "theorem " in document["informal"]


@pytest.mark.usefixtures("real_data")
@pytest.mark.parametrize("name", SIZES)
def test_the_file_style_asks_for_a_header(manager: Callable[..., Any], name: str) -> None:
    task = manager(preflight=False).load([f"{name}_kimina"])["tasks"][f"{name}_kimina"]
    assert task.plan.style == "file"
    text = shown(task)
    assert "with a header" in text
    assert "import Mathlib" not in text
    assert text.endswith(task.eval_docs[0]["informal"])


def test_peano_has_its_own_words(manager: Callable[..., Any]) -> None:
    from leaneval.peano import INSTRUCTION, test_problems

    task = manager(preflight=False).load(["peano_dual"])["tasks"]["peano_dual"]
    assert len(task.eval_docs) == len(test_problems()) == 200
    assert shown(task).startswith(INSTRUCTION.strip())
    assert shown(task).endswith(task.eval_docs[0]["informal"])


DOCUMENT = """# Notes

System prompt:
```
Translate {this} into ```lean4``` blocks.
```

System prompt:
```
Another model's.
```
"""


@pytest.fixture
def study_document(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A real host of a document with the shape of the study's."""
    body = {"text": b""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body["text"])))
            self.end_headers()
            self.wfile.write(body["text"])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("LEANEVAL_MIRROR", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def serve(text: str) -> None:
        body["text"] = text.encode()
        digest = hashlib.sha256(body["text"]).hexdigest()
        monkeypatch.setattr(_prompts, "STUDY", replace(_prompts.STUDY, sha256=digest))

    yield serve
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.usefixtures("real_data")
def test_the_studys_prompt_is_fetched_for_its_protocol(
    manager: Callable[..., Any], study_document: Callable[[str], None]
) -> None:
    study_document(DOCUMENT)
    tasks = manager(preflight=False, protocol="study")
    task = tasks.load(["gaokao_formal_dual"])["tasks"]["gaokao_formal_dual"]
    problem = task.eval_docs[0]["informal"]
    assert shown(task) == f"Translate {{this}} into ```lean4``` blocks.\n\n{problem}"
    kimina = tasks.load(["gaokao_formal_dual_kimina"])["tasks"]["gaokao_formal_dual_kimina"]
    assert "my_favorite_theorem" in shown(kimina)


def test_a_document_without_a_prompt_is_refused(study_document: Callable[[str], None]) -> None:
    study_document("# Notes\n")
    with pytest.raises(DataError, match="holds no system prompt"):
        _prompts.study_prompt()


def test_another_document_is_refused(study_document: Callable[[str], None]) -> None:
    study_document(DOCUMENT)
    digest = "0" * 64
    _prompts.STUDY = replace(_prompts.STUDY, sha256=digest)
    with pytest.raises(DataError, match="is not the pinned file"):
        _prompts.study_prompt()

"""Which Lean and which Mathlib: read from what a server over Mathlib would say."""

from __future__ import annotations

import json

import pytest

from leaneval.checkers._messages import Message
from leaneval.checkers._world import World
from leaneval.checkers.kimina._identity import questions, toolchain

MATHLIB = World.of("import Mathlib\nopen Nat")
REVISION = "a3f6b3c5f0d9e8b7a6c5d4e3f2a1b0c9d8e7f6a5"
URL = "http://host:8000"


def said(*texts: str) -> list[Message]:
    return [Message("information", text, line, 0) for line, text in enumerate(texts, 1)]


def project(manifest: object, head: str = "") -> str:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest, indent=1)
    parts = [f"leaneval: lake-manifest.json\n{text}\n"]
    parts += [f"leaneval: .git/HEAD\n{head}\n"] if head else []
    return "\n".join(parts)


@pytest.mark.parametrize(
    ("messages", "key"),
    [
        (
            said("Lean 4.27.0\nTarget: x86_64", '"4.27.0"', project(
                {"name": "mine", "packages": [{"name": "mathlib", "rev": REVISION}]})),
            "lean 4.27.0, Mathlib a3f6b3c5f0d9",
        ),
        (
            said('"4.9.0-rc1"', project({"name": "mathlib", "packages": []}, REVISION)),
            "lean 4.9.0-rc1, Mathlib a3f6b3c5f0d9",
        ),
        (
            said("Lean 4.15.0", project({"name": "mathlib", "packages": []}, "ref: refs/heads/x")),
            "lean 4.15.0, Mathlib manifest ",
        ),
        (said("Lean 4.15.0"), f"lean 4.15.0, Mathlib of unknown revision at {URL}"),
        (said("Lean 4.15.0", project("no JSON")),
         f"lean 4.15.0, Mathlib of unknown revision at {URL}"),
        ([], f"lean of unknown version at {URL}, Mathlib of unknown revision at {URL}"),
    ],
)  # fmt: skip
def test_the_toolchains_key(messages: list[Message], key: str) -> None:
    assert toolchain(MATHLIB, messages, URL).key.startswith(key)


def test_manifests_that_differ_are_different_libraries() -> None:
    keys = {
        toolchain(MATHLIB, said("Lean 4.15.0", project({"packages": [{"name": n}]})), URL).key
        for n in ("a", "b")
    }
    assert len(keys) == 2


def test_without_init_only_the_version_is_asked() -> None:
    assert questions(World.of("prelude\nimport Peano")) == "#version"
    assert "#eval" in questions(MATHLIB)

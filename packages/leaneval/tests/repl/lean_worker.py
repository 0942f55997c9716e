"""Lean's file worker in this process: text in, diagnostics out. See `embedded_repl.py`.

A worker keeps to its first header. It runs in the main thread and forks nothing, so that it works
in a cage as Lean does, and its death is this process's. Needs `LEAN_SYSROOT`, a folder with
libleanshared, and `LEAN_PATH`. Uses the standard library alone.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

Json = dict[str, Any]
_URI = "untitled:command"
_SPACE = r"(?:\s|--[^\n]*(?:\n|$)|/-.*?-/)*"
_HEADER = re.compile(rf"{_SPACE}prelude\b(?:{_SPACE}import\b{_SPACE}[\w.]+)*", re.DOTALL)
_OPTIONS = ("-Dserver.reportDelayMs=0", "-DmaxErrors=0")


def has_prelude(text: str) -> bool:
    """Whether a text begins in prelude mode."""
    return bool(_HEADER.match(text))


class AnotherHeaderError(Exception):
    """The text's header is not the one that the worker began with."""


class Lean:
    """Lean's file worker in this process, spoken to over two pipes in place of fd 0 and 1.

    Attributes:
        own: Descriptors of what were this process's standard input and output.
        header: The header that the worker keeps to; empty at first.
    """

    def __init__(self) -> None:
        self.own = (os.dup(0), os.dup(1))
        (stdin, self._to), (output, stdout) = os.pipe(), os.pipe()
        os.dup2(stdin, 0)
        os.dup2(stdout, 1)
        self._output: BinaryIO = os.fdopen(output, "rb")
        self._version = 0
        self.header = ""

    def serve(self) -> None:
        """Run Lean in this thread; it ends the process."""
        library = next(Path(os.environ["LEAN_SYSROOT"]).glob("libleanshared.*"))
        words = [word.encode() for word in ("lean", *_OPTIONS, "--worker")]
        argv = (ctypes.c_char_p * (len(words) + 1))(*words, None)
        os._exit(ctypes.CDLL(str(library)).lean_main(len(words), argv) & 0xFF)

    def elaborate(self, text: str) -> list[Json]:
        """Lean's diagnostics on `text`, in the order of their places.

        Raises:
            AnotherHeaderError: The worker keeps to another one.
        """
        header = re.sub(_SPACE, " ", match[0]) if (match := _HEADER.match(text)) else ""
        if self._version and header != self.header:
            raise AnotherHeaderError
        self.header = header
        self._version += 1
        version, place = self._version, {"uri": _URI, "version": self._version}
        if version == 1:
            lean = {"lean": {"incrementalDiagnosticSupport": True}}
            self._send("initialize", {"capabilities": lean}, 0)
            document = {**place, "languageId": "lean", "text": text}
            how = {"textDocument": document, "dependencyBuildMode": "never"}
            self._send("textDocument/didOpen", how)
        else:
            edit = {"textDocument": place, "contentChanges": [{"text": text}]}
            self._send("textDocument/didChange", edit)
        self._send("textDocument/waitForDiagnostics", place, version)
        return sorted(self._diagnostics(version), key=_start)

    def _diagnostics(self, version: int) -> list[Json]:
        found: list[Json] = []
        for message in self._messages():
            if message.get("id") == version and "method" not in message:
                return found
            what = message.get("params", {})
            published = message.get("method") == "textDocument/publishDiagnostics"
            if published and what["version"] == version:
                found = (found if what.get("isIncremental") else []) + what["diagnostics"]
        raise EOFError("Lean's worker ended")

    def _messages(self) -> Iterator[Json]:
        while line := self._output.readline():
            size = 0
            while line.strip():
                name, _, value = line.partition(b":")
                size = int(value) if name.lower() == b"content-length" else size
                line = self._output.readline()
            yield json.loads(self._output.read(size))

    def _send(self, method: str, what: Json, number: int | None = None) -> None:
        ids = {} if number is None else {"id": number}
        body = json.dumps({"jsonrpc": "2.0", **ids, "method": method, "params": what}).encode()
        data = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        while data:
            data = data[os.write(self._to, data) :]


def _start(diagnostic: Json) -> tuple[int, int]:
    at = diagnostic["fullRange"]["start"]
    return at["line"], at["character"]

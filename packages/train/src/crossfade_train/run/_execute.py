"""One stage, from request to done.json: in this process, or in processes of its own.

Everything that a stage prints, its libraries' C code included, goes to log.txt in its folder.
Invariant: done.json is written only after the work returned, by the process that scheduled it.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from crossfade_train.recipe import LaunchTable
from crossfade_train.run._children import end, end_with_parent
from crossfade_train.run._failure import as_ours, forget, noted
from crossfade_train.run._kinds import outputs, work
from crossfade_train.run._server import server_for
from crossfade_train.run._stage import TRAINING
from crossfade_train.run._tidy import keep_last

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossfade_train.run._stage import Request
    from crossfade_train.run._store import Outputs, Store

_WORKER = "crossfade_train.run.worker"


def execute(request: Request, store: Store) -> Outputs:
    """Run a stage that is not done.

    Raises:
        CrossfadeError: It failed; the message says why and where its log is.
    """
    started = time.monotonic()
    folder, launch = store.folder(request), launch_of(request)
    try:
        store.begin(request)
        with _server(request, launch, folder):
            if apart(request):
                _in_processes(command(launch, folder), launch, folder)
            else:
                with logged(folder / "log.txt"):
                    work(request, folder)
        if request.kind in TRAINING:
            keep_last(folder, launch.keep_checkpoints)
        return store.finish(request, outputs(request, folder), time.monotonic() - started)
    except Exception as error:
        raise as_ours(request, error, folder) from error


def launch_of(request: Request) -> LaunchTable:
    """On what a stage runs."""
    return LaunchTable(**request.extra.get("launch", {}))


def _server(
    request: Request, launch: LaunchTable, folder: Path
) -> contextlib.AbstractContextManager[None]:
    if request.kind != "grpo":
        return contextlib.nullcontext()
    return server_for(launch, request.table["arguments"], request.inputs["model"].path, folder)


def apart(request: Request) -> bool:
    """Whether a stage trains in processes of its own, and not in this one.

    It does where there are several, where they are given devices or a file of accelerate, and with
    vLLM, whose memory and process group end only with the process that made them. What trains here
    gives its memory back by itself (`work`), and so does vLLM in an evaluation, where its engine is
    a process of its own.
    """
    if request.kind not in TRAINING:
        return False
    launch = launch_of(request)
    chosen = launch.processes > 1 or launch.devices or launch.accelerate_config
    return bool(chosen or request.table.get("arguments", {}).get("use_vllm"))


def command(launch: LaunchTable, folder: Path) -> list[str]:
    """How a stage in processes of its own is started."""
    if launch.processes == 1 and launch.accelerate_config is None:
        return [sys.executable, "-m", _WORKER, str(folder)]
    found = [sys.executable, "-m", "accelerate.commands.launch"]
    if launch.accelerate_config is not None:
        found += ["--config_file", str(config_file(launch.accelerate_config))]
    found += ["--num_processes", str(launch.processes)]
    return [*found, "--module", _WORKER, str(folder)]


def config_file(name: str) -> Path:
    """A file of `accelerate config`: a shipped name or a path."""
    shipped = Path(str(files("crossfade_train"))) / "recipes" / "accelerate" / f"{name}.yaml"
    return shipped if shipped.is_file() else Path(name)


def _in_processes(arguments: list[str], launch: LaunchTable, folder: Path) -> None:
    devices = {"CUDA_VISIBLE_DEVICES": launch.devices} if launch.devices else {}
    forget(folder)
    with (folder / "log.txt").open("ab") as log:
        given = "".join(f"{name}={value} " for name, value in devices.items())
        log.write(f"$ {given}{shlex.join(arguments)}\n".encode())
        log.flush()
        started = subprocess.Popen(
            arguments,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **devices},
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        try:
            status = started.wait()
        except BaseException:  # a launcher that is killed outright leaves its workers behind
            end(started)
            raise
    if status:
        raise noted(folder, status)


@contextlib.contextmanager
def logged(path: Path) -> Iterator[None]:
    """Send this process's output, C code's included, to the end of a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with path.open("ab") as file:
        try:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, old in enumerate(kept, 1):
                os.dup2(old, number)
                os.close(old)

"""One stage, from request to done.json: in this process, or in several through accelerate.

Everything that a stage prints, its libraries' C code included, goes to log.txt in its folder.
Invariant: done.json is written only after the work returned, by the process that scheduled it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossfade_train import errors
from crossfade_train.errors import CrossfadeError, StageError
from crossfade_train.recipe import LaunchTable
from crossfade_train.run._children import end_with_parent
from crossfade_train.run._files import read_json
from crossfade_train.run._kinds import outputs, work
from crossfade_train.run._server import server_for
from crossfade_train.run._tidy import keep_last

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossfade_train.run._stage import Request
    from crossfade_train.run._store import Outputs, Store

_TRAINING = ("sft", "grpo")
_REQUEST = ("crossfade_train.errors", "crossfade_splits.errors", "leaneval.errors")
_FORESEEN = {
    "UsageError": _REQUEST,
    "DataError": _REQUEST,
    "StopLossError": ("crossfade_train.errors",),
    "StageError": ("crossfade_train.errors",),
}
"""Errors that keep their class; an outage within a stage becomes a failed stage."""


def execute(request: Request, store: Store) -> Outputs:
    """Run a stage that is not done.

    Raises:
        CrossfadeError: It failed; the message says why and where its log is.
    """
    started = time.monotonic()
    folder = store.begin(request)
    launch = launch_of(request)
    try:
        with _server(request, launch, folder):
            if request.kind in _TRAINING and launch.processes > 1:
                _in_processes(command(request, launch, folder), folder)
            else:
                with logged(folder / "log.txt"):
                    work(request, folder)
    except Exception as error:
        raise _ours(request, error, folder) from error
    if request.kind in _TRAINING:
        keep_last(folder, launch.keep_checkpoints)
    return store.finish(request, outputs(request, folder), time.monotonic() - started)


def _ours(request: Request, error: Exception, folder: Path) -> CrossfadeError:
    """An error of a stage as one of ours; what the other packages refuse keeps its words."""
    kind = type(error).__name__
    if kind in _FORESEEN and type(error).__module__ in _FORESEEN[kind]:
        found: CrossfadeError = getattr(errors, kind)(f"{request.name}: {error}")
        return found
    if isinstance(error, CrossfadeError) or type(error).__module__ == "leaneval.errors":
        return StageError(f"{request.name}: {error}")
    return StageError(explain(request, error, folder))


def launch_of(request: Request) -> LaunchTable:
    """On what a stage runs."""
    return LaunchTable(**request.extra.get("launch", {}))


def _server(
    request: Request, launch: LaunchTable, folder: Path
) -> contextlib.AbstractContextManager[None]:
    if request.kind != "grpo":
        return contextlib.nullcontext()
    return server_for(launch, request.table["arguments"], request.inputs["model"].path, folder)


def command(request: Request, launch: LaunchTable, folder: Path) -> list[str]:
    """How a stage of several processes is started."""
    found = [sys.executable, "-m", "accelerate.commands.launch"]
    if launch.accelerate_config is not None:
        found += ["--config_file", str(config_file(launch.accelerate_config))]
    found += ["--num_processes", str(launch.processes)]
    return [*found, "--module", "crossfade_train.run.worker", str(folder)]


def config_file(name: str) -> Path:
    """A file of `accelerate config`: a shipped name or a path."""
    shipped = Path(str(files("crossfade_train"))) / "recipes" / "accelerate" / f"{name}.yaml"
    return shipped if shipped.is_file() else Path(name)


def _in_processes(arguments: list[str], folder: Path) -> None:
    launch = LaunchTable(**read_json(folder / "inputs.json")["extra"]["launch"])
    devices = {"CUDA_VISIBLE_DEVICES": launch.devices} if launch.devices else {}
    with (folder / "log.txt").open("ab") as log:
        log.write(f"$ {shlex.join(arguments)}\n".encode())
        log.flush()
        done = subprocess.run(
            arguments,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **devices},
            check=False,
            preexec_fn=end_with_parent,
        )
    if done.returncode:
        said = read_json(folder / "error.json")
        if said is not None:
            raise _error(said)
        raise RuntimeError(f"its processes ended with status {done.returncode}")


def _error(said: dict[str, Any]) -> CrossfadeError:
    """The error that a process of the stage wrote down, as one of ours."""
    kind = getattr(errors, said["kind"], StageError)
    found: CrossfadeError = kind(said["message"])
    return found


def explain(request: Request, error: BaseException, folder: Path) -> str:
    """The message for an error that no stage foresaw."""
    said = f"{type(error).__name__}: {str(error).strip()[:600]}"
    head = f"The stage {request.name} failed: {said}. "
    log = f"Log: {folder / 'log.txt'}; the run resumes from here when started again."
    if "OutOfMemory" in type(error).__name__ or "out of memory" in str(error):
        return (
            f"The stage {request.name} must fit the device's memory: {said}. Lower "
            f"per_device_train_batch_size (and raise gradient_accumulation_steps), "
            f"max_completion_length or vllm_gpu_memory_utilization, or set "
            f"gradient_checkpointing = true. {log}"
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{head}Free space on the disk of {folder}. {log}"
    if _lost_server(error):
        return f"{head}The generation server no longer answers; see its own log. {log}"
    return head + log


def _lost_server(error: BaseException) -> bool:
    texts = (type(error).__name__, str(error))
    return any("ConnectionError" in t or "Connection refused" in t for t in texts)


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

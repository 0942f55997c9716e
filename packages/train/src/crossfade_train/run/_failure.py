"""What a stage failed of, in words with a remedy.

Invariant: an error that says what to change keeps its class and its words, whichever process of the
stage raised it; everything else becomes a `StageError` that names the stage and its log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_train import errors
from crossfade_train.errors import StageError
from crossfade_train.run._files import read_json, write_json
from crossfade_train.run._server import address

if TYPE_CHECKING:
    from pathlib import Path

    from crossfade_train.errors import CrossfadeError
    from crossfade_train.run._stage import Request

_REQUEST = ("crossfade_train.errors", "crossfade_splits.errors", "leaneval.errors")
_FORESEEN = {
    "UsageError": _REQUEST,
    "DataError": _REQUEST,
    "StopLossError": ("crossfade_train.errors",),
    "StageError": ("crossfade_train.errors",),
}
"""Errors that keep their class; an outage within a stage becomes a failed stage."""
_WORDED = ("crossfade_train.errors", "leaneval.errors")
_NOTE = "error.json"
_MEMORY = ("OutOfMemory", "out of memory")
_DISK = ("No space left on device", "Disk quota exceeded", "StorageFull")
_SERVER = ("ConnectionError", "Connection refused")


class ProcessError(RuntimeError):
    """A process of a stage ended badly; the text is its error's class and words."""


def note(folder: Path, error: BaseException) -> None:
    """Write down why a process of the stage ends; the first one to say so counts.

    The others often end because that one did, and their words would hide the reason.
    """
    if not (folder / _NOTE).exists():
        kind = type(error)
        said = {"kind": kind.__name__, "module": kind.__module__, "message": str(error)}
        write_json(folder / _NOTE, said)


def forget(folder: Path) -> None:
    """Before the processes of a stage start: what an earlier attempt said is not theirs."""
    (folder / _NOTE).unlink(missing_ok=True)


def noted(folder: Path, status: int) -> Exception:
    """Why the processes of a stage ended with a status."""
    said = read_json(folder / _NOTE)
    if said is None:
        return ProcessError(f"its processes ended with status {status}")
    kind, words = said["kind"], said["message"]
    return _worded(kind, said["module"], words) or ProcessError(f"{kind}: {words}")


def _worded(kind: str, module: str, text: str) -> CrossfadeError | None:
    """An error whose words say what to change, as one of ours; None for any other."""
    if module in _FORESEEN.get(kind, ()):
        found: CrossfadeError = getattr(errors, kind)(text)
        return found
    return StageError(text) if module in _WORDED else None


def as_ours(request: Request, error: Exception, folder: Path) -> CrossfadeError:
    """An error of a stage as one of ours; what the other packages refuse keeps its words."""
    kind = type(error).__name__
    if found := _worded(kind, type(error).__module__, f"{request.name}: {error}"):
        return found
    said = str(error) if isinstance(error, ProcessError) else f"{kind}: {str(error).strip()}"
    return StageError(_explained(request, said, folder))


def _explained(request: Request, said: str, folder: Path) -> str:
    """The message for an error that no stage foresaw."""
    head = f"The stage {request.name} failed: {said[:600]}. "
    log = f"Log: {folder / 'log.txt'}; the run resumes from here when started again."
    if _any(_MEMORY, said):
        return (
            f"The stage {request.name} must fit the device's memory: {said[:600]}. Lower "
            f"per_device_train_batch_size (and raise gradient_accumulation_steps), "
            f"max_completion_length or vllm_gpu_memory_utilization, or set "
            f"gradient_checkpointing = true. {log}"
        )
    if _any(_DISK, said):
        return f"{head}Free space on the disk of {folder}. {log}"
    if _any(_SERVER, said) and address(request.table.get("arguments", {})):
        return f"{head}The generation server no longer answers; see its own log. {log}"
    return head + log


def _any(signs: tuple[str, ...], text: str) -> bool:
    return any(sign in text for sign in signs)

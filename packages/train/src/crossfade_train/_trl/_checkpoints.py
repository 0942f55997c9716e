"""Checkpoints that can be trusted after a kill.

Invariant: `last` names only a checkpoint that was written to its end by a stage with the same
request. The trainer writes its files one by one, so a kill can leave half of them; a marker is put
beside them last of all. Out of scope: what a checkpoint holds (TRL's).
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import torch
from transformers import TrainerCallback

from crossfade_train.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MARKER = "crossfade.json"


class Checkpoints(TrainerCallback):
    """The checkpoints of one stage; as a callback it marks each one that is whole.

    Args:
        out: The stage's folder; they lie in `out/checkpoints`.
        request: All that decides the stage's numbers, JSON-ready.
    """

    def __init__(self, out: Path, request: Mapping[str, Any]) -> None:
        self.folder = out / "checkpoints"
        self._request = json.loads(json.dumps(request, sort_keys=True, default=str))

    def last(self) -> Path | None:
        """The last whole checkpoint, or None.

        Raises:
            UsageError: It was made by another request.
        """
        whole = [path for path in self._all() if (path / _MARKER).is_file()]
        if not whole:
            return None
        newest = max(whole, key=_step)
        made_by = json.loads((newest / _MARKER).read_text(encoding="utf-8"))
        if made_by != self._request:
            keys = sorted(k for k in {*made_by, *self._request}
                          if made_by.get(k) != self._request.get(k))  # fmt: skip
            raise UsageError(
                f"A checkpoint can be resumed by the request that made it alone; {newest} was made "
                f"by one with other {', '.join(keys)}. Name another folder, or remove it."
            )
        return newest

    def sweep(self, keep: bool) -> None:
        """Remove what is half written; everything where `keep` is false."""
        for path in self._all():
            if not keep or not (path / _MARKER).is_file():
                shutil.rmtree(path, ignore_errors=True)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Mark the checkpoint that was just written, once every process has written its part."""
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.barrier()
        if not args.should_save:
            return
        path = self.folder / f"checkpoint-{state.global_step}"
        partial = path / f"{_MARKER}.partial"
        with partial.open("w", encoding="utf-8") as file:
            json.dump(self._request, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path / _MARKER)

    def _all(self) -> list[Path]:
        return [path for path in self.folder.glob("checkpoint-*") if _step(path) >= 0]


def _step(path: Path) -> int:
    number = path.name.removeprefix("checkpoint-")
    return int(number) if number.isdigit() else -1

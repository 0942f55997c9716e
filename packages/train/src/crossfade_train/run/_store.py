"""Stage folders: `stages/<name>-<key>/`.

    inputs.json    the request: key, table, seed, inputs and code; written before work begins
    log.txt        everything that the stage printed
    metrics.jsonl  see `MetricsLog`
    done.json      the outputs, with digest and file sizes; written last

Invariant: a stage is done if and only if done.json names its key and every file of every output is
there with its size. Whatever else lies in the folder is the remains of a killed attempt: training
stages resume from their checkpoints in it, everything else is removed before work begins.
"""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import StageError
from crossfade_train.run._files import read_json, sizes, tree_digest, write_json
from crossfade_train.run._stage import TRAINING, Artefact, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Outputs = dict[str, Artefact]


class Store:
    """The stage folders of a run.

    Args:
        run: The run folder.
        keep_code: Take a stage's outputs also where only the code has changed since.
    """

    def __init__(self, run: Path, *, keep_code: bool = False) -> None:
        self._root = run / "stages"
        self._keep_code = keep_code

    def folder(self, request: Request) -> Path:
        """Where a stage works."""
        return self._root / f"{request.name}-{request.key[:10]}"

    def done(self, request: Request) -> Outputs | None:
        """The outputs of a stage that ended; None where it must run."""
        where = self._where(request)
        return None if where is None else outputs_of(where)

    def _where(self, request: Request) -> Path | None:
        """The folder that holds a stage's outputs, of whatever name: equal keys, equal outputs."""
        for folder in (self.folder(request), *sorted(self._root.glob(f"*-{request.key[:10]}"))):
            if outputs_of(folder, request.key) is not None:
                return folder
        return self._by_other_code(request) if self._keep_code else None

    def _by_other_code(self, request: Request) -> Path | None:
        wanted = _without_code(request.to_json())
        for folder in sorted(self._root.glob(f"{request.name}-*")):
            said = read_json(folder / "inputs.json")
            same = said is not None and _without_code(said) == wanted
            if same and outputs_of(folder, said["key"]) is not None:
                return folder
        return None

    def begin(self, request: Request) -> Path:
        """Clear the remains of an attempt that cannot be resumed; write down the request."""
        folder = self.folder(request)
        said = read_json(folder / "inputs.json")
        resumable = request.kind in TRAINING and said and said.get("key") == request.key
        # what was done once and is no longer whole must not be taken for the next attempt's work
        if folder.exists() and (not resumable or (folder / "done.json").exists()):
            # first, so that a kill amid the removal leaves nothing to resume
            (folder / "inputs.json").unlink(missing_ok=True)
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "inputs.json", request.to_json())
        return folder

    def finish(self, request: Request, outputs: Mapping[str, Path], seconds: float) -> Outputs:
        """Write done.json.

        Args:
            request: The stage's.
            outputs: Output name to a path.
            seconds: Wall time of this attempt.

        Raises:
            StageError: The stage ended without one of its outputs.
        """
        folder = self.folder(request)
        described = {name: _describe(folder, name, value) for name, value in outputs.items()}
        write_json(
            folder / "done.json",
            {
                "key": request.key,
                "name": request.name,
                "kind": request.kind,
                "outputs": described,
                "seconds": round(seconds, 2),
                "ended": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            },
        )
        found = outputs_of(folder, request.key)
        assert found is not None
        return found

    def record(self, requests: Mapping[str, Request]) -> None:
        """Write stages.json: which folder holds each stage of the run as it was last asked for."""
        places = {name: self._where(found) for name, found in requests.items()}
        folders = {name: place.name for name, place in places.items() if place is not None}
        write_json(self._root.parent / "stages.json", folders)

    def seconds(self) -> Iterable[tuple[str, float]]:
        """(kind, wall seconds) of every stage that ended, for estimates."""
        for path in self._root.glob("*/done.json"):
            said = read_json(path)
            if said:
                yield said["kind"], float(said["seconds"])


def _without_code(data: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: data[k] for k in ("name", "kind", "table", "seed")}
    return kept | {"inputs": {role: a["digest"] for role, a in data["inputs"].items()}}


def _describe(folder: Path, name: str, path: Path) -> dict[str, Any]:
    if not path.exists():
        raise StageError(f"A stage must leave its output {name!r}: {path} is not there.")
    inside = path.is_relative_to(folder)
    return {
        "path": path.relative_to(folder).as_posix() if inside else str(path),
        "digest": tree_digest(path),
        "sizes": sizes(path),
    }


def outputs_of(folder: Path, key: str | None = None) -> Outputs | None:
    """The outputs that a stage folder holds; None where it is not done or not whole.

    Args:
        folder: The stage's.
        key: What must be its key; None: whichever it says.
    """
    said = read_json(folder / "done.json")
    if not said or (key is not None and said.get("key") != key):
        return None
    found: Outputs = {}
    for name, output in said["outputs"].items():
        path = folder / output["path"]
        if not path.exists() or sizes(path) != output["sizes"]:
            return None
        found[name] = Artefact(str(path), output["digest"])
    return found

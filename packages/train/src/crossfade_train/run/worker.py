"""One process of a stage: `python -m crossfade_train.run.worker FOLDER`, or through accelerate.

Reads the request from the folder's inputs.json. The process that scheduled the stage writes
done.json; this one leaves outputs, and where it fails a note of why.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crossfade_train.errors import UsageError
from crossfade_train.recipe import LaunchTable
from crossfade_train.run._children import end_with_parent
from crossfade_train.run._failure import note
from crossfade_train.run._files import read_json
from crossfade_train.run._kinds import work
from crossfade_train.run._stage import Request


def main(folder: Path) -> None:
    """Do the work of the stage whose folder this is."""
    try:
        request = Request.from_json(read_json(folder / "inputs.json"))
        _require_all(LaunchTable(**request.extra.get("launch", {})))
        work(request, folder)
    except Exception as error:
        note(folder, error)
        raise


def _require_all(launch: LaunchTable) -> None:
    """Refuse to train as fewer than were asked for: accelerate starts one where it sees no GPUs.

    Raises:
        UsageError: It did, and no file of accelerate says otherwise.
    """
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if launch.accelerate_config is None and started != launch.processes:
        raise UsageError(
            f"[launch] processes = {launch.processes} needs as many GPUs, accelerate started "
            f"{started}. Set processes = {started}, or name a file of `accelerate config`."
        )


if __name__ == "__main__":
    end_with_parent()  # which may be a launcher
    main(Path(sys.argv[1]))

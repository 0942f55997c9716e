"""One process of a stage: `accelerate launch --module crossfade_train.run.worker FOLDER`.

Reads the request from the folder's inputs.json. The process that scheduled the stage writes
done.json; this one leaves outputs, and where it fails error.json with the words for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crossfade_train.run._files import read_json, write_json
from crossfade_train.run._kinds import work
from crossfade_train.run._stage import Request


def main(folder: Path) -> None:
    """Do the work of the stage whose folder this is."""
    said = folder / "error.json"
    said.unlink(missing_ok=True)
    try:
        work(Request.from_json(read_json(folder / "inputs.json")), folder)
    except Exception as error:
        write_json(said, {"kind": type(error).__name__, "message": str(error)})
        raise


if __name__ == "__main__":
    main(Path(sys.argv[1]))

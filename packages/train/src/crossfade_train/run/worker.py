"""One process of a stage: `python -m crossfade_train.run.worker FOLDER`, or through accelerate.

Reads the request from the folder's inputs.json. The process that scheduled the stage writes
done.json; this one leaves outputs, and where it fails a note of why.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crossfade_train.run._children import end_with_parent
from crossfade_train.run._failure import note
from crossfade_train.run._files import read_json
from crossfade_train.run._kinds import work
from crossfade_train.run._stage import Request


def main(folder: Path) -> None:
    """Do the work of the stage whose folder this is."""
    try:
        work(Request.from_json(read_json(folder / "inputs.json")), folder)
    except Exception as error:
        note(folder, error)
        raise


if __name__ == "__main__":
    end_with_parent()  # which may be a launcher
    main(Path(sys.argv[1]))

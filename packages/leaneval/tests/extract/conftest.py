import gzip
import json
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def rows():
    """Reader of one file of the data folder; skips where the folder is missing."""
    given = os.environ.get("LEANEVAL_DATA")
    folder = Path(given) if given else Path(__file__).parents[5] / "shared" / "data"

    def read(name):
        path = folder / name
        if not path.exists():
            pytest.skip(f"no {name} in {folder}: set LEANEVAL_DATA")
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    return read

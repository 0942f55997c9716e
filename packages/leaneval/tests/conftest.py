"""The folder of real data, for every test that reads it."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """`LEANEVAL_DATA`, or `shared/data` beside the repository; skips where there is neither."""
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("LEANEVAL_DATA") or beside)
    if not (folder / "putnambench.jsonl").is_file():
        pytest.skip(f"no benchmark data in {folder}: set LEANEVAL_DATA")
    return folder


@pytest.fixture(scope="session")
def rows(data_folder: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Reader of one file of the data folder, JSON lines, compressed or not."""

    def read(name: str) -> list[dict[str, Any]]:
        path = data_folder / name
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    return read

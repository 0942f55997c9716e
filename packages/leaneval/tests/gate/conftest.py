import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def adversarial():
    path = Path(__file__).parents[1] / "data" / "adversarial.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

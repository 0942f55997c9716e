"""Several real training processes where there is no GPU."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ON_CPU = """
compute_environment: LOCAL_MACHINE
distributed_type: {kind}
mixed_precision: "no"
num_machines: 1
machine_rank: 0
rdzv_backend: static
use_cpu: true
"""


@pytest.fixture
def accelerate_file(tmp_path: Path) -> Callable[[int], str]:
    """Writes a file of accelerate for so many processes; without it several are one on a CPU."""

    def write(processes: int) -> str:
        path = tmp_path / "cpu.yaml"
        path.write_text(ON_CPU.format(kind="MULTI_GPU" if processes > 1 else "NO"))
        return str(path)

    return write

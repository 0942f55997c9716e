"""Find benchmark problems in a pool. Only the pool ever loses rows."""

from crossfade_splits.decontaminate._benchmarks import BUILT_IN, Benchmark, load_benchmark
from crossfade_splits.decontaminate._match import Decontaminator

__all__ = ["BUILT_IN", "Benchmark", "Decontaminator", "load_benchmark"]

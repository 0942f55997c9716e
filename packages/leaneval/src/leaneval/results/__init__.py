"""Finished runs, read back."""

from __future__ import annotations

from leaneval.results._arguments import read_conditions
from leaneval.results._beside import beside
from leaneval.results._duals import dual_of
from leaneval.results._index import Entry, read_index, write_index
from leaneval.results._published import told_apart, without_folders
from leaneval.results._read import read_run
from leaneval.results._shared import Shared, common
from leaneval.results._tabulate import Bounds, tabulate
from leaneval.results._types import Condition, Run, Sample
from leaneval.results._write import write_run

__all__ = [
    "Bounds",
    "Condition",
    "Entry",
    "Run",
    "Sample",
    "Shared",
    "beside",
    "common",
    "dual_of",
    "read_conditions",
    "read_index",
    "read_run",
    "tabulate",
    "told_apart",
    "without_folders",
    "write_index",
    "write_run",
]

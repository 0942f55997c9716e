"""Benchmarks: fetched from their public repositories, pinned, or read from a local folder.

`LEANEVAL_DATA` names a folder with `gaokao_formal.jsonl`, `putnambench.jsonl` and
`proofnet_sharp.jsonl` to use instead; `LEANEVAL_MIRROR` another host to fetch from. None of the
data is part of this package.
"""

from leaneval.data._benchmarks import FOLDER, benchmark, benchmarks
from leaneval.data._pinned import Archive, Source, pinned_archive, pinned_file

__all__ = [
    "FOLDER",
    "Archive",
    "Source",
    "benchmark",
    "benchmarks",
    "pinned_archive",
    "pinned_file",
]

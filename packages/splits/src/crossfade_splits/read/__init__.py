"""Reading a pool: any of JSONL, gzip, Parquet or a hub id, block by block."""

from crossfade_splits.read._adapters import ADAPTERS, Adapter
from crossfade_splits.read._blocks import digest, files_of, raw_blocks
from crossfade_splits.read._pool import FIELDS, pool_blocks
from crossfade_splits.read._talk import said

__all__ = [
    "ADAPTERS",
    "FIELDS",
    "Adapter",
    "digest",
    "files_of",
    "pool_blocks",
    "raw_blocks",
    "said",
]

"""The pool on disk and in memory: read once, normalised, hashed, ready to be grouped and drawn."""

from crossfade_splits.pool._components import components
from crossfade_splits.pool._identity import Clusters, cluster
from crossfade_splits.pool._ingest import ingest
from crossfade_splits.pool._store import Pool, Texts, check_ids, id_key, order_keys

__all__ = [
    "Clusters",
    "Pool",
    "Texts",
    "check_ids",
    "cluster",
    "components",
    "id_key",
    "ingest",
    "order_keys",
]

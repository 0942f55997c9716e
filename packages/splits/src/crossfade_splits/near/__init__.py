"""Near-duplicates: candidates by MinHash, similarity by exact sets, proof by an exact join."""

from crossfade_splits.near._grams import GramSets, gram_sets, shingle
from crossfade_splits.near._join import join_pairs
from crossfade_splits.near._minhash import BANDS, SKETCH, Signatures, candidate_pairs, signatures
from crossfade_splits.near._probe import Probe
from crossfade_splits.near._similarity import overlaps, similar

__all__ = [
    "BANDS",
    "SKETCH",
    "GramSets",
    "Probe",
    "Signatures",
    "candidate_pairs",
    "gram_sets",
    "join_pairs",
    "overlaps",
    "shingle",
    "signatures",
    "similar",
]

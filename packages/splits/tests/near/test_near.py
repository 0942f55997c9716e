"""The join is compared with brute force; MinHash with the join."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossfade_splits.errors import UsageError
from crossfade_splits.near import (
    Probe,
    candidate_pairs,
    gram_sets,
    join_pairs,
    signatures,
    similar,
)
from crossfade_splits.near._grams import sort_within


def shingles(text: str) -> set[str]:
    text = text.ljust(5, "\0")
    return {text[i : i + 5] for i in range(len(text) - 4)}


def jaccard(a: str, b: str) -> float:
    x, y = shingles(a), shingles(b)
    return len(x & y) / len(x | y)


_text = st.text(alphabet="abc é日", max_size=24)
_texts = st.lists(_text, max_size=14)


@settings(max_examples=150, deadline=None)
@given(texts=_texts, threshold=st.sampled_from([0.4, 0.6, 0.7, 0.9, 1.0]), salts=st.integers(1, 2))
def test_join_finds_exactly_what_brute_force_finds(texts, threshold, salts):
    salt = np.arange(len(texts), dtype=np.uint64) % np.uint64(salts)
    low, high, score = join_pairs(texts, salt, threshold)
    expected = {
        (i, j): jaccard(texts[i], texts[j])
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if salt[i] == salt[j] and jaccard(texts[i], texts[j]) >= threshold - 1e-12
    }
    found = dict(zip(zip(low.tolist(), high.tolist(), strict=True), score.tolist(), strict=True))
    assert found.keys() == expected.keys()
    assert all(abs(found[pair] - expected[pair]) < 1e-9 for pair in found)


def test_join_between_groups_only():
    texts = ["the same text"] * 4
    salt = np.zeros(4, dtype=np.uint64)
    low, high, _ = join_pairs(texts, salt, 0.7, np.array([0, 0, 1, 1]))
    assert set(zip(low.tolist(), high.tolist(), strict=True)) == {(0, 2), (0, 3), (1, 2), (1, 3)}


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=10))
def test_sets_are_the_windows(texts):
    sets = gram_sets(texts)
    assert sets.sizes.tolist() == [len(shingles(t)) for t in texts]


def test_similar_reports_proved_misses_as_zero():
    texts = ["abcdefgh", "abcdefgx", "zzzzzzzzzz"]
    i, j = np.array([0, 0]), np.array([1, 2])
    score = similar(lambda rows: [texts[r] for r in rows], i, j, 0.3)
    assert score.tolist() == pytest.approx([jaccard(texts[0], texts[1]), 0.0])


def test_minhash_finds_planted_near_duplicates():
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), 6)) for _ in range(400)]
    base = [" ".join(rng.choice(words, 30)) for _ in range(500)]
    copies = [text.replace(text.split()[4], "changed", 1) for text in base]
    texts = base + copies
    signed = signatures(texts, np.zeros(len(texts), dtype=np.uint64))
    low, high = candidate_pairs(signed.bands, signed.sketches, 0.7)
    found = set(zip(low.tolist(), high.tolist(), strict=True))
    assert all((k, k + 500) in found for k in range(500))
    assert all(i < j for i, j in found)


def test_salt_keeps_texts_apart():
    texts = ["same text here", "same text here"]
    signed = signatures(texts, np.array([1, 2], dtype=np.uint64))
    assert len(candidate_pairs(signed.bands, signed.sketches, 0.7)[0]) == 0


@pytest.fixture(scope="module")
def graded():
    """Pairs (k, k + 1500) of all similarities, signed as if every band were shared."""
    rng = np.random.default_rng(4)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), 6)) for _ in range(4000)]
    base = [list(rng.choice(words, 30)) for _ in range(1500)]
    changed = [[*row[: 30 - k % 30], *rng.choice(words, k % 30)] for k, row in enumerate(base)]
    texts = [" ".join(row) for row in base + changed]
    return texts, signatures(texts, np.zeros(len(texts), dtype=np.uint64))


def kept_pairs(texts, sketches, threshold):
    """Which of the pairs pass the sketches alone: one band a pair, its value shared."""
    half = len(texts) // 2
    band = np.tile(np.arange(half, dtype=np.uint64) << np.uint64(32), 2)
    low, high = candidate_pairs([band], sketches, threshold)
    assert (high - low == half).all()
    return set(low.tolist())


@pytest.mark.parametrize("threshold", [0.4, 0.5, 0.7, 0.9, 1.0])
def test_sketches_drop_no_near_duplicate(graded, threshold):
    texts, signed = graded
    kept = kept_pairs(texts, signed.sketches, threshold)
    half = len(texts) // 2
    near = {k for k in range(half) if jaccard(texts[k], texts[k + half]) >= threshold}
    assert len(near) > 30
    assert near <= kept


def test_sketches_drop_the_unlike(graded):
    texts, signed = graded
    kept = kept_pairs(texts, signed.sketches, 0.7)
    half = len(texts) // 2
    unlike = {k for k in range(half) if jaccard(texts[k], texts[k + half]) < 0.1}
    assert len(unlike) > 100
    assert len(unlike & kept) <= len(unlike) // 100


def test_crowds_of_equal_bands_stay_connected():
    texts = ["the very same text"] * 130
    signed = signatures(texts, np.zeros(130, dtype=np.uint64))
    low, high = candidate_pairs(signed.bands, signed.sketches, 0.7)
    assert (high - low <= 50).all()
    assert set(range(129)) <= set(low[high - low == 1].tolist())


@settings(max_examples=100, deadline=None)
@given(texts=_texts, references=st.lists(_text, min_size=1, max_size=6))
def test_probe_misses_nothing(texts, references):
    probe = Probe(references, texts, 0.6)
    rows, refs = probe.candidates(texts)
    found = set(zip(rows.tolist(), refs.tolist(), strict=True))
    for r, text in enumerate(texts):
        for k, reference in enumerate(references):
            held = len(shingles(text) & shingles(reference)) / len(shingles(reference))
            assert held < 0.6 - 1e-12 or (r, k) in found


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40), max_size=12))
def test_runs_are_sorted_each_for_itself(runs):
    values = np.array([value for run in runs for value in run], dtype=np.uint64)
    sizes = np.array([len(run) for run in runs], dtype=np.int64)
    expected = [value for run in runs for value in sorted(run)]
    assert sort_within(values, sizes).tolist() == expected


def test_a_join_past_its_limit_is_refused(monkeypatch):
    import crossfade_splits.near._join as join

    monkeypatch.setattr(join, "_MOST", 3)
    with pytest.raises(UsageError, match="at most 3 texts, got 4"):
        join_pairs(["one text"] * 4, np.zeros(4, dtype=np.uint64), 0.7)

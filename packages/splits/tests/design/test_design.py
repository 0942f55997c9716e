"""Properties of the design, for random pools and requests."""

import itertools
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossfade_splits.design import compare, conditions, draw, round_share, stratify
from crossfade_splits.design._strata import distances
from crossfade_splits.errors import UsageError
from crossfade_splits.recipe import Recipe, Source


def facts_of(count: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "source": rng.choice(["a", "b", "c"], count, p=[0.7, 0.2, 0.1]),
            "topic": [None] * count,
            "length": rng.integers(20, 400, count),
            "difficulty": rng.random(count),
        },
        schema_overrides={"topic": pl.String},
    )


@st.composite
def requests(draw_value):
    count = draw_value(st.integers(30, 300))
    sft = draw_value(st.integers(1, count - 1))
    rl = draw_value(st.integers(1, count - sft))
    top = min(1.0, sft / rl)
    shares = st.floats(0, top).map(lambda x: round(x, 3)).filter(lambda x: x <= top)
    overlaps = draw_value(st.lists(shares, min_size=1, max_size=4, unique=True))
    overlaps = [p for p in overlaps if round_share(p, rl) <= sft] or [0.0]
    return (
        count,
        sft,
        rl,
        tuple(overlaps),
        draw_value(st.integers(0, 2**32)),
        draw_value(st.booleans()),
    )


def built(request, permutation=None):
    count, sft, rl, overlaps, seed, grown = request
    recipe = Recipe(
        pool=(Source(path="x"),),
        sft=(sft,),
        rl=(rl,),
        overlap=overlaps,
        seed=seed,
        hold="distinct" if grown else "sft",
    )
    order = np.arange(count) if permutation is None else permutation
    facts = facts_of(count, 5)[order]
    ids = np.random.default_rng(9).integers(0, 2**63, count, dtype=np.uint64)[order]
    strata = stratify(facts, recipe.stratify)
    unused = 0 if grown else min(round_share(p, rl) for p in overlaps)
    drawn = draw(strata, ids, sft, rl, unused, seed, {})
    return conditions(recipe, drawn, 0), ids, strata


@settings(max_examples=150, deadline=None)
@given(requests())
def test_sizes_overlap_and_nesting_are_exact(request):
    found, _, _strata = built(request)
    _, sft, rl, _, _, grown = request
    previous = None
    for c in found:
        x, y = set(c.sft.tolist()), set(c.rl.tolist())
        assert len(c.rl) == len(y) == rl
        assert len(c.sft) == len(x) == sft + (c.shared if grown else 0)
        assert min(x | y) >= 0
        assert len(x & y) == c.shared == round_share(c.overlap, rl)
        assert len(x | y) == (sft + rl if grown else sft + rl - c.shared)
        if previous is not None and not grown:
            assert (c.sft == previous.sft).all()
            assert (c.rl != previous.rl).sum() == c.shared - previous.shared
            assert set(previous.rl.tolist()) & x <= y
        if previous is not None and grown:
            assert (c.rl == previous.rl).all()
            assert set(previous.sft.tolist()) <= x
        previous = c


@settings(max_examples=60, deadline=None)
@given(requests(), st.randoms(use_true_random=False))
def test_order_of_the_pool_does_not_matter(request, random):
    permutation = np.arange(request[0])
    random.shuffle(permutation)
    plain, ids, _ = built(request)
    mixed, mixed_ids, _ = built(request, permutation)
    for a, b in zip(plain, mixed, strict=True):
        assert (ids[a.sft] == mixed_ids[b.sft]).all()
        assert (ids[a.rl] == mixed_ids[b.rl]).all()


def test_swaps_stay_within_strata_where_the_pool_allows():
    found, _, strata = built((3000, 900, 800, (0.0, 0.5, 1.0), 3, False))
    for a, b in itertools.pairwise(found):
        assert (strata.cell[a.rl] == strata.cell[b.rl]).all()
    share = np.bincount(strata.cell, minlength=len(strata.labels)) / len(strata.cell)
    held = np.bincount(strata.cell[found[0].rl], minlength=len(strata.labels)) / 800
    assert np.abs(share - held).max() < 2 / 800


def test_draws_are_independent_and_sizes_share_them():
    first, *_ = built((600, 100, 100, (0.0,), 1, False))
    second, *_ = built((600, 100, 100, (0.0,), 2, False))
    common = set(first[0].sft.tolist()) & set(second[0].sft.tolist())
    assert 4 <= len(common) <= 40
    small, *_ = built((600, 50, 100, (0.0,), 1, False))
    assert set(small[0].sft.tolist()) < set(first[0].sft.tolist())


def test_more_overlaps_change_nothing_already_there():
    few, *_ = built((900, 300, 200, (0.0, 1.0), 7, False))
    many, *_ = built((900, 300, 200, (0.0, 0.1, 0.25, 0.5, 1.0), 7, False))
    by_name = {c.name: c for c in many}
    for c in few:
        assert (by_name[c.name].rl == c.rl).all()


@pytest.mark.parametrize(
    ("share", "rl", "count"),
    [(0.3, 16000, 4800), (0.35, 1000, 350), (0.5, 3, 2), (0.1, 4, 0), (1, 7, 7)],
)
def test_round_share(share, rl, count):
    assert round_share(share, rl) == count


def test_pool_too_small():
    with pytest.raises(UsageError, match=r"must hold 301 .*holds 300.*lower --sft or --rl by 1"):
        built((300, 200, 101, (0.0,), 1, False))


def test_cells_differ_by_their_bins_whatever_is_in_their_names():
    sources, lengths = ["a|b", "a|c", "d"], [1, 1, 9, 9]
    facts = pl.DataFrame(
        [(s, n, t) for s in sources for n in lengths for t in ("x", "x=y") for _ in range(6)],
        schema=["source", "length", "topic"],
        orient="row",
    )
    strata = stratify(facts, ("source", "length", "topic"))
    assert strata.bins[0] == ("a|b", "1", "x")
    at = {bins: number for number, bins in enumerate(strata.bins)}
    far = distances(strata.bins)
    assert far[at["a|b", "1", "x"], at["a|c", "1", "x"]] == 4
    assert far[at["a|b", "1", "x"], at["a|b", "9", "x=y"]] == 3
    assert far[at["d", "1", "x"], at["d", "1", "x=y"]] == 1
    assert (np.diag(far) == 0).all()
    assert ((far == 0).sum(axis=1) == 1).all()


def test_mixture_sets_the_shares():
    facts = facts_of(2000, 5)
    strata = stratify(facts, ("source", "length"))
    ids = np.arange(2000, dtype=np.uint64) * 7919
    drawn = draw(strata, ids, 200, 100, 0, 1, {"a": 2, "b": 1, "c": 1})
    counts = facts[drawn.sft]["source"].value_counts().sort("source")["count"].to_list()
    assert counts == pytest.approx([100, 50, 50], abs=3)
    with pytest.raises(UsageError, match="must name sources of the pool"):
        draw(strata, ids, 200, 100, 0, 1, {"zeta": 1.0})


def test_balance_sees_a_planted_difference():
    rng = np.random.default_rng(1)
    a = {"length": rng.normal(0, 1, 2000)}
    same = compare((a, {"length": rng.normal(0, 1, 2000)}), ({}, {}))
    apart = compare((a, {"length": rng.normal(0.3, 1, 2000)}), ({}, {}))
    assert abs(same.standardised["length"]) < 0.1
    assert same.p_value > 0.01
    assert apart.standardised["length"] == pytest.approx(0.3, abs=0.08)
    assert apart.p_value <= 0.002
    kinds = compare(
        ({}, {}), ({"s": np.array(["x", "x", "y", "y"])}, {"s": np.array(["x", "z", "y", "y"])})
    )
    assert kinds.variation == {"s": 0.25}


def test_permutation_test_is_calibrated():
    rng = np.random.default_rng(2)
    values = [
        compare(({"v": rng.normal(size=300)}, {"v": rng.normal(size=300)}), ({}, {})).p_value
        for _ in range(120)
    ]
    assert 0.0 <= np.mean(np.array(values) <= 0.1) <= 0.2


def test_names_do_not_clash(tmp_path: Path):
    recipe = Recipe(
        pool=(Source(path="x"),), sft=(40, 80), rl=(20, 30), overlap=(0, 0.125, 1), draws=2
    )
    facts = facts_of(400, 5)
    strata = stratify(facts, recipe.stratify)
    ids = np.arange(400, dtype=np.uint64) * 104729
    found = [
        c
        for number in range(2)
        for c in conditions(recipe, draw(strata, ids, 80, 30, 0, number, {}), number)
    ]
    members: dict[str, list[int]] = {}
    for c in found:
        for name, rows in ((c.name, c.rl), (c.sft_name, c.sft)):
            assert members.setdefault(name, rows.tolist()) == rows.tolist()
    assert "draw_1_overlap_12.5_rl_30" in members
    assert "draw_0_sft_40" in members

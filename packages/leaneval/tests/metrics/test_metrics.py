"""The numbers: exact enumeration, an oracle of the study's script, simulated outages."""

import itertools
import random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.metrics import POINT_LIMIT, intervals, is_missing, missing_share, pass_at_k
from leaneval.settings import Settings
from leaneval.summary import document_metrics, summarise
from leaneval.types import DualScore, Score, Verdict, VerdictKind

COMPILES = Verdict(VerdictKind.COMPILES)
FAILS = Verdict(VerdictKind.FAILS)
OUTAGE = Verdict(VerdictKind.UNAVAILABLE)

SETTINGS = Settings(judge="defeq", repeats=4, k=(1, 2, 4))


def scored(value: float | None) -> DualScore:
    return DualScore(None, COMPILES, COMPILES, Score(value, "because"))


FAILED = DualScore(None, FAILS, FAILS)
LOST = DualScore(None, OUTAGE, OUTAGE)

duals = st.one_of(
    st.just(FAILED),
    st.just(LOST),
    st.just(scored(None)),
    st.floats(0, 1).map(scored),
)


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_pass(nc: tuple[int, int], data: st.DataObject):
    n, c = nc
    k = data.draw(st.integers(1, n))
    draws = list(itertools.combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(mean(map(any, draws)), abs=1e-12)


@pytest.mark.parametrize("arguments", [(4, 5, 1), (4, -1, 1), (4, 2, 0), (4, 2, 5)])
def test_pass_at_k_refuses_what_has_no_meaning(arguments: tuple[int, int, int]):
    with pytest.raises(ValueError, match=r"needs 0 <= c <= n"):
        pass_at_k(*arguments)


@given(st.lists(duals, min_size=4, max_size=4))
def test_bounds_hold_for_every_way_the_missing_could_have_ended(scores: list[DualScore]):
    """Brute force: complete the data in every way; the bounds are met and never passed."""
    ways = [
        (FAILED, scored(0.0), scored(1.0)) if dual is LOST
        else (scored(0.0), scored(1.0)) if is_missing(dual)
        else (dual,)
        for dual in scores
    ]  # fmt: skip
    complete = [intervals(way, SETTINGS) for way in itertools.product(*ways)]
    for name, (low, high) in intervals(scores, SETTINGS).items():
        values = [bounds[name].low for bounds in complete]
        assert low == pytest.approx(min(values)), name
        assert high == pytest.approx(max(values)), name


def study_oracle(rows: list[list[tuple[bool, float | None]]], k: int) -> dict[str, float]:
    """The study's compute_metrics as described: counts per problem, missing scores as 0."""
    table: dict[str, float] = {}
    for name, passes in (
        ("C", lambda ok, score: ok),
        ("S", lambda ok, score: ok and (score or 0) >= 0.7),
    ):
        per_problem = []
        for row in rows:
            c, n, missed = sum(passes(*r) for r in row), len(row), 1.0
            for i in range(n - c + 1, n + 1):
                missed *= 1 - k / i
            per_problem.append(1.0 if n - c < k else 1 - missed)
        table[f"{name}@{k}"] = sum(per_problem) / len(rows)
    best = [max((score or 0.0) if ok else 0.0 for ok, score in row) for row in rows]
    table["best"] = sum(best) / len(best)
    nonzero = [b for b in best if b > 0]
    table["best_nonzero"] = sum(nonzero) / len(nonzero) if nonzero else 0.0
    return table


rows = st.lists(
    st.lists(
        st.tuples(st.booleans(), st.one_of(st.none(), st.floats(0, 1))), min_size=8, max_size=8
    ),
    min_size=1,
    max_size=6,
)


@given(rows, st.sampled_from([1, 2, 4, 8]))
def test_study_protocol_agrees_with_the_oracle(
    table: list[list[tuple[bool, float | None]]], k: int
):
    settings = Settings(judge="defeq", protocol="study", repeats=8, k=(k,))
    scores = [[scored(score) if ok else FAILED for ok, score in row] for row in table]
    expected = study_oracle(table, k)
    found = summarise(scores, settings)
    assert found[f"C@{k}"].value == pytest.approx(expected[f"C@{k}"], abs=1e-9)
    assert found[f"S@{k}"].value == pytest.approx(expected[f"S@{k}"], abs=1e-9)
    assert found["best@8"].value == pytest.approx(expected["best"], abs=1e-9)
    assert found["best@8_nonzero"].value == pytest.approx(expected["best_nonzero"], abs=1e-9)


def simulate(rng: random.Random, problems: int, outage: float) -> tuple[list, list]:
    """A run with known truth, and the same run with scores lost at random."""
    truth, seen = [], []
    for _ in range(problems):
        skill = rng.betavariate(0.6, 0.8)
        row = [
            scored(float(rng.random() < 0.7)) if rng.random() < skill else FAILED for _ in range(8)
        ]
        truth.append(row)
        seen.append(
            [scored(None) if dual.score and rng.random() < outage else dual for dual in row]
        )
    return truth, seen


def test_two_percent_outage_gives_an_interval_that_holds_the_truth_and_no_point():
    """Scores go missing on compiling rollouts only, so dropping or zeroing them would be biased."""
    settings = Settings(judge="defeq", repeats=8, k=(1, 8))
    rng = random.Random(20260401)
    zeroed_error = []
    for _ in range(20):
        truth, seen = simulate(rng, 300, outage=0.04)
        assert POINT_LIMIT < missing_share(seen) < 0.03
        exact, found = summarise(truth, settings), summarise(seen, settings)
        for name in ("C@1", "C@8", "S@1", "S@8", "gap", "mean_score", "best@8"):
            assert name not in found
            low, high = found[f"{name}_low"].value, found[f"{name}_high"].value
            assert low - 1e-12 <= exact[name].value <= high + 1e-12
        zeroed_error.append(exact["S@1"].value - found["S@1_low"].value)
    assert mean(zeroed_error) > 0.005, "counting the missing as 0 is visibly biased; we do not"


def test_a_rare_outage_keeps_the_point_inside_its_interval():
    settings = Settings(judge="defeq", repeats=8, k=(1, 8))
    truth, _ = simulate(random.Random(1), 300, outage=0)
    lost = next((i, j) for i, row in enumerate(truth) for j, dual in enumerate(row) if dual.score)
    truth[lost[0]][lost[1]] = scored(None)
    found = summarise(truth, settings)
    for name in ("S@1", "S@8", "gap"):
        assert found[f"{name}_low"].value <= found[name].value <= found[f"{name}_high"].value


def test_every_problem_contributes_to_the_same_metrics():
    whole, broken = [scored(1.0)] * 4, [LOST] * 4
    keys = [set(document_metrics(row, SETTINGS, missing=0.5)) for row in (whole, broken)]
    assert keys[0] == keys[1]
    assert "C@1" not in keys[0]


def test_timeouts_and_crashes_count_as_not_compiling_and_are_not_missing():
    verdicts = [Verdict(VerdictKind.TIMEOUT), Verdict(VerdictKind.CRASH)]
    row = [DualScore(None, verdict, verdict) for verdict in verdicts]
    assert missing_share([row]) == 0
    assert intervals(row, Settings(repeats=2, k=(1,)))["C@1"] == (0.0, 0.0)


def test_without_a_judge_nothing_semantic_is_reported():
    found = summarise([[DualScore(None, COMPILES, COMPILES)] * 2], Settings(repeats=2, k=(1, 2)))
    assert found["C@2"].value == 1
    assert not [name for name in found if name.startswith(("S@", "gap", "best", "mean_score"))]


def test_standard_error_is_that_of_the_mean_over_problems():
    found = summarise([[scored(1.0)] * 4, [FAILED] * 4], SETTINGS)
    assert found["C@1"] == (0.5, pytest.approx((0.5 / 2) ** 0.5 * 1.0))

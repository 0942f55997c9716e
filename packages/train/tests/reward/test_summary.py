"""What the reward says about a batch."""

from crossfade_train.reward._grade import UNAVAILABLE, ZERO, Grade
from crossfade_train.reward._summary import summary

ONE = Grade(1.0, True, 1.0)
HALF = Grade(0.4, True, 0.0)


def test_shares():
    said = summary([ONE, ZERO, HALF, UNAVAILABLE], 2)
    assert said == {
        "compile_rate": 2 / 3,
        "semantic_mean": 1 / 3,
        "exact_share": 1 / 3,
        "share_unavailable": 1 / 4,
        "zero_spread_share": 0.0,
    }


def test_spread_is_taken_over_scored_groups_alone():
    grades = [ONE, ONE, ONE, ZERO, UNAVAILABLE, ONE, UNAVAILABLE, UNAVAILABLE]
    assert summary(grades, 2)["zero_spread_share"] == 1 / 2


def test_a_share_over_nothing_is_left_out():
    assert summary([UNAVAILABLE] * 4, 2) == {"share_unavailable": 1.0}


def test_a_third_part_eight_times_over_has_no_spread():
    assert summary([Grade(1 / 3, True, 0.0)] * 8, 8)["zero_spread_share"] == 1

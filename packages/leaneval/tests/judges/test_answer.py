import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.judges._answer import AnswerError, read_answer

GOOD = {
    '{"score": 0.7, "reason": "r"}': 0.7,
    '{"reason": "r", "score": 1}': 1.0,
    'Sure! Here it is:\n```json\n{"score": 0.7, "reason": "r"}\n```\nHope that helps.': 0.7,
    '```\n{"score": "0.7"}\n```': 0.7,
    'The set {x | x > 0} differs. {"score": .0, "reason": "r"}'.replace(".0", "0.0"): 0.0,
    '{"score": "70 %", "reasoning": "r"}': 0.7,
    '<think>maybe {"score": 0.1}</think>{"score": 0.8, "reason": ""}': 0.8,
    '{"score": 0.5, "reason": "a } brace and a { brace"} trailing': 0.5,
    '{"score": 0.5} and once more {"score": 0.5}': 0.5,
    '{"note": "warming up"} {"score": 1e-1}': 0.1,
}
BAD = [
    "",
    "The score is 0.7.",
    "0.7",
    '{"score": 1.1}',
    '{"score": -0.1}',
    '{"score": 7}',
    '{"score": "7/10"}',
    '{"score": "101 %"}',
    '{"score": "high"}',
    '{"score": ""}',
    '{"score": true}',
    '{"score": null}',
    '{"score": [0.7]}',
    '{"score": NaN}',
    '{"score": Infinity}',
    '{"score": 1e999}',
    '{"reason": "no score"}',
    '{"score": 0.7, "score": 0.9}',
    '{"score": 1.0} no, rather {"score": 0.2}',
    '{"reason": "cut o',
    '{"details": {"score": 1.0}, "score": 0.',
    '{"details": {"score": 1.0}}',
    "{'score': 0.7}",
    '{"score": 0.7',
    '{"a":' * 5000,
    "{" * 20_000,
]


@pytest.mark.parametrize("text", GOOD)
def test_one_score_in_range_is_read_out_of_any_wrapping(text):
    assert read_answer(text).score == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_a_failed_try_and_never_a_number(text):
    with pytest.raises(AnswerError):
        read_answer(text)


@given(st.text(alphabet='{}[]":,.0123456789eE-+ scoretrunafl%\\`x', max_size=80))
def test_whatever_is_read_lies_in_range_and_stands_in_the_text(text):
    try:
        answer = read_answer(text)
    except AnswerError:
        return
    assert 0 <= answer.score <= 1
    assert '"score"' in text or "\\" in text


@given(
    st.floats(0, 1), st.text(max_size=200), st.sampled_from(["{}", "so {} .", "```json\n{}\n```"])
)
def test_round_trip(score, reason, frame):
    text = frame.replace("{}", json.dumps({"reason": reason, "score": score}))
    answer = read_answer(text)
    assert answer.score == score
    assert not set(answer.reason) & set("\n\r\x00\x1b\u202e")


@given(st.text(max_size=60), st.integers(1, 40))
def test_truncated_json_is_never_read(reason, cut):
    text = json.dumps({"score": 0.5, "reason": reason, "nested": {"score": 1.0}})
    with pytest.raises(AnswerError):
        read_answer(text[: max(0, len(text) - cut)])

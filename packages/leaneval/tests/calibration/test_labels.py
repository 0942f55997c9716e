"""Labelled files: what is read, and what is said of those that cannot be."""

import json

import pytest

from leaneval.calibration import Columns, read_labels
from leaneval.errors import DataError
from leaneval.types import Problem


def test_the_human_labelled_file_is_read_as_it_is(leanscorer):
    labels = read_labels(leanscorer)
    assert len(labels.rows) == 98
    assert sum(row.right for row in labels.rows) == 55
    assert sum(bool(row.passed) for row in labels.rows) == 51
    assert labels.columns.score == "leanscorer_score"
    assert labels.columns.reference is None
    assert labels.rows[0].id == "256"


def test_columns_by_other_names(write, rows):
    renamed = [
        {"n": row["id"], "text": row["informal"], "lean": row["candidate"],
         "ok": row["human_label"], "truth": "theorem r : 1 = 1", "s": 0.5, "verdict": "fail",
         "of": "p"} for row in rows()
    ]  # fmt: skip
    columns = Columns("n", "text", "lean", "ok", "truth", "s", "verdict", "of")
    labels = read_labels(write(renamed), columns)
    first = labels.rows[0]
    assert (first.id, first.group, first.score, first.passed) == ("s0", "p", 0.5, False)
    assert first.problem.reference == "theorem r : 1 = 1"


def test_a_null_score_is_missing_and_not_0(write, rows):
    labels = read_labels(write(rows(score=lambda n: None if n == 3 else 0.5)))
    assert labels.rows[3].score is None
    assert labels.rows[4].score == 0.5


def test_references_come_from_a_benchmark_by_the_problems_ids(write, rows):
    problems = {"p": Problem("p", "told", "theorem r : 2 = 2", references=("theorem s : 3 = 3",))}
    labels = read_labels(write(rows(problem=lambda n: "p")), problems=problems)
    problem = labels.rows[5].problem
    assert (problem.id, problem.reference) == ("s5", "theorem r : 2 = 2")
    assert problem.references == ("theorem s : 3 = 3",)
    with pytest.raises(DataError, match=r"labels.jsonl:1: the task has no problem 's0'.*--problem"):
        read_labels(write(rows()), problems=problems)


def test_statements_of_one_text_are_of_one_problem(write, rows):
    labels = read_labels(write(rows(informal=lambda n: f"problem {n // 3}")))
    assert len({row.group for row in labels.rows}) == 4


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"human_label": 2}, "must be 1 (people say it means the problem) or 0, got 2"),
        ({"human_label": "1"}, ":3: 'human_label' must be 1"),
        ({"human_label": 0.5}, "got 0.5"),
        ({"human_label": None}, "got None"),
        ({"id": "s0"}, ":3: the id 's0' stands in line 1 too"),
        ({"id": True}, "'id' must be a string or an integer, got True"),
        ({"informal": " "}, "'informal' must be a non-empty string"),
        ({"candidate": None}, "'candidate' must be a non-empty string, got None"),
        ({"score": 1.5}, "must be a number in [0, 1], or null where there is none, got 1.5"),
        ({"score": True}, "got True"),
        ({"score": float("nan")}, "got nan"),
        ({"pass": "maybe"}, "'pass' must be 'pass' or 'fail', or null, got 'maybe'"),
        ({"references": "theorem"}, "'references' must be a list of strings"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_file_and_line(write, rows, change, says):
    table = rows(score=lambda n: 0.5, **{"pass": lambda n: "pass"})
    table[2] |= change
    with pytest.raises(DataError) as caught:
        read_labels(write(table))
    assert says in str(caught.value)
    assert "labels.jsonl:3: " in str(caught.value)


@pytest.mark.parametrize(
    ("drop", "says"),
    [
        ("human_label", ":1: a labelled file has a column 'human_label' or 'label', got"),
        ("candidate", "Name yours by --candidate-column"),
        ("id", "Name yours by --id-column"),
    ],
)
def test_a_missing_column_is_named_with_its_option(write, rows, drop, says):
    table = rows()
    for row in table:
        del row[drop]
    with pytest.raises(DataError) as caught:
        read_labels(write(table))
    assert says in str(caught.value)


def test_a_column_that_ends_early(write, rows):
    table = rows(score=lambda n: 0.5)
    del table[7]["score"]
    with pytest.raises(DataError, match=r"labels.jsonl:8: the column 'score' is missing here"):
        read_labels(write(table))


def test_a_named_column_must_be_there(write, rows):
    with pytest.raises(DataError, match=r"--pass-column 'verdict' must be one of"):
        read_labels(write(rows()), Columns(passed="verdict"))


def test_two_columns_of_scores_need_a_choice(write, rows):
    path = write(rows(a_score=lambda n: 0.1, b_score=lambda n: 0.2))
    with pytest.raises(DataError, match=r"a_score.*b_score.*say --score-column"):
        read_labels(path)
    assert read_labels(path, Columns(score="b_score")).rows[0].score == 0.2


def test_an_empty_a_short_and_a_cut_off_file(write, rows, tmp_path):
    with pytest.raises(DataError, match="empty file"):
        read_labels(write([]))
    with pytest.raises(DataError, match="at least 10 labelled statements, got 9"):
        read_labels(write(rows(9)))
    path = write(rows())
    text = path.read_text()
    path.write_text(text[: text.rindex("human_label")])
    with pytest.raises(DataError, match=r"labels.jsonl:12: a line must be a JSON object.*cut off"):
        read_labels(path)
    path.write_text(text + json.dumps([1]) + "\n")
    with pytest.raises(DataError, match=r"labels.jsonl:13"):
        read_labels(path)

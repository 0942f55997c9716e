"""Rows of anyone: what is read, and what is refused with the row's number."""

import json

import pytest

from crossfade_train.data import DataRef, completion_text, grpo_data, problem_from, sft_data
from crossfade_train.errors import DataError

PROMPT = [{"role": "user", "content": "Show that 1 = 1."}]
ANSWER = [{"role": "assistant", "content": "theorem x : Eq one one := by sorry"}]
REFERENCE = "theorem x : Eq one one := by sorry"


@pytest.fixture
def rows(tmp_path):
    def write(*rows):
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return DataRef(str(path))

    return write


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ({"prompt": PROMPT, "completion": ANSWER, "id": "1"}, ["prompt", "completion"]),
        ({"prompt": "a", "completion": "b"}, ["prompt", "completion"]),
        ({"messages": PROMPT + ANSWER, "source": "x"}, ["messages"]),
        ({"text": "a b"}, ["text"]),
    ],
)
def test_sft_formats(rows, row, kept):
    assert sft_data(rows(row, row)).column_names == kept


def test_template_arguments_become_a_column(rows):
    found = sft_data(
        rows({"prompt": PROMPT, "completion": ANSWER}),
        chat_template_kwargs={"enable_thinking": False},
    )
    assert found[0]["chat_template_kwargs"] == {"enable_thinking": False}


def test_grpo_rows_become_problems(rows):
    row = {"prompt": PROMPT, "reference": REFERENCE, "header": None, "id": "p1", "problem": "1 = 1",
           "license": "MIT"}  # fmt: skip
    found = grpo_data(rows(row))
    assert "license" not in found.column_names
    problem = problem_from(found[0])
    assert (problem.id, problem.informal, problem.reference) == ("p1", "1 = 1", REFERENCE)
    assert (problem.header, problem.references) == ("", ())


def test_a_splits_folder_and_its_configurations(tmp_path):
    from crossfade_splits import make, parse_recipe

    pool = tmp_path / "pool.jsonl"
    lines = [{"prompt": f"Show that {n} + {n * n} is even, in the {n}th way.",
              "target": f"theorem x{n} : Eq (add n{n} one) m{n} := by sorry"}
             for n in range(120)]  # fmt: skip
    pool.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    out = tmp_path / "splits"
    columns = {"id": None, "source": None, "license": None, "topic": None}
    request = {"pool": [{"path": str(pool)}], "columns": columns, "sft": [20], "rl": [10],
               "overlap": [0.0, 1.0]}  # fmt: skip
    make(parse_recipe(request), out)
    assert len(sft_data(DataRef(str(out), "sft"))) == 20
    shared = {row["id"] for row in grpo_data(DataRef(str(out), "overlap_100"))}
    fresh = {row["id"] for row in grpo_data(DataRef(str(out), "overlap_0"))}
    assert len(shared) == len(fresh) == 10
    assert not shared & fresh
    with pytest.raises(DataError, match="named configuration"):
        grpo_data(DataRef(str(out), "overlap_50"))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"prompt": PROMPT}, "needs the columns `prompt` and `completion`.*got"),
        ({"prompt": PROMPT, "completion": []}, "`completion` must be.*row 1 has"),
        ({"prompt": "  ", "completion": "b"}, "`prompt` must be.*row 1 has '  '"),
        ({"prompt": "a", "completion": None}, "`completion` must be.*row 1 has None"),
    ],
)
def test_bad_sft_rows(rows, bad, said):
    good = {key: PROMPT if isinstance(bad[key], list) else "text" for key in bad}
    with pytest.raises(DataError, match=said):
        sft_data(rows(good, bad))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reference": ""}, "`reference` must be a Lean theorem; row 1 has ''"),
        ({"reference": "def x := 1"}, r"row 1 \(p1\).*declares no theorem"),
        ({"prompt": []}, "`prompt` must be"),
    ],
)
def test_bad_grpo_rows(rows, change, said):
    good = {"prompt": PROMPT, "reference": REFERENCE, "id": "p0"}
    with pytest.raises(DataError, match=said):
        grpo_data(rows(good, good | {"id": "p1"} | change))


def test_grpo_without_references(rows):
    with pytest.raises(DataError, match=r"without \['reference'\]"):
        grpo_data(rows({"prompt": PROMPT}))


@pytest.mark.parametrize("path", ["nowhere.jsonl", "./nowhere", "/nowhere/at/all"])
def test_a_missing_path(path):
    with pytest.raises(DataError, match="Data must exist"):
        sft_data(DataRef(path))


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(DataError):
        sft_data(DataRef(str(tmp_path / "empty.jsonl")))


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("a", "a"),
        ([{"role": "assistant", "content": "a"}], "a"),
        ([{"role": "assistant", "content": [{"type": "text", "text": "a"}]}], "a"),
        ([{"role": "assistant", "content": None}], ""),
        ([], ""),
    ],
)
def test_completions_as_trl_hands_them_on(completion, text):
    assert completion_text(completion) == text

import pytest

from leaneval.errors import DataError
from leaneval.extract import parse_reference


def test_what_stands_before_the_theorem_is_its_context():
    found = parse_reference(
        "open Finset\nnoncomputable abbrev t_solution : ℝ := 1 -- the answer\n"
        "variable (n : ℕ)\n/-- doc -/\n@[simp] theorem t : n = t_solution := sorry\nend Foo",
        header="import Mathlib -- all\n\nopen Nat",
    )
    assert found.header == "import Mathlib\nopen Nat\nopen Finset"
    assert found.context == "noncomputable abbrev t_solution : ℝ := 1\nvariable (n : ℕ)"
    assert (found.name, found.signature) == ("t", ": n = t_solution")


def test_open_in_belongs_to_what_follows():
    found = parse_reference("import A\nopen B in\ndef f := 1\ntheorem t : P := x")
    assert (found.header, found.context) == ("import A", "open B in\ndef f := 1")


@pytest.mark.parametrize("text", ["", "def f := 1", "theorem t := x", "/- theorem t : P := x"])
def test_a_broken_reference_is_a_data_error(text):
    with pytest.raises(DataError):
        parse_reference(text)


@pytest.mark.parametrize(
    ("file", "columns", "count"),
    [
        ("gaokao_formal.jsonl", ["formal_statement"], 495),
        ("putnambench.jsonl", ["formal_statement", "formal_statement_with_answer"], 672),
        ("proofnet_sharp.jsonl", ["lean4"], 371),
    ],
)
def test_every_benchmark_reference_is_read(rows, file, columns, count):
    found = rows(file)
    assert len(found) == count
    for row in found:
        for column in columns:
            read = parse_reference(row[column], row.get("header", ""))
            assert read.header.startswith("import Mathlib")
            assert ":" in read.signature
            assert "sorry" not in read.signature
            assert not read.signature.endswith(":=")
            name = f"theorem {read.name}"
            assert name in row[column] or f"lemma {read.name}" in row[column]


def test_the_pool_is_read_but_for_its_broken_rows(rows):
    broken = set()
    for row in rows("train_pool.jsonl.gz"):
        try:
            parse_reference(row["lean4"])
        except DataError:
            broken.add(row["id"].split(":")[0])
    # Six rows carry half a docstring in their context, one has no type, one is a `def`.
    assert broken <= {"mathlib", "forml4", "formalmath-lite"}

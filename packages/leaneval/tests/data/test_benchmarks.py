"""Benchmarks by name: from the pinned hosts, from a local folder, and what is said when not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from leaneval.data import _benchmarks, benchmark
from leaneval.data._pinned import tree_digest
from leaneval.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Host

GAOKAO = {
    "id": "g_1",
    "NL_Chinese": "证明",
    "NL_English": "Prove that 1 = 1.\n",
    "formal_statement": "import Mathlib\n\ntheorem gaokaoformal_g_1 : 1 = 1 := by sorry",
    "category": "Functions",
}
PROOFNET = {
    "id": "Artin|exercise_1",
    "nl_statement": "Show that 1 = 1.",
    "nl_proof": "Trivial.",
    "lean4_src_header": "import Mathlib\n\nopen Real\n\n",
    "lean4_formalization": "theorem exercise_1 : 1 = 1 :=",
}


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    _benchmarks._read.cache_clear()


def serve(host: Host, monkeypatch: pytest.MonkeyPatch, name: str, rows: list[Any]) -> None:
    body = "".join(json.dumps(row) + "\n" for row in rows).encode()
    pinned = getattr(_benchmarks, name)
    source = replace(pinned, sha256=hashlib.sha256(body).hexdigest())
    monkeypatch.setattr(_benchmarks, name, source)
    path = source.path.replace("#", "%23")
    host.files[f"/{source.repository}/{source.revision}/{path}"] = body


def test_gaokao_from_its_host(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(host, monkeypatch, "GAOKAO", [GAOKAO])
    (problem,) = benchmark("gaokao_formal")
    assert (problem.id, problem.informal) == ("g_1", "Prove that 1 = 1.")
    assert problem.reference.startswith("import Mathlib")
    assert benchmark("gaokao_formal") == (problem,)
    assert len(host.asked) == 1


def test_proofnet_from_its_host_is_completed(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(host, monkeypatch, "PROOFNET", [PROOFNET])
    (problem,) = benchmark("proofnet_sharp")
    assert problem.reference == (
        "import Mathlib\n\nopen Real\n\ntheorem exercise_1 : 1 = 1 := by sorry"
    )


def test_putnam_from_its_host(host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import io
    import tarfile

    files = {
        "lean4/src/putnam_3000_a1.lean": b"import Mathlib\n\n"
        b"theorem putnam_3000_a1 : 1 = 1 :=\n  sorry\n",
        "informal/putnam.json": json.dumps(
            [{"problem_name": "putnam_3000_a1", "informal_statement": "Show it.", "tags": []}]
        ).encode(),
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, body in files.items():
            (tmp_path / "x" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "x" / name).write_bytes(body)
            member = tarfile.TarInfo(f"PutnamBench-main/{name}")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    source = replace(_benchmarks.PUTNAM, sha256=tree_digest(tmp_path / "x"))
    monkeypatch.setattr(_benchmarks, "PUTNAM", source)
    host.files[f"/{source.repository}/tar.gz/{source.revision}"] = buffer.getvalue()
    (problem,) = benchmark("putnambench")
    assert (problem.header, problem.informal) == ("import Mathlib", "Show it.")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([GAOKAO, GAOKAO | {"NL_English": " "}], "row 2: 'NL_English' must be a non-empty string"),
        ([GAOKAO, GAOKAO], "row 2: the id 'g_1' was used before"),
        ([[1, 2]], "row 1: a row must be a JSON object, got list"),
        ([GAOKAO, None], "row 2: a row must be a JSON object, got NoneType"),
        ([], "must hold one JSON object a line, got none"),
    ],
)
def test_malformed_rows_name_file_and_row(
    host: Host, monkeypatch: pytest.MonkeyPatch, rows: list[Any], message: str
) -> None:
    serve(host, monkeypatch, "GAOKAO", rows)
    with pytest.raises(DataError, match=r"Gaokao-formal-2025\.json.*" + message):
        benchmark("gaokao_formal")


def test_a_cut_off_row_is_named(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEANEVAL_DATA", str(tmp_path))
    text = json.dumps(GAOKAO)
    (tmp_path / "gaokao_formal.jsonl").write_text(f"{text}\n{text[:40]}", encoding="utf-8")
    with pytest.raises(DataError, match=r"gaokao_formal\.jsonl, row 2"):
        benchmark("gaokao_formal")
    assert host.asked == []


def test_a_part_of_a_benchmark_is_refused(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEANEVAL_DATA", str(tmp_path))
    (tmp_path / "gaokao_formal.jsonl").write_text(json.dumps(GAOKAO), encoding="utf-8")
    with pytest.raises(DataError, match=r"must hold the benchmark's 495 problems, got 1.*--limit"):
        benchmark("gaokao_formal")


def test_a_folder_without_the_file_is_named(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEANEVAL_DATA", str(tmp_path))
    with pytest.raises(UsageError, match=r"must hold putnambench\.jsonl.*unset LEANEVAL_DATA"):
        benchmark("putnambench")


def test_an_empty_variable_names_no_folder(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEANEVAL_DATA", "")
    assert _benchmarks.benchmarks() == {
        "peano": True, "gaokao_formal": False, "putnambench": False, "proofnet_sharp": False,
    }  # fmt: skip


def test_unknown_benchmarks_are_listed() -> None:
    with pytest.raises(
        UsageError, match="gaokao_formal, peano, peano_1000, peano_dev, proofnet_sharp, putnambench"
    ):
        benchmark("minif2f")
    with pytest.raises(UsageError, match=r"ends in \.jsonl; got 'mine\.json'"):
        benchmark("mine.json")


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    row = {"id": "a", "informal": "Show it.", "reference": "theorem a : 1 = 1 := sorry"}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (problem,) = benchmark(str(path))
    assert problem.reference == row["reference"]
    path.write_text(json.dumps(row) + '\n{"id": "b"}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.jsonl, row 2.*informal"):
        benchmark(str(path))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("header", ["open Nat"], "'header' must be a string"),
        ("tags", "algebra", "'tags' must be a list of strings"),
        ("tags", 3, "'tags' must be a list of strings, got 3"),
        ("references", [3], "'references' must be a list of strings"),
    ],
)
def test_a_field_of_another_type_is_refused(
    tmp_path: Path, field: str, value: object, says: str
) -> None:
    path = tmp_path / "mine.jsonl"
    row = {"id": "a", "informal": "Show it.", "reference": "theorem a : 1 = 1", field: value}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"mine\.jsonl, row 1: {says}"):
        benchmark(str(path))


def test_another_encoding_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    good = b'{"id": "a%d", "informal": "i", "reference": "theorem a : 1 = 1"}\n'
    rows = b"".join(good % number for number in range(29))
    path.write_bytes(rows + '{"id": "Größe"}\n'.encode("latin-1") + good % 30)
    with pytest.raises(DataError, match=r"row 30: must be UTF-8, .* Save it so"):
        benchmark(str(path))


@pytest.mark.parametrize(
    ("name", "size"), [("gaokao_formal", 495), ("putnambench", 672), ("proofnet_sharp", 371)]
)
def test_the_real_benchmarks(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: int
) -> None:
    monkeypatch.setenv("LEANEVAL_DATA", str(data_folder))
    problems = benchmark(name)
    assert len({problem.id for problem in problems}) == size
    for problem in problems:
        assert "import Mathlib" in problem.header or "import Mathlib" in problem.reference
        assert problem.informal == problem.informal.strip() != ""
        assert "theorem" in problem.reference or "lemma" in problem.reference

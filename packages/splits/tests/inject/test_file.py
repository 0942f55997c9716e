"""Files: order kept, columns added, nothing half-written, messages with a remedy."""

from __future__ import annotations

import gzip
import json

import pytest

from crossfade_splits.errors import SplitsError
from crossfade_splits.inject import inject_file

ROWS = [
    {"id": "a", "nl": "What is 3 + 4?", "lean4": "theorem t : 3 + 4 = 7 := by sorry"},
    {"id": "b", "nl": "Prove that 3 < 4.", "lean4": "theorem t : 3 < 4 := by sorry"},
    {"id": "c", "nl": "求 3 + 4 的值。", "lean4": "theorem t : 3 + 4 = 7 := by sorry", "more": [1]},
]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in ROWS), encoding="utf-8")
    return path


def run(source, out, **options):
    return inject_file(source, out, prompt_column="nl", target_column="lean4", **options)


def test_rows_keep_order_and_gain_columns(source, tmp_path):
    out = tmp_path / "out.jsonl"
    summary = run(source, out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [r["id"] for r in rows] == ["a", "b", "c"]
    assert rows[0]["nl"] == "What is 3 + 4? Show that the answer is 7."
    assert rows[1] == ROWS[1] | {
        "injected": False, "answer": None, "pattern": None, "reason": "proof-type"
    }  # fmt: skip
    assert (rows[2]["answer"], rows[2]["more"]) == ("7", [1])
    assert (summary.rows, summary.injected) == (3, 2)
    assert summary.reasons == {"goal": 2, "proof-type": 1}
    assert sum(summary.patterns.values()) == 2


def test_gzip_in_and_out(source, tmp_path):
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(source.read_bytes()))
    run(packed, tmp_path / "out.jsonl.gz")
    with gzip.open(tmp_path / "out.jsonl.gz", "rt", encoding="utf-8") as lines:
        assert len(list(lines)) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"[1]\n", "line 1"),
        (b'{"nl": "x", "lean4": "y"}\nnot json\n', "line 2"),
        (b'{"nl": "x"}\n', "no column 'lean4'"),
        (b'{"nl": 3, "lean4": "y"}\n', "holds int"),
        (b"\xff\xfe{}\n", "UTF-8"),
        (b'{"nl": "\\ud83d", "lean4": "y"}\n', r"must be Unicode; row 1 of .* holds '\\ud83d'"),
        (b'{"nl": ' + b"[" * 100_000 + b"\n", "line 1 .* is not JSON"),
    ],
)
def test_bad_input_leaves_nothing(tmp_path, content, message):
    source = tmp_path / "in.jsonl"
    source.write_bytes(content)
    with pytest.raises(SplitsError, match=message):
        run(source, tmp_path / "out.jsonl")
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


def test_an_existing_output_is_kept(source, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    with pytest.raises(SplitsError, match="must be new"):
        run(source, out)
    assert out.read_text() == "mine"
    assert run(source, out, force=True).rows == 3


def test_gzip_cut_short(source, tmp_path):
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(source.read_bytes())[:-30])
    with pytest.raises(SplitsError, match=r"must be complete; .*in.jsonl.gz ends after line"):
        run(packed, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_gzip_damaged_within(source, tmp_path, damaged):
    packed = damaged(tmp_path / "in.jsonl.gz", [ROWS[1] | {"n": n**9} for n in range(3_000)])
    with pytest.raises(SplitsError, match=r"must be complete; .*in.jsonl.gz ends after line"):
        run(packed, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import polars as pl
import pytest

from crossfade_splits.decontaminate import BUILT_IN, Decontaminator, load_benchmark
from crossfade_splits.decontaminate._benchmarks import Pinned, download
from crossfade_splits.errors import DataError, UsageError
from crossfade_splits.make import make
from crossfade_splits.recipe import Decontaminate, parse_recipe
from crossfade_splits.text import normalise_prompt, normalise_target


def find(benchmark_file, prompts, targets=None):
    guard = Decontaminator([load_benchmark(str(benchmark_file))], Decontaminate())
    lean = pl.Series(targets or [None] * len(prompts), dtype=pl.String)
    frame = guard.matches(normalise_prompt(pl.Series(prompts)), normalise_target(lean))
    return {row["row"]: (row["problem"], row["reason"]) for row in frame.iter_rows(named=True)}


PROBLEM = (
    "Let $a_1, a_2, \\dots$ be a sequence of positive integers such that every term after the "
    "third is the least prime divisor of the sum of all terms before it. Prove that the sequence "
    "is bounded by 47."
)


@pytest.fixture
def bench(tmp_path, jsonl):
    rows = [
        {
            "id": "b1",
            "problem": PROBLEM,
            "formal_statement": "theorem b (n : ℕ) : n + 47 > n := by sorry",
        },
        {
            "id": "b2",
            "problem": "What is the smallest integer greater than 10 whose square is even?",
        },
    ]
    return jsonl(tmp_path / "bench.jsonl", rows)


def test_copies_are_found_with_their_reasons(bench):
    wrapped = (
        "Here is a nice one from a contest, try it yourself. " + PROBLEM + " Justify every step."
    )
    edited = PROBLEM.replace("least prime divisor", "smallest prime factor")
    plain = PROBLEM.replace("$", "").replace("\\dots", "...").upper()
    found = find(
        bench,
        [plain, edited, wrapped, "Something else entirely about circles."],
        [None, None, None, "lemma other (n : ℕ) : n + 47 > n := by omega"],
    )
    assert found[0] == ("b1", "exact")
    assert found[1] == ("b1", "near-duplicate")
    assert found[2][0] == "b1"
    assert found[3] == ("b1", "same-target")


def test_plain_short_questions_and_other_numbers_are_not_flagged(bench):
    assert (
        find(
            bench,
            [
                "What is the smallest integer greater than 10?",
                "What is the smallest integer greater than 12 whose square is odd?",
                "Prove that the sequence is bounded.",
                PROBLEM.replace("47", "53"),
                "Let a be a sequence of positive integers such that every term is prime.",
            ],
        )
        == {}
    )


def test_real_pool(real_data, monkeypatch):
    monkeypatch.setenv("CROSSFADE_DATA", str(real_data))
    import gzip
    import json

    with gzip.open(real_data / "train_pool.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    guard = Decontaminator([load_benchmark(n) for n in BUILT_IN], Decontaminate())
    normal = normalise_prompt(pl.Series([r["nl"] for r in rows]))
    frame = guard.matches(normal, normalise_target(pl.Series([r["lean4"] for r in rows])))
    assert {(rows[r]["id"], p) for r, p in zip(frame["row"], frame["problem"], strict=True)} == {
        ("formalmath-lite:363", "putnam_2003_a6"),
        ("formalmath-lite:367", "putnam_2017_b4"),
        ("fps-math500:345:formal_math500_345", "putnam_2015_b4"),
    }


def test_only_the_pool_loses_rows_and_the_manifest_lists_them(rows, jsonl, tmp_path):
    lines = rows(150)
    bench = jsonl(tmp_path / "b.jsonl", [{"id": "b", "prompt": lines[9]["prompt"]}])
    before = bench.read_bytes()
    manifest = make(
        parse_recipe(
            {
                "pool": [{"path": str(jsonl(tmp_path / "p.jsonl", lines))}],
                "sft": [60],
                "rl": [40],
                "overlap": [0],
                "decontaminate": {"benchmarks": [str(bench)]},
            }
        ),
        tmp_path / "out",
    )
    assert manifest["contamination"] == [
        {
            "id": "p00009",
            "benchmark": "b.jsonl",
            "problem": "b",
            "reason": "exact",
            "similarity": 1.0,
        }
    ]
    assert manifest["pool"]["problems"] == 149
    assert bench.read_bytes() == before


class _Server(BaseHTTPRequestHandler):
    body = b'{"id": "x", "NL_English": "Prove it."}\n'
    calls = 0

    def do_GET(self):
        type(self).calls += 1
        if "missing" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    httpd = HTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    _Server.calls = 0
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def pinned(url, sha256):
    return Pinned(local="gaokao_formal.jsonl", url=url, sha256=sha256, prompts=("NL_English",))


def test_download_is_checked_and_kept(server, tmp_path, monkeypatch):
    sha256 = hashlib.sha256(_Server.body).hexdigest()
    monkeypatch.setitem(BUILT_IN, "gaokao-formal", pinned(f"{server}/file.json", sha256))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CROSSFADE_DATA", raising=False)
    for _ in range(2):
        benchmark = load_benchmark("gaokao-formal")
        assert benchmark.problems["prompt"].to_list() == ["Prove it."]
        assert benchmark.sha256 == sha256
    assert _Server.calls == 1


def test_download_that_differs_is_refused(server, tmp_path):
    with pytest.raises(DataError, match="must have SHA-256"):
        download(pinned(f"{server}/file.json", "0" * 64), tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_download_that_fails_says_what_to_do(server, tmp_path):
    with pytest.raises(DataError, match="set CROSSFADE_DATA"):
        download(pinned(f"{server}/missing", "0" * 64), tmp_path / "cache")


def test_local_folder_comes_first(tmp_path, monkeypatch, jsonl):
    jsonl(tmp_path / "putnambench.jsonl", [{"id": "p", "informal_statement": "Show it."}])
    monkeypatch.setenv("CROSSFADE_DATA", str(tmp_path))
    assert load_benchmark("putnambench").problems["id"].to_list() == ["p"]


def test_unknown_benchmark_and_column(bench, tmp_path, jsonl):
    with pytest.raises(UsageError, match="gaokao-formal, putnambench"):
        load_benchmark("nonesuch")
    with pytest.raises(DataError, match="must have a prompt column"):
        load_benchmark(f"{bench}:nowhere")
    odd = jsonl(tmp_path / "odd.jsonl", [{"text": "Prove it."}])
    assert load_benchmark(f"{odd}:text").problems["prompt"].to_list() == ["Prove it."]


def test_an_empty_benchmark(tmp_path):
    path = tmp_path / "empty.jsonl"
    path.write_text("")
    with pytest.raises(DataError, match="a benchmark must hold rows, it is empty"):
        load_benchmark(str(path))

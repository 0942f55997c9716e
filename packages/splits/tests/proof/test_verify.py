"""`verify` must catch a lie in any claim, even when the seal was put right again."""

import copy
import json
import shutil

import polars as pl
import pytest

from crossfade_splits.errors import DataError
from crossfade_splits.make import make
from crossfade_splits.output import canonical_json, card
from crossfade_splits.proof import seal, verify
from crossfade_splits.read import digest
from crossfade_splits.recipe import parse_recipe


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    from importlib.util import module_from_spec, spec_from_file_location
    from pathlib import Path

    spec = spec_from_file_location("pools", Path(__file__).parents[1] / "conftest.py")
    pools = module_from_spec(spec)
    spec.loader.exec_module(pools)
    folder = tmp_path_factory.mktemp("verify")
    lines = pools.make_rows(200) + [{**r, "id": "c" + r["id"]} for r in pools.make_rows(5)]
    bench = [{"id": "bench1", "prompt": pools.problem(3)}]
    pool = pools.write_jsonl(folder / "pool.jsonl", lines)
    bench_file = pools.write_jsonl(folder / "bench.jsonl", bench)
    out = folder / "out"
    make(
        parse_recipe(
            {
                "pool": [{"path": str(pool)}],
                "sft": [60],
                "rl": [40],
                "overlap": [0, 0.3, 1.0],
                "columns": {"difficulty": "pass_rate"},
                "decontaminate": {"benchmarks": [str(bench_file)]},
                "inject": True,
            }
        ),
        out,
    )
    return out


@pytest.fixture
def out(made, tmp_path):
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def failure(folder):
    checks = list(verify(folder))
    assert all(c.holds for c in checks[:-1])
    return None if checks[-1].holds else checks[-1]


def write(folder, manifest, reseal=True):
    if reseal:
        manifest = {**manifest, "seal": seal(manifest)}
    (folder / "manifest.json").write_text(canonical_json(manifest), encoding="utf-8")
    if reseal:
        (folder / "README.md").write_text(card(manifest), encoding="utf-8")


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def changed(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x"


def put(manifest, path, value):
    out = copy.deepcopy(manifest)
    inner = out
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return out


# On record, but not recomputable from the folder: what was read, and with what.
_PROVENANCE = {
    ("software",), ("inputs",), ("recipe", "pool"), ("recipe", "columns"), ("recipe", "seed"),
    ("recipe", "stratify"), ("recipe", "mixture"), ("recipe", "decontaminate"),
    ("recipe", "quality"),
    # Without the condition on numbers the claims are stronger, and true of this data.
    ("recipe", "near", "numbers"),
}  # fmt: skip


def test_it_holds_as_made(made):
    assert failure(made) is None


def test_any_edit_breaks_the_seal(made, out):
    manifest = json.loads((made / "manifest.json").read_text())
    for path, value in leaves({k: v for k, v in manifest.items() if k not in ("seal", "format")}):
        assert seal(put(manifest, path, changed(value))) != manifest["seal"], path
    write(out, put(manifest, ("pool", "read"), 7), reseal=False)
    found = failure(out)
    assert found.name == "seal"
    assert "manifest.json is not as it was written" in found.problem


def test_a_lie_in_any_claim_is_caught_even_resealed(made, out):
    manifest = json.loads((made / "manifest.json").read_text())
    tried = 0
    for path, value in leaves({k: v for k, v in manifest.items() if k not in ("seal", "format")}):
        if {path[:1], path[:2], path[:3]} & _PROVENANCE:
            continue
        if path[0] == "recipe" and value is None:
            continue
        if path[:3] == ("pool", "strata", "cuts"):
            continue  # That no row lies between two values is no lie; see the test of strata.
        write(out, put(manifest, path, changed(value)))
        found = failure(out)
        assert found is not None, f"nobody noticed {path}: {value!r} -> {changed(value)!r}"
        assert found.problem
        tried += 1
    assert tried > 120


def edit(folder, name, change):
    """Change rows of one set and put digest, seal and card right again."""
    path = folder / "data" / f"{name}.parquet"
    change(pl.read_parquet(path)).write_parquet(path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["claims"]["files"][name]["sha256"] = digest(path)
    write(folder, manifest)


def test_a_flipped_byte(out):
    path = out / "data" / "sft.parquet"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert failure(out).name == "files"
    assert "sft" in failure(out).problem


def test_a_missing_and_an_extra_file(out):
    shutil.copy(out / "data" / "sft.parquet", out / "data" / "more.parquet")
    assert "more.parquet is not in the manifest" in failure(out).problem
    (out / "data" / "more.parquet").unlink()
    (out / "data" / "overlap_30.parquet").unlink()
    assert "overlap_30.parquet is missing" in failure(out).problem


def test_a_moved_row(out):
    edit(out, "overlap_30", lambda rows: pl.concat([rows[1:], rows[:1]]))
    assert failure(out).name == "design"


def test_an_edited_prompt(out):
    def change(rows):
        prompts = rows["prompt"].to_list()
        prompts[0][0]["content"] += " Really."
        return rows.with_columns(pl.Series("prompt", prompts, dtype=rows["prompt"].dtype))

    edit(out, "overlap_30", change)
    assert failure(out).name == "messages"


def test_an_edited_problem(out):
    first = pl.when(pl.int_range(pl.len()) == 0)
    edit(
        out,
        "overlap_30",
        lambda r: r.with_columns(first.then(pl.lit("New.")).otherwise("problem").alias("problem")),
    )
    assert failure(out).name == "one content per id"


def test_a_shared_row_smuggled_in_under_a_new_id(out):
    sft = pl.read_parquet(out / "data" / "sft.parquet")

    def change(rows):
        spy = sft[:1].select(rows.columns).with_columns(pl.lit("spy").alias("id"))
        return pl.concat([rows[:-1], spy])

    edit(out, "overlap_0", change)
    assert failure(out).name in ("sets", "overlap")


def _strata(folder):
    return sorted(set(pl.read_parquet(folder / "data" / "sft.parquet")["stratum"]))


def test_a_row_in_another_stratum(out):
    labels = _strata(out)
    swapped = {labels[0]: labels[-1], labels[-1]: labels[0]}
    for name in ("sft", "overlap_0", "overlap_30", "overlap_100"):
        edit(out, name, lambda r: r.with_columns(pl.col("stratum").replace(swapped)))
    assert failure(out).name == "strata"
    assert "does not follow from its row" in failure(out).problem


def test_a_cut_that_parts_other_rows(made, out):
    manifest = json.loads((made / "manifest.json").read_text())
    cuts = manifest["pool"]["strata"]["cuts"]
    used = [name for name in cuts if any(f"{name}=" in label for label in _strata(out))]
    assert used
    for name in used:
        low, high = cuts[name]
        write(out, put(manifest, ("pool", "strata", "cuts", name), [low, high * 2 + 1]))
        assert failure(out).name == "strata"


def test_difficulty_that_is_not_the_stand_in(made, out):
    manifest = json.loads((made / "manifest.json").read_text())
    write(out, put(manifest, ("pool", "difficulty"), "proxy"))
    assert "is not the length of its target" in failure(out).problem


@pytest.mark.parametrize("claims", [[], {}, "no", {"files": "no"}, {"files": {}, "overlap": []}])
def test_a_manifest_of_another_shape_does_not_hold(out, claims):
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["claims"] = claims
    manifest["seal"] = seal(manifest)
    (out / "manifest.json").write_text(canonical_json(manifest), encoding="utf-8")
    assert failure(out) is not None


def test_a_dropped_row(out):
    edit(out, "sft", lambda rows: rows[1:])
    assert failure(out).name == "request"
    assert "must hold 60 rows, found 59" in failure(out).problem


def test_edited_evidence(out):
    path = out / "evidence" / "removed.parquet"
    pl.read_parquet(path)[1:].write_parquet(path)
    assert failure(out).name == "evidence"


def test_a_manifest_of_another_version(made, out):
    write(out, json.loads((made / "manifest.json").read_text()) | {"format": 2})
    with pytest.raises(DataError, match="must have format 1, got 2; make the set again"):
        next(verify(out))


def test_no_manifest(tmp_path):
    with pytest.raises(DataError, match=r"must hold manifest\.json"):
        list(verify(tmp_path))

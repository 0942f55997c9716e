import json

import pytest

from crossfade_splits.audit import audit, load_side
from crossfade_splits.errors import DataError
from crossfade_splits.recipe import Near


def test_each_kind_is_counted_once(rows, jsonl, tmp_path):
    base = rows(60)
    b = [
        dict(base[0], id="same"),
        dict(base[1], id="near", prompt=base[1]["prompt"].replace("holds", "is true")),
        dict(base[2], id="goal", prompt="Entirely other words, one target."),
        dict(
            base[3], id="number", prompt=base[3]["prompt"].replace("case 3", "case 77"), target=None
        ),
        *rows(6, 500),
    ]
    sides = [
        load_side(str(jsonl(tmp_path / f"{n}.jsonl", r)), None, None)
        for n, r in (("a", base), ("b", b))
    ]
    found = audit(*sides, Near())
    assert (found.exact, found.near, found.target, found.b_rows) == (1, 1, 1, 10)
    assert found.overlap == pytest.approx(0.3)
    assert [(p.a, p.b, p.kind) for p in found.pairs] == [
        ("p00001", "near", "near-duplicate"),
        ("p00002", "goal", "same-target"),
    ]


def test_conversations_and_fences_are_understood(rows, jsonl, tmp_path):
    row = rows(1)[0]
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": row["prompt"]}]
    a = jsonl(tmp_path / "a.jsonl", [{"messages": chat}])
    b = jsonl(
        tmp_path / "b.jsonl",
        [{"prompt": "Other.", "completion": f"```lean4\n{row['target']}\n```"}],
    )
    c = jsonl(tmp_path / "c.jsonl", [row])
    sides = {n: load_side(str(p), None, None) for n, p in (("a", a), ("b", b), ("c", c))}
    assert audit(sides["a"], sides["c"], Near()).exact == 1
    assert audit(sides["b"], sides["c"], Near()).target == 1


def test_empty_prompts_are_no_match(jsonl, tmp_path):
    a = load_side(
        str(jsonl(tmp_path / "a.jsonl", [{"prompt": " "}, {"prompt": "one two three"}])), None, None
    )
    assert audit(a, a, Near()).exact == 1
    assert audit(a, a, Near()).near == 0


def test_no_prompt_column(jsonl, tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"x": 1}])
    with pytest.raises(DataError, match="--prompt-column"):
        load_side(str(path), None, None)


def test_exit_status_for_ci(rows, jsonl, tmp_path, capsys):
    from crossfade_splits.cli import main

    a, b = jsonl(tmp_path / "a.jsonl", rows(20)), jsonl(tmp_path / "b.jsonl", rows(20, 10))
    for bound, status in (("0.5", 0), ("0.49", 1)):
        with pytest.raises(SystemExit) as caught:
            main(["audit", str(a), str(b), "--max-overlap", bound])
        assert caught.value.code == status
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["audit", str(a), str(b), "--json"])
    assert json.loads(capsys.readouterr().out)["overlap"] == 0.5
    with pytest.raises(SystemExit) as caught:
        main(["audit", str(a), str(b), "--max-overlap", "2"])
    assert caught.value.code == 2

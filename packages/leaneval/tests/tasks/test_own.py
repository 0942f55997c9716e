"""A benchmark of one's own: a name, a class and a file are enough; what is said is kept."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from leaneval.cli._references import plan_and_problems
from leaneval.errors import DataError, UsageError
from leaneval.peano import INSTRUCTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLASS = "class: !function leaneval.tasks.dual.DualTask"


@pytest.fixture
def written(tmp_path: Path, problems: list[dict[str, Any]]) -> Callable[..., Path]:
    """Writes a YAML of the fewest lines, and its problems beside it."""

    def write(more: str = "", **table: str) -> Path:
        data = tmp_path / "mine.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in problems), encoding="utf-8")
        chosen = json.dumps({"version": 1.0, "leaneval": {"benchmark": str(data), **table}})
        path = tmp_path / "mine.yaml"
        path.write_text(f"task: mine\n{CLASS}\n{more}metadata: {chosen}\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(manager: Callable[..., Any]) -> Callable[[Path | str], Any]:
    def one(name: Path | str) -> Any:
        folders = [] if isinstance(name, str) else [str(name.parent)]
        task = name if isinstance(name, str) else name.stem
        return manager(*folders, preflight=False).load([task])["tasks"][task]

    return one


def shown(task: Any, **options: Any) -> str:
    return str(task.fewshot_context(task.eval_docs[0], num_fewshot=0, **options))


@pytest.mark.parametrize(
    ("shipped", "table"),
    [
        ("gaokao_formal_dual", {"profile": "mathlib", "checker": "mathlib"}),
        ("gaokao_formal_dual_kimina", {"checker": "mathlib", "style": "file"}),
        ("peano_dual", {"profile": "peano", "checker": "embedded", "judge": "defeq"}),
    ],
)
def test_what_is_left_out_is_as_in_the_shipped_task(
    load: Callable[[Path | str], Any],
    written: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    data_folder: Path,
    shipped: str,
    table: dict[str, str],
) -> None:
    monkeypatch.setenv("LEANEVAL_DATA", str(data_folder))
    mine, theirs = load(written(**table)), load(shipped)
    assert mine.config.task == "mine"
    assert mine.config.generation_kwargs == theirs.config.generation_kwargs
    assert mine.config.description == theirs.config.description
    assert mine.config.repeats == theirs.config.repeats == 8
    assert [row["id"] for row in mine.eval_docs] == ["commutes", "doubles"]
    ours, informal = shown(mine), mine.eval_docs[0]["informal"]
    assert ours.endswith(informal)
    assert ours.removesuffix(informal) == shown(theirs).removesuffix(
        theirs.eval_docs[0]["informal"]
    )


def test_what_is_said_is_kept(load: Callable[..., Any], written: Callable[..., Path]) -> None:
    more = 'doc_to_text: "Now: {{informal}}"\ndescription: "Mine.\\n\\n"\n'
    more += "generation_kwargs: {do_sample: true, max_gen_toks: 7, until: []}\n"
    task = load(written(more, profile="peano", checker="embedded"))
    assert shown(task) == f"Mine.\n\nNow: {task.eval_docs[0]['informal']}"
    assert task.config.generation_kwargs["max_gen_toks"] == 7
    assert "temperature" not in task.config.generation_kwargs


@pytest.mark.parametrize("name", ["peano_dual_dev", "peano_dual_1000"])
def test_every_peano_task_tells_a_model_the_words(load: Callable[..., Any], name: str) -> None:
    assert shown(load(name)).startswith(INSTRUCTION.strip())


def test_references_of_ones_own_task_are_found_by_its_file(written: Callable[..., Path]) -> None:
    plan, problems = plan_and_problems(str(written(profile="peano", checker="embedded")))
    assert plan.settings.checker == "embedded"
    assert [problem.id for problem in problems] == ["commutes", "doubles"]


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(UsageError, match=r"must exist, got no-such\.yaml"):
        plan_and_problems("no-such.yaml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("task: a\nmetadata:\n  version: 1\n leaneval: {}\n", "line 4"),
        ("", "Expected YAML dict"),
        ("task: a\n", "must have a table `leaneval`"),
        ("metadata: {leaneval: {benchmark: mine.json, profile: peano}}\n", "ends in .jsonl"),
        ("metadata: {leaneval: {benchmark: a.jsonl, time_limt: 3}}\n", "time_limt"),
    ],
)
def test_a_broken_file_is_a_message(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=re.escape(says)):
        plan_and_problems(str(path))


def test_a_reference_that_a_formal_judge_cannot_read_ends_it_before_generation(
    manager: Callable[..., Any], own_task: Callable[..., str], problems: list[dict[str, Any]]
) -> None:
    rows = [*problems, problems[0] | {"id": "bare", "reference": "Eq (add a b) (add b a)"}]
    load = manager(own_task(rows, judge="defeq")).load
    with pytest.raises(DataError, match=r"problem 'bare': reference .* declares no theorem"):
        load(["mine"])
    for judge in ("llm:m", "defeq"):
        untried = manager(own_task(rows, judge=judge), preflight=False).load(["mine"])
        assert len(untried["tasks"]["mine"].eval_docs) == 3

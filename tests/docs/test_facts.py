"""Names and numbers of the pages that the code knows better."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import leaneval.peano
from crossfade_splits.inject import REASONS, inject
from crossfade_train.recipe import load_recipe, shipped
from crossfade_train.run import look, plan
from leaneval.data._benchmarks import _BENCHMARKS
from leaneval.gate import RULES
from leaneval.peano import test_problems as peano_problems
from leaneval.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_VARIABLE = re.compile(r"\b(?:LEANEVAL|CROSSFADE)_[A-Z_]*[A-Z]\b")


def cells(page: Path, heading: str) -> set[str]:
    """The names between backticks in the first column of the table below a line."""
    table = page.read_text().partition(heading)[2].partition("\n\n")[0]
    firsts = [row.split("|")[1] for row in table.splitlines() if row.startswith("|")]
    return {name for first in firsts for name in re.findall(r"`([^`]+)`", first)}


def test_every_setting_is_in_the_table_and_no_other():
    assert cells(DOCS / "configuration.md", "| name |") == set(Settings.model_fields)


def test_defaults_are_as_the_table_says():
    rows = (DOCS / "configuration.md").read_text().splitlines()
    said = {r.split("|")[1].strip(" `"): r.split("|")[2].strip(" `") for r in rows if "|" in r}
    for name in ("protocol", "repeats", "threshold", "batch_size", "judge_concurrency", "cage"):
        assert said[name] == str(Settings.model_fields[name].default).replace("True", "true"), name


def test_every_variable_exists_and_is_documented():
    code = "\n".join(p.read_text() for p in ROOT.glob("packages/*/src/**/*.py"))
    tests = "\n".join(p.read_text() for p in ROOT.glob("packages/*/tests/**/*.py"))
    fields = {f"LEANEVAL_{name.upper()}" for name in Settings.model_fields}
    pages = {
        p: set(_VARIABLE.findall(p.read_text())) for p in [ROOT / "README.md", *DOCS.glob("*.md")]
    }
    for page, named in pages.items():
        unknown = named - set(_VARIABLE.findall(code + tests)) - fields
        assert not unknown, f"{page.name}: {unknown}"
    hidden = set(_VARIABLE.findall(code)) - fields - pages[DOCS / "configuration.md"]
    assert not hidden, f"not in docs/configuration.md: {hidden}"


def test_every_name_of_the_peano_library_is_in_the_table():
    library = (Path(leaneval.peano.__file__).parent / "Peano.lean").read_text()
    declared = re.findall(r"^(?:@\[reducible\] )?(?:opaque|def|inductive) (\w+)", library, re.M)
    type_names = {"Nat", "ℕ"}
    said = set(re.findall(r"`(\w+)`", (DOCS / "peano.md").read_text().split("## The library")[1]
                          .partition("\n\n`sub` is")[0]))  # fmt: skip
    assert said - {"Nat"} == set(declared) - type_names


def test_every_recipe_is_in_the_table():
    assert cells(DOCS / "recipes.md", "| recipe |") == set(shipped())


def test_the_sizes_of_benchmarks_and_gate():
    text = (ROOT / "packages/leaneval/README.md").read_text()
    sizes = {name: kind.size for name, kind in _BENCHMARKS.items()}
    assert f"{sizes['gaokao_formal']}, Gaokao-Formal" in text
    assert f"{sizes['putnambench']}, PutnamBench" in text
    assert f"{sizes['proofnet_sharp']}, ProofNet#" in text
    assert f"{len(peano_problems())} of elementary number theory" in text
    assert f"a gate of {len(RULES)} named rules" in text


def test_what_is_counted_of_the_study_follows_from_its_recipe():
    recipe = tomllib.loads((ROOT / "recipes/qwen3-8b-paper.toml").read_text())
    text = (DOCS / "reproduce.md").read_text()
    grpo, launch = recipe["grpo"], recipe["launch"]
    rollouts = recipe["rl_size"] * grpo["num_generations"]
    batches = rollouts // grpo["generation_batch_size"]
    a_step = (
        grpo["per_device_train_batch_size"] * grpo["gradient_accumulation_steps"]
        * launch["processes"]
    )  # fmt: skip
    trained = 1 + len(recipe["overlaps"])
    evaluated = (_BENCHMARKS["gaokao_formal"].size + _BENCHMARKS["putnambench"].size) * 8
    for number in (rollouts, batches, rollouts // a_step, evaluated, trained * rollouts):
        assert f"{number:,}" in text, number
    assert f"{(2 + trained) * evaluated:,}" in text
    rates = recipe["rates"]
    for kind in ("sft", "grpo"):
        said = f"{rates['kept'][kind]:.0f} GB, {rates['gigabytes'][kind]:.0f} GB meanwhile"
        assert said in text, kind


def test_the_disk_that_the_study_needs_is_what_a_dry_run_says(tmp_path):
    asked = load_recipe("qwen3-8b-paper")
    disk = look(asked, plan(asked), tmp_path)
    found = disk.rates.disk(disk.pending)
    said = f"{found.kept:.3g} GB in the end, {found.most:.3g} GB at most"
    assert said in (DOCS / "reproduce.md").read_text()


def test_answers_are_injected_as_the_page_shows():
    page = DOCS / "splits.md"
    assert cells(page, "| `reason` | means |") == set(REASONS)
    table = page.read_text().partition("| prompt | Lean | appended |\n|---|---|---|\n")[2]
    rows = [row.strip("|").split("|") for row in table.partition("\n\n")[0].splitlines()]
    assert len(rows) >= 6
    for prompt, target, appended in rows:
        found = inject(prompt.strip(), target.strip(" `") + " := by sorry")
        assert found.prompt.removeprefix(prompt.strip()).strip() == appended.strip(), prompt

"""Recipes: the shipped ones, what is refused, and that a resolved recipe makes itself again."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossfade_train.errors import UsageError
from crossfade_train.recipe import load_recipe, names, parse_overrides, resolved, shipped
from crossfade_train.recipe._toml import dumps

ALL = sorted(shipped())
LINKS = Path(__file__).parents[4] / "recipes"
PAPER_SFT = {
    "max_length": 4096,
    "packing": True,
    "per_device_train_batch_size": 2,
    "num_train_epochs": 2,
    "optim": "adamw_torch_fused",
    "lr_scheduler_type": "cosine",
    "learning_rate": 2e-5,
    "warmup_steps": 0.1,
    "bf16": True,
    "tf32": True,
}
PAPER_GRPO = {
    "num_generations": 8,
    "generation_batch_size": 64 * 8,
    "max_completion_length": 16384,
    "temperature": 1.0,
    "num_train_epochs": 1,
    "beta": 0.01,
    "use_bias_correction_kl": False,
    "entropy_coef": 0.001,
    "epsilon": 0.2,
    "epsilon_high": 0.28,
    "scale_rewards": "none",
    "learning_rate": 1e-6,
    "lr_scheduler_type": "constant",
    "weight_decay": 0.1,
    "adam_beta1": 0.9,
    "adam_beta2": 0.98,
}


def test_the_promised_recipes_are_shipped():
    assert ALL == [
        "peano",
        "peano-quick",
        "peano-study",
        "qwen3-8b-lora",
        "qwen3-8b-paper",
        "smollm2-135m",
        "smollm2-135m-lora",
    ]


@pytest.mark.parametrize("name", ALL)
def test_a_shipped_recipe_is_named_as_its_file_and_says_what_it_is(name: str):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.about


@pytest.mark.parametrize("name", ALL)
def test_a_resolved_recipe_is_the_recipe(name: str, tmp_path: Path):
    recipe = load_recipe(name)
    (tmp_path / "again.toml").write_text(resolved(recipe))
    assert load_recipe(str(tmp_path / "again.toml")) == recipe


@pytest.mark.parametrize("name", ALL)
def test_the_recipes_folder_holds_the_same_files(name: str):
    if not LINKS.is_dir():
        pytest.skip("not a source tree")
    assert (LINKS / f"{name}.toml").read_bytes() == shipped()[name].read_bytes()


def test_the_papers_settings_item_by_item():
    recipe = load_recipe("qwen3-8b-paper")
    assert {key: recipe.sft[key] for key in PAPER_SFT} == PAPER_SFT
    assert {key: recipe.grpo[key] for key in PAPER_GRPO} == PAPER_GRPO
    batch = recipe.grpo["per_device_train_batch_size"] * recipe.grpo["gradient_accumulation_steps"]
    assert batch * recipe.launch.processes == 128
    assert (recipe.sft_sizes, recipe.rl_size) == ((20_000,), 16_000)
    assert (recipe.launch.gpus, recipe.launch.vllm_gpus) == (4, 4)
    assert (recipe.evaluate.repeats, recipe.evaluate.temperature) == (8, 1.0)
    assert recipe.evaluate.tasks == ("gaokao_formal_dual", "putnambench_dual")
    assert recipe.sft["chat_template_kwargs"] == {"enable_thinking": False}


def test_the_study_in_miniature_has_the_grid_that_was_promised():
    recipe = load_recipe("peano-study")
    assert recipe.overlaps == (0, 0.1, 0.3, 0.5, 0.7, 1)
    assert len(recipe.seeds) == 5
    assert len(recipe.sft_sizes) == 2
    assert recipe.arms == ("sft", "distinct")
    assert recipe.evaluate.tasks == ("peano_dual_1000",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("grpo.lerning_rate=1", "[grpo] has no key 'lerning_rate'; did you mean 'learning_rate'?"),
        ("sft.epochs=1", "[sft] has no key 'epochs'"),
        ("lora.lora_alpa=1", "did you mean 'lora_alpha'?"),
        ("reward.cheker='embedded'", "[reward] has no key 'cheker'; did you mean 'checker'?"),
        ("evaluate.repeat=2", "did you mean 'repeats'?"),
        ("overlap=[0.5]", "did you mean 'overlaps'?"),
        ("data.splits.near_=1", "[data.splits] has no key 'near_'; did you mean 'near'?"),
        ("data.splits.overlap=[0]", "[data.splits] cannot set 'overlap': set overlaps instead"),
        ("sft.output_dir=x", "[sft] cannot set 'output_dir': the run decides"),
        ("grpo.seed=1", "the recipe's `seeds` decide it"),
        ("grpo.report_to=wandb", "set [metrics] report_to instead"),
        ("overlaps=[1.5]", "less than or equal to 1, got 1.5"),
        ("overlaps=[0.5, 0.5]", "lists a value twice"),
        ("rl_size=100000", "overlap 1 of rl_size 100000 needs 100000 of them"),
        ("model.make.layers=2", "either `base` or a [model.make] table, and not both"),
        ("conditions=['sft', 'dpo']", "got 'dpo'"),
    ],
)
def test_what_cannot_be_is_refused_with_the_rule_the_value_and_the_remedy(change: str, said: str):
    with pytest.raises(UsageError) as caught:
        load_recipe("peano", parse_overrides([change]))
    assert said in str(caught.value)


def test_a_misspelt_recipe_is_told_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'peano-quick'"):
        load_recipe("peano-quik")


def test_a_broken_file_names_the_line(tmp_path: Path):
    (tmp_path / "x.toml").write_text("name = \n")
    with pytest.raises(UsageError, match=r"UTF-8 TOML: .*line 1"):
        load_recipe(str(tmp_path / "x.toml"))


def test_overrides_are_toml_and_bare_words():
    found = parse_overrides(["a.b=1e-4", "c=[1, 2]", "d=wandb", "e=true", "f='x=y'"])
    assert found == {"a.b": 1e-4, "c": [1, 2], "d": "wandb", "e": True, "f": "x=y"}


@pytest.mark.parametrize("text", ["grpo.learning_rate", "=3"])
def test_an_override_needs_key_and_value(text: str):
    with pytest.raises(UsageError, match="KEY=VALUE"):
        parse_overrides([text])


@pytest.mark.slow
def test_the_names_read_from_source_are_the_fields_of_the_real_classes():
    from dataclasses import fields

    from peft import LoraConfig
    from trl import GRPOConfig, SFTConfig

    ours = {"sft": {"chat_template_kwargs"}}
    for table, kind in (("sft", SFTConfig), ("grpo", GRPOConfig), ("lora", LoraConfig)):
        real = {f.name for f in fields(kind) if f.init and not f.name.startswith("_")}
        found = names(table)
        assert found is not None
        assert real - found == set(), f"{table}: real fields that we would refuse"
        assert found - real - ours.get(table, set()) == set() or table == "lora"


_SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
_KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
_DATA = st.dictionaries(
    _KEYS,
    st.recursive(
        _SCALARS | st.lists(_SCALARS, max_size=3),
        lambda inner: st.dictionaries(_KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=5,
)


@given(_DATA)
def test_toml_reads_back_what_was_written(data: dict):
    assert tomllib.loads(dumps(data)) == data


def test_toml_leaves_none_out_and_nests_tables_in_lists():
    text = dumps({"a": None, "pool": [{"path": "x", "adapter": None}], "t": {"u": {}}})
    assert tomllib.loads(text) == {"pool": [{"path": "x"}], "t": {"u": {}}}


def test_what_is_wrong_inside_a_list_is_said_once():
    with pytest.raises(UsageError) as refused:
        load_recipe("peano", {"overlaps": [2.0]})
    said = str(refused.value)
    assert said.endswith("overlaps.0: Input should be less than or equal to 1, got 2.0.")

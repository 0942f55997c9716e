"""The GRPO stage with real Lean: a kill changes nothing, an outage ends the run."""

import asyncio

import pytest

from crossfade_train.data import DataRef
from crossfade_train.errors import StopLossError, UsageError
from crossfade_train.grpo import train_grpo
from crossfade_train.recipe import RewardTable
from crossfade_train.run import MetricsLog, read_metrics
from leaneval.types import Verdict, VerdictKind

pytestmark = pytest.mark.lean

ARGUMENTS = {
    "per_device_train_batch_size": 8, "generation_batch_size": 16, "num_generations": 4,
    "max_completion_length": 32, "learning_rate": 1e-3, "beta": 0.01, "entropy_coef": 0.01,
    "num_train_epochs": 2, "scale_rewards": "none", "save_steps": 2,
}  # fmt: skip
REWARD = RewardTable(partial=0.5, cache="off", workers=1)


def run(out, model, rows, **changes):
    request = {
        "model": model, "data": DataRef(rows), "out": out, "arguments": ARGUMENTS, "seed": 3,
        "reward": REWARD, "log": MetricsLog(out / "metrics.jsonl"),
    }  # fmt: skip
    return train_grpo(**request | changes)


@pytest.fixture(scope="module")
def undisturbed(base, grpo_rows, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    run(out, base, grpo_rows)
    return out


def test_every_step_says_what_its_rewards_were(undisturbed):
    found = read_metrics(undisturbed / "metrics.jsonl")
    assert list(found) == [("grpo", step) for step in range(1, 9)]
    rollouts = [values for values in found.values() if "compile_rate" in values]
    assert len(rollouts) == 4, "two batches of rollouts an epoch, two steps each"
    for name in ("semantic_mean", "share_unavailable", "zero_spread_share", "reward",
                 "reward_wait_seconds", "frac_reward_zero_std", "kl", "entropy"):  # fmt: skip
        assert all(name in values for values in rollouts), name
    assert any(values["compile_rate"] > 0 for values in rollouts)
    assert all(values["share_unavailable"] == 0 for values in rollouts)


@pytest.mark.parametrize("step", [4, 7])
def test_killed_and_resumed_is_undisturbed(
    undisturbed, base, grpo_rows, tmp_path, killed_at, bitwise, step
):
    """Between two epochs, where nothing is under way, and amid rollouts of the second one."""
    log = MetricsLog(tmp_path / "metrics.jsonl")
    with pytest.raises(killed_at(log, step)):
        run(tmp_path, base, grpo_rows, log=log)
    assert not (tmp_path / "model").exists()
    assert bitwise(run(tmp_path, base, grpo_rows), undisturbed / "model")
    names = ("reward", "compile_rate", "kl", "loss")
    found = [
        {key: [values.get(name) for name in names] for key, values in read.items()}
        for out in (tmp_path, undisturbed)
        for read in [read_metrics(out / "metrics.jsonl")]
    ]
    assert found[0] == found[1]


def test_with_trls_own_generation_as_on_a_gpu(base, grpo_rows, tmp_path):
    """Nothing is begun ahead: all rewards are asked for at once, on rollouts of two steps."""
    arguments = ARGUMENTS | {"max_steps": 2, "top_p": 0.98}
    assert (run(tmp_path, base, grpo_rows, arguments=arguments) / "model.safetensors").is_file()
    first, second = read_metrics(tmp_path / "metrics.jsonl").values()
    assert {"compile_rate", "reward_wait_seconds", "completions/mean_length"} <= first.keys()
    assert first["share_unavailable"] == 0
    assert "completions/mean_length" not in second, "rollouts are logged where they are made"


def test_lora_starts_from_a_plain_model_and_ends_in_one(base, grpo_rows, tmp_path):
    arguments = ARGUMENTS | {"max_steps": 2}
    lora = {"r": 4, "target_modules": ["q_proj", "v_proj"]}
    out = run(tmp_path, base, grpo_rows, arguments=arguments, lora=lora)
    assert (tmp_path / "adapter" / "adapter_config.json").is_file()
    assert (out / "model.safetensors").is_file()


def test_an_outage_ends_the_run_and_nothing_counts_as_done(base, grpo_rows, tmp_path, monkeypatch):
    from leaneval.checkers import PreludeChecker

    answer = PreludeChecker.check
    asked = 0

    async def failing(self, claim):
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        if asked > 20:
            return Verdict(VerdictKind.UNAVAILABLE)
        return await answer(self, claim)

    monkeypatch.setattr(PreludeChecker, "check", failing)
    monkeypatch.setattr("crossfade_train.reward._dual.SECOND_TRY_PAUSE", 0.01)
    with pytest.raises(StopLossError, match="goes on from the last checkpoint"):
        run(tmp_path, base, grpo_rows)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"save_steps": 3}, "multiple of 2.*got 3; take 4"),
        ({"ddp_timeout": 60}, "deadline must lie below"),
        ({"generation_batch_size": 400, "save_steps": 50}, "100 prompts.*got 8 rows"),
        ({"num_generation": 8}, "did you mean 'num_generations'"),
        ({"num_generations": 3}, r"\[grpo\]: generation_batch_size"),
    ],
)
def test_bad_arguments_are_refused(base, grpo_rows, tmp_path, arguments, said):
    with pytest.raises(UsageError, match=said):
        run(tmp_path, base, grpo_rows, arguments=ARGUMENTS | arguments)

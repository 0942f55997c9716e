"""The SFT stage: a kill changes nothing, and bad requests are refused early."""

import gc
import json
import shutil

import pytest
import torch

from crossfade_train.data import DataRef
from crossfade_train.errors import DataError, UsageError
from crossfade_train.run import MetricsLog, read_metrics
from crossfade_train.sft import train_sft

ARGUMENTS = {
    "num_train_epochs": 3, "per_device_train_batch_size": 8, "learning_rate": 1e-3, "save_steps": 2,
}  # fmt: skip


def run(out, model, rows, **changes):
    request = {
        "model": model, "data": DataRef(rows), "out": out, "arguments": ARGUMENTS, "seed": 3,
        "log": MetricsLog(out / "metrics.jsonl"),
    }  # fmt: skip
    return train_sft(**request | changes)


@pytest.fixture(scope="module")
def undisturbed(tiny, sft_rows, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    run(out, tiny, sft_rows)
    return out


def test_the_folder_holds_a_model_and_every_step(undisturbed):
    names = {path.name for path in (undisturbed / "model").iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= names
    assert "training_args.bin" not in names
    assert not (undisturbed / ".model-partial").exists()
    found = read_metrics(undisturbed / "metrics.jsonl")
    assert list(found) == [("sft", step) for step in range(1, 10)]
    assert found["sft", 9]["progress"] == 1
    assert found["sft", 9]["loss"] < found["sft", 1]["loss"]


@pytest.mark.parametrize("step", [3, 5, 9])
def test_killed_and_resumed_is_undisturbed(
    undisturbed, tiny, sft_rows, tmp_path, killed_at, bitwise, step
):
    """In the first epoch, between two checkpoints of the second, after the last step."""
    log = MetricsLog(tmp_path / "metrics.jsonl")
    with pytest.raises(killed_at(log, step)):
        run(tmp_path, tiny, sft_rows, log=log)
    assert not (tmp_path / "model").exists()
    assert bitwise(run(tmp_path, tiny, sft_rows), undisturbed / "model")
    losses = [
        {key: values["loss"] for key, values in read_metrics(out / "metrics.jsonl").items()}
        for out in (tmp_path, undisturbed)
    ]
    assert losses[0] == losses[1]


def test_a_half_written_checkpoint_is_not_trusted(
    undisturbed, tiny, sft_rows, tmp_path, killed_at, bitwise
):
    log = MetricsLog(tmp_path / "metrics.jsonl")
    with pytest.raises(killed_at(log, 5)):
        run(tmp_path, tiny, sft_rows, log=log)
    half = tmp_path / "checkpoints" / "checkpoint-6"
    half.mkdir()
    (half / "trainer_state.json").write_text(json.dumps({"global_step": 6}))
    assert bitwise(run(tmp_path, tiny, sft_rows), undisturbed / "model")


def parameters():
    """Weights that anything still holds."""
    gc.collect()
    return sum(issubclass(type(found), torch.nn.Parameter) for found in gc.get_objects())


def test_nothing_of_a_training_is_held_once_it_is_done(tiny, sft_rows, tmp_path):
    """What comes next may have a process of its own, and ask for the same GPU."""
    before = parameters()
    run(tmp_path, tiny, sft_rows, arguments=ARGUMENTS | {"max_steps": 1})
    assert parameters() == before


def test_another_seed_gives_another_model(undisturbed, tiny, sft_rows, tmp_path, bitwise):
    assert not bitwise(run(tmp_path, tiny, sft_rows, seed=4), undisturbed / "model")


def test_what_is_done_is_not_done_again(undisturbed, tiny, sft_rows):
    before = (undisturbed / "metrics.jsonl").read_bytes()
    assert run(undisturbed, tiny, sft_rows) == undisturbed / "model"
    assert (undisturbed / "metrics.jsonl").read_bytes() == before


def test_checkpoints_of_another_request_are_refused(tiny, sft_rows, tmp_path, killed_at):
    log = MetricsLog(tmp_path / "metrics.jsonl")
    with pytest.raises(killed_at(log, 5)):
        run(tmp_path, tiny, sft_rows, log=log)
    with pytest.raises(UsageError, match="other seed"):
        run(tmp_path, tiny, sft_rows, seed=4)
    run(tmp_path, tiny, sft_rows, seed=4, resume=False)


def test_what_is_done_can_be_done_again_from_the_beginning(tiny, sft_rows, tmp_path, bitwise):
    few = ARGUMENTS | {"max_steps": 2}
    run(tmp_path, tiny, sft_rows, arguments=few)
    again = run(tmp_path, tiny, sft_rows, arguments=few, seed=4, resume=False)
    assert bitwise(again, run(tmp_path / "other", tiny, sft_rows, arguments=few, seed=4))


def test_where_metrics_go_may_change_amid_a_training(
    undisturbed, tiny, sft_rows, tmp_path, killed_at, bitwise
):
    log = MetricsLog(tmp_path / "metrics.jsonl")
    with pytest.raises(killed_at(log, 5)):
        run(tmp_path, tiny, sft_rows, log=log)
    named = ARGUMENTS | {"run_name": "x", "report_to": []}
    assert bitwise(run(tmp_path, tiny, sft_rows, arguments=named), undisturbed / "model")
    lines = [json.loads(line) for line in log.path.read_text().splitlines()]
    steps = [line["step"] for line in lines if "loss" in line["values"]]
    assert steps == [1, 2, 3, 4, 5, *range(5, 10)], "again from the checkpoint of step 4"


def test_a_process_trains_on_one_gpu_however_many_it_sees(tmp_path):
    from functools import cached_property

    import torch
    from trl import SFTConfig

    from crossfade_train._trl import configuration

    class Many(SFTConfig):
        @cached_property
        def _setup_devices(self):
            self._n_gpu = 8
            return torch.device("cpu")

    made = configuration(Many, "sft", {"per_device_train_batch_size": 3}, out=tmp_path, seed=1)
    assert (made.n_gpu, made.train_batch_size) == (1, 3)


def test_lora_leaves_an_adapter_and_a_plain_model(tiny, sft_rows, tmp_path, bitwise):
    from pathlib import Path

    from transformers import AutoModelForCausalLM

    lora = {"r": 4, "target_modules": ["q_proj", "v_proj"]}
    out = run(tmp_path, tiny, sft_rows, lora=lora)
    assert (tmp_path / "adapter" / "adapter_model.safetensors").is_file()
    assert not (out / "adapter_config.json").exists()
    assert not bitwise(out, Path(tiny))
    AutoModelForCausalLM.from_pretrained(out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"learning_rat": 1}, "did you mean 'learning_rate'"),
        ({"output_dir": "x"}, "the run decides"),
        ({"seed": 1}, "pass it as `seed`"),
        ({"packing_strategy": "best", "packing": True}, r"\[sft\]"),
    ],
)
def test_bad_arguments_are_refused(tiny, sft_rows, tmp_path, arguments, said):
    with pytest.raises((UsageError, DataError), match=said):
        run(tmp_path, tiny, sft_rows, arguments=arguments)


def test_a_wrong_lora_name_is_refused(tiny, sft_rows, tmp_path):
    with pytest.raises(UsageError, match="did you mean 'lora_alpha'"):
        run(tmp_path, tiny, sft_rows, lora={"lora_alpa": 4})


def test_the_chat_template_gets_its_arguments(tiny, sft_rows, tmp_path):
    """A template that writes each message twice when asked to: as many more tokens to learn."""
    from transformers import AutoTokenizer

    model = shutil.copytree(tiny, tmp_path / "tiny")
    tokenizer = AutoTokenizer.from_pretrained(model)
    once = tokenizer.chat_template
    twice = once.replace("message['content']", "message['content'] + ' ' + message['content']")
    tokenizer.chat_template = "{% if twice %}" + twice + "{% else %}" + once + "{% endif %}"
    tokenizer.save_pretrained(model)
    seen = {}
    for asked in ({"twice": True}, {"twice": False}, None):
        out = tmp_path / str(asked)
        more = {} if asked is None else {"chat_template_kwargs": asked}
        run(out, str(model), sft_rows, arguments={**ARGUMENTS, "max_steps": 1, **more})
        seen[str(asked)] = read_metrics(out / "metrics.jsonl")["sft", 1]["num_tokens"]
    usual = seen["None"]
    assert seen["{'twice': False}"] == usual
    assert seen["{'twice': True}"] > 1.5 * usual

"""Models of the harness' own kinds: a tiny transformer made here, and two data-parallel ranks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from lm_eval import simple_evaluate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.lean]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer GPT-2 with random weights and a byte-level tokenizer of its own."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<end>"], initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator(["theorem x (a b : Nat) : Eq a b := by sorry"], trainer)
    folder = tmp_path_factory.mktemp("model")
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<end>", pad_token="<end>"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=tokenizer.get_vocab_size(), n_positions=256, n_embd=32, n_layer=2, n_head=2,
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    transformers.GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def test_a_real_transformer_is_sampled_and_scored(
    manager: Callable[..., Any], own_task: Callable[..., str], tiny_model: Path
) -> None:
    found = simple_evaluate(
        "hf",
        model_args={"pretrained": str(tiny_model), "dtype": "float32"},
        device="cpu",
        tasks=["mine"],
        task_manager=manager(own_task(judge="defeq"), repeats=4),
        gen_kwargs={"max_gen_toks": 24},
        bootstrap_iters=2,
    )
    sample = found["samples"]["mine"][0]
    assert len(set(sample["resps"][0])) == 4, "sampled, not replayed"
    assert found["results"]["mine"]["C@1,dual"] == 0.0
    assert found["results"]["mine"]["verdict_coverage,dual"] == 1.0
    assert found["configs"]["mine"]["metadata"]["leaneval"]["rollouts"] == 8


RANK = """
import json, sys
import torch.distributed as distributed
from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

GOLD = "```lean4\\ntheorem x (a b : Nat) : Eq (add a b) (add b a) := by sorry\\n```"

class Ranked(LM):
    def __init__(self):
        super().__init__()
        self._rank, self._world_size = distributed.get_rank(), distributed.get_world_size()
    device = "cpu"
    def generate_until(self, requests, disable_tqdm=False):
        return [GOLD if i % 2 == 0 else "nothing" for i, _ in enumerate(requests)]
    def loglikelihood(self, requests, disable_tqdm=False):
        raise NotImplementedError
    loglikelihood_rolling = loglikelihood
    def all_gather(self, tensor):
        parts = [tensor.clone() for _ in range(self.world_size)]
        distributed.all_gather(parts, tensor)
        import torch
        return torch.stack(parts)
    def gather_object(self, value, dst=0):
        parts = [None] * self.world_size if self.rank == dst else None
        distributed.gather_object(value, parts, dst=dst)
        return parts
    def barrier(self):
        distributed.barrier()

def main():
    distributed.init_process_group("gloo")
    metadata = {"repeats": 4, "k": [1, 2, 4]}
    tasks = TaskManager(include_defaults=False, include_path=sys.argv[1], metadata=metadata)
    found = simple_evaluate(Ranked(), tasks=["mine"], task_manager=tasks, bootstrap_iters=2)
    if found is not None:
        rows = [len(s["filtered_resps"][0]) for s in found["samples"]["mine"]]
        facts = found["configs"]["mine"]["metadata"]["leaneval"]
        json.dump([found["results"]["mine"], rows, facts], open(sys.argv[2], "w"))
    distributed.destroy_process_group()

if __name__ == "__main__":
    main()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_two_ranks_give_one_result(
    own_task: Callable[..., str], problems: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Three problems on two ranks: the second rank is padded, and its facts are not lost."""
    third = problems[0] | {"id": "again"}
    folder = own_task([*problems, third], judge="defeq")
    script, out = tmp_path / "rank.py", tmp_path / "out.json"
    script.write_text(RANK, encoding="utf-8")
    shared = {
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()),
        "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2",
    }  # fmt: skip
    ranks = [
        subprocess.Popen(
            [sys.executable, str(script), folder, str(out)],
            env=os.environ | shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stderr=subprocess.PIPE, text=True,
        )
        for rank in range(2)
    ]  # fmt: skip
    for process in ranks:
        _, complaint = process.communicate(timeout=280)
        assert process.returncode == 0, complaint
    result, rows, facts = json.loads(out.read_text())
    assert rows == [4, 4, 4], "padding is cut"
    assert (facts["ranks"], facts["rollouts"]) == (2, 12)
    assert facts["verdicts"]["compiles"] == 6
    assert result["C@1,dual"] == pytest.approx(0.5)
    assert result["S@1,dual"] == pytest.approx(0.5 * 2 / 3)

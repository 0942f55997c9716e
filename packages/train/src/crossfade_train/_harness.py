"""lm-eval's model, with each batch drawn from a generator of its own.

Invariant: apart from the random numbers, what lm-eval's own classes do is what is done. Out of
scope: models behind an API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from lm_eval.api.registry import get_model
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

from leaneval.tasks import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lm_eval.api.model import LM

    from crossfade_train.recipe import EvaluateTable


class RepeatableHFLM(HFLM):  # type: ignore[misc]
    """lm-eval's `hf` model; its nth batch begins in a random state of `seed` and n alone.

    Args:
        seed: Of the generation.
        tell: Told the share of the requests that are answered, after every batch.
    """

    def __init__(self, *, seed: int, tell: Callable[[float], None], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._seed = seed
        self._tell = tell
        self._batches = self._asked = self._answered = 0

    def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
        """As lm-eval's."""
        self._asked += len(requests)
        found: list[str] = super().generate_until(requests, disable_tqdm=disable_tqdm)
        return found

    def _model_generate(
        self, context: torch.Tensor, max_length: int, stop: list[str], **kwargs: Any
    ) -> torch.Tensor:
        torch.manual_seed(self._seed * 1_000_003 + self._batches)
        self._batches += 1
        if self._ends_by_token():
            # The harness' own test decodes every sequence at every step, for what the end token
            # does by itself; on a small model that is a third of the time.
            stop = [text for text in stop if text != self.tokenizer.eos_token]
        drawn: torch.Tensor = super()._model_generate(context, max_length, stop, **kwargs)
        self._answered += len(context)
        if self._asked:  # the harness also generates to find a batch size
            self._tell(min(1.0, self._answered / self._asked))
        return drawn

    def _ends_by_token(self) -> bool:
        ends = self.model.generation_config.eos_token_id
        return self.tokenizer.eos_token_id in (ends if isinstance(ends, list) else [ends])


def model_of(model: str, table: EvaluateTable, seed: int, tell: Callable[[float], None]) -> LM:
    """The harness' model for a folder or hub id; `tell` hears of progress where it is ours."""
    arguments = {"pretrained": model, "batch_size": table.batch_size, **table.model_args}
    if table.backend == "hf":
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return RepeatableHFLM(seed=seed, tell=tell, **({"device": device} | arguments))
    return get_model(table.backend)(**({"seed": seed} | arguments))


def tasks_of(names: Iterable[str], metadata: Mapping[str, Any]) -> TaskManager:
    """The harness' tasks, told leaneval's settings; leaneval's alone where no other is named.

    The harness reads the descriptions of all its own tasks, some 15,000, to find one by its name:
    longer than a small model's evaluation takes.
    """
    own = TaskManager(include_path=FOLDER, include_defaults=False, metadata=dict(metadata))
    if own.task_index.keys() >= set(names):
        return own
    return TaskManager(metadata=dict(metadata))

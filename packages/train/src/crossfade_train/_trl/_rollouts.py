"""Rollouts of a small model on a CPU: TRL's `rollout_func`, several times cheaper than `generate`.

On a CPU `generate` spends its time around the model, not in it: every prompt is read once for each
of its completions, finished rows are carried to the end, the cache is copied at every token. Here
a prompt is read once, the cache is written in place, and rows that have ended are let go. The
distribution is the same, softmax(logits / temperature) token by token, and nothing else: a run that
asks for more (top-k, top-p, penalties, vLLM, a GPU, a sliding window) gets TRL's own generation.

Invariant: what is drawn follows from torch's generator and the batch alone. Out of scope: log
probabilities (TRL computes its own).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from transformers.cache_utils import Cache, DynamicLayer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import Tensor

_SHRINK = 0.75
"""Rows are let go once this share or less is still alive; each time costs a copy of the cache."""
EARLY = 0.4
"""Share of rows alive at which the finished ones are handed on, so that checking begins."""
_PLAIN: dict[str, tuple[Any, ...]] = {
    "top_k": (0, None),
    "top_p": (1.0, None),
    "min_p": (0.0, None),
    "repetition_penalty": (1.0, None),
    "generation_kwargs": (None, {}),
    "use_vllm": (False,),
    "use_transformers_continuous_batching": (False,),
    "use_cpu": (True,),
}

Finished = list[tuple[dict[str, Any], str]]
"""Rows of the data set, with a completion's text each."""


def can_sample(arguments: Any, model_config: Any) -> bool:
    """Whether `Rollouts` draws what TRL would, by a `GRPOConfig` and a model's configuration."""
    plain = all(getattr(arguments, name) in values for name, values in _PLAIN.items())
    kinds = set(getattr(model_config, "layer_types", None) or {"full_attention"})
    return plain and kinds == {"full_attention"} and not model_config.is_encoder_decoder


class Rollouts:
    """A `rollout_func` for `GRPOTrainer`.

    Args:
        rows: The data set, for `begin`.
        begin: Given the completions with their rows, so that checking begins before the trainer
            asks for rewards: once all are drawn, for TRL reads them with the reference model next.
        early: Share of rows alive at which those that have ended are given to `begin`, ahead of
            the others; 0: all at once, which costs one start of Lean less.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        begin: Callable[[Finished], None] | None = None,
        *,
        early: float = 0.0,
    ) -> None:
        self._begin = begin
        self._early = early
        self._rows = {_key(row["prompt"]): dict(row) for row in rows} if begin else {}

    def __call__(self, prompts: Sequence[Any], trainer: Any) -> dict[str, Any]:
        """Draw one completion for each entry of `prompts`; equal neighbours are read once."""
        starts = [i for i, p in enumerate(prompts) if i == 0 or p != prompts[i - 1]]
        counts = [b - a for a, b in zip(starts, [*starts[1:], len(prompts)], strict=True)]
        distinct = [prompts[i] for i in starts]
        tokenizer = trainer.processing_class
        read = _tokens(distinct, tokenizer, trainer.chat_template_kwargs)
        rows = [self._rows.get(_key(p)) for p in prompts] if self._begin else []

        def hand_on(found: list[tuple[int, list[int]]]) -> None:
            texts = tokenizer.batch_decode([ids for _, ids in found], skip_special_tokens=True)
            known = [(rows[i], t) for (i, _), t in zip(found, texts, strict=True)]
            assert self._begin is not None, "handed on only where somebody takes it"
            self._begin([(row, text) for row, text in known if row is not None])

        model = trainer.accelerator.unwrap_model(trainer.model_wrapped)
        training = model.training
        model.eval()  # no dropout, and no checkpointing that would switch the cache off
        drawn = sample(
            model,
            read,
            counts,
            most=trainer.max_completion_length,
            temperature=trainer.temperature,
            ends=trainer.eos_token_ids,
            pad=tokenizer.pad_token_id,
            finished=hand_on if self._begin and self._early else None,
            early=self._early,
        )
        model.train(training)
        if self._begin:
            hand_on(list(enumerate(drawn)))
        prompt_ids = [ids for ids, count in zip(read, counts, strict=True) for _ in range(count)]
        return {"prompt_ids": prompt_ids, "completion_ids": drawn, "logprobs": None}


def _key(prompt: Any) -> str:
    return prompt if isinstance(prompt, str) else json.dumps(prompt, sort_keys=True)


def _tokens(prompts: Sequence[Any], tokenizer: Any, template: Mapping[str, Any]) -> list[list[int]]:
    if isinstance(prompts[0], str):
        return [list(ids) for ids in tokenizer(text=list(prompts))["input_ids"]]
    found = tokenizer.apply_chat_template(
        list(prompts), add_generation_prompt=True, tokenize=True, return_dict=True, **template
    )
    return [list(ids) for ids in found["input_ids"]]


class _Layer(DynamicLayer):  # type: ignore[no-untyped-call]
    """Keys and values of one layer, written in place; `room` tokens fit behind the prompt."""

    def __init__(self, room: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._room = room
        self._length = 0

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Nothing to make before the prompt is there."""
        self.dtype, self.device = key_states.dtype, key_states.device
        self.is_initialized = True

    def update(
        self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Add the states of new tokens; all states so far."""
        if not self._length:
            self.lazy_initialization(key_states, value_states)
            self._all = [key_states, value_states]
        end = self._length + key_states.shape[-2]
        if self._length:
            for buffer, states in zip(self._all, (key_states, value_states), strict=True):
                buffer[:, :, self._length : end] = states
        self._length = end
        self.keys, self.values = (buffer[:, :, :end] for buffer in self._all)
        return self.keys, self.values

    def get_seq_length(self) -> int:
        """Tokens held."""
        return self._length

    def spread(self, rows: Tensor) -> None:
        """After the prompts: one row for each completion, with room for it."""
        spread = []
        for states in self._all:
            _, heads, _, size = states.shape
            buffer = states.new_empty((len(rows), heads, self._length + self._room, size))
            buffer[:, :, : self._length] = states[rows]
            spread.append(buffer)
        self._all = spread

    def keep(self, rows: Tensor) -> None:
        """Let go of all rows but these."""
        self._all = [states[rows] for states in self._all]


@torch.no_grad()  # type: ignore[untyped-decorator]
def sample(
    model: Any,
    prompts: Sequence[Sequence[int]],
    counts: Sequence[int],
    *,
    most: int,
    temperature: float,
    ends: Sequence[int],
    pad: int,
    finished: Callable[[list[tuple[int, list[int]]]], None] | None = None,
    early: float = EARLY,
) -> list[list[int]]:
    """Completions by plain sampling.

    Args:
        model: A causal language model with full attention, on a CPU.
        prompts: Token ids of each distinct prompt.
        counts: Completions of each.
        most: Tokens of a completion, at most.
        temperature: Above 0.
        ends: Tokens that end a completion; the one drawn is part of it.
        pad: Fills shorter prompts up; masked.
        finished: Called at most once before the end, with (index, token ids) of the completions
            that have ended by then.
        early: When: once this share or less is alive.

    Returns:
        Token ids, one list a completion, in the order of the prompts.
    """
    batch = _Batch(model, prompts, counts, most=most, pad=pad)
    stops = torch.tensor(list(ends))
    for step in range(most):
        drawn = torch.multinomial(torch.softmax(batch.logits / temperature, dim=-1), 1)[:, 0]
        batch.take(step, drawn, torch.isin(drawn, stops))
        left = int(batch.alive.sum())
        if not left or step == most - 1:
            break
        if finished is not None and left <= early * len(batch.tokens):
            finished(batch.completions(ended=True))
            finished = None
        batch.advance(drawn, step, left)
    return [ids for _, ids in batch.completions(ended=False)]


class _Batch:
    """The completions under way.

    Attributes:
        logits: Of the next token, shape (alive rows or more, vocabulary), float32.
        alive: Which of these rows have not ended.
        tokens: What was drawn, shape (completions, most); -1 where nothing was.
    """

    def __init__(
        self,
        model: Any,
        prompts: Sequence[Sequence[int]],
        counts: Sequence[int],
        *,
        most: int,
        pad: int,
    ) -> None:
        width = max(map(len, prompts))
        ids = torch.tensor([[pad] * (width - len(p)) + list(p) for p in prompts])
        lengths = torch.tensor([len(p) for p in prompts])
        mask = torch.arange(width) >= (width - lengths)[:, None]
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        self._model, self._width = model, width
        self._layers = [_Layer(most) for _ in range(model.config.num_hidden_layers)]
        self._cache = Cache(layers=[*self._layers])
        seen = self._forward(ids, mask.long(), places)
        rows = torch.arange(len(prompts)).repeat_interleave(torch.tensor(list(counts)))
        for layer in self._layers:
            layer.spread(rows)
        self.logits = seen[rows]
        self.alive = torch.ones(len(rows), dtype=torch.bool)
        self.tokens = torch.full((len(rows), most), -1)
        self._rows = torch.arange(len(rows))
        self._place = lengths[rows]
        self._seen = torch.ones((len(rows), 1, 1, width + most), dtype=torch.bool)
        self._seen[:, 0, 0, :width] = mask[rows]

    def take(self, step: int, drawn: Tensor, ended: Tensor) -> None:
        """Note the tokens drawn for the rows that are alive."""
        self.tokens[self._rows[self.alive], step] = drawn[self.alive]
        self.alive = self.alive & ~ended

    def advance(self, drawn: Tensor, step: int, left: int) -> None:
        """Read the tokens drawn; rows that have ended are let go once they are many."""
        if left <= _SHRINK * len(self.alive):
            kept = self.alive.nonzero()[:, 0]
            drawn, self._rows, self._place = drawn[kept], self._rows[kept], self._place[kept]
            self._seen, self.alive = self._seen[kept], self.alive[kept]
            for layer in self._layers:
                layer.keep(kept)
        end = self._width + step + 1
        self.logits = self._forward(drawn[:, None], self._seen[..., :end], self._place[:, None])
        self._place = self._place + 1

    def completions(self, *, ended: bool) -> list[tuple[int, list[int]]]:
        """(index, token ids), of those that have ended or of all."""
        under_way = set(self._rows[self.alive].tolist()) if ended else set()
        return [
            (index, [token for token in ids if token >= 0])
            for index, ids in enumerate(self.tokens.tolist())
            if index not in under_way
        ]

    def _forward(self, ids: Tensor, mask: Tensor, places: Tensor) -> Tensor:
        seen = self._model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=places,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits: Tensor = seen.logits[:, -1].float()
        return logits

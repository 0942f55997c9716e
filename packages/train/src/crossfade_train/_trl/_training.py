"""What an SFT stage and a GRPO stage have in common: from its arguments to `out/model`.

Invariant: what is trained is decided by the request alone, and checkpoints of another request are
refused before a model is loaded. Out of scope: data, and what is particular to a trainer.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from crossfade_train._trl._arguments import configuration, explained, quiet
from crossfade_train._trl._callbacks import Metrics
from crossfade_train._trl._checkpoints import Checkpoints
from crossfade_train._trl._finish import finish, peft_config

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crossfade_train.data import DataRef
    from crossfade_train.run import MetricsLog

_NO_NUMBERS = frozenset({"report_to", "run_name"})
"""Arguments that may be others when a training is resumed: they say where metrics go."""


@dataclass
class Training:
    """One stage's training. Make it before TRL is imported.

    Attributes:
        stage: `sft` or `grpo`.
        model: Start point: a local folder or a hub id.
        data: Its rows.
        out: Folder of the stage.
        arguments: TRL's own names.
        seed: Of everything.
        log: Where metrics go.
        lora: peft's own names; None: all parameters are trained.
        resume: Go on from the last whole checkpoint; otherwise they are removed.
        further: What else decides the stage's numbers, JSON-ready.
    """

    stage: str
    _: KW_ONLY
    model: str
    data: DataRef
    out: Path
    arguments: Mapping[str, Any]
    seed: int
    log: MetricsLog
    lora: Mapping[str, Any] | None
    resume: bool
    further: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        quiet()
        request = {
            "stage": self.stage,
            "model": self.model,
            "data": str(self.data),
            "seed": self.seed,
            "arguments": {k: v for k, v in self.arguments.items() if k not in _NO_NUMBERS},
            "lora": self.lora,
            **self.further,
        }
        self._checkpoints = Checkpoints(self.out, request)

    def configuration(self, kind: type[Any], given: Mapping[str, Any]) -> Any:
        """A `SFTConfig` or `GRPOConfig`; raises `UsageError` where a name or value cannot be."""
        return configuration(kind, self.stage, given, out=self._checkpoints.folder, seed=self.seed)

    def trainer(self, kind: type[Any], **given: Any) -> Any:
        """One of TRL's trainers, with metrics and checkpoints.

        Args:
            kind: The class.
            given: Its own arguments, beside the model and peft's configuration.

        Raises:
            UsageError: An argument cannot be, or there are checkpoints of another request.
            DataError: The start point cannot be read.
        """
        from transformers import PrinterCallback

        adapter = peft_config(self.lora)
        self._checkpoints.sweep(keep=self.resume)
        self._last = self._checkpoints.last()
        with explained(self.stage, self.model):
            trainer = kind(model=self.model, peft_config=adapter, **given)
        trainer.remove_callback(PrinterCallback)
        for callback in (Metrics(self.log, self.stage), self._checkpoints):
            trainer.add_callback(callback)
        return trainer

    def train(self, trainer: Any) -> None:
        """Train, from the last whole checkpoint where there is one."""
        trainer.train(resume_from_checkpoint=str(self._last) if self._last else None)

    def finish(self, trainer: Any) -> Path:
        """`out/model`, which appears whole or not at all."""
        return finish(trainer, self.out, base=self.model, lora=self.lora is not None)

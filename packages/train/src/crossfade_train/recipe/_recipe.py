"""A recipe: the file that fixes a whole run.

Invariant: everything that can change a number is in here, so a run can be made again from the
resolved recipe in its folder. TRL's, peft's and crossfade-splits' arguments stand under their own
names, in tables of their own.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from crossfade_train.recipe._stages import BaseTable, Count, EvaluateTable, RewardTable, Share
from crossfade_train.recipe._table import Table

Kind = Literal["base", "sft", "grpo", "sft+grpo"]
Arm = Literal["sft", "distinct"]


class ModelTable(Table):
    """Where training starts."""

    base: str | None = None
    """A shipped model (`peano-base`, `smollm2-135m`), a folder, or a hub id."""
    revision: str | None = None
    """Of a hub id."""
    make: BaseTable | None = None
    """Make the base in the run instead."""

    @model_validator(mode="after")
    def _one(self) -> ModelTable:
        if (self.base is None) == (self.make is None):
            raise ValueError("model needs either `base` or a [model.make] table, and not both")
        return self


class DataTable(Table):
    """Where problems come from."""

    pool: str | None = None
    """`peano`, a file or folder, or a hub id; absent where [[data.splits.pool]] lists sources."""
    count: Count = 8_000
    """Problems of a `peano` pool."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Of a `peano` pool. Each seed of the recipe makes its own draw from the pool."""
    splits: dict[str, Any] = Field(default_factory=dict)
    """crossfade-splits' own names: columns, stratify, near, decontaminate, quality, format, ..."""

    @model_validator(mode="after")
    def _one_pool(self) -> DataTable:
        if (self.pool is None) == ("pool" not in self.splits):
            raise ValueError(
                'data needs either `pool` (pool = "peano") or [[data.splits.pool]] sources, '
                "and not both"
            )
        return self


class LaunchTable(Table):
    """On what the training stages run."""

    processes: Count = 1
    """Processes of a training stage; several start through `accelerate launch`."""
    accelerate_config: str | None = None
    """A file of `accelerate config`, or the name of one shipped here: `fsdp2`, `ddp`. With it a
    single process starts through `accelerate launch` too."""
    cpus: Count = 1
    """CPU cores of a stage, for --ray."""
    gpus: Annotated[float, Field(ge=0)] = 0
    """GPUs of a training or evaluation stage: what --ray asks for, and without it this machine must
    have. A vLLM server's are in `vllm_gpus`."""
    vllm_command: str | None = None
    """Starts the generation server of a GRPO stage; `{model}` stands for the start point. None with
    `use_vllm` and `vllm_mode = "server"`: a server must already answer."""
    vllm_gpus: Annotated[int, Field(ge=0)] = 0
    """GPUs of that server, counted as `gpus` are."""
    vllm_devices: str | None = None
    """CUDA_VISIBLE_DEVICES of that server."""
    devices: str | None = None
    """CUDA_VISIBLE_DEVICES of the training processes."""
    keep_checkpoints: Annotated[int, Field(ge=0)] = 0
    """Training checkpoints kept once a stage is done; its final model always stays."""
    threads: Count | None = None
    """Threads of torch; none: torch's own choice. Resumed and undisturbed runs agree to the last
    bit only with the same number."""


class MetricsTable(Table):
    """Where metrics go besides the run folder."""

    report_to: tuple[Literal["trackio", "wandb", "tensorboard"], ...] = ()
    """Nothing leaves the machine unasked."""


class RatesTable(Table):
    """What was measured once, for `--dry-run`'s estimate; no influence on any number."""

    machine: str = ""
    """On what, and when."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """A stage kind's wall time: base, pool, splits, sft, grpo, evaluate."""
    gigabytes: dict[str, float] = Field(default_factory=dict)
    """A stage kind's largest use of the disk while it runs."""
    kept: dict[str, float] = Field(default_factory=dict)
    """Gigabytes of it that stay once the stage is done; all of it where a kind is not named."""


class Recipe(Table):
    """Everything a run needs."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    """Also the name of the run's folder."""
    about: str = ""
    """One line for `crossfade recipes`."""
    seeds: Annotated[tuple[Annotated[int, Field(ge=0, lt=2**31)], ...], Field(min_length=1)] = (1,)
    """Each is a draw of the data and a seed of the training."""
    overlaps: Annotated[tuple[Share, ...], Field(min_length=1)] = (0.0, 0.3, 1.0)
    """Shares of the GRPO prompts that are in the SFT set."""
    sft_sizes: Annotated[tuple[Count, ...], Field(min_length=1)]
    """SFT problems."""
    rl_size: Count
    """GRPO prompts."""
    arms: Annotated[tuple[Arm, ...], Field(min_length=1)] = ("sft",)
    """What overlap leaves unchanged: the SFT set, or the number of distinct problems."""
    conditions: Annotated[tuple[Kind, ...], Field(min_length=1)] = (
        "base", "sft", "grpo", "sft+grpo",
    )  # fmt: skip
    model: ModelTable
    data: DataTable
    sft: dict[str, Any] = Field(default_factory=dict)
    """TRL SFTConfig's own names."""
    grpo: dict[str, Any] = Field(default_factory=dict)
    """TRL GRPOConfig's own names."""
    lora: dict[str, Any] | None = None
    """peft LoraConfig's own names; absent: all parameters are trained."""
    reward: RewardTable = RewardTable()
    evaluate: EvaluateTable = EvaluateTable()
    launch: LaunchTable = LaunchTable()
    metrics: MetricsTable = MetricsTable()
    rates: RatesTable = RatesTable()

    @model_validator(mode="after")
    def _distinct_values(self) -> Recipe:
        for name in ("seeds", "overlaps", "sft_sizes", "arms", "conditions"):
            values = getattr(self, name)
            if len(set(values)) != len(values):
                raise ValueError(f"{name} lists a value twice: {list(values)}; name each once")
        return self

    @model_validator(mode="after")
    def _enough_shared(self) -> Recipe:
        needed, has = max(self.overlaps) * self.rl_size, min(self.sft_sizes)
        swaps = "sft" in self.arms and "sft+grpo" in self.conditions
        if swaps and needed >= has + 0.5:
            raise ValueError(
                f"shared problems come from the SFT set: overlap {max(self.overlaps):g} of rl_size "
                f"{self.rl_size} needs {needed:.0f} of them, the smallest of sft_sizes is {has}; "
                "lower rl_size or overlaps, or raise sft_sizes"
            )
        return self

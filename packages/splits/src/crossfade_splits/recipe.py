"""What is asked for: one frozen model, from flags or from a TOML file.

The resolved recipe goes into the manifest, so that a data set can be made again from its own
output. Unknown keys are refused. Paths are kept as they were given.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from crossfade_splits.errors import UsageError
from crossfade_splits.read import ADAPTERS

if TYPE_CHECKING:
    from pathlib import Path


_INNER = ("normal", "lean", "proxy")
"""What is worked out of every row under these names."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Model):
    """One input of the pool."""

    path: str
    """A JSONL, gzipped JSONL or Parquet file, or a hub id `owner/name`."""
    adapter: str | None = None
    """Columns and filters of a published corpus; see `crossfade_splits.read.ADAPTERS`."""
    name: str | None = None
    """Its rows' source, where no source column says it."""
    license: str | None = None
    """Its rows' licence, where no licence column says it."""

    @field_validator("adapter")
    @classmethod
    def _known(cls, adapter: str | None) -> str | None:
        if adapter is not None and adapter not in ADAPTERS:
            raise ValueError(f"an adapter is one of {', '.join(ADAPTERS)}, got {adapter!r}")
        return adapter


class Columns(_Model):
    """Names of the pool's columns."""

    prompt: str = "prompt"
    target: str | None = "target"
    """Null for a pool of prompts only."""
    id: str | None = "id"
    """Null to derive ids from the content."""
    source: str | None = "source"
    license: str | None = "license"
    topic: str | None = "topic"
    difficulty: str | None = None
    """A number, best the base model's pass rate; without it a proxy (see `design.proxy`)."""
    cluster: str | None = None
    """Cluster ids computed elsewhere (datatrove); rows that share one are one problem."""


class Near(_Model):
    """When two prompts are near-duplicates."""

    threshold: Annotated[float, Field(gt=0.3, le=1)] = 0.7
    """Jaccard similarity of character 5-grams of the normal forms."""
    numbers: bool = True
    """Whether their numbers must match as well."""
    target: Literal["lean", "none"] = "lean"
    """Whether the same normalised Lean target makes two problems one."""


class Decontaminate(_Model):
    """Which benchmarks must not be in the pool."""

    benchmarks: tuple[str, ...] = ()
    """Built-in names or files; a file may be followed by `:PROMPT_COLUMN`."""
    containment: Annotated[float, Field(gt=0.3, le=1)] = 0.8
    """Share of a benchmark prompt's windows that a contaminated row holds."""
    jaccard: Annotated[float, Field(gt=0.3, le=1)] = 0.6


class Quality(_Model):
    """What a row must be to stay in the pool."""

    min_chars: Annotated[int, Field(ge=0)] = 1
    max_chars: Annotated[int, Field(ge=1)] | None = None
    max_target_chars: Annotated[int, Field(ge=1)] | None = None
    lean_target: bool = False
    """Keep only rows whose target is a Lean declaration."""
    verdicts: str | None = None
    """A file of verdicts (`leaneval check --json`); only rows that compile stay."""


class Format(_Model):
    """How rows become messages."""

    system: str | None = None
    prompt: str = "{prompt}"
    completion: str = "{target}"

    @model_validator(mode="after")
    def _slots(self) -> Format:
        for name, text, slot in (
            ("prompt", self.prompt, "{prompt}"),
            ("completion", self.completion, "{target}"),
        ):
            if text.count(slot) != 1:
                raise ValueError(f"format.{name} must hold {slot} exactly once, got {text!r}")
        return self


class Recipe(_Model):
    """A complete request."""

    pool: Annotated[tuple[Source, ...], Field(min_length=1)]
    columns: Columns = Columns()
    sft: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    rl: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    overlap: Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Field(min_length=1)]
    hold: Literal["sft", "distinct"] = "sft"
    """What stays the same at every overlap: the SFT set, or the set of distinct problems."""
    draws: Annotated[int, Field(ge=1, le=1000)] = 1
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    stratify: tuple[str, ...] = ("source", "topic", "length", "difficulty")
    """Most important first; a cell too small to match gives up the last first."""
    mixture: dict[str, Annotated[float, Field(gt=0)]] = {}
    """Share of each source, in any unit; empty for the pool's own shares."""
    inject: bool = False
    """Append the answer of find-type problems to the prompt."""
    near: Near = Near()
    decontaminate: Decontaminate = Decontaminate()
    quality: Quality = Quality()
    format: Format = Format()

    @field_validator("stratify")
    @classmethod
    def _outer(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if taken := [name for name in names if name in _INNER]:
            raise ValueError(
                f"{taken[0]!r} is a name that the work on rows takes; rename the column"
            )
        return names

    @model_validator(mode="after")
    def _distinct_values(self) -> Recipe:
        for name in ("sft", "rl", "overlap", "stratify"):
            values = getattr(self, name)
            if len(set(values)) != len(values):
                raise ValueError(f"{name} lists a value twice: {values}; name each once")
        return self


def _explain(error: ValidationError) -> str:
    lines = []
    places = [item["loc"] for item in error.errors()]
    for item in error.errors():
        if any(place[: len(item["loc"])] == item["loc"] != place for place in places):
            continue  # It follows from what is wrong inside.
        where = ".".join(str(part) for part in item["loc"]) or "recipe"
        what = item["msg"].removeprefix("Value error, ")
        shown = "" if item["type"] == "value_error" else f", got {item['input']!r}"
        lines.append(f"{where}: {what}{shown}")
    return "; ".join(lines)


def parse_recipe(data: dict[str, Any]) -> Recipe:
    """Build a recipe from plain data.

    Raises:
        UsageError: a key is unknown or a value is outside its bounds.
    """
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        raise UsageError(
            f"The request is not valid: {_explain(error)}; mend the flag or the recipe."
        ) from None


def load_recipe(path: Path) -> dict[str, Any]:
    """Read a recipe file.

    Raises:
        UsageError: the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"A recipe must exist: {path} does not. Check the path.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"A recipe must be UTF-8 TOML: {path}: {error}.") from None

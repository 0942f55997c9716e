"""What a measurement is configured by, and the one precedence it is resolved in.

task YAML (`metadata: leaneval:`) < environment (`LEANEVAL_CHECKER`, ...) < `--metadata` of lm-eval
or the flags of `leaneval`. Keys and tokens come from the environment alone and are no part of this.
"""

from __future__ import annotations

import difflib
import json
import logging
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from leaneval.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger("lm_eval.leaneval")

ENVIRONMENT_PREFIX = "LEANEVAL_"


def _tuple_of_ints(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(int(part) for part in value.replace(",", " ").split())
    return (value,) if isinstance(value, int) else value


class Settings(BaseModel):
    """Resolved configuration of one measurement; written into the results file."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    checker: str = "embedded"
    """Checker spec: `embedded`, `lean[:PATH]`, `mathlib[:VERSION]`, `kimina:URL`, ..."""
    judge: str = "none"
    """Judge spec: `defeq`, `llm:MODEL`, `none`, ..."""
    protocol: Literal["strict", "study"] = "strict"
    """Which rules make the headline numbers; both compile rates are always reported."""
    repeats: int = Field(default=8, ge=1)
    """Rollouts a problem."""
    k: Annotated[tuple[int, ...], BeforeValidator(_tuple_of_ints)] = (1, 2, 4, 8)
    """The k of C@k and S@k; those above `repeats` are left out with a warning."""
    threshold: float = Field(default=0.7, ge=0, le=1)
    """Least score that counts as a semantic pass (the study's value)."""
    workers: int | None = Field(default=None, ge=1)
    """Lean processes at once; None: from cores and memory."""
    batch_size: int = Field(default=200, ge=1)
    """Statements a Lean file."""
    time_limit: float = Field(default=10.0, gt=0)
    """Seconds that one statement may take alone before its verdict is `timeout`."""
    preamble: str | None = None
    """Lean lines that REPL and server checkers import and open before a statement that brings no
    header of its own; None: Mathlib's. The embedded checker has its own."""
    repl: str | None = None
    """Folder of a built REPL to use instead of the one that lean-interact fetches and builds."""
    worker_memory: float | None = Field(default=None, gt=0)
    """GiB of resident memory at which a REPL worker is replaced; None: 8, 2 without Mathlib."""
    cage: bool = True
    """Whether Mathlib checkers must be caged; false lets them run where the system grants none."""
    vacuity: bool = True
    """Flag statements that compile and say nothing (contradictory hypotheses, a trivial conclusion,
    ...); a measurement does so, a training reward does not."""
    judge_concurrency: int = Field(default=32, ge=1)
    """LLM judge calls at once."""
    cache: str | None = None
    """Folder of the verdict and score caches; None: the user's cache folder; `off`: none."""
    preflight: bool = True
    """Try checker, judge and data before the model generates anything."""

    @model_validator(mode="after")
    def _k_fits(self) -> Settings:
        if not self.k or min(self.k) < 1:
            raise ValueError(f"k must be one or more positive integers, got {self.k}")
        return self

    @classmethod
    def resolve(
        cls,
        defaults: Mapping[str, Any],
        environment: Mapping[str, str],
        metadata: Mapping[str, Any],
    ) -> Settings:
        """Merge the three sources, the last one winning.

        Args:
            defaults: From the task's YAML; unknown keys are an error.
            environment: The process environment; only `LEANEVAL_<FIELD>` is read.
            metadata: From `--metadata`; lm-eval mixes the model's arguments in, so unknown keys
                are passed over, with a warning where one is nearly a field's name.

        Raises:
            UsageError: A value is out of range or a default is unknown.
        """
        names = cls.model_fields
        variables = {name: environment.get(ENVIRONMENT_PREFIX + name.upper()) for name in names}
        chosen = {
            **defaults,
            **{name: value for name, value in variables.items() if value},
            **{name: metadata[name] for name in names if name in metadata},
        }
        _warn_of_near_misses(metadata, names)
        try:
            return cls(**chosen)
        except ValidationError as error:
            raise UsageError(_explain(error)) from error

    def to_json(self) -> str:
        """The resolved configuration, as the results file holds it."""
        return json.dumps(self.model_dump(), sort_keys=True)


def _warn_of_near_misses(metadata: Mapping[str, Any], names: Mapping[str, Any]) -> None:
    for key in metadata:
        if key not in names and (near := difflib.get_close_matches(key, names, n=1, cutoff=0.8)):
            logger.warning("metadata key %r is not known to leaneval; did you mean %r?", key, *near)


def _explain(error: ValidationError) -> str:
    lines = [
        f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}, got {e['input']!r}"
        for e in error.errors()
    ]
    return (
        "; ".join(lines)
        + ". Set it by the task's YAML, the environment (LEANEVAL_<FIELD>) or --metadata."
    )

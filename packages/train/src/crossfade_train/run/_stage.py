"""Stages and what passes between them.

A stage is a piece of work with named inputs and named outputs (artefacts). Its key is the digest of
everything that can change its outputs: kind, table, seed, the digests of its inputs' contents, and
the code. Keys are known as soon as the stages before have ended; an input that was made again with
the same content changes nothing downstream.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crossfade_train.run._files import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

StageKind = Literal["base", "pool", "splits", "sft", "grpo", "evaluate"]
TRAINING = frozenset({"sft", "grpo"})
"""Kinds that leave a model, resume from checkpoints, and may have processes of their own."""


@dataclass(frozen=True, slots=True)
class Ref:
    """An output of another stage."""

    stage: str
    name: str


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something on disk (or on a hub) that a stage reads.

    Attributes:
        path: Absolute path, or a hub id.
        digest: Of its content; of a hub id, its name and revision.
        configuration: Which of a data set's configurations.
    """

    path: str
    digest: str
    configuration: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One piece of work.

    Attributes:
        name: Unique in a run, fit for a folder's name.
        kind: What is done.
        inputs: Role to where it comes from.
        table: Plain data that fixes what is done; part of the key.
        seed: Of the stage.
        extra: Plain data that cannot change a result (where metrics go, on what it runs).
    """

    name: str
    kind: StageKind
    inputs: Mapping[str, Ref | Artefact] = field(default_factory=dict)
    table: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs(self) -> set[str]:
        """Names of the stages that must have ended before."""
        return {ref.stage for ref in self.inputs.values() if isinstance(ref, Ref)}


@dataclass(frozen=True, slots=True)
class Request:
    """A stage with its inputs found: all that a worker on any machine needs.

    Attributes:
        key: Digest of what can change the outputs.
        code: Versions and source digests that went into the key.
    """

    name: str
    kind: StageKind
    key: str
    table: Mapping[str, Any]
    seed: int
    inputs: Mapping[str, Artefact]
    extra: Mapping[str, Any]
    code: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Plain data, as inputs.json holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Request:
        """What `to_json` gave."""
        inputs = {role: Artefact(**artefact) for role, artefact in data["inputs"].items()}
        return cls(**{**data, "inputs": inputs})

    def path(self, role: str) -> Path:
        """Where an input lies."""
        return Path(self.inputs[role].path)


def request(stage: Stage, inputs: Mapping[str, Artefact], code: Mapping[str, str]) -> Request:
    """A stage whose inputs are known."""
    hashed = {
        "kind": stage.kind,
        "table": stage.table,
        "seed": stage.seed,
        "inputs": {role: artefact.digest for role, artefact in inputs.items()},
    }
    return Request(
        name=stage.name,
        kind=stage.kind,
        key=digest_of({**hashed, "code": dict(code)}),
        table=stage.table,
        seed=stage.seed,
        inputs=dict(inputs),
        extra=stage.extra,
        code=dict(code),
    )

"""The argument names of TRL, peft and crossfade-splits, without importing torch.

A recipe passes these packages' arguments under their own names, so a wrong name must be found
before anything is started, and quickly: importing TRL takes a long time. The names are read from
the class bodies in the installed sources. Invariant (a test holds it): they are the fields of the
real classes. Out of scope: the values, which the classes check themselves when a stage begins.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import UsageError
from crossfade_train.recipe._table import unknown_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crossfade_train.recipe._recipe import Recipe

_TRAINING = (
    ("transformers", "training_args.py", "TrainingArguments"),
    ("trl", "trainer/base_config.py", "_BaseConfig"),
)
_CLASSES = {
    "sft": (*_TRAINING, ("trl", "trainer/sft_config.py", "SFTConfig")),
    "grpo": (*_TRAINING, ("trl", "trainer/grpo_config.py", "GRPOConfig")),
    "lora": (
        ("peft", "config.py", "PeftConfigMixin"),
        ("peft", "config.py", "PeftConfig"),
        ("peft", "tuners/lora/config.py", "LoraConfig"),
    ),
}
_ALSO = {"sft": frozenset({"chat_template_kwargs"})}
"""TRL takes it as a column of the data; `train_sft` puts it there."""
_OURS = {
    "output_dir": "the run decides where a stage writes",
    "seed": "the recipe's `seeds` decide it",
    "data_seed": "the recipe's `seeds` decide it",
    "report_to": "set [metrics] report_to instead",
    "resume_from_checkpoint": "a stage resumes by itself",
}
_SPLITS_OURS = {
    "sft": "set sft_sizes instead",
    "rl": "set rl_size instead",
    "overlap": "set overlaps instead",
    "hold": "set arms instead",
    "seed": "set seeds instead",
    "draws": "set seeds instead; each is a draw of its own",
}


@cache
def names(table: str) -> frozenset[str] | None:
    """The argument names that `[sft]`, `[grpo]` or `[lora]` may use.

    Returns:
        None where the package is not installed.
    """
    found: set[str] = set()
    for package, file, name in _CLASSES[table]:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            return None
        found |= _annotated(Path(spec.origin).parent / file, name)
    return frozenset(found | _ALSO.get(table, frozenset()))


def _annotated(file: Path, name: str) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    (body,) = (n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    found = {
        node.target.id
        for node in body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and "ClassVar" not in ast.unparse(node.annotation)
    }
    return {field for field in found if not field.startswith("_")}


def check_foreign(recipe: Recipe, source: str) -> None:
    """Refuse arguments that the packages do not have, and those that the run sets itself.

    Raises:
        UsageError: A key is unknown or not for the recipe to set.
    """
    for table, given in (("sft", recipe.sft), ("grpo", recipe.grpo), ("lora", recipe.lora or {})):
        _check(table, given, names(table), {} if table == "lora" else _OURS, source)
    from crossfade_splits.recipe import Recipe as Splits

    _check("data.splits", recipe.data.splits, Splits.model_fields, _SPLITS_OURS, source)


def _check(
    where: str,
    given: Mapping[str, Any],
    known: Iterable[str] | None,
    ours: Mapping[str, str],
    source: str,
) -> None:
    for key in given:
        if key in ours:
            raise UsageError(f"{source}: [{where}] cannot set {key!r}: {ours[key]}.")
        if known is not None and key not in known:
            raise UsageError(f"{source}: {unknown_key(where, key, set(known) - set(ours))}")

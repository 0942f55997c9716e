"""The lm-eval task that measures twice: does a rollout compile, and does it mean the problem.

All rollouts of a task are scored in one batch after generation (`apply_filters`), so that checker
and judge work at once; checker, judge and data are tried when the task is built, before anything is
generated. Invariant: `--predict_only` starts neither checker nor judge when it scores. A YAML file
names this class by `class: !function leaneval.tasks.dual.DualTask`; it may be a user's, and hold no
more than that, a name and a benchmark (docs/benchmarks.md).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from datasets import Dataset
from lm_eval.api.task import ConfigurableTask

from leaneval.data import benchmark
from leaneval.documents import document, problem_of
from leaneval.errors import LeanevalError
from leaneval.measure import measure
from leaneval.preflight import preflight, require_references
from leaneval.profile import MATHLIB
from leaneval.summary import aggregations, document_metrics, higher_is_better
from leaneval.tasks._own import completed
from leaneval.tasks._plan import TABLE, plan_of, warn_without_judge
from leaneval.tasks._prompts import overrides
from leaneval.tasks._ranks import gather, share_of_this_rank

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leaneval.pipeline import Work
    from leaneval.tasks._plan import Plan
    from leaneval.types import DualScore

logger = logging.getLogger("lm_eval.leaneval")

SPLIT = "test"
FILTER = "dual"
"""Name under which the harness files the dual scores; part of its metric keys (`C@1,dual`)."""


_NEEDS_MATHLIB = (
    " The benchmark's profile is mathlib, so it needs a checker with Mathlib; one over our small "
    "library says `profile: peano` in its YAML."
)


class DualTask(ConfigurableTask):  # type: ignore[misc]
    """A benchmark of problems to formalise, scored by a checker and a judge.

    Args:
        config: The task's YAML, with `--metadata` merged in by the harness.

    Raises:
        UsageError: The settings cannot be.
        DataError: The benchmark's data are not what they should be.
        UnavailableError: Checker, judge or data cannot be had; the message says what to do.
    """

    def __init__(self, config: dict[str, Any] | None = None) -> None:
        config = {key: value for key, value in (config or {}).items() if key != "class"}
        self.plan = plan_of(config)
        warn_without_judge(self.plan.settings)
        self._missing = 0.0
        self._names: tuple[str, ...] = ()
        config = completed(config, self.plan)
        config |= {"repeats": self.plan.settings.repeats, "test_split": SPLIT}
        super().__init__(config=config | overrides(self.plan))

    def download(self, dataset_kwargs: dict[str, Any] | None = None, **_: Any) -> None:
        """Get the problems, and try checker and judge; takes nothing from `dataset_kwargs`."""
        plan = self.plan
        problems = benchmark(plan.benchmark)
        if plan.settings.preflight:
            require_references(problems, plan.settings)
            _try(plan)
        rows = [document(problem, plan.profile) for problem in problems]
        self.dataset = {SPLIT: Dataset.from_list(rows)}

    def apply_filters(self) -> None:
        """Score every rollout of this rank in one batch."""
        if self._predicts_only:
            super().apply_filters()
            return
        settings = self.plan.settings
        # Data-parallel padding gives the last document of a rank more responses than were asked.
        work: list[Work] = [
            (problem_of(instance.doc), instance.resps[: settings.repeats])
            for instance in self._instances
        ]
        warn_of_identical(work, self.config.generation_kwargs or {})
        scored = measure(work, share_of_this_rank(settings), profile=self.plan.profile)
        for instance, scores in zip(self._instances, scored.scores, strict=True):
            instance.filtered_resps[FILTER] = scores
        info = gather(scored.info) | {"settings": settings.model_dump(mode="json")}
        self._missing = info["missing"] / max(1, info["rollouts"])
        self.config.metadata[TABLE] = {"benchmark": self.plan.benchmark, **info}

    def process_results(
        self, doc: Mapping[str, Any], results: Sequence[Sequence[DualScore]]
    ) -> dict[str, Any]:
        """What one problem contributes to every metric."""
        if self._predicts_only:
            return dict(super().process_results(doc, results))
        found = document_metrics(results[0], self.plan.settings, missing=self._missing)
        self._names = tuple(dict.fromkeys([*self._names, *found]))
        return found

    def aggregation(self) -> dict[str, Callable[[Any], float]]:
        """How contributions are put together, by metric."""
        return dict(super().aggregation()) if self._predicts_only else aggregations(self._names)

    def higher_is_better(self) -> dict[str, bool]:
        """Which way is good, by metric."""
        if self._predicts_only:
            return dict(super().higher_is_better())
        return higher_is_better(self._names)

    @property
    def _predicts_only(self) -> bool:
        return "bypass" in self._metric_fn_list


def _try(plan: Plan) -> None:
    """Preflight, with what else one can do in its complaint."""
    try:
        preflight(plan.settings, plan.profile)
    except LeanevalError as error:
        needs = _NEEDS_MATHLIB if plan.profile is MATHLIB else ""
        raise type(error)(
            f"{str(error).rstrip('.')}.{needs} To generate now and score later: "
            "--predict_only --log_samples. "
            "To load the task untried: --metadata preflight=false."
        ) from error


def warn_of_identical(work: Sequence[Work], generation: Mapping[str, Any]) -> None:
    """Warn where all rollouts of a problem are the same text, and name the likely cause."""
    repeated = [problem.id for problem, texts in work if len(texts) > 1 and len(set(texts)) == 1]
    if not repeated:
        return
    if not generation.get("do_sample", True) or generation.get("temperature") == 0:
        cause = "generation is greedy (do_sample=false or temperature=0)"
    elif generation.get("seed") is not None:
        cause = f"every request carries the seed {generation['seed']}; set seed to null"
    else:
        cause = "a fixed seed in the server, a response cache or a model that has collapsed"
    logger.warning(
        "all %d rollouts are identical for %d of %d problems (first: %s), so pass@k says no more "
        "than pass@1 there. Likely cause: %s.",
        len(work[0][1]), len(repeated), len(work), repeated[0], cause,
    )  # fmt: skip

"""Our table after the harness' own, at the end of `lm_eval`.

The harness prints shares to four digits with a standard error, and 0 as `0`. Its table stays as it
is; ours follows, for tasks of ours alone. Invariant: nothing here can end a run: whatever is not as
expected is passed over, because numbers that were paid for are written by then. Only the rank that
prints the harness' table prints ours.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger("lm_eval.leaneval")

_TABLE = "leaneval"
_FILTER = ",dual"


def then_ours(execute: Callable[..., Any]) -> Callable[..., Any]:
    """The harness' command, followed by our table of the results it printed."""

    @functools.wraps(execute)
    def both(*args: Any, **kwargs: Any) -> Any:
        from lm_eval import utils

        printed: list[Mapping[str, Any]] = []
        original = utils.make_table

        @functools.wraps(original)
        def make_table(results: Mapping[str, Any], *more: Any, **named: Any) -> Any:
            printed.append(results)
            return original(results, *more, **named)

        utils.make_table = make_table
        try:
            done = execute(*args, **kwargs)
        finally:
            utils.make_table = original
        _show(printed)
        return done

    return both


def _show(printed: list[Mapping[str, Any]]) -> None:
    try:
        for results in printed[:1]:  # a second one is the same results by group
            for task, values in results["results"].items():
                metadata = results["configs"].get(task, {}).get("metadata") or {}
                info = metadata.get(_TABLE, {})
                if "rollouts" in info:  # of a run that only predicted there is nothing to say
                    _put(task, results, values, info)
    except Exception as error:  # the run is done and its numbers are out
        logger.warning("leaneval's own table could not be printed: %r", error)


def _put(
    task: str, results: Mapping[str, Any], values: Mapping[str, Any], info: Mapping[str, Any]
) -> None:
    from leaneval.report import put_run
    from leaneval.summary import Estimate

    ours = {key.removesuffix(_FILTER): v for key, v in values.items() if key.endswith(_FILTER)}
    found = {
        name: Estimate(float(value), _number(ours.get(f"{name}_stderr")))
        for name, value in ours.items()
        if not name.endswith("_stderr")
    }
    put_run(task, results["n-samples"][task]["effective"], found, info)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None

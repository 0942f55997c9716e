"""One run's metrics on a terminal: after `lm_eval`'s own table, and for `leaneval score`.

Input are means with their standard errors, as the harness aggregates them, so the interval here is
the normal one, mean ± 1.96 standard errors over problems. Where too much is missing for a point,
the cell is a range: all missing fail to all missing pass, widened at both ends. Out of scope:
several runs (`report`, `compare`), which have the problems and so resample them.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from rich.console import Console

from leaneval.report._words import half_width, share
from leaneval.tables import Table, put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.summary import Estimate

_Z = NormalDist().inv_cdf(0.975)
_ROUNDING = 1e-12
_PASSES = {
    "C": "compiles (C@k)",
    "S": "and means it (S@k)",
    "S_beq": "and BEq+ proves it (S_beq@k)",
    "C_study": "compiles, study's rules (C_study@k)",
    "C_strict": "compiles, strict rules (C_strict@k)",
}
_OTHERS = {
    "gap": "gap (C@1 - S@1)",
    "mean_score": "mean score",
    "judges_agree": "judges agree",
    "undecided": "undecided by BEq+",
    "vacuous": "compiles and says nothing",
    "verdict_coverage": "rollouts with a verdict",
    "score_coverage": "compiling rollouts with a score",
}


def put_run(
    name: str, problems: int, found: Mapping[str, Estimate], info: Mapping[str, Any]
) -> None:
    """Print a run's metrics, and under which conditions they hold, to standard output.

    Args:
        name: What was measured: a task or a file.
        problems: How many.
        found: Name to mean and standard error, as `leaneval.summary.summarise` gives them.
        info: Of `leaneval.measure`.
    """
    console = Console()
    console.print()
    *tables, last = metric_tables(found, f"{name}: {problems} problems")
    for table in (*tables, replace(last, notes=described(info))):
        put(table, console)


def metric_tables(found: Mapping[str, Estimate], title: str) -> tuple[Table, ...]:
    """A run's metrics: pass@k by k, and the rest.

    Args:
        found: Name to mean and standard error, as `leaneval.summary.summarise` gives them.
        title: What was measured.
    """
    ks = sorted({int(name[2:].removesuffix("_low")) for name in found if _is_pass(name)})
    kinds = [kind for kind in _PASSES if any(name.startswith(f"{kind}@") for name in found)]
    rows = [(_PASSES[kind], *(_cell(found, f"{kind}@{k}") for k in ks)) for kind in kinds]
    passes = Table(title, ("percent ± 95 %", *(f"k = {k}" for k in ks)), tuple(rows))
    others = [(label, _cell(found, name)) for name, label in _others(found).items()]
    if "judges_kappa" in found:  # no share, so no percent
        others.append(("Cohen's kappa of the judges", f"{found['judges_kappa'].value:.2f}"))
    filled = [row for row in others if row[1]]
    return passes, Table("", ("", "percent ± 95 %"), tuple(filled))


def _is_pass(name: str) -> bool:
    return name.startswith("C@") and name[2:].removesuffix("_low").isdigit()


def _others(found: Mapping[str, Estimate]) -> dict[str, str]:
    best = sorted({name.removesuffix("_low").removesuffix("_high") for name in found
                   if name.startswith("best@")})  # fmt: skip
    named = {name: _best_label(name) for name in best}
    return {**named, **_OTHERS}


def _best_label(name: str) -> str:
    rollouts = name.removeprefix("best@").removesuffix("_nonzero")
    return f"best score of {rollouts}" + (", where not 0" if name.endswith("_nonzero") else "")


def _cell(found: Mapping[str, Estimate], name: str) -> str:
    if name in found:
        value, error = found[name]
        # 0 but for rounding: all are alike
        return half_width(value, _Z * error) if error and error > _ROUNDING else share(value)
    if f"{name}_low" not in found:
        return ""
    low, high = found[f"{name}_low"], found[f"{name}_high"]
    bounds = (low.value - _Z * (low.stderr or 0), high.value + _Z * (high.stderr or 0))
    return f"{share(max(0.0, bounds[0]))} to {share(min(1.0, bounds[1]))}"


def described(info: Mapping[str, Any]) -> tuple[str, ...]:
    """Under which conditions the numbers hold, a line each.

    Args:
        info: Of `leaneval.measure`.
    """
    verdicts = ", ".join(f"{count} {kind}" for kind, count in info["verdicts"].items())
    return (
        f"protocol {info['protocol']}, checker {info['checker']} ({info['toolchain']}; "
        f"cage: {info['cage']}), judge {info['judge']}",
        f"{info['rollouts']} rollouts: {verdicts}; {info['missing']} missing",
        f"{info['verdict_cache_hits']} verdicts from the cache, {info['seconds']} s",
        *_asides(info),
    )


def _asides(info: Mapping[str, Any]) -> list[str]:
    """What else must be known to read the numbers."""
    lines = []
    if empty := info.get("empty"):
        lines.append(f"empty, and so not compiling: {empty} rollouts")
    if info["scores_are_a_lower_bound"]:
        lines.append("scores are a lower bound: what was not proved equivalent counts 0")
    if info["flags"]:
        counts = ", ".join(f"{count} {flag}" for flag, count in info["flags"].items())
        lines.append(f"flagged, of {info['flags_looked_at']} that compile: {counts}")
    return lines

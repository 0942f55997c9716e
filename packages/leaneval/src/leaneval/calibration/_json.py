"""A calibration as JSON: every number of the tables, and those they leave out."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leaneval.calibration._bands import Band
    from leaneval.calibration._calibration import Calibration, Curve
    from leaneval.calibration._correct import Correction
    from leaneval.calibration._pairs import Pair
    from leaneval.calibration._study import Study
    from leaneval.calibration._threshold import Threshold
    from leaneval.statistics import Estimate


def to_json(study: Study) -> dict[str, Any]:
    """The calibration; what is undefined or missing is null."""
    rows = study.labels.rows
    return {
        "labels": {
            "file": str(study.labels.path),
            "statements": len(rows),
            "problems": study.resamples.problems,
            "right": sum(row.right for row in rows),
            "notes": list(study.notes),
        },
        "judges": [_judge(study, c) for c in study.calibrations],
        "pairs": [_pair(p) for p in study.pairs],
        "corrections": [_correction(c) for c in study.corrections],
    }


def _judge(study: Study, c: Calibration) -> dict[str, Any]:
    judged = c.judged
    return {
        "judge": judged.name,
        "identity": judged.identity,
        "rule": judged.rule,
        "threshold": judged.threshold,
        "statements": c.statements,
        "do_not_compile": int(judged.outside.sum()),
        "coverage": _number(c.coverage),
        "confusion": {name: int(cell) for name, cell in c.counts._asdict().items()},
        "unanswered": {"right": c.missing[0], "wrong": c.missing[1]},
        "measures": {name: _estimate(e) for name, e in c.measures.items()},
        "thresholds": [_threshold(t) for t in c.thresholds],
        "bands": [_band(b) for b in c.bands],
        "roc": _curve(c.roc, "false_positive_rate", "true_positive_rate"),
        "precision_recall": _curve(c.precision_recall, "recall", "precision"),
        "usage": dict(judged.usage),
        "seconds": judged.seconds,
        "statement_scores": [
            {
                "id": row.id,
                "right": row.right,
                "score": _number(float(score)),
                "passes": None if isnan(passes) else bool(passes),
                "compiles": not bool(outside),
                "reason": reason,
            }
            for row, score, passes, outside, reason in zip(
                study.labels.rows, judged.scores, judged.passes, judged.outside, judged.reasons,
                strict=True,
            )
        ],
    }  # fmt: skip


def _threshold(t: Threshold) -> dict[str, Any]:
    return {
        "by": t.criterion,
        "threshold": _estimate(t.least),
        "same_above": _number(t.above),
        "apparent": _number(t.apparent),
        "out_of_bag": _number(t.out_of_bag),
    }


def _band(b: Band) -> dict[str, Any]:
    return {
        "score": b.name,
        "statements": b.statements,
        "right": b.right,
        "mean_score": _number(b.mean),
        "share_right": _estimate(b.share) if b.share else None,
    }


def _pair(p: Pair) -> dict[str, Any]:
    return {
        "first": p.first,
        "second": p.second,
        "cells": [
            {"first": a, "second": b, "right": right, "statements": count}
            for (a, b, right), count in sorted(p.cells.items())
        ],
        "answered": p.answered,
        "agreement": _estimate(p.agreement),
        "kappa": _estimate(p.kappa),
        "difference": _estimate(p.difference),
        "p": p.p,
    }


def _correction(c: Correction) -> dict[str, Any]:
    return {
        "condition": c.condition,
        "judge": c.judge,
        "threshold": c.threshold,
        "problems": c.problems,
        "sensitivity": _number(c.sensitivity),
        "specificity": _number(c.specificity),
        "share_of_draws_guessing": _number(c.guessing),
        "S": {
            str(row.k): {
                "measured": _estimate(row.measured),
                "corrected": _estimate(row.corrected),
                "if_error_known": _estimate(row.if_known),
                "compiles": _estimate(row.compiles),
                "raw": _number(row.raw),
                "says_nothing": row.says_nothing,
            }
            for row in c.rows
        },
        "warnings": list(c.warnings),
    }


def _curve(curve: Curve | None, x: str, y: str) -> dict[str, Any] | None:
    if curve is None:
        return None
    return {x: curve.x, y: curve.y, "threshold": [_number(t) for t in curve.thresholds]}


def _estimate(e: Estimate) -> dict[str, float | None]:
    return {name: _number(value) for name, value in e._asdict().items()}


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None

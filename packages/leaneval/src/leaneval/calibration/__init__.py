"""Judges measured: what people say of statements, what judges say, and what follows for S@k.

`read_labels` reads people's labels, `stored` and `ask` give a judge's answers, `study` measures and
compares, `correct` gives S@k as it would be had the judge made no errors; `page` and `to_json`
show it. Invariant: what a judge did not answer is bounded from both sides, never counted as 0.
"""

from __future__ import annotations

from leaneval.calibration._ask import ask, asks_lean, fitting
from leaneval.calibration._calibration import Calibration, calibrate
from leaneval.calibration._correct import correct
from leaneval.calibration._json import to_json
from leaneval.calibration._judged import Judged, stored
from leaneval.calibration._labels import Columns, Label, Labels, read_labels
from leaneval.calibration._page import page
from leaneval.calibration._study import Study, study

__all__ = [
    "Calibration",
    "Columns",
    "Judged",
    "Label",
    "Labels",
    "Study",
    "ask",
    "asks_lean",
    "calibrate",
    "correct",
    "fitting",
    "page",
    "read_labels",
    "stored",
    "study",
    "to_json",
]

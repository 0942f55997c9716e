"""What a calibration's tables say beside the numbers."""

import numpy as np

from leaneval.calibration import Judged, read_labels, study
from leaneval.calibration._tables import measures


def test_why_answers_are_missing_is_said(write, rows):
    labels = read_labels(write(rows(12)))
    passes = np.array([1.0, 0.0] * 4 + [np.nan] * 4)
    outside = np.array([False] * 11 + [True])
    reasons = ("fine",) * 8 + ("429", "no JSON", "no JSON", "no Lean")
    judge = Judged("m", passes, passes, "score >= 0.7", 0.7, outside, reasons)
    (found,) = study(labels, [judge], resamples=100).calibrations
    (note,) = [note for note in measures([found]).notes if "without an answer" in note]
    assert note.startswith("m: 3 without an answer")
    assert note.endswith("Most often because: no JSON")

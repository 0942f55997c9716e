"""What is said of finished runs: one run's tables, and a report of several as a page.

Plots need the extra `report`; the rest does not, and imports nothing of it. `charts` and `study`
are for reports that add plots and the study's numbers of their own.
"""

from __future__ import annotations

from leaneval.report._numbers import Numbers, numbers
from leaneval.report._page import detail_sections, lead, report, results_section
from leaneval.report._results import condition_tables
from leaneval.report._single import put_run
from leaneval.report._words import share

__all__ = [
    "Numbers",
    "condition_tables",
    "detail_sections",
    "lead",
    "numbers",
    "put_run",
    "report",
    "results_section",
    "share",
]

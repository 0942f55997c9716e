"""What is said of finished runs: tables of one, and a report of several."""

from __future__ import annotations

from leaneval.report._single import described, metric_tables, put_run
from leaneval.report._words import percent, points, share

__all__ = ["described", "metric_tables", "percent", "points", "put_run", "share"]

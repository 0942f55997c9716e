"""The study's published numbers (arXiv 2604.13515), for a second table.

Another model than the small recipes', other benchmarks, Mathlib, an LLM as judge.
"""

from __future__ import annotations

COLUMNS = ("C@1", "C@8", "S@1", "S@8")
BENCHMARKS = ("Gaokao-Formal", "PutnamBench")
PUBLISHED: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "base": ((19.9, 40.2, 10.2, 19.4), (11.3, 29.3, 3.3, 7.7)),
    "sft": ((61.8, 92.3, 41.0, 70.9), (28.5, 65.6, 14.3, 34.2)),
    "grpo": ((50.9, 69.3, 28.1, 40.2), (36.1, 60.1, 11.9, 19.2)),
    "sft+grpo@0": ((77.6, 93.9, 51.4, 72.7), (47.9, 78.1, 23.6, 43.0)),
    "sft+grpo@0.3": ((76.4, 92.9, 48.6, 70.7), (46.4, 71.9, 22.9, 38.8)),
    "sft+grpo@1": ((62.9, 92.7, 40.6, 69.9), (29.1, 65.3, 14.7, 34.8)),
}
"""Condition to (Gaokao-Formal, PutnamBench), in percent."""

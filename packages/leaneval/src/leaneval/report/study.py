"""The study's published numbers (arXiv 2604.13515, its tables 2 and 3), for a place beside ours.

Another model than the small recipes', other benchmarks than Peano, Mathlib, an LLM as judge, one
run a condition, no intervals: what compares is the order of conditions.
"""

from __future__ import annotations

SOURCE = (
    "arXiv 2604.13515: Qwen3-8B, 20,000 SFT and 16,000 GRPO problems, Mathlib, an LLM as judge, "
    "one run a condition, no intervals. Another instrument: compare orders, not values."
)
COLUMNS = ("C@1", "C@8", "S@1", "S@8")
BENCHMARKS = ("Gaokao-Formal", "PutnamBench")
PUBLISHED: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "base": ((19.9, 40.2, 10.2, 19.4), (11.3, 29.3, 3.3, 7.7)),
    "sft": ((61.8, 92.3, 41.0, 70.9), (28.5, 65.6, 14.3, 34.2)),
    "grpo": ((50.9, 69.3, 28.1, 40.2), (36.1, 60.1, 11.9, 19.2)),
    "sft+grpo@0": ((77.6, 93.9, 51.4, 72.7), (47.9, 78.1, 23.6, 43.0)),
    "sft+grpo@0.3": ((76.4, 92.9, 48.6, 70.7), (46.4, 71.9, 22.9, 38.8)),
    "sft+grpo@1": ((62.9, 92.7, 40.6, 69.9), (29.1, 65.3, 14.7, 34.8)),
    "Kimina-Autoformalizer-7B": ((84.2, 97.2, 44.6, 68.1), (53.5, 85.7, 36.8, 65.3)),
    "Mathesis-Autoformalizer-7B": ((84.1, 95.2, 49.8, 71.1), (63.0, 88.8, 43.0, 69.3)),
}
"""Condition to (Gaokao-Formal, PutnamBench), in percent."""


def published(task: str) -> list[tuple[str, str, dict[str, float]]]:
    """(condition, benchmark, column to share in percent), of the benchmark that a task names.

    Args:
        task: Such as `gaokao_formal_dual`; both benchmarks where it names neither.
    """
    plain = task.lower().replace("_", "").replace("-", "")
    named = [b for b in BENCHMARKS if b.lower().replace("-", "") in plain] or list(BENCHMARKS)
    return [
        (condition, benchmark, dict(zip(COLUMNS, values, strict=True)))
        for condition, both in PUBLISHED.items()
        for benchmark, values in zip(BENCHMARKS, both, strict=True)
        if benchmark in named
    ]

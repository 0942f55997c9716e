"""Every measurement of speed and scale: `uv run python -m benchmarks`.

Each measurement is a module of `benchmarks.measurements`: what it compares, what is asked of it,
what it needs, and a function that yields samples. The rest of this package runs them, each in a
process of its own below this one, and writes what was found to `benchmarks/results/`. How to run
it and what a figure means: `docs/measuring.md`.
"""

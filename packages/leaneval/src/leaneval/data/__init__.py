"""Benchmarks: fetched from their public repositories, pinned, or read from a local folder."""

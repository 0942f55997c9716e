"""The normal form of a Lean target.

Two targets with one normal form state the same theorem: comments, imports, `open` and
`set_option` lines, the theorem's own name, the proof and white space do not count; definitions in
front of the theorem and its name space do. A target that holds no declaration has no normal form
(null): outside Lean, sharing a target ("42") does not make two problems one.

Out of scope: renamed bound variables, reordered hypotheses, definitional equality.
"""

from __future__ import annotations

import polars as pl

from crossfade_splits.text._slices import in_slices

_COMMENT = r"(?s)/-.*?-/|--[^\n]*"
_PROOF = r"(?s):=\s*(?:by\b.*|sorry\s*|)$"
_HEADER_LINE = r"(?m)^[ \t]*(?:import|open|set_option|universe|noncomputable section)\b[^\n]*$"
_DECLARATION = r"(?s)^(.*)(?:^|\s|\])(?:theorem|lemma|example)\b\s*([^\s(\[{:⦃]*)(.*)$"
_LEADING = r"(?m)\A(?:[ \t]*(?:(?:import|open|set_option|universe)\b[^\n]*)?(?:\n|\z))*"
MINIMUM = 12
"""Shorter statements (`: True`) say too little to identify a problem by."""


def split_header(targets: pl.Series) -> pl.DataFrame:
    """Split the leading `import`, `open` and `set_option` lines from each target.

    Returns:
        Columns `header` and `statement`; joined, they are the target.
    """
    header = targets.str.extract(f"({_LEADING})").fill_null("")
    frame = pl.DataFrame({"target": targets, "header": header})
    body = pl.col("target").str.slice(pl.col("header").str.len_chars())
    return frame.select("header", statement=body)


def normalise_target(targets: pl.Series) -> pl.Series:
    """Return the normal form of each Lean target, null where there is none."""
    return in_slices(_normal, targets)


def _normal(targets: pl.Series) -> pl.Series:
    bare = targets.str.replace_all(_COMMENT, " ").str.replace_all(_HEADER_LINE, "")
    frame = pl.DataFrame({"bare": bare})
    part = pl.col("bare").str.extract_groups(_DECLARATION)
    context = part.struct.field("1")
    statement = part.struct.field("3").str.replace(_PROOF, "")
    whole = pl.concat_str([context, statement], separator=" ⊢ ")
    tidy = (
        whole.str.replace_all(r"\b\w+_solution\b", "solution")
        .str.replace_all(r"\s*([^\p{L}\p{N}\s_'])\s*", "$1")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )
    long_enough = statement.str.len_chars() >= MINIMUM
    return frame.select(pl.when(long_enough).then(tidy).alias("target"))["target"]

"""The normal form of a Lean target.

Two targets with one normal form state the same theorem: comments, imports, `open` and
`set_option` lines, the theorem's own name, the proof and white space do not count; definitions in
front of the theorem and its name space do, and of its `variable`s those that it uses. A target
that holds no declaration has no normal form (null): outside Lean, sharing a target ("42") does not
make two problems one.

Out of scope: renamed bound variables, reordered hypotheses, definitional equality.
"""

from __future__ import annotations

import polars as pl

from crossfade_splits.text._context import settle, statement_of
from crossfade_splits.text._slices import in_slices

_COMMENT = r"(?s)/-.*?-/|--[^\n]*"
_PROOF = r"(?s):=\s*(?:by\b.*|sorry\s*|)$"
# ASCII word ends and no captures: either would cost Rust's regular expressions their quick way.
_HEADER_LINE = (
    r"(?m)^[ \t]*(?:import|open|set_option|universe|noncomputable section)(?-u:\b)[^\n]*$"
)
_KEYWORD = r"(?:^|\s|\])(?:theorem|lemma|example)"
_UP_TO_KEYWORD = rf"(?s)^.*{_KEYWORD}(?-u:\b)"
_NAME = r"^\s*[^\s(\[{:⦃]*"
_SYMBOL = r"[^\p{L}\p{N}\s_']"
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
    frame = _settled(_uncut(_parted(bare)))
    whole = pl.concat_str(["context", "statement"], separator=" ⊢ ")
    if targets.str.contains("_solution", literal=True).any():
        whole = whole.str.replace_all(r"\b\w+_solution\b", "solution")
    tidy = (
        whole.str.replace_all(rf"\s+({_SYMBOL})\s*|({_SYMBOL})\s+", "$1$2")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )
    long_enough = pl.col("statement").str.len_chars() >= MINIMUM
    return frame.select(pl.when(long_enough).then(tidy).alias("target"))["target"]


def _parted(bare: pl.Series) -> pl.DataFrame:
    """Columns `context`, `whole` and `statement`, nulls where nothing is declared.

    They are what stands before the last declaration, what behind its name, that without the proof.
    """
    behind = pl.col("behind")
    frame = pl.DataFrame({"bare": bare, "behind": bare.str.replace(_UP_TO_KEYWORD, "")})
    before = pl.col("bare").str.len_chars() - behind.str.len_chars()
    declared = behind.str.len_bytes() < pl.col("bare").str.len_bytes()
    context = pl.col("bare").str.head(before).str.replace(f"{_KEYWORD}$", "")
    whole = behind.str.replace(_NAME, "")
    return frame.select(
        context=pl.when(declared).then(context),
        whole=pl.when(declared).then(whole),
        statement=pl.when(declared).then(whole.str.replace(_PROOF, "")),
    )


def _uncut(frame: pl.DataFrame) -> pl.DataFrame:
    """Mend statements that were cut at a `:=` inside a bracket: `(h : P := by simp) : Q`."""
    opened = pl.col("statement").str.count_matches("(", literal=True)
    closed = pl.col("statement").str.count_matches(")", literal=True)
    at = frame.select((opened > closed).fill_null(value=False)).to_series().arg_true()
    if len(at):
        mended = pl.Series([statement_of(rest) for rest in frame["whole"].gather(at)])
        frame = frame.with_columns(frame["statement"].clone().scatter(at, mended))
    return frame.select("context", "statement")


def _settled(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns `context` and `statement`, the context reduced to what counts."""
    rows = frame["context"].str.contains(r"\bvariable\b|\bnamespace\b").fill_null(value=False)
    if not rows.any():
        return frame
    some = [settle(*row) for row in frame.filter(rows).iter_rows()]
    at = rows.arg_true()
    contexts, statements = zip(*some, strict=True)
    return pl.DataFrame(
        {
            "context": frame["context"].clone().scatter(at, pl.Series(contexts)),
            "statement": frame["statement"].clone().scatter(at, pl.Series(statements)),
        }
    )

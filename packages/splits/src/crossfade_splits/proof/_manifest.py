"""The manifest file: sealed, so that an edit of any field shows."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from crossfade_splits.errors import DataError
from crossfade_splits.output import canonical_json

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1


def seal(manifest: dict[str, Any]) -> str:
    """SHA-256 of a manifest's canonical JSON without its `seal`."""
    bare = {key: value for key, value in manifest.items() if key != "seal"}
    return hashlib.sha256(canonical_json(bare).encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read `manifest.json` of a data set.

    Raises:
        DataError: there is none, or it is not a manifest this version knows.
    """
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        what = "does not" if folder.is_dir() else "is no folder"
        raise DataError(
            f"A data set must hold manifest.json, {folder} {what}; name the folder that "
            "`crossfade-splits make` wrote."
        ) from None
    except ValueError as error:
        raise DataError(f"{path}: a manifest must be UTF-8 JSON: {error}.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        shown = manifest.get("format") if isinstance(manifest, dict) else manifest
        raise DataError(
            f"{path}: a manifest must have format {FORMAT}, got {shown!r}; make the set again."
        )
    return manifest

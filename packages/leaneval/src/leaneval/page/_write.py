"""A page into a file, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.errors import UsageError
from leaneval.page._html import html
from leaneval.page._plain import markdown

if TYPE_CHECKING:
    from pathlib import Path

    from leaneval.page._blocks import Page

_RENDERINGS = {".html": html, ".htm": html, ".md": markdown, ".markdown": markdown}


def write(page: Page, out: Path) -> None:
    """Write the page, rendered as the file's suffix says.

    Raises:
        UsageError: The suffix is neither `.html` nor `.md`, or the file cannot be written; a file
            that was there before is then as it was.
    """
    render = _RENDERINGS.get(out.suffix.lower())
    if render is None:
        raise UsageError(f"a report's file must end in .html or .md, got {out.name!r}. Name it so.")
    text = render(page)
    partial = out.with_name(out.name + ".partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(out)
    except OSError as error:
        raise UsageError(
            f"{out} must be a file that can be written, got {error}. Free space or name another."
        ) from error
    finally:
        partial.unlink(missing_ok=True)

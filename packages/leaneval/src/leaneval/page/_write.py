"""A page into a file, whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leaneval._files import whole
from leaneval.errors import UsageError
from leaneval.page._html import html
from leaneval.page._plain import markdown

if TYPE_CHECKING:
    from pathlib import Path

    from leaneval.page._blocks import Page

_RENDERINGS = {".html": html, ".htm": html, ".md": markdown, ".markdown": markdown}


def require_writable(out: Path) -> None:
    """Refuse a file that `write` would refuse, before anything is computed.

    Raises:
        UsageError: Its folder does not exist or takes no files, or its suffix is neither `.html`
            nor `.md`.
    """
    if not out.parent.is_dir():
        raise UsageError(f"a report must be in a folder that exists, got {out}. Make {out.parent}.")
    if not os.access(out.parent, os.W_OK):
        raise UsageError(f"a report's folder must take files, got {out.parent}. Name another.")
    if out.suffix.lower() not in _RENDERINGS:
        raise UsageError(f"a report's file must end in .html or .md, got {out.name!r}. Name it so.")


def write(page: Page, out: Path) -> None:
    """Write the page, rendered as the file's suffix says.

    Raises:
        UsageError: As `require_writable`, or the file cannot be written; a file that was there
            before is then as it was.
    """
    require_writable(out)
    text = _RENDERINGS[out.suffix.lower()](page)
    try:
        with whole(out) as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            f"{out} must be a file that can be written, got {error}. Free space or name another."
        ) from error

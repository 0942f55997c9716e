"""A page as one HTML file that asks nothing of the network.

Invariant: no string of a page is ever markup. The template escapes all it prints and spells out
what would not be seen; the policy in the file's head allows the scripts and the one style sheet
written here, by their digests, and nothing else, so that what slipped through would not run.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from leaneval.errors import UsageError
from leaneval.page import _colours
from leaneval.page._blocks import Explorer, Page, Plot
from leaneval.page._data import Data, data
from leaneval.page._plots import svg
from leaneval.tables import visible

if TYPE_CHECKING:
    import jinja2

_STYLE = ("page.css", "explorer.css", "print.css")
_EARLY = ("theme.js",)
_LATE = ("scroll.js", "tips.js")
_EXPLORER = (
    "bytes.js", "unseen.js", "difference.js", "rows.js", "search.js", "list.js", "detail.js",
    "filters.js", "explorer.js",
)  # fmt: skip


def html(page: Page) -> str:
    """The page as one self-contained HTML file.

    Raises:
        UsageError: jinja2 or vl-convert is missing (`leaneval[report]`), or a plot's specification
            cannot be drawn.
    """
    explored = any(isinstance(block, Explorer) for s in page.sections for block in s.blocks)
    style = _colours.style() + _asset(*_STYLE)
    scripts = {
        "early": _script(*_EARLY),
        "late": _script(*_LATE),
        "explorer": _script(*_EXPLORER) if explored else "",
    }
    return _template().render(
        page=page,
        parts=_parts(page),
        style=style,
        scripts=scripts,
        policy=_policy(style, [text for text in scripts.values() if text]),
        generator=f"leaneval {version('leaneval')}",
    )


def _parts(page: Page) -> list[dict[str, Any]]:
    """The sections, their blocks beside what was made of them."""
    return [
        {
            "title": section.title,
            "screen": all(isinstance(block, Explorer) for block in section.blocks),
            "blocks": [
                _block(block, f"b{number}-{index}") for index, block in enumerate(section.blocks, 1)
            ],
        }
        for number, section in enumerate(page.sections, 1)
    ]


def _block(block: object, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": type(block).__name__, "block": block, "name": name}
    if isinstance(block, Plot):
        made["svg"] = svg(block, name)
    if isinstance(block, Explorer):
        found: Data = data(block)
        made["data"] = found
    return made


def _script(*names: str) -> str:
    return f'(() => {{\n"use strict";\n{_asset(*names)}}})();\n'


@cache
def _asset(*names: str) -> str:
    folder = files("leaneval.page") / "assets"
    return "".join(f"{(folder / name).read_text(encoding='utf-8')}\n" for name in names)


def _policy(style: str, scripts: list[str]) -> str:
    allowed = " ".join(_digest(text) for text in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _template() -> jinja2.Template:
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError as error:
        raise UsageError(
            "an HTML page needs jinja2. Install leaneval[report], or write .md."
        ) from error

    def finalize(value: object) -> object:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = jinja2.Environment(
        autoescape=True, finalize=finalize, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    return environment.from_string(_asset("page.html.j2"))

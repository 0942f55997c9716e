"""A Vega-Lite plot as SVG inside the page.

Drawn once, here, by vl-convert (Vega itself), so that the page needs no plotting script, shows its
plots with scripting off, prints them as vectors and may forbid evaluation altogether. The drawing
is read back as XML and rebuilt from known elements and attributes: whatever a specification or its
data hold, no link, script, style or reference to the outside goes into the page. What Vega says of
a mark to screen readers becomes its tooltip; the figure as a whole is named by its caption.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

from leaneval.errors import UsageError
from leaneval.page._colours import VARIABLES, config
from leaneval.tables import visible

if TYPE_CHECKING:
    from leaneval.page._blocks import Plot

_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = {
    "svg", "g", "a", "path", "line", "rect", "circle", "text", "tspan", "defs", "clipPath",
    "linearGradient", "radialGradient", "stop",
}  # fmt: skip
_ATTRIBUTES = {
    "width", "height", "viewBox", "transform", "d", "x", "y", "x1", "x2", "y1",
    "y2", "dx", "dy", "r", "cx", "cy", "rx", "ry", "id", "clip-path", "offset",
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width",
    "stroke-opacity", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "opacity", "display", "stop-color",
    "stop-opacity", "text-anchor", "dominant-baseline",
    "font-family", "font-size", "font-style", "font-weight",
    "gradientUnits",
    "pointer-events",
}  # fmt: skip
_COLOURS = {light: f"var(--{name})" for name, (light, _) in VARIABLES.items()}
_WHOLE = ("line mark", "area mark", "trail mark")
"""Marks of many data at once: what Vega says of them is said of the first."""


def svg(plot: Plot, name: str) -> str:
    """The plot as an SVG element.

    Args:
        plot: What to draw.
        name: Unique in the page; precedes every identifier in the drawing.

    Raises:
        UsageError: The specification is none that Vega-Lite draws, or vl-convert is missing.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise UsageError(
            "plots in an HTML page need vl-convert. Install leaneval[report], or write .md."
        ) from error
    try:
        drawn = vl_convert.vegalite_to_svg(
            _visible(plot.spec), config=config(), allowed_base_urls=[]
        )
        root = ET.fromstring(drawn)  # noqa: S314  (Vega's own output, without a document type)
    except (ValueError, ET.ParseError) as error:
        raise UsageError(
            f"plot {plot.title!r}: its specification must be Vega-Lite with its data inside, got "
            f"{' '.join(str(error).split()[:30])!r}. Try it in Vega's editor."
        ) from error
    clean = _clean(root, name)
    clean.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-words"}
    return ET.tostring(clean, encoding="unicode")


def _visible(value: Any, key: str = "") -> Any:
    """A specification with its strings spelt out.

    Vega-Lite writes titles into expressions and leaves their backslashes as they are, which would
    turn a code into its character again or end a string: they are written as set minus.
    """
    if isinstance(value, str):
        return visible(value).replace("\\", "\u2216") if key == "title" else visible(value)
    if isinstance(value, dict):
        return {_visible(name): _visible(item, name) for name, item in value.items()}
    return [_visible(item, key) for item in value] if isinstance(value, list | tuple) else value


def _clean(element: ET.Element, name: str) -> ET.Element:
    tag = element.tag.removeprefix(_SVG)
    made = ET.Element("g" if tag == "a" else tag, _attributes(element, name))
    made.text = visible(element.text or "")
    for child in element:
        if child.tag.removeprefix(_SVG) in _ELEMENTS and child.get("display") != "none":
            made.append(_clean(child, name))
    return made


def _attributes(element: ET.Element, name: str) -> dict[str, str]:
    kept = {key: _COLOURS.get(value, value) for key, value in element.items() if key in _ATTRIBUTES}
    if "id" in kept:
        kept["id"] = f"{name}-{kept['id']}"
    for key, value in kept.items():
        if "url(" in value:
            kept[key] = re.sub(r"^url\(#(.*)\)$", rf"url(#{name}-\1)", value)
            if not kept[key].startswith("url(#"):
                kept[key] = "none"
    kind = element.get("aria-roledescription", "")
    is_mark = element.get("role") == "graphics-symbol" and not element.tag.endswith("}g")
    if is_mark and kind not in _WHOLE and "aria-label" in element.attrib:
        kept["data-tip"] = visible(element.attrib["aria-label"])
    return kept

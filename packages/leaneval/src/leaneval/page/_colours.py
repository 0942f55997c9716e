"""The colours of plots, told once: the style sheet's variables and Vega-Lite's configuration.

A plot is drawn in the light colours; the page then puts a variable in the place of each, whose
value follows the theme. So one drawing serves light, dark and print. A specification that wants one
of these colours names its light value (`MUTED` for what stands in the background, `ACCENT` for the
first of the series); any other colour stays as it is in both themes.
"""

from __future__ import annotations

from typing import Any, Final

SERIES: Final = (
    ("#1f6fb2", "#6cb6f5"),
    ("#b8500f", "#f2a26b"),
    ("#2d7d46", "#7cc795"),
    ("#8446a3", "#cda0e6"),
    ("#80670a", "#d8bd55"),
    ("#0c7a80", "#62c8cf"),
    ("#b02a5b", "#f292b4"),
    ("#58606e", "#aab2c0"),
)
"""(light, dark) of each series; at least 4.5 : 1 against the page in both themes."""

INK: Final = ("#1c1e21", "#e3e5e8")
FAINT: Final = ("#e0e2e6", "#363a40")
PAPER: Final = ("#fffffe", "#17191c")
QUIET: Final = ("#6a6f78", "#9ba1ab")

MUTED: Final = QUIET[0]
ACCENT: Final = SERIES[0][0]
COLOURS: Final = len(SERIES)
"""How many series have a colour of their own; those after them begin again with the first."""

VARIABLES: Final = {
    "plot-ink": INK,
    "plot-faint": FAINT,
    "plot-paper": PAPER,
    "plot-quiet": QUIET,
    **{f"plot-{number}": pair for number, pair in enumerate(SERIES, 1)},
}
"""Variable of the style sheet -> (light, dark)."""


def style() -> str:
    """The variables' declarations, for `:root`."""
    lines = (f"--{name}: light-dark({a}, {b});" for name, (a, b) in VARIABLES.items())
    return f":root {{ {' '.join(lines)} }}\n"


def config() -> dict[str, Any]:
    """Vega-Lite's configuration in the light colours."""
    ink, quiet, faint, font = INK[0], QUIET[0], FAINT[0], "sans-serif"
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12}
    plain = {**text, "titleFontWeight": "normal", "labelFont": font, "titleFont": font}
    return {
        "background": None,
        "font": font,
        "view": {"stroke": None, "continuousWidth": 480, "continuousHeight": 260},
        "axis": {
            **plain,
            "gridColor": faint,
            "domainColor": quiet,
            "tickColor": quiet,
            "labelPadding": 4,
            "titlePadding": 10,
        },
        "legend": {**plain, "symbolOpacity": 1, "symbolStrokeWidth": 2, "rowPadding": 4},
        "header": {**plain, "labelFontWeight": "bold"},
        "title": {"color": ink, "font": font},
        "text": {"color": ink, "font": font, "fontSize": 12},
        "rule": {"color": quiet},
        "mark": {"color": ACCENT},
        "line": {"strokeWidth": 2},
        "point": {"filled": True, "size": 55, "opacity": 1},
        "range": {"category": [light for light, _ in SERIES]},
    }

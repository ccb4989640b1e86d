"""Charts as they are drawn: places on paper for the page's SVG, and lines of text for the screen.

Both are made from the same `findings.Chart`, so a picture can say nothing that the other does not. Bars
start from nothing; a trend, which is a line, need not. Nothing is told by colour alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size

from attendkit.documents.cells import tidy
from attendkit.findings import Chart, Point

_SPARKS = "▁▂▃▄▅▆▇█"
_PLAIN_SPARKS = "_.-~=+*#"
_WIDEST_BAR = 40  # cells
_LABEL = 24  # cells

_WIDTH = 720
_LEFT, _RIGHT, _TOP = 48, 132, 10
_TREND_HEIGHT = 180
_BAR, _ROW = 14, 22
_NAMES, _VALUES = 150, 64
_MOST_LABELS = 12
_TALL = 240
_WHOLE_PERCENT = 100


def drawing(chart: Chart, number: int) -> dict[str, Any]:
    """What the page's macros draw a chart from: its words, and whole numbers of pixels."""
    shape = _trend(chart) if chart.kind == "trend" else _bars(chart)
    told = [f"{tidy(point.label)} {point.text}" for point in (*chart.points, *chart.against) if point.text]
    return {
        "id": f"chart-{number}",
        "kind": chart.kind,
        "title": tidy(chart.title),
        "says": tidy(chart.says),
        "read": ", ".join(told),  # aloud, by a screen reader
        "width": _WIDTH,
        "tall": shape["height"] > _TALL,
        **shape,
    }


def svg(chart: Mapping[str, Any], school: Path | None) -> str:
    """A drawing as SVG that stands by itself, by the macros that a page draws it with."""
    from attendkit.documents.templates import page  # noqa: PLC0415 - a chart on the screen needs no Jinja

    return page(["reports/chart.svg"], {"chart": chart}, school)


def chart_lines(chart: Chart, width: int, *, plain: bool) -> Iterator[str]:
    """A chart as lines of text no wider than `width`; `plain` for a screen without block letters."""
    if chart.kind == "trend":
        ends = tidy(chart.points[0].label), tidy(chart.points[-1].label)
        yield f"{ends[0]} {_spark(chart.points, _PLAIN_SPARKS if plain else _SPARKS)} {ends[1]}"
        yield from (f"{tidy(point.label)}: {point.text}" for point in chart.against)
        return
    every = (*chart.points, *chart.against)
    names = min(_LABEL, max(cell_len(tidy(point.label)) for point in every))
    room = min(_WIDEST_BAR, width - names - max(len(point.text) for point in every) - 4)
    most = max((point.value or 0 for point in every), default=0) or 1
    for point in every:
        long = (point.value or 0) * max(room, 1) // most
        ink = ("=" if plain else "░") if point in chart.against else ("#" if plain else "█")
        yield f"{set_cell_size(tidy(point.label), names)}  {ink * long} {point.text}".rstrip()


def _spark(points: Sequence[Point], letters: str) -> str:
    values = [point.value for point in points if point.value is not None]
    low, high = min(values), max(values)
    steps = len(letters) - 1
    drawn = [
        " " if point.value is None else letters[(point.value - low) * steps // max(1, high - low)]
        for point in points
    ]
    return "".join(drawn)


def _trend(chart: Chart) -> dict[str, Any]:
    """A line along the weeks, with a scale of whole percents that need not start from nothing."""
    known = [point.value for point in (*chart.points, *chart.against) if point.value is not None]
    low = min(known) // _WHOLE_PERCENT
    high = -(-max(known) // _WHOLE_PERCENT)
    high = max(high, low + 1)
    inside = _WIDTH - _LEFT - _RIGHT
    apart = max(len(chart.points) - 1, 1)

    def height(value: int) -> int:
        return _TOP + _TREND_HEIGHT * (high * _WHOLE_PERCENT - value) // ((high - low) * _WHOLE_PERCENT)

    every = -(-len(chart.points) // _MOST_LABELS)
    dots = [
        {
            "x": _LEFT + inside * place // apart,
            "y": height(point.value),
            "text": point.text,
            "label": tidy(point.label) if place % every == 0 else "",
            "name": tidy(point.label),
        }
        for place, point in enumerate(chart.points)
        if point.value is not None
    ]
    step = -(-(high - low) // 6)
    return {
        "height": _TOP + _TREND_HEIGHT + 40,
        "bottom": _TOP + _TREND_HEIGHT,
        "left": _LEFT,
        "right": _WIDTH - _RIGHT,
        "dots": dots,
        "path": " ".join(f"{dot['x']},{dot['y']}" for dot in dots),
        "ticks": [{"y": height(at * _WHOLE_PERCENT), "text": f"{at}%"} for at in range(low, high + 1, step)],
        "lines": [
            {"y": height(point.value), "text": f"{tidy(point.label)} {point.text}"}
            for point in chart.against
            if point.value is not None
        ],
    }


def _bars(chart: Chart) -> dict[str, Any]:
    """Bars along rows, from nothing, with a line across them for what is published."""
    known = [point.value for point in (*chart.points, *chart.against) if point.value is not None]
    most = max(known, default=0) or 1
    inside = _WIDTH - _NAMES - _VALUES
    above = _TOP + (16 if chart.against else 0)
    bars = [
        {
            "y": above + _ROW * place,
            "middle": above + _ROW * place + _BAR - 3,
            "long": inside * (point.value or 0) // most,
            "end": _NAMES + inside * (point.value or 0) // most + 5,
            "name": tidy(point.label),
            "text": point.text,
        }
        for place, point in enumerate(chart.points)
    ]
    bottom = above + _ROW * len(bars)
    return {
        "height": bottom + 4,
        "above": above,
        "bottom": bottom,
        "names": _NAMES - 8,
        "left": _NAMES,
        "thick": _BAR,
        "bars": bars,
        "lines": [
            {"x": _NAMES + inside * point.value // most, "text": f"{tidy(point.label)} {point.text}"}
            for point in chart.against
            if point.value is not None
        ],
    }

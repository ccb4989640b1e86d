"""A report as one HTML page: self-contained, readable in the dark corners of any browser, A4 on paper."""

from typing import Any

from attendkit.documents.cells import tidy, unbroken
from attendkit.documents.charts import drawing
from attendkit.documents.problems import grouped, shortened
from attendkit.documents.shown import (
    NAME,
    Shown,
    count_grids,
    count_texts,
    heading_lines,
    right_aligned,
    rule_line,
    rules_of,
    shown,
)
from attendkit.documents.templates import page
from attendkit.findings import Column, Report, View

MUSTER_POINT = "muster_point"
"""The column that a fire register is parted by when it is printed."""


def html_bytes(report: Report, view: View) -> bytes:
    """The bytes of the report's page, from `reports/<duty>.html` or else `reports/report.html`."""
    names = [f"reports/{report.duty}.html", "reports/report.html"]
    return page(names, page_values(report, view), view.school.folder).encode()


def page_values(report: Report, view: View) -> dict[str, Any]:
    """What a report's template may use: texts, and lists and dicts of texts, and nothing else."""
    title, under = heading_lines(report, view)
    problems, rest = shortened(grouped(report.problems))
    seen = shown(report, view)
    return {
        "title": title,
        "under": under,
        "above": list(report.above),
        "counts": [{"name": name, "value": value} for name, value in count_texts(report)],
        "grids": [
            {"title": grid.title, "heads": grid.heads, "rows": grid.rows} for grid in count_grids(report)
        ],
        "columns": column_values(seen),
        "rows": _whole_numbers(seen.texts),
        "leaves": _leaves(seen),
        "about": seen.about,
        "charts": [drawing(chart, number) for number, chart in enumerate(report.charts, start=1)],
        "notes": list(report.notes),
        "problems": [
            {
                "severity": group.first.severity.value,
                "file": group.first.file,
                "line": group.line,
                "remedy": group.remedy,
            }
            for group in problems
        ],
        "rest": rest,
        "rules": [rule_line(rule) for rule in rules_of(report, view)],
        "digest": view.register.digest[:16],
    }


def _whole_numbers(texts: list[list[str]]) -> list[list[str]]:
    return [[unbroken(text) for text in row] for row in texts]


def _leaves(seen: Shown) -> list[dict[str, Any]]:
    """Every row once, by muster point: each point goes on paper of its own."""
    table, texts = seen.report.table, seen.texts
    points = (
        table[MUSTER_POINT].fill_null("").to_list() if MUSTER_POINT in table.columns else [""] * len(texts)
    )
    names = sorted(set(points))
    elsewhere = "No muster point" if len(names) > 1 else ""
    return [
        {
            "name": tidy(name) or elsewhere,
            "rows": [row for row, point in zip(texts, points, strict=True) if point == name],
        }
        for name in names
    ]


def column_values(seen: Shown) -> list[dict[str, str]]:
    """Each column's heading, its class in the style sheet, and whether its cells head their rows."""
    texts = seen.texts
    return [
        {
            "heading": column.heading,
            "kind": "lines" if any("\n" in row[place] for row in texts) else _kind(column),
            "heads": "row" if column.name in {NAME, "pupil"} else "",
        }
        for place, column in enumerate(seen.columns)
    ]


def _kind(column: Column) -> str:
    return "number" if right_aligned(column) else column.kind.value

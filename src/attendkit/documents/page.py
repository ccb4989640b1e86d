"""A report as one HTML page: self-contained, readable in the dark corners of any browser, A4 on paper."""

from typing import Any

import polars as pl

from attendkit.documents.cells import label, tidy, unbroken, value_text
from attendkit.documents.charts import drawing
from attendkit.documents.problems import grouped, shortened
from attendkit.documents.shown import (
    MUSTER_POINT,
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
    """Every row once, by muster point, none last: each point goes on paper of its own, with its figures."""
    table, texts = seen.report.table, seen.texts
    points = (
        table[MUSTER_POINT].fill_null("").to_list() if MUSTER_POINT in table.columns else [""] * len(texts)
    )
    names = sorted(set(points), key=lambda point: (not point, point))
    elsewhere = "No muster point" if len(names) > 1 else ""
    leaves = []
    for name in names:
        places = [place for place, point in enumerate(points) if point == name]
        rows = [texts[place] for place in places]
        leaves.append({"name": tidy(name) or elsewhere, "rows": rows, "counts": _leaf_counts(table[places])})
    return leaves


def _leaf_counts(table: pl.DataFrame) -> list[dict[str, str]]:
    """How many pupils are looked for at one point, and in which state they are."""
    if MUSTER_POINT not in table.columns:
        return []
    states = (
        table["state"].value_counts(sort=True).sort("state").iter_rows() if "state" in table.columns else ()
    )
    figures = [("on_roll", table.height), *states]
    return [{"name": label(name), "value": value_text(number)} for name, number in figures]


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

"""Any report on A4 paper, as PDF: upright where its table has room, else on its side."""

from collections.abc import Sequence
from typing import Any

from attendkit.documents.charts import svg
from attendkit.documents.page import page_values
from attendkit.documents.shown import MUSTER_POINT
from attendkit.documents.typesetting import report_pdf
from attendkit.findings import Report, View

_TEMPLATE = "reports/report.typ"
_UPRIGHT, _SIDEWAYS = 112, 168  # letters of 8 points across, less what stands between columns
_BETWEEN = 2
_SIZE, _SMALLEST = 800, 500  # hundredths of a point
_WIDE = 26  # letters, from which a column shares the room that is left
_WIDEST = 90


def pdf_bytes(report: Report, view: View) -> bytes:
    """The bytes of the report as PDF/UA-1, from `reports/report.typ`."""
    return report_pdf(_TEMPLATE, sheet_values(report, view), report.on, view.school.folder)


def sheet_values(report: Report, view: View) -> dict[str, Any]:
    """What the template of a report on paper may use: that of its page, and how its table fits.

    `widths` are those of the columns as parts of the whole, `size` is that of the table's letters in
    hundredths of a point, and a column's `share` is what it takes of the room that others leave.
    """
    values = page_values(report, view)
    columns = values["columns"]
    wants, needs = widths([[one["heading"] for one in columns], *values["rows"]])
    sideways = sum(wants) > _UPRIGHT
    room = _SIDEWAYS if sideways else _UPRIGHT
    return {
        **values,
        "sideways": sideways,
        "size": max(_SMALLEST, min(_SIZE, _SIZE * room // max(sum(needs), 1))),
        "widths": shared_out(wants, needs, room),
        "columns": [
            {**one, "share": want if want > _WIDE else 0} for one, want in zip(columns, wants, strict=True)
        ],
        "leaves": values["leaves"] if MUSTER_POINT in report.table.columns else [],
        "charts": [{**chart, "svg": svg(chart, view.school.folder)} for chart in values["charts"]],
        "problems": [*map(_problem, values["problems"]), *filter(None, [values["rest"]])],
        "foot": [*values["rules"], _made(values["digest"])],
    }


def widths(lines: Sequence[Sequence[str]]) -> tuple[list[int], list[int]]:
    """Of each column, how many letters its longest line has, and its longest word, which is not broken."""
    columns = list(zip(*lines, strict=True))
    wants = [max(len(line) for text in column for line in text.split("\n")) for column in columns]
    needs = [max((len(word) for text in column for word in text.split()), default=0) for column in columns]
    return [min(want, _WIDEST) + _BETWEEN for want in wants], [need + _BETWEEN for need in needs]


def shared_out(wants: Sequence[int], needs: Sequence[int], room: int) -> list[int]:
    """How wide each column is: what it needs, and its part of what is left by how much more it wants."""
    more = [want - need for want, need in zip(wants, needs, strict=True)]
    spare = max(room - sum(needs), 0)
    whole = max(sum(more), 1)
    return [need + one * spare // whole for need, one in zip(needs, more, strict=True)]


def _problem(problem: dict[str, str]) -> str:
    place = f"{problem['file']}: " if problem["file"] else ""
    return f"{problem['severity']} {place}{problem['line']} {problem['remedy']}".strip()


def _made(digest: str) -> str:
    kept = "Holds children’s personal details: keep it as the school’s policy says."
    return f"Made by attendkit from register {digest}. {kept}"

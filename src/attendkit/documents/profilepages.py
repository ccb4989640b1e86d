"""One pupil on one page of A4, in a browser and as PDF: the report of the duty `pupil` on paper."""

from collections.abc import Iterator, Mapping
from typing import Any

from attendkit.documents.charts import svg
from attendkit.documents.leaves import KEEP, MADE_FROM
from attendkit.documents.page import page_values
from attendkit.documents.profile import KEY, facts, pupils_of, sections, who
from attendkit.documents.templates import page
from attendkit.documents.typesetting import report_pdf
from attendkit.documents.weeks import calendar_drawing, weeks_of
from attendkit.findings import Report, View


def profile_bytes(report: Report, view: View) -> bytes:
    """The bytes of a page of A4 a pupil, from `reports/pupil.html`."""
    values = page_values(report, view)
    values["counts"] = []
    values["key"] = KEY
    values["pupils"] = list(_told(report, view))
    return page(["reports/pupil.html"], values, view.school.folder).encode()


def profile_pdf(report: Report, view: View) -> bytes:
    """The bytes of the same on paper, as PDF/UA-1, from `reports/pupil.typ`."""
    values = page_values(report, view)
    values["key"] = KEY
    values["foot"] = [*values["rules"], f"{MADE_FROM} {values['digest']}. {KEEP}"]
    values["pupils"] = [
        {**one, "svg": svg(one["calendar"], view.school.folder), "alt": _read(one["calendar"])}
        for one in _told(report, view)
    ]
    return report_pdf("reports/pupil.typ", values, report.on, view.school.folder)


def _told(report: Report, view: View) -> Iterator[dict[str, Any]]:
    """What a page says of each pupil: who, facts, the calendar to draw, and sections of lines."""
    for number, row in enumerate(pupils_of(report, view), start=1):
        yield {
            "who": who(row),
            "facts": [{"name": name, "text": text} for name, text in facts(row, view)],
            "calendar": calendar_drawing(weeks_of(row["calendar"]), who(row), number),
            "sections": [{"name": name, "lines": list(lines)} for name, lines in sections(row, view)],
        }


def _read(calendar: Mapping[str, Any]) -> str:
    """The calendar for those who cannot see it."""
    return f"{calendar['title']}. {calendar['says']} {calendar['read']}."

"""The safeguarding log on paper, for the safeguarding lead: who is to be seen, then what was done."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attendkit.documents.leaves import Figure, Leaf, Section, leaves_html, leaves_pdf, section
from attendkit.documents.leavesword import leaves_docx
from attendkit.documents.shown import heading_lines, with_names
from attendkit.findings import Column, Kind, Report, View, counted

_WHO = (Column("name", "Pupil"), Column("tutor", "Tutor"))
_UNSEEN = (
    *_WHO,
    Column("school_days", "School days", Kind.NUMBER),
    Column("seen_on", "Last seen", Kind.DATE),
    Column("seen_by", "By"),
    Column("flags", "Known", hangs=True),
    Column("tried", "Last tried"),
    Column("tried_on", "On", Kind.DATE),
)
_LOGGED = (
    Column("on", "Day", Kind.DATE),
    *_WHO,
    Column("says", "What was done", hangs=True),
    Column("by", "By"),
)
_MUST, _ASK = "Must be seen", "To ask after"


def safeguarding_pdf(report: Report, view: View) -> bytes:
    """The log as PDF, on as many pages as it needs: nothing of it is left out."""
    return leaves_pdf("reports/safeguarding-log.typ", [_leaf(report, view)], report, view)


def safeguarding_html(report: Report, view: View) -> bytes:
    """The log as a web page."""
    return leaves_html("reports/safeguarding-log.html", [_leaf(report, view)], report, view)


def safeguarding_docx(report: Report, view: View) -> bytes:
    """The log as a Word file, to be written in."""
    return leaves_docx([_leaf(report, view)], report, view)


def _leaf(report: Report, view: View) -> Leaf:
    title, under = heading_lines(report, view)
    counts = report.counts
    figures = [
        Figure(_MUST, str(counts["must_be_seen"])),
        Figure(_ASK, str(counts["not_seen"])),
        Figure("Entries", str(counts["logged"]), "this week"),
        *(Figure(kind.capitalize(), str(number)) for kind, number in counts["kinds"].items()),
    ]
    rows = with_names(report.rows, view).to_dicts()
    return Leaf(
        "safeguarding log", title, under, tuple(figures), tuple(_sections(rows, report)), notes=report.notes
    )


def _sections(rows: Sequence[Mapping[str, Any]], report: Report) -> Iterator[Section]:
    for state, title in (("must_be_seen", _MUST), ("not_seen", _ASK)):
        yield from _section(rows, state, title, _UNSEEN, report)
    yield from _section(rows, "logged", "What was done this week", _LOGGED, report)


def _section(
    rows: Sequence[Mapping[str, Any]], state: str, title: str, columns: tuple[Column, ...], report: Report
) -> Iterator[Section]:
    theirs = [row for row in rows if row["state"] == state]
    if theirs:
        cells = [[row[column.name] for column in columns] for row in theirs]
        one, several = ("entry", "entries") if state == "logged" else ("pupil", "pupils")
        yield section(f"{title}: {counted(len(theirs), one, several)}", columns, cells, report, cut=0)

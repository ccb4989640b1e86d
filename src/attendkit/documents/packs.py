"""The papers of a weekly meeting, at most two pages: a College Leader's, the panel's, the caseworker's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from attendkit.documents.cells import KEPT, PARTED, day_text, words
from attendkit.documents.enclosing import Enclosure
from attendkit.documents.leaves import (
    Figure,
    Leaf,
    Reader,
    Section,
    leader_of,
    leaves_html,
    leaves_pdf,
    section,
)
from attendkit.documents.leavesword import leaves_docx
from attendkit.documents.shown import heading_lines, with_names
from attendkit.duties.meeting_pack.kinds import SECTIONS
from attendkit.findings import Column, Kind, Report, View, counted, long_date, short_date

TEMPLATE = "reports/meeting-pack.typ"
_LONG_ASIDE = re.compile(r" \([^()]{60,}\)")  # such as each of eight sessions still N

_PUPIL = Column("name", "Pupil")
_TUTOR = Column("tutor", "Tutor")
_YEAR = (
    Column("missed", "Missed", Kind.NUMBER),
    Column("possible", "of", Kind.NUMBER),
    Column("percent", "Year", Kind.PERCENT),
)
_SINCE = Column("since", "Since then", Kind.NUMBER)
_SAYS = Column("says", "What is known", hangs=True)
_SHAPES: Mapping[str, tuple[Column, ...]] = {
    "actions": (
        _PUPIL,
        _TUTOR,
        Column("says", "Action", hangs=True),
        Column("owner", "Whose"),
        Column("due", "By", Kind.DATE),
        Column("overdue", "Overdue", Kind.FLAG),
    ),
    "targets": (
        _PUPIL,
        _TUTOR,
        Column("says", "Target", hangs=True),
        Column("due", "Until", Kind.DATE),
        _SINCE,
        *_YEAR,
    ),
    "cases": (
        _PUPIL,
        _TUTOR,
        Column("says", "Case", hangs=True),
        Column("owner", "Lead"),
        Column("due", "Review", Kind.DATE),
        _SINCE,
        *_YEAR,
    ),
    "worse": (
        _PUPIL,
        _TUTOR,
        Column("band_before", "Was"),
        Column("band", "Is now", hangs=True),
        _SINCE,
        *_YEAR,
    ),
    "next": (_PUPIL, _TUTOR, Column("band", "Band"), *_YEAR, Column("next_step", "Next step", hangs=True)),
}
_GROUPS = (
    Column("name", "Group", hangs=True),
    Column("pupils", "Pupils", Kind.NUMBER),
    Column("percent", "Year", Kind.PERCENT),
    Column("gap", "Gap to the rest", Kind.POINTS),
    Column("persistent", "PA", Kind.NUMBER),
    Column("persistent_percent", "PA rate", Kind.PERCENT),
)
_PLAIN = (_PUPIL, _TUTOR, _SAYS, *_YEAR)
_CUT_LAST = 100
_KEPT = 8  # rows of each section, as long as anything else can go


def pack_pdf(report: Report, view: View) -> bytes:
    """Every pack, at most two pages of A4 each, in one PDF."""
    return leaves_pdf(TEMPLATE, pack_leaves(report, view), report, view)


def pack_html(report: Report, view: View) -> bytes:
    """Every pack in one web page, with nothing left out."""
    return leaves_html("reports/meeting-pack.html", pack_leaves(report, view), report, view)


def pack_docx(report: Report, view: View) -> bytes:
    """Every pack in one Word file, to take the minutes in, with nothing left out."""
    return leaves_docx(pack_leaves(report, view), report, view)


def pack_enclosures(report: Report, view: View) -> tuple[Enclosure, ...]:
    """The packs, to go to the College Leaders; the other two have no one reader."""
    leaves = pack_leaves(report, view)
    return tuple(Enclosure(leaf, report, TEMPLATE, "reports/email-leader.txt") for leaf in leaves)


def pack_leaves(report: Report, view: View) -> tuple[Leaf, ...]:
    """The leaf of each pack: a college's own, or the one for all."""
    rows = with_names(report.rows, view).to_dicts()
    return tuple(
        _leaf(college, figures, [row for row in rows if row["college"] == college], report, view)
        for college, figures in report.counts["packs"].items()
    )


def _leaf(college: str, figures: Mapping[str, Any], rows: Sequence[Any], report: Report, view: View) -> Leaf:
    reader = leader_of(view, college)
    whom = ", ".join(filter(None, (college, reader.name)))
    _, under = heading_lines(report, view)
    title = report.title.partition(",")[0].partition(" (")[0]
    since = day_text(figures["since"], view.on)
    last = f"since the last meeting, {since}" if figures["met"] == figures["since"] else f"since {since}"
    return Leaf(
        stem=f"{title.lower()} {college}".strip(),
        title=f"{title}: {whom}" if whom else title,
        under=PARTED.join((long_date(view.on), last, under)),
        figures=tuple(_figures(figures)),
        sections=(*_sections(rows, report), *_groups(report)),
        notes=(*_logged(figures), *report.notes),
        reader=reader if college else Reader(title),
    )


def _figures(figures: Mapping[str, Any]) -> Iterator[Figure]:
    moved = f"{figures['moved_worse']} / {figures['moved_better']}"
    yield Figure("This year", figures["attendance"] or "none", "attendance")
    yield Figure("Pupils", f"{figures['pupils']:,}")
    yield Figure("Severe", f"{figures['severe']:,}")
    yield Figure("Persistent", f"{figures['persistent']:,}", "severe apart")
    yield Figure("At risk", f"{figures['at_risk']:,}")
    yield Figure("Moved", moved, f"worse / better, since {short_date(figures['since'])}")
    yield Figure("Open N", f"{figures['open_n']:,}", f"{figures['overdue']:,} overdue")
    yield Figure("Actions", f"{figures['actions_overdue']:,}", "overdue")


def _logged(figures: Mapping[str, Any]) -> Iterator[str]:
    if figures["logged"]:
        told = ", ".join(f"{words(kind.replace('-', ' '))}{KEPT}{n}" for kind, n in figures["logged"].items())
        yield f"Logged since then: {told}."


def _sections(rows: Sequence[Mapping[str, Any]], report: Report) -> Iterator[Section]:
    """The sections in the meeting's own order, which is that of importance: the last gives up rows first."""
    for place, (name, part) in enumerate(groupby(rows, lambda row: row["section"])):
        theirs = list(part)
        columns = _SHAPES.get("worse" if name == "better" else name, _PLAIN)
        if name == "cases":
            theirs = [{**row, "says": _with_next(row)} for row in theirs]
        cells = [[_cell(row, column.name) for column in columns] for row in theirs]
        one = "action" if name == "actions" else "target" if name == "targets" else "pupil"
        title = f"{SECTIONS[name]}: {counted(len(theirs), one)}"
        yield section(
            title, columns, cells, report, cut=_CUT_LAST - place, least=_KEPT, about=(one, f"{one}s")
        )


def _groups(report: Report) -> Iterator[Section]:
    """Groups of pupils, where the meeting looks at them; small ones are not told."""
    groups = report.counts.get("groups")
    if groups:
        cells = [
            [name, *(figures[column.name] for column in _GROUPS[1:])] for name, figures in groups.items()
        ]
        yield section("Groups", _GROUPS, cells, report, cut=0, about=("group", "groups"))


def _with_next(row: Mapping[str, Any]) -> str:
    return f"{row['says']}. Next: {row['next_step']}"


def _cell(row: Mapping[str, Any], name: str) -> Any:
    match name:
        case "since":
            return f"{row['since_missed']} of {row['since_possible']}"
        case "band" | "band_before":
            return words(row[name] or "")
        case "says":
            return _LONG_ASIDE.sub("", row["says"] or "")
        case "overdue":
            return row["overdue"] or None
    return row[name]

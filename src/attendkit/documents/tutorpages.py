"""A page a tutor group: the report of the duty `tutor-report` as a tutor reads it, most important first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from attendkit.documents.cells import PARTED, day_text, label, words
from attendkit.documents.enclosing import Enclosure
from attendkit.documents.leaves import (
    Figure,
    Leaf,
    Section,
    leaves_html,
    leaves_pdf,
    section,
    tutor_of,
)
from attendkit.documents.shown import heading_lines, with_names
from attendkit.findings import Column, Kind, Report, View, counted

NO_GROUP = "no tutor group"
_TEMPLATE = "reports/tutor-weekly.typ"
_SAID = 3  # days of N that are named one by one

_Rows = Sequence[Mapping[str, Any]]

_PUPIL = Column("pupil", "Pupil")
_YEAR = (
    Column("missed", "Missed", Kind.NUMBER),
    Column("possible", "of", Kind.NUMBER),
    Column("percent", "Year", Kind.PERCENT),
)
_UNSETTLED = (
    _PUPIL,
    Column("n_marks", "Sessions", hangs=True),
    Column("settle_by", "Settle by", Kind.DATE),
    Column("overdue", "Overdue", Kind.NUMBER),
)
_MOVED = (
    _PUPIL,
    Column("band_before", "Was"),
    Column("band", "Is now", hangs=True),
    Column("week_missed", "This week", Kind.NUMBER),
    *_YEAR,
)
_LATE = (
    Column("pupil", "Pupil", hangs=True),
    Column("week_late", "L this week", Kind.NUMBER),
    Column("week_late_after_close", "U this week", Kind.NUMBER),
    Column("week_minutes_late", "Minutes", Kind.NUMBER),
    Column("late", "L this year", Kind.NUMBER),
    Column("late_after_close", "U this year", Kind.NUMBER),
)
_AWAY = (
    _PUPIL,
    Column("week_away", "Away this week", hangs=True),
    Column("band", "Band"),
    *_YEAR,
)


def tutor_pdf(report: Report, view: View) -> bytes:
    """A page of A4 a tutor group, in one PDF."""
    return leaves_pdf(_TEMPLATE, tutor_leaves(report, view), report, view)


def tutor_html(report: Report, view: View) -> bytes:
    """A page of its own a tutor group, in one web page, with nothing left out."""
    return leaves_html("reports/tutor-weekly.html", tutor_leaves(report, view), report, view)


def tutor_enclosures(report: Report, view: View) -> tuple[Enclosure, ...]:
    """A page a tutor group, to go to its tutor."""
    leaves = tutor_leaves(report, view)
    return tuple(Enclosure(leaf, report, _TEMPLATE, "reports/email-tutor.txt") for leaf in leaves)


def tutor_leaves(report: Report, view: View) -> tuple[Leaf, ...]:
    """The leaf of each tutor group, in the report's order."""
    rows = with_names(report.rows, view).with_columns(pl.col("tutor").fill_null(""))
    parts = {name: list(part) for name, part in groupby(rows.to_dicts(), key=lambda row: row["tutor"])}
    return tuple(
        _leaf(group, pupils, report.counts["groups"][group], report, view) for group, pupils in parts.items()
    )


def _leaf(group: str, pupils: _Rows, figures: Mapping[str, Any], report: Report, view: View) -> Leaf:
    reader = tutor_of(view, group)
    whom = ", ".join(filter(None, (group or NO_GROUP, reader.name)))
    _, under = heading_lines(report, view)
    start, _ = view.calendar.school_week(view.on)
    rule = view.rule("praise")
    reasons = [rule.choices["reasons"][name] for name in rule.values["reasons"]]
    week = f"week of {day_text(start, view.on)} to {day_text(view.on, view.on)}"
    return Leaf(
        stem=f"tutor {group or NO_GROUP}",
        title=f"Tutor group {whom}",
        under=f"{week}{PARTED}{under}",
        figures=tuple(_figures(figures, pupils)),
        sections=tuple(_sections(pupils, reasons, report)),
        notes=report.notes[1:],
        reader=reader,
    )


def _figures(figures: Mapping[str, Any], pupils: _Rows) -> Iterator[Figure]:
    full = sum(row["week_possible"] > 0 and row["week_missed"] == 0 for row in pupils)
    change = figures["change"]
    sign = "" if change is None or change.startswith("-") or not change.strip("0.") else "+"
    yield Figure("This week", _share(figures["week_percent"]), f"{sign}{change} points" if change else "")
    yield Figure("This year", _share(figures["percent"]))
    yield Figure("Pupils", str(len(pupils)), f"{full} with a full week")
    yield Figure("Worse band", str(figures["worse"]), "since the week before")
    yield Figure("Better band", str(figures["better"]), "since the week before")
    yield Figure("Lates", str(figures["lates"]), "L and U this week")
    yield Figure("Open N", str(figures["open_n"]), f"{figures['overdue']} overdue")
    yield Figure("To praise", str(figures["praise"]))


def _share(text: str | None) -> str:
    return f"{text}%" if text else "none"


def _sections(pupils: _Rows, reasons: Sequence[str], report: Report) -> Iterator[Section]:
    """What there is to say, most important first; a section with nothing in it is left out."""
    unsettled = _part(pupils, lambda row: row["open_n"], key=lambda row: (row["settle_by"], -row["open_n"]))
    if unsettled:
        told = [{**row, "n_marks": _n_marks(row["n_marks"], report)} for row in unsettled]
        says = "Find out why, and write it in before the day it is to be settled by. An overdue N becomes O."
        yield _section("N marks to settle", _UNSETTLED, told, report, says=says, cut=5, blanks=("Reason",))
    worse = _part(pupils, lambda row: row["moved"] == "worse", key=_most_missed)
    if worse:
        yield _section("Moved to a worse band", _MOVED, worse, report, cut=6)
    lates = _part(
        pupils,
        lambda row: row["week_late"] + row["week_late_after_close"],
        key=lambda row: (-row["week_late"] - row["week_late_after_close"], -row["week_minutes_late"]),
    )
    if lates:
        yield _section("Late this week", _LATE, lates, report, cut=3)
    yield from _to_praise(pupils, reasons)
    away = _part(
        pupils, lambda row: row["week_missed"], key=lambda row: (-row["week_missed"], _most_missed(row))
    )
    if away:
        told = [{**row, "week_away": _week_away(row["week_away"])} for row in away]
        yield _section("Away this week", _AWAY, told, report, cut=1)


def _to_praise(pupils: _Rows, reasons: Sequence[str]) -> Iterator[Section]:
    """The praise list: each reason, and who; a pupil stands under the first of theirs."""
    rows = []
    for reason in reasons:
        names = [row["name"] for row in pupils if row["praise"][:1] == [reason]]
        rows += [[f"{label(reason)}: {'; '.join(names)}."]] if names else []
    if rows:
        yield Section("To praise", (), rows, words=True, cut=4, about=("reason", "reasons"))


def _part(
    pupils: _Rows, wanted: Callable[[Mapping[str, Any]], Any], key: Callable[[Mapping[str, Any]], Any]
) -> list[Mapping[str, Any]]:
    return sorted((row for row in pupils if wanted(row)), key=key)


def _most_missed(row: Mapping[str, Any]) -> int:
    return -int(row["missed"])


def _section(
    title: str, columns: tuple[Column, ...], rows: Sequence[Mapping[str, Any]], report: Report, **more: Any
) -> Section:
    names = ["name" if column.name == "pupil" else column.name for column in columns]
    cells = [[_worded(row[name]) if name.startswith("band") else row[name] for name in names] for row in rows]
    return section(f"{title}: {counted(len(rows), 'pupil')}", columns, cells, report, **more)


def _worded(band: str) -> str:
    return words(band)


def _n_marks(marks: _Rows, report: Report) -> str:
    """The open N of a pupil in words: each day where they are few, else how many and since when."""
    days = [
        (day, [one["session"] for one in day_of]) for day, day_of in groupby(marks, lambda one: one["date"])
    ]
    if len(days) > _SAID:
        return f"{len(marks)}, the oldest of {day_text(days[0][0], report.on)}"
    return ", ".join(f"{day_text(day, report.on)} {' and '.join(sessions)}" for day, sessions in days)


def _week_away(sessions: _Rows) -> str:
    """The sessions missed this week in words: whole days by their names, half days with their session."""
    days = [
        (day, [one["session"] for one in day_of])
        for day, day_of in groupby(sessions, lambda one: one["date"])
    ]
    return ", ".join(day_text(day, day).split()[0] + ("" if len(s) > 1 else f" {s[0]}") for day, s in days)

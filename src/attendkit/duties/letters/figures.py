"""The figures of a letter: what each pupil has missed, in days first, with the days themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from attendkit.findings import View, in_days, long_date
from attendkit.measures.codes import category, told
from attendkit.measures.sessions import FIGURES, percent
from attendkit.model import Session
from attendkit.rules.codes import Category
from attendkit.terms import academic_year

MOST_LINES = 10
"""The most lines of absences that leave a letter on one page."""

_WHEN = {Session.AM: "morning", Session.PM: "afternoon"}
_ALL_DAY = "all day"
_FRIDAY, _TO_MONDAY = 4, 3

Mark = tuple[date, int, str]
"""A session missed: its date, its number, and how the register has it, in words."""


@dataclass(frozen=True)
class Missed:
    """What every pupil looked at has missed this academic year, as letters say it."""

    view: View

    @cached_property
    def totals(self) -> Mapping[int, Mapping[str, Any]]:
        """Every figure of each pupil with a mark this academic year, in sessions."""
        rows = self.view.figures.with_columns(percent=percent())
        ill = self.view.rule("medical-evidence").codes()
        theirs = self.view.marks.filter(pl.col("code").is_in(ill)).group_by("pupil").agg(ill=pl.len())
        first = (
            told(self.view.marks)
            .filter(FIGURES["possible"])
            .group_by("pupil")
            .agg(first=pl.col("date").min())
        )
        both = rows.join(theirs, on="pupil", how="left").join(first, on="pupil", how="left")
        return {row["pupil"]: row for row in both.fill_null(0).iter_rows(named=True)}

    @cached_property
    def marks(self) -> Mapping[int, Sequence[Mark]]:
        """Every session that each pupil missed this academic year, in order."""
        return by_pupil(self.view, self.view.missed)

    def figures(self, pupil: int) -> dict[str, Any]:
        """The figures of one pupil: days as a parent counts them, then sessions, then the percentage."""
        row = self.totals.get(pupil)
        if row is None or row["first"] is None:
            return {}
        return {
            "since": long_date(row["first"]),
            "missed_days": in_days(row["absent"]),
            "missed_sessions": row["absent"],
            "possible_days": in_days(row["possible"]),
            "possible_sessions": row["possible"],
            "authorised_days": in_days(row["authorised"]),
            "unauthorised_days": in_days(row["unauthorised"]),
            "unauthorised_sessions": row["unauthorised"],
            "ill_days": in_days(row["ill"]),
            "lates": row["late"] + row["late_after_close"],
            "percent": f"{row['percent']}%",
        }


def by_pupil(view: View, marks: pl.DataFrame) -> Mapping[int, Sequence[Mark]]:
    """Sessions missed by each pupil, in order, from marks (`register.model.MARKS`).

    How the register has them is all that is said: a code may tell of illness, religion or a suspension.
    """
    unexplained = view.rule("first-day-calling").codes("unexplained")
    reason = (
        pl.when(pl.col("code").is_in(unexplained))
        .then(pl.lit("no reason given yet"))
        .when(pl.col("code") == view.rule("lateness").values["after_close"])
        .then(pl.lit("came after the register had closed"))
        .when(category() == Category.AUTHORISED.value)
        .then(pl.lit("authorised"))
        .otherwise(pl.lit("not authorised"))
    )
    found: dict[int, list[Mark]] = {}
    told_of = marks.sort("pupil", "date", "session").select("pupil", "date", "session", reason)
    for pupil, *mark in told_of.iter_rows():
        found.setdefault(pupil, []).append((mark[0], mark[1], mark[2]))
    return found


def absences(marks: Sequence[Mark], on: date, most: int = MOST_LINES) -> dict[str, Any]:
    """Sessions missed as lines of a letter of a day: `absences`, and `earlier` where they are over `most`."""
    lines = _lines(marks, academic_year(on)[0])
    shown, before = lines[-most:], lines[:-most]
    told_of = [{name: one[name] for name in ("date", "when", "reason")} for one in shown]
    earlier = sum(one["sessions"] for one in before)
    return {"absences": told_of, **({"earlier": {"days": in_days(earlier)}} if earlier else {})}


def _lines(marks: Iterable[Mark], year_from: date) -> list[dict[str, Any]]:
    """A line a day or half day; whole days in a row for one reason are one line."""
    lines: list[dict[str, Any]] = []
    for day in _days(marks):
        last = lines[-1] if lines else None
        if last and _goes_on(last, day):
            last |= {"last": day["last"], "sessions": last["sessions"] + day["sessions"]}
        else:
            lines.append(day)
    for line in lines:
        one_day = line["first"] == line["last"]
        ends = [_day(line[end], year_from) for end in ("first", "last")]
        line["date"] = ends[0] if one_day else " to ".join(ends)
        line["when"] = line["when"] if one_day else in_days(line["sessions"])
    return lines


def _goes_on(line: Mapping[str, Any], day: Mapping[str, Any]) -> bool:
    """Whether a day is the next weekday after a line's last: a line names no day that was not missed."""
    whole = line["when"] == day["when"] == _ALL_DAY and line["reason"] == day["reason"]
    last: date = line["last"]
    following = last + timedelta(days=_TO_MONDAY if last.weekday() == _FRIDAY else 1)
    return whole and bool(following == day["first"])


def _days(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """A line a day, or one a half day where the two have different reasons."""
    days: dict[tuple[date, str], list[int]] = {}
    for day, session, reason in marks:
        days.setdefault((day, reason), []).append(session)
    return [
        {
            "first": day,
            "last": day,
            "sessions": len(sessions),
            "when": _ALL_DAY if len(sessions) == len(Session) else _WHEN[Session(sessions[0])],
            "reason": reason,
        }
        for (day, reason), sessions in days.items()
    ]


def _day(day: date, year_from: date) -> str:
    """A day as a letter lists it, Friday 20 November; one before the letter's own year has its year."""
    return f"{day:%A} {day.day} {day:%B}" if day >= year_from else long_date(day)

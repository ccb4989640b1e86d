"""The pictures of the report: the trend by week, the shape of the week, and groups beside the nation."""

from collections.abc import Iterator, Sequence

import polars as pl

from attendkit.duties.kpi.against import WHOLE, Published, attendance
from attendkit.duties.kpi.groupings import FLAGS, label
from attendkit.findings import Chart, Point, View
from attendkit.measures.sessions import percent, totals
from attendkit.rules.benchmarks import Benchmark

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PICTURED = (*FLAGS, "sen", "sex")


def pictures(view: View, rows: pl.DataFrame, cohort: pl.Series, published: Published) -> Iterator[Chart]:
    """Every picture that there is something to show in.

    Args:
        view: what the report looks at.
        rows: the report's rows, in order, with what is left out of them left out.
        cohort: the pupils of the national cohort, or none.
        published: what they are set against.
    """
    marks = view.marks.filter(pl.col("pupil").is_in(cohort.implode())) if len(cohort) else view.marks
    whose = "Years 7 to 11" if len(cohort) else "all pupils"
    nation = published.attendance if len(cohort) else None
    daily = totals(marks, by=("date",)).filter(pl.col("possible") > 0)
    if daily.height:
        yield _trend(view, daily, whose, nation)
    if groups := list(_groups(rows, cohort=bool(len(cohort)))):
        yield _beside(groups, whose, nation)
    if daily.height:
        yield _week(daily, whose)


def _trend(view: View, daily: pl.DataFrame, whose: str, nation: Benchmark | None) -> Chart:
    weekday = pl.col("date").dt.weekday() - 1
    back = (weekday - view.calendar.week_starts_on) % 7
    weekly = _summed(daily, pl.col("date") - pl.duration(days=back.cast(pl.Int64)), "present")
    points = [
        Point(f"{day.day} {_MONTHS[day.month - 1]}", value, f"{text}%")
        for day, value, text in weekly.iter_rows()
    ]
    said = _ends(points, "Highest in the week of", "lowest in that of")
    return Chart(
        title=f"Attendance by week, {whose}",
        says=f"{said}{_named(nation)}",
        kind="trend",
        points=tuple(points),
        against=_line(nation, present=True),
    )


def _week(daily: pl.DataFrame, whose: str) -> Chart:
    shape = _summed(daily, pl.col("date").dt.weekday(), "absent")
    points = [Point(_WEEKDAYS[day - 1], value, f"{text}%") for day, value, text in shape.iter_rows()]
    return Chart(
        title=f"Absence by day of the week, {whose}",
        says=_ends(points, "Most absence on", "least on"),
        kind="bars",
        points=tuple(points),
    )


def _beside(groups: Sequence[Point], whose: str, nation: Benchmark | None) -> Chart:
    return Chart(
        title=f"Absence of groups, {whose}",
        says=f"{_ends(groups, 'Most absence:', 'least:')}{_named(nation)}",
        kind="bars",
        points=tuple(groups),
        against=_line(nation, present=False),
    )


def _groups(rows: pl.DataFrame, *, cohort: bool) -> Iterator[Point]:
    """The absence of each group, of its pupils in the national cohort where there are any."""
    present, possible = ("cohort_present", "cohort_possible") if cohort else ("present", "possible")
    absence = rows.filter(pl.col(possible) > 0).with_columns(away=pl.col(possible) - pl.col(present))
    told = absence.select(
        "group_type",
        "group",
        _hundredths("away", possible),
        percent("away", possible, decimals=1).alias("text"),
    )
    for group_type, group, value, text in told.iter_rows():
        if group_type in _PICTURED and (group_type not in FLAGS or group == "Y"):
            yield Point(label(group_type, group), value, f"{text}%")


def _summed(daily: pl.DataFrame, by: pl.Expr, part: str) -> pl.DataFrame:
    """A part of the possible sessions by anything: by, value (hundredths of a percent), text, sorted."""
    return (
        daily.group_by(by.alias("by"))
        .agg(pl.col(part, "possible").cast(pl.Int64).sum())
        .sort("by")
        .select("by", _hundredths(part, "possible"), percent(part, "possible", decimals=1).alias("text"))
    )


def _hundredths(part: str, whole: str) -> pl.Expr:
    of = pl.col(whole).cast(pl.Int64)
    return ((pl.col(part).cast(pl.Int64) * (2 * WHOLE) + of) // (of * 2)).alias("value")


def _ends(points: Sequence[Point], most: str, least: str) -> str:
    """The highest and the lowest of some values in words, the first of those that are equal."""
    high = max(points, key=lambda point: point.value or 0)
    low = min(points, key=lambda point: point.value or 0)
    if low.value == high.value:
        return f"{high.text} throughout."
    return f"{most} {high.label}, {high.text}; {least} {low.label}, {low.text}."


def _named(nation: Benchmark | None) -> str:
    return f" {nation.name}." if nation else ""


def _line(nation: Benchmark | None, *, present: bool) -> tuple[Point, ...]:
    value = (attendance(nation) if present else nation.absence) if nation else None
    if nation is None or value is None:
        return ()
    tenths = (value + 5) // 10
    return (Point(nation.area, value, f"{tenths // 10}.{tenths % 10}%"),)

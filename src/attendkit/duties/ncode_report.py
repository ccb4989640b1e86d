"""Every N still open, with its deadline in school days (R6)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from attendkit.findings import (
    CONTACTS,
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    counted,
    entry_text,
    gathered,
    long_date,
    session_name,
)
from attendkit.measures import days
from attendkit.model import Problem, Severity
from attendkit.rules import RuleVersion
from attendkit.terms import academic_year

UNSETTLED = "N"
"""The code of an absence whose reason is not yet established."""

ROWS = (
    "pupil",
    "tutor",
    "college",
    "date",
    "session",
    "age_school_days",
    "deadline",
    "overdue",
    "deadline_assumed",
    "pattern",
    "tried",
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("tutor", "Tutor"),
    Column("pupil", "Pupil"),
    Column("date", "Date", Kind.DATE),
    Column("session", "Session"),
    Column("age_school_days", "School days old", Kind.NUMBER),
    Column("deadline", "Settle by", Kind.DATE),
    Column("overdue", "Overdue", Kind.FLAG),
    Column("pattern", "Pattern", narrow=True),
    Column("tried", "Tried", hangs=True),
)

_PATTERN_FROM = 3
"""The fewest days with N in which a weekday can be called a pattern."""


def ncode_report(view: View) -> Report:
    """Every N of the academic year that is still N, by tutor group and then by name.

    The day of the session is day 0; the deadline is the end of the fifth school day after it, and an N is
    overdue from the sixth. School days come from the calendar, never from weekdays; where the calendar
    ends, weekdays are assumed and `deadline_assumed` says so.

    Rows: `ROWS`. age_school_days is in school days. pattern counts an N's weekdays ("4 of 5 are Mondays").
    tried is every try to reach home, and word from it, that was logged since the day of the session.
    """
    rule = view.rule("n-code")
    open_n = view.marks.filter(pl.col("code") == UNSETTLED)
    rows = _rows(view, rule, open_n)
    found, evidence = gathered(_said(rows, rule), open_n)
    return Report(
        duty="ncode-report",
        title=f"N codes still open on {long_date(view.on)}",
        on=view.on,
        rows=rows.with_columns(session=session_name()).select(ROWS),
        shown=_shown(rows),
        columns=_COLUMNS if rows["tried"].count() else _COLUMNS[:-1],
        counts=_counts(view, rows),
        found=found,
        evidence=evidence,
        problems=_problems(view, rows),
        rests_on=("n-code",),
        labels={
            "open": "Open N",
            "due_today": "To settle by tonight",
            "resolved_since_last_friday": "",  # not known from one register alone
        },
        notes=tuple(_notes(view)),
    )


def _rows(view: View, rule: RuleVersion, open_n: pl.DataFrame) -> pl.DataFrame:
    limit = rule.number("school_days")
    return (
        open_n.join(days.ages(open_n["date"], view.calendar, view.on), on="date")
        .join(days.deadlines(open_n["date"], view.calendar, limit), on="date")
        .with_columns(overdue=pl.col("age_school_days") > limit)
        .join(_patterns(open_n), on="pupil", how="left")
        .join(_tried(view, open_n), on=["pupil", "date"], how="left")
        .join(view.order, on="pupil")
        .sort("by_tutor", "by_name", "date", "session")
    )


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a pupil and day: a day with two open sessions is one thing to ask about."""
    both = session_name().cast(pl.String).str.join(" and ").alias("session")
    rest = [column.name for column in _COLUMNS if column.name not in {"pupil", "date", "session"}]
    return rows.group_by("pupil", "date", maintain_order=True).agg(both, pl.col(rest).first())


def _tried(view: View, open_n: pl.DataFrame) -> pl.DataFrame:
    """What was logged of reaching home since each day with an open N: pupil, date, tried."""
    rows = []
    for pupil, day in open_n.select("pupil", "date").unique().iter_rows():
        since = [entry_text(one) for one in view.casework.of(pupil, *CONTACTS) if one.on >= day]
        if since:
            rows.append((pupil, day, "; ".join(since)))
    schema = pl.Schema({"pupil": pl.UInt32(), "date": pl.Date(), "tried": pl.String()})
    return pl.DataFrame(rows, schema=schema, orient="row")


def _patterns(open_n: pl.DataFrame) -> pl.DataFrame:
    """The weekday that more than half of a pupil's days with N fall on, as counts: pupil, pattern."""
    weekdays = (
        open_n.select("pupil", "date")
        .unique()
        .group_by("pupil", weekday=pl.col("date").dt.to_string("%As"))
        .agg(pl.len().alias("on_it"))
        .with_columns(days=pl.col("on_it").sum().over("pupil"))
    )
    often = (pl.col("days") >= _PATTERN_FROM) & (pl.col("on_it") * 2 > pl.col("days"))
    said = pl.format("{} of {} are {}", "on_it", "days", "weekday")
    return weekdays.filter(often).select("pupil", said.alias("pattern"))


def _said(rows: pl.DataFrame, rule: RuleVersion) -> pl.DataFrame:
    pupils = rows.group_by("pupil", maintain_order=True).agg(
        pl.len().alias("open"),
        pl.col("overdue").sum(),
        pl.col("date").min().alias("oldest"),
        pl.col("age_school_days").max().alias("age"),
        pl.col("deadline").min(),
    )
    said = [_sentence(row, rule) for row in pupils.iter_rows(named=True)]
    return pupils.select(
        "pupil", says=pl.Series(said, dtype=pl.String), of=pl.lit(None), rule=pl.lit(rule.id)
    )


def _sentence(row: Mapping[str, Any], rule: RuleVersion) -> str:
    sessions = counted(row["open"], "session")
    old = counted(row["age"], "school day")
    oldest = f"{sessions} still N, the oldest of {long_date(row['oldest'])}, {old} ago."
    if row["overdue"]:
        limit = counted(rule.number("school_days"), "school day")
        return f"{oldest} {row['overdue']} past {limit}, to become {rule.values['becomes']} now."
    return f"{oldest} Settle it by {long_date(row['deadline'])}."


def _counts(view: View, rows: pl.DataFrame) -> dict[str, Any]:
    figures = [
        pl.len().alias("open"),
        pl.col("pupil").n_unique().alias("pupils"),
        pl.col("overdue").sum(),
    ]
    total = rows.select(figures).row(0, named=True)
    return {
        **total,
        "due_today": rows.filter(pl.col("deadline") == view.on).height,
        "tried": rows["tried"].count(),
        "resolved_since_last_friday": None,
        "tutors": _by(rows.sort("by_tutor"), "tutor", figures),
        "colleges": _by(rows.sort("college", nulls_last=True), "college", figures),
    }


def _by(rows: pl.DataFrame, group: str, figures: list[pl.Expr]) -> dict[str, dict[str, int]]:
    groups = rows.group_by(group, maintain_order=True).agg(figures)
    return {row.pop(group) or "": row for row in groups.iter_rows(named=True)}


def _problems(view: View, rows: pl.DataFrame) -> tuple[Problem, ...]:
    assumed = rows.filter("deadline_assumed").height
    if not assumed:
        return ()
    known: date = view.calendar.known_until
    return (
        Problem(
            reason="calendar_ends",
            message=f"The calendar ends on {long_date(known)}: {counted(assumed, 'deadline')} after it "
            "taken as Monday to Friday.",
            file="attendkit.toml",
            remedy="Set this year's term dates and closures.",
            severity=Severity.WARNING,
        ),
    )


def _notes(view: View) -> Iterator[str]:
    start, _ = academic_year(view.on)
    chosen = view.pupils["pupil"].implode()
    older = view.register.marks.filter(
        pl.col("date") < start, pl.col("code") == UNSETTLED, pl.col("pupil").is_in(chosen)
    )
    if older.height:
        yield f"{counted(older.height, 'session')} of earlier academic years still N: not listed here."
    yield from changed_rules(view, "n-code")

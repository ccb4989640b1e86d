"""Ten sessions in ten school weeks: when a penalty notice must be considered, and what one would be (R17)."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from attendkit.duties.penalties.ledger import all_of, ledger
from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    counted,
    gathered,
    in_days,
    long_date,
    session_name,
)
from attendkit.measures.ages import of_school_age, while_of_school_age
from attendkit.measures.notices import STATES, Ladder, of_parents
from attendkit.measures.windows import spells, week_ends, within
from attendkit.model import Notice, Session
from attendkit.rules import RuleVersion
from attendkit.terms import academic_year

UNSETTLED = "N"
"""A session whose reason is still to be established: it counts, and nobody is referred on it."""

ROWS = (
    "pupil",
    "sessions",
    "window_first",
    "window_last",
    "reached_on",
    "reached_session",
    "open_n",
    "in_last_weeks",
    "short_of",
    "already_used",
    "notices",
    "next_notices",
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("sessions", "Sessions", Kind.NUMBER),
    Column("window_first", "From week of", Kind.DATE, narrow=True),
    Column("reached_on", "Reached on", Kind.DATE),
    Column("reached_session", "Session", narrow=True),
    Column("open_n", "Open N", Kind.NUMBER),
    Column("in_last_weeks", "In last weeks", Kind.NUMBER),
    Column("already_used", "Used before", Kind.NUMBER, narrow=True),
    Column("parents", "Notices"),
)


def penalties(view: View) -> Report:
    """Every pupil for whom a penalty notice must be considered; with `all`, also those on the way.

    With `ledger` it is the notices themselves: `penalties.ledger`.

    Sessions of G, N, O and U are counted across terms and years, over any ten school weeks in a row, once the
    sessions behind earlier notices are left out. The latest to reach it come first. Of a pupil who did more
    than once, the time told is the first that goes on into this academic year, else the latest of the year
    before; older ones are only counted. Sessions after compulsory school age do not count.

    Rows: `ROWS`. sessions are those from window_first to window_last, the first and last school day of the
    ten school weeks, up to the one that reached the threshold; where none did, up to the day looked from.
    open_n are those of them still N. in_last_weeks are those of the ten school weeks up to the day looked
    from, and short_of what these lack; with `all` whoever has one of these, or a notice, is listed.
    already_used were behind an earlier notice. notices and next_notices, `NOTICE` and `NEXT` of
    `measures.notices`, are of parents with a notice in the log or the list; any other's next is a first.
    """
    rule = view.rule("penalty-notice")
    listed = view.options.get("notices") or ()
    if view.options.get("ledger"):
        return ledger(view, listed)
    notices = [one.notice for one in all_of(view, listed)]
    of_age = of_school_age(view.pupils, view.rule("school-age"), academic_year(view.on)[0])
    marks = _counted(view, rule, of_age)
    unused = _unused(view, marks, notices)
    limit, span = rule.number("sessions"), rule.number("school_weeks")
    placed = within(unused, view.calendar.school_weeks, limit=limit, span=span)
    met, older = _met(placed, view.on)
    window = _window(placed, met, span)
    ladder = Ladder(view.rule("penalty-notice-amounts"), view.rule("penalty-notice-receipt"))
    parents = of_parents(ladder, notices, view.on)
    used = marks.join(unused, on=["pupil", "date", "session"], how="anti")
    every = _rows(view, rule, placed, window, _behind(used, parents))
    reached = every.filter(pl.col("reached_on").is_not_null())
    rows = every if view.options.get("all") else reached
    found, evidence = gathered(_said(reached, rule, window), window)
    return Report(
        duty="penalties",
        title=f"Penalty notices to consider on {long_date(view.on)}",
        on=view.on,
        rows=rows.with_columns(reached_session=session_name("reached_session")).select(ROWS),
        shown=_shown(view, rows),
        columns=_COLUMNS if parents.height else _COLUMNS[:-1],
        counts=_counts(view, every, parents, of_age),
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, reached.height, older, parents)),
    )


def _counted(view: View, rule: RuleVersion, of_age: pl.DataFrame) -> pl.DataFrame:
    """The marks that count: of the rule's codes, from its first day on, while of compulsory school age."""
    coded = pl.col("code").is_in(rule.codes()) & (pl.col("date") >= rule.since)
    return while_of_school_age(view.every_mark.filter(coded), of_age)


def _unused(view: View, marks: pl.DataFrame, notices: Sequence[Notice]) -> pl.DataFrame:
    """The marks that no earlier notice was issued for (R17.14)."""
    if view.rule("penalty-notice-sessions").values["used"] == "counted":
        return marks
    standing = [one for one in notices if one.first and not (one.withdrawn and one.withdrawn <= view.on)]
    used = [
        (pl.col("pupil") == one.pupil) & pl.col("date").is_between(one.first, one.last) for one in standing
    ]
    return marks.filter(~pl.any_horizontal(used)) if used else marks


def _met(placed: pl.DataFrame, on: date) -> tuple[pl.DataFrame, int]:
    """The one time that each pupil reached the threshold that is told, and how many are too old to tell."""
    start, _ = academic_year(on)
    year_before, _ = academic_year(start.replace(year=start.year - 1))
    times = spells(placed)
    recent = times.filter(pl.col("until") >= year_before)
    goes_on = pl.col("until") >= start
    told = (
        recent.with_columns(goes_on=goes_on)
        .sort("pupil", ~pl.col("goes_on"), pl.when("goes_on").then("nth").otherwise(-pl.col("nth")))
        .unique("pupil", keep="first", maintain_order=True)
    )
    return told, times["pupil"].n_unique() - told.height


def _window(placed: pl.DataFrame, met: pl.DataFrame, span: int) -> pl.DataFrame:
    """The marks of each window that reached the threshold, up to the one that did."""
    ends = met.select("pupil", met_nth="nth", met_week="week")
    inside = pl.col("week").is_between(pl.col("met_week") - span + 1, "met_week")
    return placed.join(ends, on="pupil", maintain_order="left").filter(
        pl.col("nth") <= pl.col("met_nth"), inside
    )


def _behind(used: pl.DataFrame, parents: pl.DataFrame) -> pl.DataFrame:
    """What is behind each pupil already: pupil, already_used (sessions), notices, next_notices."""
    sessions = used.group_by("pupil").agg(already_used=pl.len())
    return sessions.join(parents, on="pupil", how="full", coalesce=True)


def _rows(
    view: View, rule: RuleVersion, placed: pl.DataFrame, window: pl.DataFrame, behind: pl.DataFrame
) -> pl.DataFrame:
    """One row a pupil who reached it, has a session in the last weeks, or a notice; the latest first."""
    this_week = bisect_right(view.calendar.school_weeks, view.on) - 1
    span = rule.number("school_weeks")
    lately, n = pl.col("week") > this_week - span, pl.col("code") == UNSETTLED
    now = placed.group_by("pupil").agg(in_last_weeks=lately.sum(), n_lately=(lately & n).sum())
    then = window.group_by("pupil").agg(
        pl.col("week").last(),
        sessions=pl.len(),
        open_n=n.sum(),
        reached_on=pl.col("date").last(),
        reached_session=pl.col("session").last(),
    )
    last = pl.coalesce("week", pl.lit(max(this_week, 0)))
    firsts, lasts = week_ends(view.calendar.days, view.calendar.school_weeks)
    rows = view.order
    for each in (now, then, behind):
        rows = rows.join(each, on="pupil", how="left")
    return (
        rows.with_columns(
            pl.col("in_last_weeks", "n_lately", "already_used").fill_null(0),
            pl.col("notices", "next_notices").fill_null([]),
        )
        .filter(
            pl.col("reached_on").is_not_null()
            | (pl.col("in_last_weeks") > 0)
            | (pl.col("notices").list.len() > 0)
        )
        .with_columns(
            sessions=pl.coalesce("sessions", "in_last_weeks"),
            open_n=pl.coalesce("open_n", "n_lately"),
            window_first=pl.lit(firsts).gather((last - span + 1).clip(lower_bound=0), null_on_oob=True),
            window_last=pl.lit(lasts).gather(last, null_on_oob=True),
            short_of=(rule.number("sessions") - pl.col("in_last_weeks").cast(pl.Int64)).clip(lower_bound=0),
        )
        .sort("reached_on", "in_last_weeks", "by_name", descending=[True, True, False], nulls_last=True)
    )


def _said(reached: pl.DataFrame, rule: RuleVersion, window: pl.DataFrame) -> pl.DataFrame:
    named = window.filter(pl.col("code") == UNSETTLED).with_columns(session=session_name())
    open_n: dict[int, list[str]] = {}
    for pupil, day, session in named.select("pupil", "date", "session").iter_rows():
        open_n.setdefault(pupil, []).append(f"{long_date(day)} {session}")
    said = [_sentence(row, rule, open_n.get(row["pupil"], [])) for row in reached.iter_rows(named=True)]
    return reached.select(
        "pupil", says=pl.Series(said, dtype=pl.String), of=pl.lit(None), rule=pl.lit(rule.id)
    )


def _sentence(row: Mapping[str, Any], rule: RuleVersion, open_n: Sequence[str]) -> str:
    weeks = counted(rule.number("school_weeks"), "school week")
    sessions = counted(row["sessions"], "unauthorised session")
    reached = (
        f"{sessions} ({in_days(row['sessions'])}) in the {weeks} from {long_date(row['window_first'])}, "
        f"reached on {long_date(row['reached_on'])} {Session(row['reached_session']).name}"
    )
    if not open_n:
        return f"{reached}: consider a penalty notice."
    named = ", ".join(open_n)
    return f"{reached}: met including {len(open_n)} open N ({named}); do not refer until they are settled."


def _shown(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with each parent's notices, and the next one, in lines of words."""
    amounts = view.rule("penalty-notice-amounts")
    states = {
        "to_pay": "to pay",
        "paid_early": f"paid within {amounts.number('early_days')} days",
        "paid": f"paid within {amounts.number('days')} days",
        "paid_after": "paid too late",
        "unpaid": "not paid",
        "withdrawn": "withdrawn",
        "prosecuted": "prosecuted",
    }
    lines = [
        "\n".join(
            line
            for to_come in row["next_notices"]
            for line in (
                *(_notice_line(one, states) for one in row["notices"] if one["parent"] == to_come["parent"]),
                _next_line(to_come),
            )
        )
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(
        parents=pl.Series(lines, dtype=pl.String), reached_session=session_name("reached_session")
    )


def _notice_line(one: Mapping[str, Any], states: Mapping[str, str]) -> str:
    told = f"{one['parent']}: {one['notice']} notice, issued {_day(one['issued'])}, {states[one['state']]}"
    if one["state"] == "to_pay":
        early = f"£{one['early']} to {_day(one['early_until'])}, then " if one["early"] != one["full"] else ""
        told += f": {early}£{one['full']} to {_day(one['full_until'])}"
    return told + (" (receipt deemed: check)" if one["deemed"] else "")


def _next_line(one: Mapping[str, Any]) -> str:
    if one["notice"] == "none":
        return f"{one['parent']}: no other notice may be issued; consider another legal step"
    sums = f"£{one['full']}" if one["early"] == one["full"] else f"£{one['early']}, then £{one['full']}"
    return f"{one['parent']}: the next would be a {one['notice']} notice, {sums}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _counts(view: View, every: pl.DataFrame, parents: pl.DataFrame, of_age: pl.DataFrame) -> dict[str, Any]:
    reached = every.filter(pl.col("reached_on").is_not_null())
    states = Counter(one["state"] for notices in parents["notices"] for one in notices)
    return {
        "reached": reached.height,
        "to_settle_first": reached.filter(pl.col("open_n") > 0).height,
        "on_the_way": every.filter(pl.col("reached_on").is_null(), pl.col("in_last_weeks") > 0).height,
        "past_school_age": view.pupils.height - of_age.height,
        "notices": {"issued": sum(states.values()), **{state: states[state] for state in STATES}},
    }


def _notes(view: View, reached: int, older: int, parents: pl.DataFrame) -> Iterator[str]:
    if reached:
        wanted = view.rule("penalty-notice-referral").says
        yield f"Reaching it means that a notice is considered, case by case. {wanted}"
    if older:
        yield f"{counted(older, 'pupil')} reached it before the last academic year only: not listed here."
    notices = view.options.get("notices")
    if notices is None and not view.casework.kind("notice-issued"):
        yield (
            "No notice is logged and no list of them was given (--notices FILE), so none is known and every"
            " session counts."
        )
    if unsaid := sum(one.first is None for one in notices or ()):
        yield f"No dates of sessions for {counted(unsaid, 'notice')}: no session was left out there."
    if deemed := sum(one["deemed"] for theirs in parents["notices"] for one in theirs):
        says = view.rule("penalty-notice-receipt").says
        yield f"{counted(deemed, 'notice')} without a day of receipt. {says} Check it."

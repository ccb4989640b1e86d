"""Part-time timetables, from the sessions of C2 in the register: since when, how many, review by (R9)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    counted,
    gathered,
    long_date,
)
from attendkit.measures.ages import of_school_age, while_of_school_age
from attendkit.measures.weekly import arrangements, summed, weeks_gone
from attendkit.rules import RuleVersion
from attendkit.terms import academic_year

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

REVIEW = pl.Enum(["red", "amber", "not_due", "ended"])
"""How a review stands: overdue, due, not due yet, or no longer needed."""

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "since": pl.Date(),
        "until": pl.Date(),
        "sessions": pl.UInt32(),
        "school_weeks": pl.UInt32(),
        "sessions_a_week": pl.UInt32(),
        "review_from": pl.Date(),
        "review_by": pl.Date(),
        "review": REVIEW,
        "listed": pl.Boolean(),
        "agreed_on": pl.Date(),
        "agreed_until": pl.Date(),
        "reviewed_on": pl.Date(),
        "council_told": pl.Date(),
    }
)
"""The columns of the rows, in order. The last four are from the log: a register cannot say them."""

_ENTRIES = ("timetable-agreed", "timetable-reviewed", "told-council", "timetable-ended")

_ONE_DAY = timedelta(days=1)

_LOGGED = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "arrangement": pl.UInt32(),
        **{name: pl.Date() for name in ("agreed_on", "agreed_until", "reviewed_on", "council_told", "over")},
    }
)

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("review", "Review"),
    Column("since", "Since", Kind.DATE),
    Column("until", "Last session", Kind.DATE, narrow=True),
    Column("sessions", "Sessions", Kind.NUMBER),
    Column("school_weeks", "Weeks", Kind.NUMBER, narrow=True),
    Column("sessions_a_week", "A week", Kind.NUMBER),
    Column("review_from", "Review from", Kind.DATE, narrow=True),
    Column("review_by", "Review by", Kind.DATE),
    Column("listed", "Listed", Kind.FLAG, narrow=True),
    Column("agreed_until", "Agreed to", Kind.DATE),
    Column("council_told", "Council told", Kind.DATE, narrow=True),
)


def timetables(view: View) -> Report:
    """Every pupil on a part-time timetable now, the review longest overdue first; with `all`, those ended.

    One is taken to run from its first session of C2 to its last, through holidays, while the pupil is on roll
    and of compulsory school age; C2 past that age is for `coding`. What the register cannot show is in the
    log: whether it was agreed, until when, whether it was reviewed and whether the council was told.

    Rows: `ROWS`. sessions are of C2; school_weeks those with one; sessions_a_week the most in one of them.
    review_from and review_by are calendar weeks after since; review is amber from the one to the other, both
    included, and red after it. A review that is logged begins the weeks anew, and an end that is logged, or
    decided at a review, ends it. listed is the pupil list's word that the pupil is part-time.
    """
    rule = view.rule("part-time-timetable")
    coded = view.every_mark.filter(pl.col("code").is_in(rule.codes()), pl.col("date") >= rule.since)
    start, _ = academic_year(view.on)
    ages = of_school_age(view.pupils, view.rule("school-age"), rule.since)
    of_age = while_of_school_age(coded, ages)
    ends_after = view.rule("part-time-ended").number("school_weeks")
    arranged = arrangements(of_age, view.calendar, ends_after)
    every = _rows(view, summed(arranged, weeks_gone(view.calendar, view.on), ends_after))
    every = every.filter(pl.col("until") >= start)
    now = every.filter(pl.col("review") != "ended")
    found, evidence = gathered(_said(now, rule), arranged, by=["pupil", "arrangement"])
    rows = every if view.options.get("all") else now
    past = coded.filter(pl.col("date") >= start).join(of_age, on=["pupil", "date", "session"], how="anti")
    return Report(
        duty="timetables",
        title=f"Part-time timetables on {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS.names()).cast(ROWS),
        columns=_COLUMNS if every["agreed_on"].count() else _COLUMNS[:-2],
        counts=_counts(view, every),
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, now, past)),
        labels={"listed_without_c2": "Listed without C2"},
    )


def _rows(view: View, each: pl.DataFrame) -> pl.DataFrame:
    """One row a pupil and arrangement, with its review."""
    rule = view.rule("part-time-review")
    weeks = {name: timedelta(weeks=rule.number(name)) for name in ("from_weeks", "by_weeks")}
    gone = pl.col("ended") | ~pl.col("pupil").is_in(view.on_roll["pupil"].implode())
    gone = gone | (pl.col("over") >= pl.col("until")).fill_null(value=False)
    from_day = pl.coalesce("reviewed_on", "since")
    return (
        each.join(_logged(view, each), on=["pupil", "arrangement"], how="left")
        .join(view.order, on="pupil")
        .join(view.pupils.select("pupil", listed=pl.col("part_time").fill_null(value=False)), on="pupil")
        .with_columns(review_from=from_day + weeks["from_weeks"], review_by=from_day + weeks["by_weeks"])
        .with_columns(
            review=pl.when(gone)
            .then(pl.lit("ended"))
            .when(pl.col("review_by") < view.on)
            .then(pl.lit("red"))
            .when(pl.col("review_from") <= view.on)
            .then(pl.lit("amber"))
            .otherwise(pl.lit("not_due"))
            .cast(REVIEW),
        )
        .sort("review", "since", "by_name")
    )


def _logged(view: View, each: pl.DataFrame) -> pl.DataFrame:
    """What the log has of each arrangement: the agreement that it falls under, reviews, council, its end.

    The council may be told of one before it is agreed, but not while the one before it goes on.
    """
    rows = []
    earlier: dict[int, date] = {}
    for row in each.sort("since").select("pupil", "arrangement", "since", "until").iter_rows(named=True):
        every = view.casework.of(row["pupil"], *_ENTRIES)
        agreed, until = _agreement(every, row["since"], row["until"])
        since = min(row["since"], agreed or row["since"])
        after = earlier.get(row["pupil"], academic_year(since)[0] - _ONE_DAY)
        earlier[row["pupil"]] = row["until"]
        theirs = [one for one in every if one.on >= since]
        told = [one.on for one in every if one.on > after and _tells_council(one)]
        reviews = [one.on for one in theirs if one.kind == "timetable-reviewed"]
        over = [day for one in theirs if (day := _end(one)) and day <= view.on]
        found = (max(days, default=None) for days in (reviews, told, over))
        rows.append((row["pupil"], row["arrangement"], agreed, until, *found))
    return pl.DataFrame(rows, schema=_LOGGED, orient="row").cast({"arrangement": each.schema["arrangement"]})


def _agreement(every: Sequence["Entry"], since: date, until: date) -> tuple[date | None, date | None]:
    """When the last agreement that covers any of these days was made, and to which day it goes now."""
    made, ends = None, None
    for entry in every:
        body: Any = entry.body
        if entry.kind == "timetable-agreed" and body.first <= until and body.last >= since:
            made, ends = entry.on, body.last
        elif entry.kind == "timetable-reviewed" and made and body.last:
            ends = body.last
    return made, ends


def _tells_council(entry: "Entry") -> bool:
    body: Any = entry.body
    return entry.kind == "told-council" and str(body.what) == "part-time-timetable"


def _end(entry: "Entry") -> date | None:
    """The last day of a timetable, where this entry ends it: as logged, or as a review decided."""
    body: Any = entry.body
    if entry.kind == "timetable-ended":
        return entry.on
    ends = entry.kind == "timetable-reviewed" and body.outcome == "ends"
    return (body.last or entry.on) if ends else None


def _said(now: pl.DataFrame, rule: RuleVersion) -> pl.DataFrame:
    said = [_sentence(row, rule) for row in now.iter_rows(named=True)]
    return now.select(
        "pupil", "arrangement", says=pl.Series(said, dtype=pl.String), of=pl.lit(None), rule=pl.lit(rule.id)
    )


def _sentence(row: Mapping[str, Any], rule: RuleVersion) -> str:
    sessions = f"{counted(row['sessions'], 'session')} of {' or '.join(rule.codes())}"
    weeks = counted(row["school_weeks"], "school week")
    told = (
        f"On a part-time timetable since {long_date(row['since'])}: {sessions} in {weeks}, at most "
        f"{row['sessions_a_week']} a week"
    )
    review = {
        "red": f"the review was due by {long_date(row['review_by'])}",
        "amber": f"review it by {long_date(row['review_by'])}",
        "not_due": f"review it from {long_date(row['review_from'])} on",
    }
    return f"{told}; {review[row['review']]}. {_agreed(row)}"


def _agreed(row: Mapping[str, Any]) -> str:
    """What the log has of its agreement, and whether the council knows."""
    if row["agreed_on"] is None:
        return "No agreement is on file."
    told = "" if row["council_told"] else " Nothing logged says that the council was told."
    if row["until"] > row["agreed_until"]:
        return f"It was agreed to {long_date(row['agreed_until'])} only, and C2 goes on past that.{told}"
    return f"Agreed to {long_date(row['agreed_until'])}.{told}"


def _counts(view: View, every: pl.DataFrame) -> dict[str, Any]:
    each = dict(every["review"].cast(pl.String).value_counts().iter_rows())
    now = every.filter(pl.col("review") != "ended")
    listed = view.on_roll.filter("part_time").join(now, on="pupil", how="anti")
    return {
        "pupils": now["pupil"].n_unique(),
        **{state: each.get(state, 0) for state in REVIEW.categories},
        "sessions": int(now["sessions"].sum()),
        "not_listed": now.filter(~pl.col("listed")).height,
        "listed_without_c2": listed.height,
        "agreed": now["agreed_on"].count(),
        "council_told": now["council_told"].count(),
    }


def _notes(view: View, now: pl.DataFrame, past: pl.DataFrame) -> Iterator[str]:
    if now.height:
        yield "C2 is an absence: half of a week on C2 is half of the week missed, and bands counts it so."
        yield view.rule("part-time-council").says
    if past.height:
        yield (
            f"{counted(past.height, 'session')} of C2 past compulsory school age, not counted here: "
            "`attendkit coding --check c2-past-school-age` lists them."
        )
    yield from changed_rules(view, "part-time-review", "part-time-ended")

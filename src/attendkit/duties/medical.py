"""Illness and appointments: how often, how long, how near a sickness return, and whom to look at first."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
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
    in_days,
    long_date,
)
from attendkit.measures.ages import of_school_age, while_of_school_age
from attendkit.measures.illness import by_pupil, times
from attendkit.measures.spans import spans
from attendkit.model import Session
from attendkit.rules import RuleVersion
from attendkit.terms import academic_year

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "sessions": pl.UInt32(),
        "times": pl.UInt32(),
        "longest": pl.UInt32(),
        "broken": pl.UInt32(),
        "ill_now": pl.Boolean(),
        "since": pl.Date(),
        "until": pl.Date(),
        "appointments": pl.UInt32(),
        "return_sessions": pl.UInt32(),
        "short_of": pl.UInt32(),
        "look": pl.List(pl.String()),
        "covered": pl.UInt32(),
        "covered_until": pl.Date(),
        "asked_on": pl.Date(),
    }
)
"""The columns of the rows, in order. The last three are from the log: a register cannot say them."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("sessions", "I", Kind.NUMBER),
    Column("times", "Times", Kind.NUMBER),
    Column("longest", "Longest", Kind.NUMBER),
    Column("broken", "Broken", Kind.NUMBER, narrow=True),
    Column("ill_now", "Now", Kind.FLAG),
    Column("since", "Last from", Kind.DATE, narrow=True),
    Column("until", "Last to", Kind.DATE, narrow=True),
    Column("appointments", "M", Kind.NUMBER, narrow=True),
    Column("short_of", "To return", Kind.NUMBER),
    Column("look", "Look at"),
)

_LOGGED = pl.Schema({"pupil": pl.UInt32(), "covered_until": pl.Date(), "asked_on": pl.Date()})
_EVIDENCE = (
    Column("covered", "Covered", Kind.NUMBER, narrow=True),
    Column("covered_until", "Until", Kind.DATE, narrow=True),
    Column("asked_on", "Asked on", Kind.DATE),
)

_PAPERS = ("evidence-asked", "evidence-received")

_PER_DAY = len(Session)


def medical(view: View) -> Report:
    """Whose illness to look at, those who reach most of the school's marks first; with `all`, everyone's.

    A time of illness is sessions of I in a row; holidays, and sessions that were not possible or not marked,
    do not part it. Evidence is asked for only where there is genuine doubt, so to be listed is no doubt yet.
    Codes are all that is read: no comment, and so no diagnosis.

    Rows: `ROWS`, of the academic year. sessions are of I and appointments of M; longest is the longest time,
    in sessions; broken are the times that began soon after the last; since and until are of the latest time.
    return_sessions are those that count towards a sickness return, and short_of how many are lacking (null
    past compulsory school age). look says which of the school's marks are reached: long (days in a row),
    often (times), again (soon after coming back), return (sickness return due), near (near one). From the
    log: covered are the sessions of I within days that evidence covers, covered_until its last day, asked_on
    when it was asked for, if none came in since.
    """
    rule = view.rule("medical-evidence")
    marks = view.marks.filter(pl.col("date") >= rule.since)
    ill, out = (pl.col("code").is_in(view.rule(name).codes()) for name in _RULES)
    every = _rows(view, marks, ill, out)
    listed = every.filter(pl.col("look").list.len() > 0)
    found, evidence = gathered(_said(view, listed), marks.filter(ill))
    rows = every if view.options.get("all") else listed
    return Report(
        duty="medical",
        title=f"Illness and appointments to {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS.names()).cast(ROWS),
        columns=_with_evidence() if view.casework.whose(*_PAPERS) else _COLUMNS,
        counts=_counts(every, listed),
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, listed)),
    )


_RULES = ("medical-evidence", "medical-appointments")


def _with_evidence() -> tuple[Column, ...]:
    """The columns where evidence is logged: others make room for it."""
    less = {"times", "longest"}
    return (*(replace(one, narrow=one.narrow or one.name in less) for one in _COLUMNS), *_EVIDENCE)


def _rows(view: View, marks: pl.DataFrame, ill: pl.Expr, out: pl.Expr) -> pl.DataFrame:
    """One row a pupil with I or M."""
    totals = marks.filter(ill | out).group_by("pupil").agg(sessions=ill.sum(), appointments=out.sum())
    each = times(spans(marks, view.rule("medical-evidence").codes()), view.calendar)
    look = view.rule("medical-look")
    zero = ("times", "longest", "broken")
    rows = view.order.join(totals, on="pupil").join(
        by_pupil(each, look.number("back_for")), on="pupil", how="left"
    )
    return (
        rows.join(_towards_return(view), on="pupil", how="left")
        .with_columns(pl.col(zero).fill_null(0), pl.col("ill_now").fill_null(value=False))
        .join(_covered(view, marks.filter(ill)), on="pupil", how="left")
        .join(_evidence(view), on="pupil", how="left")
        .with_columns(look=_look(view))
        .sort(pl.col("look").list.len(), "sessions", "by_name", descending=[True, True, False])
    )


def _evidence(view: View) -> pl.DataFrame:
    """Until when each pupil's evidence goes, and when it was last asked for: pupil, covered_until, asked_on.

    What was asked for is answered by evidence that came in on or after that day.
    """
    rows = []
    for pupil in view.casework.whose(*_PAPERS):
        papers = [(one.on, *_span(one)) for one in _accepted(view, pupil)]
        asked = view.casework.latest(pupil, "evidence-asked")
        answered = asked and any(came >= asked.on for came, _, _ in papers)
        until = max((last for _, _, last in papers), default=None)
        rows.append((pupil, until, asked.on if asked and not answered else None))
    return pl.DataFrame(rows, schema=_LOGGED, orient="row")


def _covered(view: View, ill: pl.DataFrame) -> pl.DataFrame:
    """How many sessions of I evidence covers, where there is any: pupil, covered."""
    spans = [
        (pupil, *_span(one))
        for pupil in view.casework.whose("evidence-received")
        for one in _accepted(view, pupil)
    ]
    papers = pl.DataFrame(spans, schema={"pupil": pl.UInt32, "first": pl.Date, "last": pl.Date}, orient="row")
    inside = ill.join(papers, on="pupil").filter(pl.col("date").is_between("first", "last"))
    sessions = inside.unique(["pupil", "date", "session"]).group_by("pupil").agg(covered=pl.len())
    return (
        papers.select("pupil")
        .unique()
        .join(sessions, on="pupil", how="left")
        .with_columns(pl.col("covered").fill_null(0))
    )


def _accepted(view: View, pupil: int) -> "list[Entry]":
    papers: list[Any] = list(view.casework.of(pupil, "evidence-received"))
    return [one for one in papers if one.body.accepted]


def _span(entry: "Entry") -> tuple[date, date]:
    body: Any = entry.body
    return body.first, body.last


def _towards_return(view: View) -> pl.DataFrame:
    """Sessions of a sickness return, and how many it lacks: pupil, return_sessions, short_of (R12.4)."""
    rule = view.rule("sickness-return")
    start, _ = academic_year(view.on)
    ages = of_school_age(view.pupils, view.rule("school-age"), start)
    coded = while_of_school_age(view.marks.filter(pl.col("code").is_in(rule.codes())), ages)
    had = coded.group_by("pupil").agg(return_sessions=pl.len().cast(pl.Int64))
    least = rule.number("school_days") * _PER_DAY
    return (
        ages.join(had, on="pupil", how="left")
        .with_columns(pl.col("return_sessions").fill_null(0))
        .select("pupil", "return_sessions", short_of=(least - pl.col("return_sessions")).clip(lower_bound=0))
    )


def _look(view: View) -> pl.Expr:
    """Which of the school's marks a pupil has reached."""
    rule, near = view.rule("medical-look"), view.rule("medical-near-return").number("school_days")
    long, often, again = (rule.number(name) for name in ("school_days", "times", "broken"))
    reached = {
        "long": pl.col("longest") >= long * _PER_DAY,
        "often": pl.col("times") >= often,
        "again": pl.col("broken") >= again,
        "return": pl.col("short_of") == 0,
        "near": pl.col("short_of").is_between(1, near * _PER_DAY),
    }
    words = [pl.when(is_so).then(pl.lit(word)) for word, is_so in reached.items()]
    return pl.concat_list(words).list.drop_nulls()


def _said(view: View, listed: pl.DataFrame) -> pl.DataFrame:
    rule = view.rule("medical-look")
    said = [_sentence(row, rule) for row in listed.iter_rows(named=True)]
    return listed.select(
        "pupil", says=pl.Series(said, dtype=pl.String), of=pl.lit(None, pl.UInt32), rule=pl.lit(rule.id)
    )


def _sentence(row: Mapping[str, Any], rule: RuleVersion) -> str:
    spells = counted(row["times"], "time of illness", "times of illness")
    told = (
        f"Ill for {in_days(row['sessions'])} ({counted(row['sessions'], 'session')} of I) in {spells}, the "
        f"longest {in_days(row['longest'])}"
    )
    if row["broken"]:
        again = counted(rule.number("back_for"), "school day")
        told += f"; {counted(row['broken'], 'time')} ill again within {again} of coming back"
    if row["short_of"] == 0:
        return f"{told}; a sickness return is due."
    short = "" if row["short_of"] is None else f"; {in_days(row['short_of'])} short of a sickness return"
    return f"{told}{short}."


def _counts(every: pl.DataFrame, listed: pl.DataFrame) -> dict[str, Any]:
    return {
        "pupils": listed.height,
        "ever_ill": every.filter(pl.col("sessions") > 0).height,
        "ever_at_appointments": every.filter(pl.col("appointments") > 0).height,
        "sessions": int(every["sessions"].sum()),
        "appointments": int(every["appointments"].sum()),
        "times": int(every["times"].sum()),
        "ill_now": int(every["ill_now"].sum()),
        "covered": every.filter(pl.col("covered") > 0).height,
        "asked": every["asked_on"].count(),
        "reasons": dict(listed["look"].explode().value_counts(sort=True).sort("look").iter_rows()),
    }


def _notes(view: View, listed: pl.DataFrame) -> Iterator[str]:
    if listed.height:
        yield view.rule("medical-evidence").says
        if waiting := listed["asked_on"].count():
            yield f"Evidence was asked for and has not come: {counted(waiting, 'pupil')}. Ask nobody twice."
        if not view.casework.whose(*_PAPERS):
            yield (
                "No evidence is logged, asked for or received: `attendkit log evidence-asked` and "
                "`evidence-received` keep it, so that nobody is asked twice."
            )
    yield from changed_rules(view, "medical-look", "medical-near-return")

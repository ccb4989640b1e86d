"""Good news and the beginning of a term: letters that ask for nothing."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from attendkit.duties.letters.sight import Occasion, Sight, found_by
from attendkit.duties.letters.table import letter_kind
from attendkit.findings import View, in_days, long_date
from attendkit.measures.bands import Lines
from attendkit.measures.codes import told
from attendkit.measures.sessions import ABSENT, FIGURES, totals
from attendkit.measures.weekly import weeks_gone
from attendkit.measures.windows import week_ends

OUTSIDE = "outside_fresh_start"


def improved(sight: Sight) -> Iterator[Occasion]:
    """Hardly a session missed in the last whole school weeks, by a pupil who had missed many before."""
    view = sight.view
    rule = view.rule("letter-improved")
    firsts, lasts = week_ends(view.calendar.days, view.calendar.school_weeks)
    gone = weeks_gone(view.calendar, view.on)
    if gone < rule.number("school_weeks"):
        return
    since, until = firsts[gone - rule.number("school_weeks")], lasts[gone - 1]
    inside = pl.col("date").is_between(since, until)
    now = totals(view.marks.filter(inside)).filter(
        pl.col("absent") <= rule.number("missed"), pl.col("possible") > pl.col("absent")
    )
    before = totals(view.marks.filter(pl.col("date") < since)).filter(
        pl.col("absent") * 100 >= pl.col("possible") * rule.number("before_percent"),
        pl.col("possible") >= view.rule("bands").number("min_possible_for_label"),
    )
    both = {row["pupil"]: row for row in now.join(before, on="pupil", suffix="_before").iter_rows(named=True)}
    says = {
        pupil: f"Missed {row['absent']} of {row['possible']} sessions since {long_date(since)}, after "
        f"{row['absent_before']} of {row['possible_before']}."
        for pupil, row in both.items()
    }
    here = told(view.marks.filter(inside)).filter(FIGURES["present"])
    for pupil, finding in found_by(view, rule.id, says, here).items():
        row = both[pupil]
        told_of = {
            "since": long_date(since),
            "days_in": in_days(row["present"]),
            "days_open": in_days(row["possible"]),
            "missed_before": in_days(row["absent_before"]),
        }
        yield Occasion(letter_kind("improved"), pupil, finding.says, (finding.id,), {"improved": told_of})


def fresh_starts(sight: Sight) -> Iterator[Occasion]:
    """Pupils who missed much of the last term, in the first weeks of this one."""
    view = sight.view
    terms = sorted((term for term in view.school.terms if term.first <= view.on), key=lambda term: term.first)
    if len(terms) < 2:
        return
    last = terms[-2]
    marks = view.every_mark.filter(pl.col("date").is_between(last.first, last.last))
    lines = Lines(view.rule("bands"), view.rule("at-risk"))
    over = totals(marks).filter(lines.band().is_in(["severe", "persistent"]))
    missed = told(marks).filter(ABSENT)
    says = {
        row["pupil"]: f"Missed {in_days(row['absent'])} in {last.name}." for row in over.iter_rows(named=True)
    }
    absent = dict(over.select("pupil", "absent").iter_rows())
    held = "" if in_fresh_start(view) else OUTSIDE
    for pupil, finding in found_by(view, "letter-fresh-start", says, missed).items():
        facts = {"before": {"missed_days": in_days(absent[pupil])}}
        yield Occasion(
            letter_kind("welcome-back"),
            pupil,
            finding.says,
            (finding.id,),
            facts,
            since=terms[-1].first,
            held=held,
        )


def in_fresh_start(view: View) -> bool:
    """Whether the day is in the first school weeks of a term, by the school's term dates."""
    weeks = view.rule("letter-fresh-start").number("school_weeks")
    for term in view.school.terms:
        if term.first <= view.on <= term.last:
            inside = [
                week for week in view.calendar.school_weeks if view.calendar.week_of(term.first) <= week
            ]
            return view.calendar.week_of(view.on) in inside[:weeks]
    return False


def term_information(sight: Sight) -> Iterator[Occasion]:
    """Every pupil on roll, in the first weeks of a term."""
    view = sight.view
    term = next((one for one in view.school.terms if one.first <= view.on <= one.last), None)
    facts: dict[str, Any] = {"notice": sight.notice}
    if term:
        half = term.half_term
        facts["term"] = {"first": long_date(term.first), "last": long_date(term.last)}
        facts["term"] |= {"half_term": f"{long_date(half.first)} to {long_date(half.last)}"} if half else {}
    held = "" if in_fresh_start(view) else OUTSIDE
    since = term.first if term else view.on
    says = view.rule("letter-fresh-start").says
    for pupil in view.on_roll["pupil"].to_list():
        yield Occasion(letter_kind("term-information"), pupil, says, (), facts, since=since, held=held)

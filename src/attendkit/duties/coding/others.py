"""Checks that compare pupils: with their year, their tutor group, their household, the whole school."""

import datetime as dt

import polars as pl

from attendkit.duties.coding.looked import EACH, IN_CLASS, Looked, code, date
from attendkit.measures.sessions import PRESENT
from attendkit.model import MISSING
from attendkit.rules import RuleVersion

_SESSION = ("date", "session")


# The whole school, or a year group ---------------------------------------------------------------------


def attended_when_closed(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A session attended while more than half of the school was closed, or on a day set as closed."""
    set_as_closed = pl.any_horizontal(
        pl.lit(value=False), *(date.is_between(*span) for span in looked.view.school.closed_dates())
    )
    set_dates = looked.marks.select(date.filter(set_as_closed).unique())["date"]
    then = looked.on_dates(pl.concat([looked.coded(rule)["date"], set_dates]))
    shut = code.is_in(rule.codes()).sum().over(_SESSION) * 2 > (code != MISSING).sum().over(_SESSION)
    return then.filter(shut | set_as_closed).filter(PRESENT)


def closed_for_some(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A closure for a pupil, on a school day, while another of the year group attended."""
    coded = looked.coded(rule).filter(~date.is_in(looked.days_off))
    then = looked.on_dates(coded["date"]).filter(PRESENT)
    open_to = then.join(looked.people, on="pupil").select(*_SESSION, "year").unique()
    return coded.join(open_to, on=[*_SESSION, "year"], how="semi", nulls_equal=True)


def while_open(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A closure of the whole school in a session that somebody attended."""
    coded = looked.coded(rule)
    return coded.join(looked.on_dates(coded["date"]).filter(PRESENT), on=_SESSION, how="semi")


def while_empty(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A closure of a part of the school in a session that nobody attended."""
    coded = looked.coded(rule)
    return coded.join(looked.on_dates(coded["date"]).filter(PRESENT), on=_SESSION, how="anti")


def only_one_in_session(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A code that no other pupil has in the session."""
    return looked.coded(rule).filter(pl.len().over(_SESSION) == 1)


def only_one_that_day(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A code that no other pupil has on the day."""
    return looked.coded(rule).filter(pl.col("pupil").n_unique().over("date") == 1)


# A tutor group -------------------------------------------------------------------------------------------


def late_register(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """L of every pupil of a tutor group who was in class, where they are enough to be called all."""
    group = [*_SESSION, "tutor"]
    late = looked.coded(rule).filter(pl.col("tutor").is_not_null())
    some = late.filter(pl.len().over(group) >= rule.number("pupils"))
    there = looked.on_dates(some["date"]).filter(code.is_in(IN_CLASS), ~code.is_in(rule.codes()))
    in_time = there.join(looked.people, on="pupil")
    return some.join(in_time, on=group, how="anti")


def group_never_n(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """The O of a tutor group that has no N in the last school days, while the rest have more N than O."""
    lately = looked.unusual.filter(date >= _school_days_back(looked, rule.number("school_days")))
    unknown, settled = code.is_in(rule.codes()), code.is_in(rule.codes("settled"))
    groups = (
        lately.filter(pl.col("tutor").is_not_null())
        .group_by("tutor")
        .agg(n=unknown.sum().cast(pl.Int64), o=settled.sum().cast(pl.Int64))
        .with_columns(more_n=(pl.col("n").sum() - pl.col("n")) > (pl.col("o").sum() - pl.col("o")))
    )
    never = groups.filter(pl.col("n") == 0, pl.col("o") >= rule.number("sessions"), "more_n")
    return lately.filter(settled).join(never, on="tutor", how="semi")


def _school_days_back(looked: Looked, number: int) -> dt.date:
    """The first of so many school days up to the day looked from."""
    days = [day for day in looked.view.calendar.days if day <= looked.view.on]
    return days[-number:][0] if days else looked.view.on


# A household, and one pupil written as two --------------------------------------------------------------


def siblings_leave(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """G of one pupil in a session in which another of the household has C, and that C."""
    holiday, leave = looked.coded(rule), looked.coded(rule, "leave")
    each_way = [pair for a, b in looked.view.siblings for pair in ((a, b), (b, a))]
    pairs = pl.DataFrame(each_way, schema={"pupil": pl.UInt32, "sibling": pl.UInt32}, orient="row")
    return pl.concat([_with_sibling(holiday, leave, pairs), _with_sibling(leave, holiday, pairs)])


def _with_sibling(marks: pl.DataFrame, others: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    shared = pairs.join(others.select("pupil", *_SESSION), left_on="sibling", right_on="pupil")
    return marks.join(shared, on=EACH, how="semi")


def same_pupil_twice(looked: Looked, _: RuleVersion) -> pl.DataFrame:
    """The marks of two pupils with one name and one date of birth in sessions that both are marked in."""
    who = ["surname", "forename", "dob"]
    named = looked.view.pupils.filter(pl.all_horizontal(pl.col(who).is_not_null()))
    twins = named.filter(pl.len().over(who) > 1).select("pupil", *who)
    marks = looked.of_pupils(twins).filter(code != MISSING).join(twins, on="pupil")
    return marks.filter(pl.len().over(*who, *_SESSION) > 1)

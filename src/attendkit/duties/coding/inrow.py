"""Checks of marks in a row, or often: what is right on one day and wants a look after several."""

import polars as pl

from attendkit.duties.coding.looked import IN_CLASS, Looked, code, date
from attendkit.measures import days
from attendkit.model import Session
from attendkit.rules import RuleVersion

_PER_DAY = len(Session)


def long_row(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """So many school days in a row of one of the rule's codes, in whole sessions; each code by itself."""
    least = rule.number("school_days") * _PER_DAY
    rows = pl.concat([looked.in_a_row([each], least) for each in rule.codes()])
    # Spans of different codes may have one number, so the code tells them apart too.
    return rows.with_columns(span=pl.col("span").cast(pl.Int64) * 1000 + code.to_physical())


def beyond_days(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """The marks from the first school day in a row beyond so many; a day with one session counts."""
    rows = looked.in_a_row(rule.codes(), rule.number("school_days") + 1)
    nth = date.rank("dense").over("span")
    return rows.filter(nth > rule.number("school_days"))


def more_days(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """All the marks of a row of more than so many school days; a day with one session counts."""
    rows = looked.in_a_row(rule.codes(), rule.number("school_days") + 1)
    return rows.filter(date.n_unique().over("span") > rule.number("school_days"))


def afternoons(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """The afternoons of the code after a morning in school, where there are so many of them."""
    coded = looked.coded(rule).filter(pl.col("session") == Session.PM.value)
    coded = coded.filter(pl.len().over("pupil") >= rule.number("days"))
    after = looked.beside_present(coded)
    return after.filter(pl.len().over("pupil") >= rule.number("days"))


def past_deadline(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """N older than the rule on N allows, as the N report counts it."""
    view, coded = looked.view, looked.coded(rule)
    ages = days.ages(coded["date"], view.calendar, view.on)
    limit = view.rule("n-code").number("school_days")
    return coded.join(ages.filter(pl.col("age_school_days") > limit), on="date", how="semi")


def then_in_school(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """The code in a morning, with the afternoon of the same day attended."""
    coded = looked.coded(rule).filter(pl.col("session") == Session.AM.value)
    return looked.beside_present(coded)


def half_day(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """The code in one session, with the pupil in class in the other."""
    return looked.coded(rule).filter(pl.col("other").is_in(IN_CLASS))


def beside_reason(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """N with a reason in the other session of the day."""
    return looked.coded(rule).filter(pl.col("other").is_in(rule.codes("reasons")))


def beside_settled(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """N with O in the other session of the day."""
    return looked.coded(rule).filter(pl.col("other").is_in(rule.codes("settled")))

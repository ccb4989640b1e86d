"""The words that every duty shares: numbers with their nouns, days, dates and sessions."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

import polars as pl

from attendkit.findings.view import GONE_AFTER, View
from attendkit.measures.registers import held, marked
from attendkit.model import Session
from attendkit.terms import plain_date

SESSION_NAME = pl.Enum([session.name for session in Session])
"""How a session is written: AM or PM."""


def session_name(column: str = "session") -> pl.Expr:
    """A session's number as it is written."""
    names = {session.value: session.name for session in Session}
    return pl.col(column).replace_strict(names, return_dtype=SESSION_NAME)


def in_days(sessions: int) -> str:
    """Sessions as a parent counts them: half a day, 1 day, 3 days, 3.5 days."""
    if sessions == 1:
        return "half a day"
    return f"{sessions // 2}{'.5' if sessions % 2 else ''} day{'' if sessions == 2 else 's'}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 session, 2 sessions."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def either(words: Sequence[str]) -> str:
    """Words of which one is meant: G, N, O or U."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


@cache
def long_date(day: date) -> str:
    """A date as a person says it: Friday 20 November 2026."""
    return f"{day:%A} {plain_date(day)}"


def short_date(day: date) -> str:
    """A date for the head of a column, `Fri 18 Dec`, with no-break spaces so that it stays on one line."""
    return f"{day:%a}\u00a0{day.day}\u00a0{day:%b}"


def unmarked(view: View) -> bool:
    """Whether nobody has marked any session of the day looked from."""
    return marked(view.register.marks.filter(pl.col("date") == view.on)).is_empty()


def no_marks(view: View) -> str:
    """Why a duty of one day has nothing to say, and the last day before it on which the school met."""
    day = long_date(view.on)
    met = view.calendar.is_school_day(view.on)
    why = "has no marks in the register" if met else "is not a school day"
    before = view.register.marks.filter(pl.col("date") < view.on)
    days = held(before)["date"]
    last = f" The last day with marks is {long_date(days[-1])}." if len(days) else ""
    return f"{day} {why}.{last}"


def presumed_left(view: View) -> str:
    """The note for pupils whom no export gives a leaving date and who have stopped having rows."""
    return (
        f"{counted(view.presumed_left, 'pupil')} with no row for more than {GONE_AFTER} school days and no "
        "roll dates: taken to have left. Give the pupil list to be sure."
    )


def changed_rules(view: View, *rules: str) -> Iterator[str]:
    """A note for each of these rules that the school has changed: a report made under it must say so."""
    for rule in map(view.rule, rules):
        if rule.overridden:
            yield f"The school has changed {', '.join(rule.overridden)} of the rule {rule.id}: {rule.says}"

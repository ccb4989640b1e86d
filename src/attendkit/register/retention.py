"""How long a pupil's entries are kept, and when the last of them was made."""

from datetime import date

import polars as pl

from attendkit.register.marks import KEY
from attendkit.rules import Rulebook
from attendkit.rules.models import RuleVersion

RULE = "register-retention"


def kept_by(rulebook: Rulebook, entry: date) -> RuleVersion:
    """The version of the rule by which an entry of a day is kept, in `years` (R7.2).

    Of the versions in force on that day or since it is the one that asks for longest: an entry that was held
    when a longer time came into force is kept for that time.
    """
    since = [one for one in rulebook.history(RULE) if one.until is None or one.until >= entry]
    return max(since, key=lambda one: (one.number("years"), one.since))


def last_entry(pupil: int, pupils: pl.DataFrame, history: pl.DataFrame) -> date | None:
    """The day on which the last entry about a pupil was made in either register; None where there is none.

    A mark is an entry of its own day, and a mark that replaced another is one of the day its import was read.
    A first or last day on roll is an entry of that day.

    Args:
        pupil: the register's number.
        pupils: `register.model.PUPILS`.
        history: every word on every mark, as `Store.history` has it.
    """
    theirs = history.filter(pl.col("pupil") == pupil)
    amended = theirs.filter(pl.int_range(pl.len()).over(KEY) > 0)["seen"].dt.date()
    roll = pupils.filter(pl.col("pupil") == pupil).select("admitted", "left").transpose().to_series()
    days = pl.concat([theirs["date"], amended, roll]).drop_nulls()
    return days.max() if days.len() else None  # type: ignore[return-value]

"""Checks that a mark fails by itself: the wrong pupil, the wrong day, or wrongly written."""

import polars as pl

from attendkit.duties.coding.looked import EACH, Looked, code, date, without_marks
from attendkit.model import MISSING, Session
from attendkit.rules import RuleVersion

_year = pl.col("year")


# Who a code is for -------------------------------------------------------------------------------------


def past_school_age(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A code that is only for pupils of compulsory school age, of a pupil past it."""
    return looked.coded(rule).join(looked.of_school_age, on=EACH, how="anti")


def of_school_age(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A code that is only for pupils past compulsory school age, of a pupil of it."""
    return looked.coded(rule).join(looked.of_school_age, on=EACH, how="semi")


def too_young(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A code of a pupil below the first year group that it is for."""
    return looked.coded(rule).filter(_year < rule.number("year"))


def any_of(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """Every mark of a code that few pupils ever have."""
    return looked.coded(rule)


def not_listed(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """C2 of a pupil whom no pupil list says to have a part-time timetable."""
    return looked.coded(rule).filter(~pl.col("part_time").fill_null(value=False))


def listed_without(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A pupil listed with a part-time timetable who has marks this academic year and none of C2."""
    listed = looked.view.on_roll.filter("part_time").select("pupil")
    some = listed.join(looked.marks, on="pupil", how="semi")
    return without_marks(some.join(looked.coded(rule), on="pupil", how="anti")["pupil"].to_list())


# On the roll, and the days of the school ----------------------------------------------------------------


def before_admission(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A mark before the pupil's first day on roll."""
    came_later = looked.people.filter(pl.col("admitted") > looked.first)
    return _outside(looked, rule, came_later, date < pl.col("admitted"))


def after_leaving(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A mark after the pupil's last day on roll."""
    gone_before = looked.people.filter(pl.col("left") < looked.view.on)
    return _outside(looked, rule, gone_before, date > pl.col("left"))


def _outside(looked: Looked, rule: RuleVersion, people: pl.DataFrame, outside: pl.Expr) -> pl.DataFrame:
    """The marks of these pupils that are outside their time on roll."""
    held = looked.of_pupils(people).filter(code != MISSING, ~code.is_in(rule.codes()))
    dated = people.select("pupil", "admitted", "left")
    return held.join(dated, on="pupil", maintain_order="left").filter(outside)


def off_roll_code(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """Z on or after the pupil's first day on roll, up to their last."""
    on_roll = date.is_between(pl.col("admitted"), pl.coalesce("left", date))
    return looked.coded(rule).filter(on_roll)


def no_marks(looked: Looked, _: RuleVersion) -> pl.DataFrame:
    """A pupil who was on roll on a day with marks this academic year and has none."""
    view, marked = looked.view, code != MISSING
    last = looked.marks.select(date.filter(marked).max()).item()
    seen = looked.marks.select(pl.col("pupil").filter(marked).unique())["pupil"]
    if last is None:
        return without_marks([])
    silent = view.on_roll.filter(
        ~pl.col("pupil").is_in(seen.implode()), pl.col("admitted").is_null() | (pl.col("admitted") <= last)
    )
    return without_marks(silent["pupil"].to_list())


def not_school_day(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A mark on a day on which the calendar has no school."""
    return looked.marks.filter(date.is_in(looked.days_off), code != MISSING, ~code.is_in(rule.codes()))


# How a mark is written ----------------------------------------------------------------------------------


def wrong_half(looked: Looked, _: RuleVersion) -> pl.DataFrame:
    """A backslash in the morning, or a stroke in the afternoon."""
    return looked.unusual.filter(code.is_in(["/", "\\"]))


def of_short_exports(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """A code that came from an export with one letter a mark."""
    short = looked.view.register.imports.filter("short")["source"]
    return looked.coded(rule).filter(pl.col("source").is_in(short.implode()))


def minutes_elsewhere(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """Minutes late on a mark that is not one of lateness."""
    return looked.marks.filter(pl.col("minutes") > 0, ~code.is_in(rule.codes()))


def after_close(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """L with no fewer minutes than the register is open, or may be where the school has not said."""
    longest = looked.view.rule("register-times").number("open_minutes")
    return looked.coded(rule).filter(pl.col("minutes") >= _open_minutes(looked, longest))


def before_close(looked: Looked, rule: RuleVersion) -> pl.DataFrame:
    """U with fewer minutes than the register is open, where the school has said how long that is."""
    late = pl.col("minutes") > 0
    return looked.coded(rule).filter(late, pl.col("minutes") < _open_minutes(looked, None))


def _open_minutes(looked: Looked, unless_said: int | None) -> pl.Expr:
    """How long the register of a mark's session is open, in minutes."""
    times = looked.view.school.registers
    said = {Session[name].value: t.open_minutes for name, t in times.items()}
    return pl.col("session").replace_strict(said, default=unless_said, return_dtype=pl.Int32)

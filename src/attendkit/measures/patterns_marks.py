"""A register's marks as sets of days: when each pupil could come, was away, was late, and how.

The unit is the school day, because one morning's illness makes two absent marks: a day away is one with at
least one absence that counts, whichever session it is in.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from attendkit.measures.codes import told
from attendkit.measures.sessions import PRESENT
from attendkit.measures.shape import Shape, Share, band, day_sets
from attendkit.measures.weeks import Week, Weeks
from attendkit.terms import Calendar

_ILL = "I"
_PUPIL, _DAY = pl.col("pupil"), pl.col("day")


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts: codes of absence, codes of lateness, and what a long run and a short illness are.

    A run of `long_run` school days or more says nothing about a weekday; an illness of `short_days` or fewer
    is a short one.
    """

    absences: tuple[str, ...]
    lates: tuple[str, ...]
    long_run: int
    short_days: int


@dataclass(frozen=True)
class Sort:
    """Days away of one sort, and those they are among: each pupil's sets, and the school's share."""

    of_sort: dict[int, int]
    days: dict[int, int]
    share: Share


@dataclass(frozen=True)
class Weekly:
    """The first day of each week that is so, and the days away that the weeks are made of."""

    of_sort: dict[int, int]
    days: dict[int, int]
    weeks: Weeks


@dataclass(frozen=True)
class Did:
    """Days on which each pupil did something, and how often the school's pupils did."""

    days: dict[int, int]
    shape: Shape


@dataclass(frozen=True)
class Told:
    """Everything that patterns are looked for in, each pupil's days as a set.

    `could` are the days that the pupil could have missed by choice, `away` those with an absence. `odd` are
    the days away in no long run, `starts` the first day of each run, `late` the days late. `sorts` are
    mornings and afternoons, `weekly` are broken_weeks and short_illness. `minutes` has the late days of each
    pupil that have minutes, in order, with them. `weeks` numbers each day's school week.
    """

    dates: tuple[date, ...]
    weeks: tuple[int, ...]
    could: dict[int, int]
    away: Did
    odd: Did
    starts: Did
    late: Did
    sorts: dict[str, Sort]
    weekly: dict[str, Weekly]
    minutes: dict[int, list[tuple[int, int]]]


def day_told(marks: pl.DataFrame, counted: Counted, calendar: Calendar) -> Told:
    """The sets of days of every pupil of a register.

    Args:
        marks: `register.model.MARKS` of the whole school in the weeks looked back on, sorted.
        counted: what counts.
        calendar: for the school weeks.
    """
    absent, late = (pl.col("code").is_in(list(codes)) for codes in (counted.absences, counted.lates))
    read = told(marks.select("pupil", "date", "session", "code", "minutes"))
    sessions = read.filter(PRESENT | absent | late).with_columns(away=absent, late=late)
    dates = sessions["date"].unique().sort()
    numbered = sessions.with_columns(day=_place_of(dates))
    starts = [calendar.week_of(day) for day in dates]
    numbers = {week: number for number, week in enumerate(sorted(set(starts)))}
    weeks = tuple(numbers[week] for week in starts)
    return _told(_days(numbered, weeks), counted, tuple(dates), weeks)


def _place_of(dates: pl.Series) -> pl.Expr:
    """The place of a row's date among these, which are in order. Looked up by the day: most quickly."""
    known = dates.to_physical()
    first, last = (known[0], known[-1]) if len(known) else (0, 0)
    places = known.search_sorted(pl.int_range(first, last + 1, dtype=pl.Int32, eager=True))
    return pl.lit(places.cast(pl.Int32)).gather(pl.col("date").to_physical() - first)


def first_marks(marks: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """The first mark with one of the codes on each pupil's day: what proves that day away, or late.

    Args:
        marks: `register.model.MARKS`, sorted.
        codes: what was counted.
    """
    counted = marks.filter(pl.col("code").is_in(list(codes)))
    return counted.filter(_changes("pupil", "date"))


def _days(numbered: pl.DataFrame, weeks: Sequence[int]) -> pl.DataFrame:
    """One row a pupil and day on which they could come: whether they were away or late, and how."""
    both = (_changes("pupil", "day").shift(-1, fill_value=True)).not_()
    well = pl.col("away") & (pl.col("code") != _ILL)
    paired = numbered.with_columns(both=both, well=well).with_columns(
        *[
            (pl.col(name).shift(-1, fill_value=False) & pl.col("both")).alias(f"{name}_later")
            for name in ("away", "late", "well")
        ],
        minutes=pl.when("late").then("minutes").otherwise(pl.col("minutes").shift(-1)),
    )
    first, later = pl.col("away"), pl.col("away_later")
    days = paired.filter(_changes("pupil", "day")).select(
        "pupil",
        "day",
        "minutes",
        away=first | later,
        late=pl.col("late") | pl.col("late_later"),
        well=pl.col("well") | pl.col("well_later"),
        half=(first ^ later) & pl.col("both"),
        afternoon=later,
        week=pl.lit(pl.Series(weeks, dtype=pl.Int32)).gather(_DAY),
    )
    return days.with_columns(pupil_week=_changes("pupil", "week").cum_sum() - 1)


def _changes(*columns: str) -> pl.Expr:
    """Whether a row is the first of its values of some columns by which the rows are in order."""
    return pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in columns).fill_null(value=True)


def _runs(days: pl.DataFrame, counted: Counted) -> pl.DataFrame:
    """The days away, with what run of them each is in: starts, odd, and whether its week is of two sorts."""
    new = (_changes("pupil") | (_DAY.cast(pl.Int64).diff() != 1)).fill_null(value=True)
    away = days.filter("away").with_columns(starts=new).with_columns(run=pl.col("starts").cum_sum())
    length = pl.len().over("run")
    in_week = pl.lit(days["pupil_week"].rle().struct.field("len")).gather("pupil_week")
    return away.with_columns(
        broken=pl.len().over("pupil_week") < in_week,
        odd=length < counted.long_run,
        short_illness=pl.col("starts") & (length <= counted.short_days) & ~pl.col("well").any().over("run"),
    )


def _told(days: pl.DataFrame, counted: Counted, dates: tuple[date, ...], weeks: tuple[int, ...]) -> Told:
    away = _runs(days, counted)
    could = _per(days, "day", len(dates))
    held = dict(days.filter(_changes("pupil_week"))["pupil"].value_counts().iter_rows())
    all_away = _did(away, could)
    longest = max(Counter(weeks).values(), default=0)
    return Told(
        dates=dates,
        weeks=weeks,
        could=day_sets(days, whole=len(dates)),
        away=all_away,
        odd=_did(away.filter("odd"), could),
        starts=_did(away.filter("starts"), could),
        late=_did(days.filter("late"), could),
        sorts={
            "mornings": _sort(away.filter(pl.col("half") & ~pl.col("afternoon")), all_away.days),
            "afternoons": _sort(away.filter(pl.col("half") & pl.col("afternoon")), all_away.days),
        },
        weekly={
            "broken_weeks": _weekly(away, "broken", held, longest, range(1, longest)),
            "short_illness": _weekly(
                away.filter(~pl.col("well")), "short_illness", held, longest, range(1, counted.short_days + 1)
            ),
        },
        minutes=_minutes(days.filter("late", pl.col("minutes").is_not_null())),
    )


def _did(days: pl.DataFrame, could: tuple[int, ...]) -> Did:
    return Did(day_sets(days), Shape(_per(days, "day", len(could)), could))


def _sort(of_sort: pl.DataFrame, days: dict[int, int]) -> Sort:
    picked = day_sets(of_sort)
    in_band: Counter[int] = Counter()
    sort_in_band: Counter[int] = Counter()
    for pupil, mine in days.items():
        number = mine.bit_count()
        in_band[band(number)] += number
        sort_in_band[band(number)] += picked.get(pupil, 0).bit_count()
    return Sort(picked, days, Share(sort_in_band, in_band))


def _weekly(away: pl.DataFrame, name: str, held: dict[int, int], longest: int, so: range) -> Weekly:
    each = away.group_by("pupil_week", maintain_order=True).agg(
        pl.col("pupil").first(), pl.len(), pl.col(name).any(), day=pl.col("day").filter(name).first()
    )
    kinds: dict[int, dict[Week, int]] = {}
    for pupil, number, is_so in each.select("pupil", "len", name).iter_rows():
        theirs = kinds.setdefault(pupil, {})
        theirs[number, is_so] = theirs.get((number, is_so), 0) + 1
    weeks = Weeks(held, kinds, longest, so)
    return Weekly(day_sets(each.filter(name)), day_sets(away), weeks)


def _per(days: pl.DataFrame, column: str, number: int) -> tuple[int, ...]:
    """How many rows there are of each number of a column, from 0."""
    found = dict(days[column].value_counts().iter_rows())
    return tuple(found.get(n, 0) for n in range(number))


def _minutes(lates: pl.DataFrame) -> dict[int, list[tuple[int, int]]]:
    each = lates.group_by("pupil", maintain_order=True).agg("day", "minutes")
    return {pupil: list(zip(days, minutes, strict=True)) for pupil, days, minutes in each.iter_rows()}

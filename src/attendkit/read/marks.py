"""Shaped marks to sound ones: every cell judged, every pupil known, every session in one count."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from attendkit.model import Problem, Session
from attendkit.read.explaining import date_order_question, problems_of, sessions_question
from attendkit.read.people import People, people_in
from attendkit.read.repeats import repeats_told
from attendkit.read.roll_dates import off_roll_told
from attendkit.read.shape import IDENTITY, Shape
from attendkit.read.table import Table
from attendkit.school import Profile
from attendkit.validate import Reading, judge_codes, judge_dates, judge_minutes, judge_sessions
from attendkit.validate.dates import (
    DayOf,
    Decision,
    Order,
    Written,
    decide,
    decide_by_numbers,
    written,
    years_first,
)
from attendkit.validate.distinct import spread
from attendkit.validate.marks import tidy_code, year_of
from attendkit.validate.sessions import SessionWords, session_words

_WHOLE_DATE = r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2,8} \d{4}"

_BORN = re.compile(r"\b(?:born|birth|birthdays?|dob)\b", re.IGNORECASE)

_DAY_FIRST = (
    "Dates are read day first, as England writes them; nothing in the file proves it. "
    "If it came from a system set to the American order, say --dates mdy."
)


@dataclass(frozen=True)
class Settings:
    """What is known before a file is read: the officer's answers, its profile, the day, and who is on roll.

    `rolls` are pupil lists as `register.model.PUPILS`, the most trusted last.
    """

    order: Order | None
    sessions: Mapping[str, Session]
    profile: Profile
    on: date
    rolls: Sequence[pl.DataFrame] = ()


@dataclass(frozen=True)
class Sound:
    """One file's marks, judged.

    `rows` has every session read, with `is`: mark, missing, repeated, not_on_roll, lesson or refused.
    """

    rows: pl.DataFrame
    people: People
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    remarks: tuple[str, ...]
    short: bool


def sound(shape: Shape, settings: Settings, *, date_1904: bool) -> Sound:
    """Judge every cell of a shaped file.

    Raises:
        NeedsAnswerError: the order of its dates, or which of its lessons are the sessions, cannot be told.
    """
    words = _words(shape, settings)
    decision = _order(shape, settings, date_1904=date_1904)
    if decision.order is None:
        raise date_order_question(shape)
    reading = Reading(
        order=decision.order,
        period=_period(shape.tables, decision.order),
        on=settings.on,
        date_1904=date_1904,
        words=words,
        codes={theirs: mapping.to for theirs, mapping in settings.profile.codes.items()},
        missing=frozenset(text.casefold() for text in settings.profile.missing),
        short=_is_short(shape),
        years_first=years_first(shape.raw["date_text"].unique(), settings.on),
    )
    rows = judge_codes(_days(judge_sessions(_dated(shape, reading), reading), shape), reading)
    rows = judge_minutes(rows)
    people = people_in(shape.people, shape.tables, decision.order, rows.select("line", "day"))
    rows = rows.with_columns(spread(people.of_line.select("pupil", "who_reason"), rows["line"]))
    rows = off_roll_told(repeats_told(_told(rows), people), people, shape, settings.rolls, settings.on)
    errors, warnings = problems_of(rows, shape, settings.on)
    remarks = () if decision.proved else (_DAY_FIRST,)
    return Sound(
        rows=rows,
        people=people,
        errors=shape.refused + errors,
        warnings=shape.warned + people.warnings + warnings,
        remarks=shape.remarks + remarks + _visitors(people),
        short=reading.short,
    )


def _visitors(people: People) -> tuple[str, ...]:
    """A sentence about pupils whose main school is another: its figures are where their marks belong."""
    visiting = people.pupils.filter(pl.col("status").is_in(["S", "G"])).height
    if not visiting:
        return ()
    return (f"Guests and subsidiary registrations: {visiting}. Their main school counts them.",)


def _words(shape: Shape, settings: Settings) -> SessionWords:
    values = shape.raw["session_text"].unique().to_list()
    words = session_words(values, settings.sessions)
    if words.numbered and _numbers_beside_halves(shape, words):
        words = replace(words, numbered=False)
    if not any(words.half(value) for value in values) and any(words.is_lesson(value) for value in values):
        raise sessions_question(values)
    return words


def _numbers_beside_halves(shape: Shape, words: SessionWords) -> bool:
    """Whether a pupil has both AM and 1, or PM and 2, on one day: then 1 and 2 are lessons."""
    values = shape.raw["session_text"].unique().to_list()
    halves = {value: int(half) for value in values if (half := words.half(value))}
    numbers = [value for value in halves if value.strip().isdigit()]
    if not numbers or len(numbers) == len(halves):
        return False
    who = [name for name in IDENTITY if name in shape.people.columns]
    told = shape.raw.filter(pl.col("session_text").is_in(list(halves))).select(
        "line",
        "date_text",
        half=pl.col("session_text").replace_strict(halves, return_dtype=pl.Int64),
        number=pl.col("session_text").is_in(numbers),
    )
    both = told.join(shape.people.select("line", *who), on="line").group_by(*who, "date_text", "half")
    return bool(both.agg(pl.col("number").n_unique() > 1)["number"].any())


def _order(shape: Shape, settings: Settings, *, date_1904: bool) -> Decision:
    if settings.order is not None:
        return Decision(settings.order)
    counts = shape.raw.group_by("date_text", "date_damage").len()
    dates: dict[Written, int] = {}
    for text, damage, rows in counts.iter_rows():
        if found := written(text, date_1904=date_1904 and damage == "excel_number"):
            dates[found] = dates.get(found, 0) + rows
    decision = decide(dates, mondays=shape.weekly, day_of=_day_of(shape, settings))
    if decision.order and decision.proved:
        return decision
    return decide_by_numbers(_other_dates(shape)) or decision


def _other_dates(shape: Shape) -> list[Written]:
    """Dates elsewhere in the file: written by the same system, so in the same order."""
    columns = [name for name in ("dob", "admitted", "left") if name in shape.people.columns]
    texts = {text for name in columns for text in shape.people[name].unique() if text}
    titles = [title for table in shape.tables for title in table.titles]
    texts |= {
        found for found in pl.Series(titles, dtype=pl.String).str.extract_all(_WHOLE_DATE).explode() if found
    }
    return [found for text in texts if (found := written(text))]


def _day_of(shape: Shape, settings: Settings) -> DayOf:
    """Which day a date is in an order, with the year that the file's titles give it."""
    readings: dict[Order, Reading] = {
        order: Reading(order, _period(shape.tables, order), settings.on) for order in ("dmy", "mdy")
    }

    def day_of(found: Written, order: Order) -> date | None:
        return found.tried(order, year_of(found, readings[order]))

    return day_of


def _dated(shape: Shape, reading: Reading) -> pl.DataFrame:
    """The days of a file, where dates without a year take it from the titles of their own sheet."""
    periods = [_period((table,), reading.order) for table in shape.tables]
    texts: list[str] = shape.raw["date_text"].unique().to_list() if len(set(periods)) > 1 else []
    if not any((found := written(text)) and found.year is None for text in texts):
        return judge_dates(shape.raw, reading)
    return pl.concat(
        judge_dates(
            shape.raw.filter(pl.col("sheet") == sheet), replace(reading, period=own or reading.period)
        )
        for sheet, own in enumerate(periods)
    )


def _period(tables: Sequence[Table], order: Order) -> tuple[date, date] | None:
    """The days that the titles name: "Period: 07/09/2026 to 18/09/2026", and no pupil's birthday."""
    titles = [title for table in tables for title in table.titles if not _BORN.search(title)]
    texts = pl.Series(titles, dtype=pl.String).str.extract_all(_WHOLE_DATE).explode()
    found = [written(text) for text in texts if text]
    days = [day for w in found if w and (day := w.tried(order))]
    return (min(days), max(days)) if days else None


def _is_short(shape: Shape) -> bool:
    """Whether the file writes one character a mark, so that J may stand for J1."""
    if shape.layout in {"week_string", "pair_a_day"}:
        return True
    texts = (tidy_code(text) for text in shape.raw["mark_text"].unique())
    return shape.layout == "certificate" and all(len(text) < 2 for text in texts)


def _days(rows: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """The day of each session, where a date in the file starts a week."""
    if not shape.weekly:
        return rows
    wrong = pl.col("day").is_not_null() & (pl.col("day").dt.weekday() != 1)
    return rows.with_columns(
        date_reason=pl.when(wrong).then(pl.lit("week_not_monday")).otherwise("date_reason"),
        date_message=pl.when(wrong)
        .then(
            pl.format(
                "{} is a {}, and a week starts on a Monday", "date_text", pl.col("day").dt.strftime("%A")
            )
        )
        .otherwise("date_message"),
        day=pl.when(~wrong).then(pl.col("day").dt.offset_by(pl.format("{}d", "offset"))),
    )


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """What each session is, and for a refused one the first reason, in the order a person would look."""
    fault = pl.coalesce(
        pl.when(pl.col("who_reason") != "").then(pl.lit("who")),
        pl.when(pl.col("date_reason").is_not_null()).then(pl.lit("date")),
        pl.when(pl.col("session_reason").is_not_null()).then(pl.lit("session")),
        pl.when(pl.col("code_reason").is_not_null()).then(pl.lit("code")),
    )
    what = (
        pl.when(pl.col("session_reason") == "lesson")
        .then(pl.lit("lesson"))
        .when(pl.col("fault").is_not_null())
        .then(pl.lit("refused"))
        .when(pl.col("code") == "-")
        .then(pl.lit("missing"))
        .otherwise(pl.lit("mark"))
    )
    return rows.with_columns(fault=fault, detail=pl.lit("")).with_columns(what.alias("is"))

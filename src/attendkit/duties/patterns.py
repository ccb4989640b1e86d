"""Days away and lates that fall together more than the school's own days explain."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from attendkit.findings import Column, Kind, Report, View, changed_rules, counted, gathered, long_date
from attendkit.measures.chance import false_discovery_limit
from attendkit.measures.patterns import Answer, Questions, answers, last_weeks, least_chances, surest
from attendkit.measures.patterns_calendar import alternate_targets, edge_targets, weekday_targets
from attendkit.measures.patterns_marks import Counted, Told, day_told, first_marks
from attendkit.measures.shape import days_in

ROWS = ("pupil", "kind", "pattern", "says", "count", "of", "usual", "first", "last", "sibling")
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("pattern", "Pattern"),
    Column("count", "Days", Kind.NUMBER),
    Column("of", "of", Kind.NUMBER),
    Column("usual", "Usual", Kind.NUMBER),
    Column("first", "First", Kind.DATE, narrow=True),
    Column("last", "Last", Kind.DATE, narrow=True),
    Column("sibling", "Sibling", narrow=True),
)

_AWAY = "{count} of {of} days away were {about}"
_BEGAN = "{count} of {of} absences began on {about}"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of pattern: the rule it is found by, its name in a table, and what is said of it."""

    rule: str
    name: str
    says: str


_KINDS: Mapping[str, _Kind] = {
    "weekday": _Kind("patterns", "{about}", _AWAY),
    "term_start": _Kind("patterns", "first of half term", _AWAY),
    "term_end": _Kind("patterns", "last of half term", _AWAY),
    "before_holiday": _Kind("patterns", "before holidays", _AWAY),
    "after_holiday": _Kind("patterns", "after holidays", _AWAY),
    "alternating_days": _Kind("patterns", "{about}", _BEGAN),
    "alternating_weeks": _Kind("patterns", "every other week", _BEGAN),
    "mornings": _Kind("pattern-half-days", "mornings", "{count} of {of} days away were the morning only"),
    "afternoons": _Kind(
        "pattern-half-days", "afternoons", "{count} of {of} days away were the afternoon only"
    ),
    "broken_weeks": _Kind("pattern-broken-weeks", "broken weeks", "{of} days away broke {count} weeks"),
    "short_illness": _Kind(
        "pattern-illness", "short illnesses", "{of} days of illness began short illnesses in {count} weeks"
    ),
    "lateness": _Kind(
        "pattern-lateness",
        "late more often",
        "{count} of {of} days late were in the last {recent} school weeks",
    ),
    "minutes_late": _Kind(
        "pattern-minutes",
        "late for longer",
        "{count} of {of} lates of the last {recent} school weeks passed {about} minutes, the middle before",
    ),
    "siblings": _Kind(
        "pattern-siblings", "with a sibling", "{count} of {of} absences began on the same day as a sibling's"
    ),
}
_LATE = ("lateness", "minutes_late")
_WEEKLY = ("broken_weeks", "short_illness")


def patterns(view: View) -> Report:
    """Every pattern of a pupil on roll that chance, and the school's own days, do not explain; surest first.

    Each pupil's days are tested exactly, given how many there were, against the days of all other pupils, and
    of all that is found no more than the rule's percentage is expected to be chance (Benjamini and Hochberg,
    over everything that was tested in the whole school: filters change what is shown and nothing else).

    Rows: `ROWS`. count and of are school days, and count is the
    number of marks that prove it: the first such mark of each day. usual is what the school's own days would
    make it, to the nearest whole number; first and last are dates; sibling is the other's admission number.
    """
    told, everything = everything_asked(view)
    asked = least_chances(everything)
    limit = false_discovery_limit(asked, view.rule("patterns").number("false_percent"))
    found = surest([one for one in everything if one.chance <= limit])
    mine = [one for one in found if view.chosen is None or one.pupil in view.chosen]
    rows = _rows(view, told, mine)
    proof = _marks(view, told, mine)
    said = rows.select("place", "pupil", "says", "of", "rule")
    gathered_said, evidence = gathered(said, proof, by=("place",))
    return Report(
        duty="patterns",
        title=f"Patterns of absence to {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS),
        columns=_COLUMNS,
        counts=_counts(mine, everything, len(asked)),
        found=gathered_said,
        evidence=evidence,
        notes=tuple(_notes(view, everything, len(asked))),
    )


def everything_asked(view: View) -> tuple[Told, list[Answer]]:
    """The whole school's days, and every answer that was looked at in them, found or not."""
    look, rule, late = view.everyone, view.rule("patterns"), view.rule("pattern-lateness")
    told = day_told(_looked_back_on(look), _counted(view), view.calendar)
    questions = Questions(
        least_away=rule.number("least_days"),
        least_weekly={kind: view.rule(_KINDS[kind].rule).number("least_days") for kind in _WEEKLY},
        least_late=late.number("least_days"),
        weekdays=weekday_targets(told.dates),
        edges=edge_targets(told.dates, view.calendar),
        alternate=alternate_targets(told.dates, view.calendar),
        recent=last_weeks(told, late.number("recent_weeks")),
        pairs=look.siblings,
    )
    return told, answers(told, look.on_roll["pupil"].to_list(), questions)


def _counted(view: View) -> Counted:
    return Counted(
        absences=view.rule("patterns").codes(),
        lates=view.rule("pattern-lateness").codes(),
        long_run=view.rule("patterns").number("long_run"),
        short_days=view.rule("pattern-illness").number("short_days"),
    )


def _looked_back_on(view: View) -> pl.DataFrame:
    """The marks of the last so many school weeks, through the summer where it is in them."""
    held = [week for week in view.calendar.school_weeks if week <= view.on]
    weeks = held[-view.rule("patterns").number("school_weeks") :]
    return view.every_mark.filter(pl.col("date") >= weeks[0]) if weeks else view.every_mark


def _rows(view: View, told: Told, found: Sequence[Answer]) -> pl.DataFrame:
    recent = view.rule("pattern-lateness").number("recent_weeks")
    known_as = {
        row[0]: row[1] or row[2] for row in view.register.pupils.select("pupil", "adno", "key").iter_rows()
    }
    rows = [
        {
            "place": place,
            "pupil": one.pupil,
            "kind": one.kind,
            "pattern": _KINDS[one.kind].name.format(about=one.about),
            "says": _sentence(one, recent),
            "count": one.count,
            "of": one.of,
            "usual": _whole(one.usual),
            "first": told.dates[days_in(one.days)[0]],
            "last": told.dates[one.days.bit_length() - 1],
            "sibling": None if one.sibling is None else known_as[one.sibling],
            "rule": _KINDS[one.kind].rule,
        }
        for place, one in enumerate(found)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


_SCHEMA = pl.Schema(
    {
        "place": pl.UInt32(),
        "pupil": pl.UInt32(),
        "kind": pl.String(),
        "pattern": pl.String(),
        "says": pl.String(),
        "count": pl.UInt32(),
        "of": pl.UInt32(),
        "usual": pl.UInt32(),
        "first": pl.Date(),
        "last": pl.Date(),
        "sibling": pl.String(),
        "rule": pl.String(),
    }
)


def _whole(usual: float) -> int:
    return int(usual + 0.5)


def _sentence(one: Answer, recent: int) -> str:
    """Counts and plain words, such as: 7 of 9 days away were Fridays; 2 would be usual."""
    said = _KINDS[one.kind].says.format(count=one.count, of=one.of, about=one.about, recent=recent)
    return f"{said}; {_whole(one.usual) or 'hardly any'} would be usual."


def _marks(view: View, told: Told, found: Sequence[Answer]) -> pl.DataFrame:
    """The marks that prove each finding, by its place: the first absence, or late mark, of each day."""
    counting = _counted(view)
    days = [
        (place, one.pupil, told.dates[day], one.kind in _LATE)
        for place, one in enumerate(found)
        for day in days_in(one.days)
    ]
    schema = {"place": pl.UInt32, "pupil": pl.UInt32, "date": pl.Date, "late": pl.Boolean}
    wanted = pl.DataFrame(days, schema=schema, orient="row")
    each = [
        wanted.filter(pl.col("late") == late).join(first_marks(view.every_mark, codes), on=["pupil", "date"])
        for late, codes in ((False, counting.absences), (True, counting.lates))
    ]
    return pl.concat(each)


def _counts(found: Sequence[Answer], everything: Sequence[Answer], asked: int) -> dict[str, Any]:
    kinds = Counter(one.kind for one in found)
    return {
        "pupils": len({one.pupil for one in found}),
        "patterns": len(found),
        "kinds": {kind: kinds[kind] for kind in _KINDS if kinds[kind]},
        "pupils_tested": len({one.pupil for one in everything}),
        "tested": asked,
    }


def _notes(view: View, everything: Sequence[Answer], asked: int) -> Iterator[str]:
    rule = view.rule("patterns")
    if everything:
        pupils = counted(len({one.pupil for one in everything}), "pupil")
        questions, false = counted(asked, "question"), rule.number("false_percent")
        yield (
            f"{questions} asked about {pupils}: of every 100 patterns found, {false} at most are expected to "
            "be chance. A pattern is a question to ask, and no reason."
        )
    else:
        least = counted(rule.number("least_days"), "day")
        yield f"Nobody has days away or late enough to look for a pattern in: {least}."
    yield from changed_rules(view, "patterns", "pattern-illness", "pattern-lateness")

"""What an export shows of a school: its terms, its colleges and their tutor groups."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from attendkit.register.days import school_days
from attendkit.register.model import Register

_HALF_TERM = timedelta(days=7)
_HOLIDAY = timedelta(days=14)
_DAY = timedelta(days=1)
_SEASONS = {1: "Spring", 2: "Spring", 3: "Spring", 4: "Summer", 5: "Summer", 6: "Summer", 7: "Summer"}

Span = tuple[date, date]
"""A first and a last day, both included."""


@dataclass(frozen=True)
class SeenTerm:
    """A term as the marks show it: its name by season, its days, and the holiday in its middle."""

    name: str
    first: date
    last: date
    half_term: Span | None = None


@dataclass(frozen=True)
class Proposal:
    """What `init` proposes to write. `colleges` maps each college to its tutor groups.

    `leaders` are asked for; `groups` are the tutor groups that no college is known for.
    """

    name: str = ""
    authority: str = ""
    terms: tuple[SeenTerm, ...] = ()
    closures: tuple[Span, ...] = ()
    colleges: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leaders: Mapping[str, str] = field(default_factory=dict)
    groups: Sequence[str] = ()
    years: Sequence[int] = ()
    days: int = 0


def propose(register: Register) -> Proposal:
    """What the marks and pupils of a register show of their school."""
    held, closed = school_days(register)
    days = sorted(held)
    terms = tuple(terms_seen(days))
    colleges: dict[str, list[str]] = defaultdict(list)
    groups_of = register.pupils.group_by("college", "tutor").agg(pl.col("year").min())
    for college, tutor, _ in groups_of.sort("college", "year", "tutor").iter_rows():
        if tutor:
            colleges[college or ""].append(tutor)
    groups = colleges.pop("", [])
    known = {group for theirs in colleges.values() for group in theirs}
    return Proposal(
        terms=terms,
        closures=tuple(closures_seen(terms, held, closed)),
        colleges=colleges,
        groups=[group for group in groups if group not in known],
        years=register.pupils["year"].drop_nulls().unique().sort().to_list(),
        days=len(days),
    )


def terms_seen(days: Sequence[date]) -> Iterator[SeenTerm]:
    """Terms, from school days in order.

    A gap of more than two weeks parts two terms; one of more than a week is a half term, the first of them
    where a term has several.
    """
    breaks = [
        0,
        *(n for n, (one, other) in enumerate(pairwise(days), 1) if other - one > _HOLIDAY),
        len(days),
    ]
    for start, end in pairwise(breaks):
        if theirs := days[start:end]:
            gaps = [(one, other) for one, other in pairwise(theirs) if other - one > _HALF_TERM]
            half = _weekdays_between(*gaps[0]) if gaps else None
            season = _SEASONS.get(theirs[0].month, "Autumn")
            yield SeenTerm(f"{season} {theirs[0].year}", theirs[0], theirs[-1], half)


def closures_seen(
    terms: Sequence[SeenTerm], held: Collection[date], closed: Collection[date]
) -> Iterator[Span]:
    """Weekdays inside terms, outside their half terms, on which nobody was marked as at school."""
    for term in terms:
        every = (term.first + n * _DAY for n in range((term.last - term.first).days + 1))
        off = [day for day in every if day.weekday() < 5 and (day not in held or day in closed)]
        if term.half_term:
            first, last = term.half_term
            off = [day for day in off if not first <= day <= last]
        yield from _spans(off)


def _weekdays_between(before: date, after: date) -> Span:
    first, last = before + _DAY, after - _DAY
    while first.weekday() >= 5:
        first += _DAY
    while last.weekday() >= 5:
        last -= _DAY
    return first, last


def _spans(days: Sequence[date]) -> Iterator[Span]:
    breaks = [0, *(n for n, (one, other) in enumerate(pairwise(days), 1) if other - one > _DAY), len(days)]
    for start, end in pairwise(breaks):
        if start < end:
            yield days[start], days[end - 1]

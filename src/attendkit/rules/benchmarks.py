"""Published attendance figures, and which of them a school may fairly be set against on a day.

The figures are the Department's for secondary schools, carried in benchmarks.csv with their source. Daily
figures are "official statistics in development" and are revised; accredited ones are final.
"""

import csv
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BeforeValidator

from attendkit.rules.models import Frozen, RuleVersion
from attendkit.terms import academic_year, same_date

Figure = Literal["absence", "authorised", "unauthorised", "persistent", "severe"]

_STATUS = {"daily": "official statistics in development", "accredited": "accredited official statistics"}
_REPOSITORIES = {"daily": "attendance-data-dashboard", "accredited": "absence-distributions-dashboard"}
_GROUPS = {
    ("school", "all"): "all pupils",
    ("fsm", "Y"): "pupils eligible for free school meals",
    ("fsm", "N"): "pupils not eligible for free school meals",
    ("sen", "N"): "pupils without SEN",
    ("sex", "F"): "girls",
    ("sex", "M"): "boys",
}


def _hundredths(text: str) -> int | None:
    whole, _, decimals = text.partition(".")
    return int(whole + decimals.ljust(2, "0")) if text else None


_Rate = Annotated[int | None, BeforeValidator(_hundredths)]


class Benchmark(Frozen):
    """One published row: its area, days and group, and its rates in hundredths of a percent."""

    area: str
    year: str
    first: date
    last: date
    group_type: str
    group: str
    absence: _Rate
    authorised: _Rate
    unauthorised: _Rate
    persistent: _Rate
    severe: _Rate
    series: Literal["daily", "accredited"]
    verified: bool
    source: str

    @property
    def whose(self) -> str:
        """Which pupils it is about."""
        return _GROUPS.get((self.group_type, self.group), f"Year {self.group}")

    @property
    def when(self) -> str:
        """The area, the phase and the days it is about."""
        days = f"{_said(self.first)} to {_said(self.last)}"
        when = f"whole year {self.year}" if self.series == "accredited" else days
        return f"{self.area}, secondary schools, {when}"

    @property
    def name(self) -> str:
        """All that it is about, in words."""
        return f"{self.when}, {self.whose}"

    @property
    def status(self) -> str:
        """How sure it is, in the words of whoever published it."""
        return _STATUS[self.series]

    @property
    def cited(self) -> str:
        """Where it was published, and which edition of it was read: figures are revised."""
        return f"DfE, {_REPOSITORIES[self.series]}, {self.source}"

    def figure(self, name: Figure) -> int | None:
        """One of its rates, in hundredths of a percent."""
        rate: int | None = getattr(self, name)
        return rate


@cache
def benchmarks() -> tuple[Benchmark, ...]:
    """Every published row that is carried, in the order of the file."""
    text = files(__package__).joinpath("benchmarks.csv").read_text(encoding="utf-8")
    return tuple(Benchmark.model_validate(row) for row in csv.DictReader(text.splitlines()))


def area_of(authority: str) -> str | None:
    """The area that a council's figures are published under: Warwickshire of Warwickshire County Council."""
    areas = {row.area for row in benchmarks()}
    return next((area for area in sorted(areas) if area.casefold() in authority.casefold()), None)


def published(
    area: str, figure: Figure, on: date, rule: RuleVersion, group: tuple[str, str] = ("school", "all")
) -> Benchmark | None:
    """The row to set a school against on a day: for the same date of the latest year, else the latest.

    Args:
        area: `England`, or a council's area.
        figure: the rate that it must have.
        on: the school's day.
        rule: `same-date`: within_days (how far from the same date) and lag_days (until it is published).
        group: group type and group.

    Returns:
        None where there is none, or none that could have been published by then and is verified.
    """
    lag = timedelta(days=rule.number("lag_days"))
    there = [row for row in _verified(area, figure, group) if row.last + lag <= on]
    near = [row for row in there if _apart(row, on) <= rule.number("within_days")]
    if near:
        return min(near, key=lambda row: (-academic_year(row.last)[0].year, _apart(row, on), row.last))
    return max(there, key=lambda row: row.last, default=None)


@cache
def _verified(area: str, figure: Figure, group: tuple[str, str]) -> tuple[Benchmark, ...]:
    """The rows about a group of an area that have a rate and are verified."""
    return tuple(
        row
        for row in benchmarks()
        if row.verified
        and (row.area, row.group_type, row.group) == (area, *group)
        and row.figure(figure) is not None
    )


def _apart(row: Benchmark, on: date) -> int:
    """Days between the last day of a row and the same date of its year as `on`."""
    years = academic_year(on)[0].year - academic_year(row.last)[0].year
    return abs((same_date(on, years) - row.last).days)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

"""Published figures laid beside a group's own, each with its name: whose they are, and of which days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from attendkit.duties.kpi.groupings import COHORT
from attendkit.findings import View
from attendkit.measures.groups import Group
from attendkit.rules.benchmarks import Benchmark, Figure, area_of, published

NATION = "England"

WHOLE = 10_000
"""A whole, in hundredths of a percent."""

_SCHOOL: Group = ("school", "all")
_KEY = ("group_type", "group")


@dataclass(frozen=True)
class Published:
    """The published rows that a school is set against on a day.

    A group is set against the published figure of its own pupils where there is one, else of all pupils, and
    always with its pupils in Years 7 to 11 only, because that is whom the figures are about (R4.1).
    """

    view: View

    @cached_property
    def area(self) -> str | None:
        """The area of the school's own council, where its figures are carried."""
        return area_of(self.view.school.authority)

    @cached_property
    def attendance(self) -> Benchmark | None:
        """The nation's attendance of all pupils."""
        return self._row(NATION, "absence", _SCHOOL)

    @cached_property
    def local(self) -> Benchmark | None:
        """The attendance of all pupils in the council's area."""
        return self._row(self.area, "absence", _SCHOOL) if self.area else None

    def persistent(self, group: Group) -> Benchmark | None:
        """The nation's share of persistent absentees in a group, or in all."""
        return self._row(NATION, "persistent", group) or self._row(NATION, "persistent", _SCHOOL)

    def columns(self, groups: pl.DataFrame) -> pl.DataFrame:
        """Group types and groups with what each is set against.

        Returns:
            group_type, group; benchmark and local (attendance) and benchmark_persistent, in hundredths of a
            percent; and the name of each, `benchmark_name` and so on.
        """
        made = [
            {**dict(zip(_KEY, group, strict=True)), **self._told(group)}
            for group in groups.select(_KEY).iter_rows()
        ]
        rates = {"benchmark": pl.Int64, "local": pl.Int64, "benchmark_persistent": pl.Int64}
        schema: Mapping[str, type[pl.DataType]] = {
            **dict.fromkeys(_KEY, pl.String),
            **rates,
            **{f"{name}_name": pl.String for name in rates},
        }
        return pl.DataFrame(made, schema=schema)

    def sources(self, groups: pl.DataFrame) -> Iterator[str]:
        """A sentence a published row about all pupils that groups are set against, one for the rest."""
        own = [row for group in groups.select(_KEY).iter_rows() if (row := self.persistent(group))]
        used = dict.fromkeys(row for row in (self.attendance, self.local, *own) if row)
        for row in used:
            if row.group_type == "school":
                yield f"{row.name}: {_rates(row)} ({row.status}; {row.cited})."
        if rest := [row for row in used if row.group_type != "school"]:
            each = ", ".join(f"{row.whose} {_percent(row.persistent or 0)}" for row in rest)
            first = rest[0]
            yield f"{first.when}, persistent: {each} ({first.status}; {first.cited})."

    def _told(self, group: Group) -> dict[str, int | str]:
        if group[0] == "school" or (group[0] == "cohort" and group[1] != COHORT):
            return {}  # with a sixth form in it, or with nobody else
        rows = {
            "benchmark": self.attendance,
            "local": self.local,
            "benchmark_persistent": self.persistent(group),
        }
        told: dict[str, int | str] = {}
        for name, row in rows.items():
            if row:
                persistent = name == "benchmark_persistent"
                told |= {name: (row.persistent if persistent else attendance(row)) or 0}
                told |= {f"{name}_name": row.name}
        return told

    def _row(self, area: str, figure: Figure, group: Group) -> Benchmark | None:
        return published(area, figure, self.view.on, self.view.rule("same-date"), group)


def attendance(row: Benchmark) -> int | None:
    """A row's attendance in hundredths of a percent."""
    return None if row.absence is None else WHOLE - row.absence


def _rates(row: Benchmark) -> str:
    said = (
        ("attendance", attendance(row)),
        ("authorised absence", row.authorised),
        ("unauthorised", row.unauthorised),
        ("persistent", row.persistent),
        ("severe", row.severe),
    )
    return ", ".join(f"{name} {_percent(rate)}" for name, rate in said if rate is not None)


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}%"

"""A report with the pupils' names laid over its numbers: what every form for a person is made from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from attendkit.documents.cells import PARTED, cell_text, day_text, label, tidy, value_text, words
from attendkit.findings import Column, Kind, Report, View, long_date
from attendkit.register.model import CODES
from attendkit.rules import RuleVersion

NAME = "name"
"""The column that shows a pupil as `Surname, Forename`."""

MUSTER_POINT = "muster_point"
"""The column that a fire register, which is of the whole school, is parted by when it is printed."""

_MOST_GROUPS = 6
_LOOKED_UP = ("upn", "adno", "surname", "forename", "year", "tutor", "college")


@dataclass(frozen=True)
class Shown:
    """A report as a person reads it: columns, and the raw values of each row in their order."""

    report: Report
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def about(self) -> str:
        """What a row is about: `pupils`, or `rows` where it is about no one pupil."""
        return "pupils" if "pupil" in self.report.table.columns else "rows"

    @property
    def texts(self) -> list[list[str]]:
        """Every cell as text, by its column's kind."""
        return [
            [cell_text(v, c, self.report.on) for v, c in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]


def shown(report: Report, view: View) -> Shown:
    """The rows that a person sees, in the report's order and columns.

    A column that is not one of the report's own is looked up in the register by pupil.

    Raises:
        ValueError: a column is neither the report's nor the register's, which is a fault in the duty.
    """
    table = with_names(report.table, view)
    names = [NAME if column.name == "pupil" else column.name for column in report.columns]
    if unknown := set(names) - set(table.columns):
        raise ValueError(f"{report.duty}: nothing to show in {sorted(unknown)}")
    return Shown(report, report.columns, tuple(_in_words(table.select(names)).rows()) if names else ())


def _in_words(table: pl.DataFrame) -> pl.DataFrame:
    """The table with words such as `at_risk` as a person reads them. Codes stay as they are."""
    worded = [name for name, kind in table.schema.items() if isinstance(kind, pl.Enum) and kind != CODES]
    return table.with_columns(pl.col(worded).cast(pl.String).str.replace_all("_", " "))


def with_names(table: pl.DataFrame, view: View) -> pl.DataFrame:
    """The table with the register's word on each pupil: `key`, `name`, and what it has not itself.

    Two of one tutor group who have one name are told apart by their admission numbers.
    """
    if "pupil" not in table.columns:
        return table
    pupils = view.everyone.pupils.select("pupil", "key", *_LOOKED_UP, name_of_pupil()).with_columns(
        pl.when(pl.len().over(NAME, "tutor") > 1)
        .then(pl.format("{} ({})", NAME, pl.coalesce("adno", "key")))
        .otherwise(NAME)
        .alias(NAME)
    )
    wanted = ["pupil", *(name for name in pupils.columns[1:] if name not in table.columns)]
    return table.join(pupils.select(wanted), on="pupil", how="left", maintain_order="left")


def name_of_pupil() -> pl.Expr:
    """`Surname, Forename`; what there is of it; else the admission number or the register's key."""
    written = pl.concat_str("surname", "forename", separator=", ", ignore_nulls=True)
    one_line = written.str.replace_all(r"\s+", " ")
    return pl.coalesce(pl.when(one_line != "").then(one_line), "adno", "key").alias(NAME)


@dataclass(frozen=True, slots=True)
class Grid:
    """Figures of a few groups: what the groups are, the figures' names, and a row a group, its name first."""

    title: str
    heads: list[str]
    rows: list[list[str]]


def count_texts(report: Report, *, every: bool = False) -> list[tuple[str, str]]:
    """The figures at the top: what each is, and its value, in words.

    Empty ones are left out. Figures of groups, which are grids, are told here group by group where `every`
    one is asked for.
    """
    told: list[tuple[str, str]] = []
    for name, value in report.counts.items():
        said = report.labels.get(name, label(name))
        if not said or (isinstance(value, Mapping | Sequence) and not value):
            continue
        if not _of_groups(value):
            told.append((said, value_text(value, report.on)))
        elif every:
            told += [(f"{said} {words(key)}", value_text(one, report.on)) for key, one in value.items()]
    return told


def count_grids(report: Report) -> Iterator[Grid]:
    """The figures of groups: a row a group and a column a figure, with one name each.

    More groups than can be taken in at the top of a page (58 tutor groups) are left out, and so are those
    whose label is empty.
    """
    for name, value in report.counts.items():
        told = report.labels.get(name, name)
        if told and value and _of_groups(value) and len(value) <= _MOST_GROUPS:
            figures = list(dict.fromkeys(figure for one in value.values() for figure in one))
            yield Grid(
                title=report.labels.get(name, label(name)),
                heads=[report.labels.get(figure, label(figure)) for figure in figures],
                rows=[
                    [words(tidy(group)), *(value_text(one.get(figure), report.on) for figure in figures)]
                    for group, one in value.items()
                ],
            )


def _of_groups(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(one, Mapping) for one in value.values())


def rules_of(report: Report, view: View) -> list[RuleVersion]:
    """The rules that the report's findings and figures rest on, in the order first met."""
    named = dict.fromkeys((*report.found["rule"].unique(maintain_order=True), *report.rests_on))
    return [view.rule(rule) for rule in named]


def rule_line(rule: RuleVersion) -> str:
    """One rule as a footnote: what it says, its source, whose it is, and whether the school changed it."""
    own = f" Changed by this school: {', '.join(rule.overridden)}." if rule.overridden else ""
    since = f"{rule.authority}, in force since {day_text(rule.since)}"
    return f"{rule.says} {rule.citation.text()} ({since}).{own}"


def heading_lines(report: Report, view: View) -> tuple[str, str]:
    """The title, and the line under it: whom alone it is about, the school, the day, the register's days."""
    first, last = view.register.first, view.register.last
    marks = f"marks from {day_text(first)} to {day_text(last)}" if first and last else "no marks"
    day = long_date(report.on)
    only = f"Only: {tidy(', '.join(view.only))}" if view.only else ""
    told = (only, tidy(view.school.name), "" if day in report.title else day, marks)
    return tidy(report.title), PARTED.join(filter(None, told))


def right_aligned(column: Column) -> bool:
    """Whether the column is numbers, which line up on the right."""
    return column.kind in {Kind.NUMBER, Kind.PERCENT, Kind.POINTS}

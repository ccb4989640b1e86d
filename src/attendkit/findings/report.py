"""What a duty gives back: rows, counts, and the findings that its rows rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl

from attendkit.findings.chart import Chart
from attendkit.findings.finding import Evidence, Finding
from attendkit.findings.view import View
from attendkit.model import Problem, Session
from attendkit.register.model import CODES


class Kind(StrEnum):
    """How a column of a report is shown."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PERCENT = "percent"
    POINTS = "points"  # one percentage less another
    FLAG = "flag"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a person sees: which column of the rows it shows, its heading, and how.

    `pupil` as `name` shows surname and forename; `tutor`, `year`, `college`, `adno`, `upn` are looked up in
    the register. `narrow` columns are the first to go when a screen has 80 columns (they stay in files).
    The text of one that `hangs` stands under its row on a screen, where it has room to be long.
    """

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    narrow: bool = False
    hangs: bool = False


@dataclass(frozen=True)
class Report:
    """What a duty gives back.

    `rows` are the JSON contract: one row each, `pupil` (register number, where the row is about a pupil)
    first, then the duty's own columns in order. `shown` is what a person sees, where that is arranged
    otherwise (one row a pupil instead of one a session); it defaults to `rows`. `columns` say how.
    `found` has one row a finding: finding, pupil, says, of, rule. `evidence` has one row a mark of a
    finding: finding, date, session, code, source, row, column.
    `counts` are the figures at the top; `notes` are sentences that go under the table; `charts` are pictures
    of the rows. `rests_on` are the ids of rules that the figures rest on where no finding says so.
    `above` are notes that change the meaning of everything, and so come before it. `labels` name figures and
    groups of them to a person where their own names would not do; what has an empty label is not told.
    """

    duty: str
    title: str
    on: date
    rows: pl.DataFrame
    columns: tuple[Column, ...]
    counts: Mapping[str, Any]
    found: pl.DataFrame
    evidence: pl.DataFrame
    shown: pl.DataFrame | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    rests_on: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> pl.DataFrame:
        """What a person sees: `shown`, else `rows`."""
        return self.rows if self.shown is None else self.shown


FOUND = pl.Schema(
    {
        "finding": pl.UInt32(),
        "pupil": pl.UInt32(),
        "says": pl.String(),
        "of": pl.UInt32(),
        "rule": pl.String(),
    }
)
"""One row a finding of a report."""


EVIDENCE = pl.Schema(
    {
        "finding": pl.UInt32(),
        "date": pl.Date(),
        "session": pl.UInt8(),
        "code": CODES,
        "source": pl.UInt16(),
        "row": pl.UInt32(),
        "column": pl.UInt16(),
    }
)
"""One row a mark of a finding, in the order of the findings."""


def gathered(
    said: pl.DataFrame, marks: pl.DataFrame, by: Sequence[str] = ("pupil",)
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A report's `found` and `evidence`: what is said of each pupil, with the marks that make it so.

    Args:
        said: pupil, says, of (sessions, may be null) and rule (the id of the one that makes it count), one
            row a finding, in the order to be told.
        marks: the evidence of all of them, `register.model.MARKS`. What is said without any makes no finding.
        by: the columns of both that tell one finding from another, where a pupil may have several.
    """
    proven = said.join(marks.select(by).unique(), on=by, how="semi", maintain_order="left")
    found = proven.with_row_index("finding")
    evidence = found.select("finding", *by).join(marks, on=by).sort("finding", "date", "session")
    return (
        found.select([pl.col(name).cast(kind) for name, kind in FOUND.items()]),
        evidence.select([pl.col(name).cast(kind) for name, kind in EVIDENCE.items()]),
    )


def findings(report: Report, view: View) -> list[Finding]:
    """The findings of a report, in its order, each with its evidence and the rule in force."""
    keys = dict(view.register.pupils.select("pupil", "key").iter_rows())
    files = dict(view.register.imports.select("source", "file").iter_rows())
    proofs = {
        number[0]: tuple(_piece(mark, files) for mark in marks.iter_rows(named=True))
        for number, marks in report.evidence.group_by("finding", maintain_order=True)
    }
    return [
        Finding(
            duty=report.duty,
            pupil=keys[row["pupil"]],
            on=report.on,
            says=row["says"],
            rule=view.rule(row["rule"]),
            evidence=proofs.get(row["finding"], ()),
            of=row["of"],
        )
        for row in report.found.iter_rows(named=True)
    ]


def _piece(mark: Mapping[str, Any], files: Mapping[int, str]) -> Evidence:
    return Evidence(
        date=mark["date"],
        session=Session(mark["session"]),
        code=mark["code"],
        file=files.get(mark["source"], ""),
        row=mark["row"],
        column=mark["column"],
    )

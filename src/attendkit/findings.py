"""What a duty may look at, and what it gives back.

A duty is a function from a `View` to a `Report`. A report's rows are numbers and codes keyed by pupil
number; names are added by `documents` and `cli` only. Its findings are made on demand from the same
evidence as its rows, so a figure is the length of its proof.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, model_validator

from attendkit.model import Problem, Session
from attendkit.register import Register
from attendkit.register.model import CODES
from attendkit.rules import Rulebook, RuleVersion
from attendkit.school import School
from attendkit.terms import Calendar, academic_year

GONE_AFTER = 5
"""Days the school held after which a pupil with no roll dates and no row is taken to have left."""


@dataclass(frozen=True)
class View:
    """Everything a duty may look at: one register, one day, the calendar, the rules and the school.

    `register` holds no mark after `on`. `chosen` are the pupils that the command's filters left, as
    register numbers in the order of their names; None is everyone. `options` are the duty's own options.
    """

    register: Register
    calendar: Calendar
    rulebook: Rulebook
    school: School
    on: date
    chosen: frozenset[int] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def rule(self, rule_id: str) -> RuleVersion:
        """The version of a rule in force on the day looked from."""
        return self.rulebook.rule(rule_id, self.on)

    @cached_property
    def everyone(self) -> "View":
        """The same view without filters: what a tutor group's register is judged by."""
        return self if self.chosen is None else replace(self, chosen=None)

    @cached_property
    def pupils(self) -> pl.DataFrame:
        """The pupils looked at: `register.model.PUPILS`, less those the filters left out.

        Where no export names a pupil's college it is the one that the school gives their tutor group.
        """
        pupils = self._only_chosen(self.register.pupils)
        groups = pupils["tutor"].drop_nulls().unique().to_list()
        colleges = {group: college for group in groups if (college := self.school.college_of(group))}
        configured = pl.col("tutor").replace_strict(colleges, default=None, return_dtype=pl.String)
        return pupils.with_columns(pl.coalesce("college", configured)) if colleges else pupils

    @cached_property
    def marks(self) -> pl.DataFrame:
        """This academic year's marks of the pupils looked at, up to and including `on`."""
        start, _ = academic_year(self.on)
        return self._only_chosen(self.register.marks.filter(pl.col("date").is_between(start, self.on)))

    @cached_property
    def on_roll(self) -> pl.DataFrame:
        """The pupils looked at who are on roll on `on`: admitted by then and not left before then.

        Of a pupil with neither date, the register itself is asked: they are on roll until they have had no
        row for `GONE_AFTER` days that the school held, so that one who drops out of an export is asked
        about before they are taken to have left. `presumed_left` counts those.
        """
        dated = self.pupils.filter(
            pl.col("admitted").is_null() | (pl.col("admitted") <= self.on),
            pl.col("left").is_null() | (pl.col("left") >= self.on),
        )
        undated = pl.col("admitted").is_null() & pl.col("left").is_null()
        return dated.filter(~undated | pl.col("pupil").is_in(self._seen_lately.implode()))

    @cached_property
    def presumed_left(self) -> int:
        """How many of the pupils looked at have no roll dates and no row lately: taken to have left."""
        undated = self.pupils.filter(pl.col("admitted").is_null(), pl.col("left").is_null())
        return undated.join(self.on_roll, on="pupil", how="anti").height

    @cached_property
    def order(self) -> pl.DataFrame:
        """The places of the pupils looked at: pupil, tutor, college, by_name, by_tutor.

        `by_name` follows surname and forename as a person would file them: no capitals, no accents.
        `by_tutor` follows the year in a tutor group's name before its letters, so that 7A1 is before 10A1.
        """
        filed = [_filed(name) for name in ("surname", "forename")]
        year = pl.col("tutor").str.extract(r"^\D*(\d+)").cast(pl.Int64)
        group = pl.struct(tutor_unknown=pl.col("tutor").is_null(), year=year, name=pl.col("tutor"))
        return (
            self.pupils.sort(*filed, "key", nulls_last=True)
            .with_row_index("by_name")
            .with_columns(group.rank("dense").alias("by_tutor"))
            .select("pupil", "tutor", "college", "by_name", "by_tutor")
        )

    @cached_property
    def _seen_lately(self) -> pl.Series:
        """Pupils with a row on one of the last `GONE_AFTER` days held, or known only from a pupil list."""
        marks = self.register.marks.select("pupil", "date")
        lately = marks["date"].unique().sort().tail(GONE_AFTER)
        seen = (
            marks.filter(pl.col("date") >= lately.min())["pupil"].unique() if marks.height else marks["pupil"]
        )
        if "pupils" not in self.register.imports["layout"]:
            return seen
        listed = self.register.pupils["pupil"]
        return pl.concat([seen, listed.filter(~listed.is_in(marks["pupil"].unique().implode()))])

    def _only_chosen(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.chosen is None:
            return frame
        return frame.filter(pl.col("pupil").is_in(sorted(self.chosen)))


class Evidence(BaseModel):
    """One mark that a finding rests on: when, what, and where it was read.

    `file`, `row` and `column` are the export's, title rows counted. They are not part of a finding's
    identity, so a fresh export of the same facts gives the same finding.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    session: Session
    code: str
    file: str
    row: int
    column: int | None = None


class Finding(BaseModel):
    """One thing a duty saw about one pupil, with the rule and the marks that make it so.

    `of` is the denominator where there is one ("24 of 210 sessions"), in sessions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    duty: str
    pupil: str
    on: date
    says: str
    rule: RuleVersion
    evidence: tuple[Evidence, ...]
    of: int | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> "Finding":
        if not self.evidence:
            raise ValueError("a finding needs at least one piece of evidence")
        if late := [piece for piece in self.evidence if piece.date > self.on]:
            raise ValueError(f"evidence of {late[0].date} is after the day looked from, {self.on}")
        sessions = {(piece.date, piece.session) for piece in self.evidence}
        if len(sessions) != len(self.evidence):
            raise ValueError("one session is counted twice in the evidence")
        if self.of is not None and self.of < self.count:
            raise ValueError(f"{self.count} pieces of evidence cannot be out of {self.of}")
        return self

    @property
    def count(self) -> int:
        """How many sessions the finding counts: the length of its proof."""
        return len(self.evidence)

    @property
    def id(self) -> str:
        """The finding's name: the same for the same duty, pupil, rule version and marks, on any day."""
        pieces = [f"{e.date}{e.session.name}{e.code}" for e in self.evidence]
        named = "\n".join([self.duty, self.pupil, self.rule.id, str(self.rule.since), *pieces])
        return hashlib.sha256(named.encode()).hexdigest()[:16]


class Kind(StrEnum):
    """How a column of a report is shown."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PERCENT = "percent"
    FLAG = "flag"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a person sees: which column of the rows it shows, its heading, and how.

    `pupil` as `name` shows surname and forename; `tutor`, `year`, `college`, `adno`, `upn` are looked up in
    the register. `narrow` columns are the first to go when a screen has 80 columns (they stay in files).
    """

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    narrow: bool = False


@dataclass(frozen=True)
class Report:
    """What a duty gives back.

    `rows` are the JSON contract: one row each, `pupil` (register number, where the row is about a pupil)
    first, then the duty's own columns in order. `shown` is what a person sees, where that is arranged
    otherwise (one row a pupil instead of one a session); it defaults to `rows`. `columns` say how.
    `found` has one row a finding: finding, pupil, says, of, rule. `evidence` has one row a mark of a
    finding: finding, date, session, code, source, row, column.
    `counts` are the figures at the top; `notes` are sentences that go under the table.
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


def gathered(said: pl.DataFrame, marks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A report's `found` and `evidence`: what is said of each pupil, with the marks that make it so.

    Args:
        said: pupil, says, of (sessions, may be null) and rule (the id of the one that makes it count), one
            row a pupil, in the order to be told.
        marks: the evidence of all of them, `register.model.MARKS`. A pupil with none makes no finding.
    """
    proven = said.join(marks.select("pupil").unique(), on="pupil", how="semi", maintain_order="left")
    found = proven.with_row_index("finding")
    evidence = found.select("finding", "pupil").join(marks, on="pupil").sort("finding", "date", "session")
    return (
        found.select([pl.col(name).cast(kind) for name, kind in FOUND.items()]),
        evidence.select([pl.col(name).cast(kind) for name, kind in EVIDENCE.items()]),
    )


PROOF = pl.Schema(
    {
        "date": pl.Date(),
        "session": pl.String(),
        "code": pl.String(),
        "meaning": pl.String(),
        "minutes": pl.UInt16(),
        "citation": pl.String(),
        "file": pl.String(),
        "row": pl.UInt32(),
        "column": pl.UInt16(),
    }
)
"""One row a mark of a proof: what it says, what that means and by whose word, and where it was read."""


@dataclass(frozen=True)
class Proof:
    """Why a figure is what it is: the marks it counts, what it left out, and the rule that says so.

    `value` is the figure as the duty of `page` prints it, in `unit` (sessions, school days or minutes; empty
    for a band or a percentage). `marks` are `PROOF`; `of` is the denominator where there is one. `excluded`
    has one row a code of the same year that is not counted: code, sessions, why. `page` is the duty's page.
    """

    pupil: int
    figure: str
    on: date
    value: int | str | None
    unit: str
    says: str
    marks: pl.DataFrame
    excluded: pl.DataFrame
    rule: RuleVersion
    page: str
    of: int | None = None

    @property
    def count(self) -> int:
        """How many marks prove the figure. A figure in sessions is exactly this number."""
        return self.marks.height

    def as_json(self) -> dict[str, Any]:
        """The proof as plain values, dates as ISO text; the pupil by register number only."""
        return {
            "command": "why",
            "pupil": self.pupil,
            "figure": self.figure,
            "on": self.on.isoformat(),
            "value": self.value,
            "unit": self.unit,
            "of": self.of,
            "says": self.says,
            "marks": self.marks.with_columns(pl.col("date").cast(pl.String)).to_dicts(),
            "excluded": self.excluded.to_dicts(),
            "rule": {
                "id": self.rule.id,
                "says": self.rule.says,
                "since": self.rule.since.isoformat(),
                "citation": self.rule.citation.text(),
                "authority": self.rule.authority.value,
            },
            "page": self.page,
        }


SESSION_NAME = pl.Enum([session.name for session in Session])
"""How a session is written: AM or PM."""


def session_name(column: str = "session") -> pl.Expr:
    """A session's number as it is written."""
    names = {session.value: session.name for session in Session}
    return pl.col(column).replace_strict(names, return_dtype=SESSION_NAME)


def in_days(sessions: int) -> str:
    """Sessions as a parent counts them: half a day, 1 day, 3 days, 3.5 days."""
    if sessions == 1:
        return "half a day"
    return f"{sessions // 2}{'.5' if sessions % 2 else ''} day{'' if sessions == 2 else 's'}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 session, 2 sessions."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def long_date(day: date) -> str:
    """A date as a person says it: Friday 20 November 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def no_marks(view: View) -> str:
    """Why a duty of one day has nothing to say, and the last day that has marks."""
    day = long_date(view.on)
    why = (
        "is not a school day" if not view.calendar.is_school_day(view.on) else "has no marks in the register"
    )
    last = view.register.last
    return f"{day} {why}." + (f" The last day with marks is {long_date(last)}." if last else "")


def presumed_left(view: View) -> str:
    """The note for pupils whom no export gives a leaving date and who have stopped having rows."""
    return (
        f"{counted(view.presumed_left, 'pupil')} with no row for more than {GONE_AFTER} school days and no "
        "roll dates: taken to have left. Give the pupil list to be sure."
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


def _filed(name: str) -> pl.Expr:
    return pl.col(name).str.normalize("NFD").str.replace_all(r"[\p{M}'’ \-]", "").str.to_lowercase()


def _piece(mark: Mapping[str, Any], files: Mapping[int, str]) -> Evidence:
    return Evidence(
        date=mark["date"],
        session=Session(mark["session"]),
        code=mark["code"],
        file=files.get(mark["source"], ""),
        row=mark["row"],
        column=mark["column"],
    )

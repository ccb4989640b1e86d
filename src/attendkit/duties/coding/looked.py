"""What a check of coding looks at: the academic year's marks of the whole school, arranged for looking."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from attendkit.findings import View
from attendkit.measures.ages import of_school_age, while_of_school_age
from attendkit.measures.codes import category, told
from attendkit.measures.sessions import PRESENT
from attendkit.measures.spans import in_spans, places
from attendkit.model import MISSING, Session
from attendkit.register.model import MARKS
from attendkit.rules import RuleVersion
from attendkit.terms import academic_year

EACH = ("pupil", "date", "session")
"""What tells one mark from another."""

IN_CLASS = ("/", "\\", "L")
"""A pupil who was there when the register was taken."""

code = pl.col("code")
date = pl.col("date")


@dataclass(frozen=True)
class Looked:
    """The academic year's marks of everyone, whatever pupils were asked for: a check compares pupils.

    `unusual` are the marks that say more than present in its own half of the day, or nothing, about one in
    twelve; most checks need no others, and know the other mark of the day by its code, `other`.
    """

    view: View

    @cached_property
    def marks(self) -> pl.DataFrame:
        """Every mark of the academic year: `register.model.MARKS`."""
        return self.view.marks

    @cached_property
    def unusual(self) -> pl.DataFrame:
        """The marks that say more than present or nothing, with what the register says of the pupil."""
        morning = pl.col("session") == Session.AM.value
        plain = (code == MISSING) | (morning & (code == "/")) | (~morning & (code == "\\"))
        placed = self.marks.lazy().with_row_index("at").with_columns(place=places())
        found = placed.filter(~plain).collect()
        told = found.with_columns(other=_other_session(self.marks, found["at"])).drop("at")
        return told.join(self.people, on="pupil", how="left", maintain_order="left")

    @cached_property
    def people(self) -> pl.DataFrame:
        """What the checks ask of a pupil: pupil, year, tutor, admitted, left, part_time."""
        return self.view.pupils.select("pupil", "year", "tutor", "admitted", "left", "part_time")

    @cached_property
    def of_school_age(self) -> pl.DataFrame:
        """The unusual marks of pupils while they were of compulsory school age (R1.5)."""
        start, _ = academic_year(self.view.on)
        of_age = of_school_age(self.view.pupils, self.view.rule("school-age"), start)
        return while_of_school_age(self.unusual, of_age)

    @property
    def first(self) -> dt.date:
        """The first date with a mark, else the day looked from."""
        found: dt.date | None = self.marks.select(date.min()).item()
        return found or self.view.on

    @cached_property
    def days_off(self) -> list[dt.date]:
        """The dates with marks that are not school days by the calendar."""
        days = self.marks["date"].unique()
        return [day for day in days if not self.view.calendar.is_school_day(day)]

    def coded(self, rule: RuleVersion, name: str = "codes") -> pl.DataFrame:
        """The unusual marks of a rule's codes."""
        return self._of(rule.codes(name))

    def of_pupils(self, marks: pl.DataFrame) -> pl.DataFrame:
        """All the marks of the pupils who have any of `marks`, told: with `category` and `on_site`."""
        pupils = marks["pupil"].unique()
        return told(self.marks.filter(pl.col("pupil").is_in(pupils.implode())))

    def beside_present(self, marks: pl.DataFrame) -> pl.DataFrame:
        """Those of some unusual marks that have the other session of the day attended."""
        others = marks.select("date", code="other").with_columns(category=category())
        return marks.filter(others.select(PRESENT.fill_null(value=False)).to_series())

    def on_dates(self, dates: pl.Series) -> pl.DataFrame:
        """The whole school's marks on some dates, told: with `category` and `on_site`."""
        return told(self.marks.filter(date.is_in(dates.unique().implode())))

    def in_a_row(self, codes: Sequence[str], sessions: int) -> pl.DataFrame:
        """The marks of `codes` that stand in a row of at least so many sessions, each with its `span`."""
        return in_spans(self._of(codes)).filter(pl.len().over("span") >= sessions)

    def _of(self, codes: Sequence[str]) -> pl.DataFrame:
        each = [self._by_code[letter] for letter in codes if letter in self._by_code]
        if len(each) == 1:
            return each[0]
        return self.unusual.filter(code.is_in(codes)) if each else self.unusual.clear()

    @cached_property
    def _by_code(self) -> Mapping[str, pl.DataFrame]:
        parts = self.unusual.partition_by("code", as_dict=True)
        return {letter: marks for (letter,), marks in parts.items()}


def _other_session(marks: pl.DataFrame, places: pl.Series) -> pl.Series:
    """The code of the other session of the day of the marks at some places, null where there is no mark.

    It stands next to the mark, because marks are in order.
    """
    here = marks.select(pl.col("pupil", "date", "session").gather(places))
    step = pl.when(pl.col("session") == Session.AM.value).then(1).otherwise(-1)
    there = here.select(place=pl.lit(places).cast(pl.Int64) + step)["place"].clip(lower_bound=0)
    other = marks.select(
        pl.col("pupil", "date", "session", "code").gather(there, null_on_oob=True).name.prefix("other_")
    )
    same_day = (pl.col("pupil") == pl.col("other_pupil")) & (date == pl.col("other_date"))
    is_other = same_day & (pl.col("session") != pl.col("other_session"))
    return here.hstack(other).select(pl.when(is_other).then("other_code")).to_series()


@dataclass(frozen=True, slots=True)
class Check:
    """One check of coding: its rule, what it finds, what that is in words, and what to do about it.

    `finds` gives marks (`register.model.MARKS` and what else it likes); `span`, if there, tells one row of a
    pupil from another. A row without a date says something of a pupil who has no mark that shows it.
    """

    rule: str
    finds: Callable[[Looked, RuleVersion], pl.DataFrame]
    says: str
    fix: str

    @property
    def name(self) -> str:
        """What the officer calls it: the rule's id without the family."""
        return self.rule.removeprefix("coding-")


def without_marks(pupils: Collection[int]) -> pl.DataFrame:
    """Rows that say something of pupils who have no mark that shows it."""
    return pl.DataFrame(
        {name: list(pupils) if name == "pupil" else [None] * len(pupils) for name in MARKS}, schema=MARKS
    )

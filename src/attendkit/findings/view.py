"""What a duty may look at: one register, one day, the calendar, the rules and the school."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.casework import Log
from attendkit.measures.sessions import absences, totals
from attendkit.measures.siblings import siblings
from attendkit.register import Register
from attendkit.register.matching import fold_text
from attendkit.rules import Rulebook, RuleVersion
from attendkit.school import School
from attendkit.terms import Calendar, academic_year

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

GONE_AFTER = 5
"""A pupil with no roll dates is taken to have left after more days than this without a row."""

_NO_YEAR = 99


@dataclass(frozen=True)
class View:
    """Everything a duty may look at: one register, one day, the calendar, the rules and the school.

    `register` holds no mark after `on`. `chosen` are the pupils that the command's filters left, as
    register numbers in the order of their names; None is everyone. `only` says in words what was asked for
    of the whole ("Year 7"), and so must every document. `options` are the duty's own options. `logged` gives
    the entries of the school's casework that count, and is asked only by a duty that looks at them; `written`
    gives every entry as it was written.
    """

    register: Register
    calendar: Calendar
    rulebook: Rulebook
    school: School
    on: date
    chosen: frozenset[int] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    logged: "Callable[[], Sequence[Entry]]" = tuple
    written: "Callable[[], Sequence[Entry]]" = tuple

    def rule(self, rule_id: str) -> RuleVersion:
        """The version of a rule in force on the day looked from."""
        return self.rulebook.rule(rule_id, self.on)

    @cached_property
    def casework(self) -> Log:
        """What people did up to and on the day, by the register's numbers. Empty where nothing is logged."""
        register = self.register
        return Log.until(self.on, self.logged(), register.pupils, self.written, register.contacts)

    @cached_property
    def casework_as_written(self) -> Log:
        """The same with entries that were corrected or struck out, and not for anything that counts."""
        return Log.until(self.on, self.written(), self.register.pupils)

    @cached_property
    def contacts(self) -> pl.DataFrame:
        """The contacts of everybody (`register.model.CONTACTS`), with the court orders that the log adds."""
        contacts = self.register.contacts
        held = [hold for pupil in self.casework.whose("hold") for hold in self._orders(pupil)]
        if not held or contacts.is_empty():
            return contacts
        ordered = pl.Series([_ordered(row, held) for row in contacts.iter_rows(named=True)])
        return contacts.with_columns(court_order=pl.col("court_order").fill_null(value=False) | ordered)

    def _orders(self, pupil: int) -> Iterator[tuple[int, str]]:
        """The court orders on a pupil that stand: the pupil, and the contact that each names, if any."""
        for hold in self.casework.held(pupil):
            body: Any = hold.body
            if body.why == "court-order":
                yield pupil, fold_text(body.contact) or ""

    @cached_property
    def siblings(self) -> Sequence[tuple[int, int]]:
        """Pairs of pupils who share a household, as `measures.siblings` tells; filters change nothing."""
        return siblings(self.register.contacts)

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
    def figures(self) -> pl.DataFrame:
        """Each pupil's figures of this academic year in sessions, as `measures.sessions.totals` has them."""
        return totals(self.marks)

    @cached_property
    def missed(self) -> pl.DataFrame:
        """The marks of absence among `marks`, `told` what they mean."""
        return absences(self.marks)

    @cached_property
    def every_mark(self) -> pl.DataFrame:
        """The marks of every year of the pupils looked at, up to and including `on`.

        For windows of school weeks and rows of days, which run through the summer.
        """
        return self._only_chosen(self.register.marks)

    @cached_property
    def on_roll(self) -> pl.DataFrame:
        """The pupils looked at who are on roll on `on`: admitted by then and not left before then.

        Of a pupil with neither date, the register itself is asked: they are on roll until they have had no
        row for more than `GONE_AFTER` days that others have rows for, so that one who drops out of an export
        is asked about before they are taken to have left. `presumed_left` counts those.
        """
        dated = self.pupils.filter(
            pl.col("admitted").is_null() | (pl.col("admitted") <= self.on),
            pl.col("left").is_null() | (pl.col("left") >= self.on),
        )
        undated = pl.col("admitted").is_null() & pl.col("left").is_null()
        return dated.filter(~undated | pl.col("pupil").is_in(self._seen_lately.implode()))

    @cached_property
    def presumed_left(self) -> int:
        """How many pupils with marks this year have no roll dates and no row lately: taken to have left."""
        undated = self.pupils.filter(pl.col("admitted").is_null(), pl.col("left").is_null())
        this_year = undated.join(self.marks, on="pupil", how="semi")
        return this_year.join(self.on_roll, on="pupil", how="anti").height

    @cached_property
    def order(self) -> pl.DataFrame:
        """The places of the pupils looked at: pupil, tutor, college, by_name, by_tutor.

        `by_name` follows surname and forename as a person would file them: no capitals, no accents.
        `by_tutor` follows the year in a tutor group's name before its letters, so that 7A1 is before 10A1.
        """
        filed = [_filed(name) for name in ("surname", "forename")]
        year = pl.col("tutor").str.extract(r"^\D*(\d+)").cast(pl.Int64).fill_null(_NO_YEAR)
        group = pl.struct(tutor_unknown=pl.col("tutor").is_null(), year=year, name=pl.col("tutor"))
        return (
            self.pupils.sort(*filed, "key", nulls_last=True)
            .with_row_index("by_name")
            .with_columns(group.rank("dense").alias("by_tutor"))
            .select("pupil", "tutor", "college", "by_name", "by_tutor")
        )

    @cached_property
    def _seen_lately(self) -> pl.Series:
        """Pupils with a row lately, or known only from a pupil list."""
        marks = self.register.marks.select("pupil", "date")
        lately = marks["date"].unique().sort().tail(GONE_AFTER + 1)
        seen = marks.filter(pl.col("date").is_in(lately.implode()))["pupil"].unique()
        if "pupils" not in self.register.imports["layout"]:
            return seen
        listed = self.register.pupils["pupil"]
        return pl.concat([seen, listed.filter(~listed.is_in(marks["pupil"].unique().implode()))])

    def _only_chosen(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.chosen is None:
            return frame
        return frame.filter(pl.col("pupil").is_in(sorted(self.chosen)))


def _ordered(contact: Mapping[str, Any], held: Sequence[tuple[int, str]]) -> bool:
    """Whether a court order in the log is about this contact: by name or relationship, or about all."""
    names = [contact[name] or "" for name in ("title", "forename", "surname")]
    called = {fold_text(" ".join(filter(None, names[at:]))) for at in range(3)}
    return any(
        pupil == contact["pupil"] and text in {"", fold_text(contact["relationship"]), *called}
        for pupil, text in held
    )


def _filed(name: str) -> pl.Expr:
    return pl.col(name).str.normalize("NFD").str.replace_all(r"[\p{M}'’ \-]", "").str.to_lowercase()

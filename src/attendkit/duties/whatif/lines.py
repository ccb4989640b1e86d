"""The lines that can be replayed: who had reached each by the end of each school day, by any rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from attendkit.findings import View
from attendkit.measures.ages import of_school_age, while_of_school_age
from attendkit.measures.bands import Lines
from attendkit.measures.replays import academic_years, first_reached, in_last_weeks, standing
from attendkit.measures.sessions import absences
from attendkit.measures.spans import NEUTRAL, spans
from attendkit.model import Session
from attendkit.rules import Rulebook, RuleVersion
from attendkit.terms import academic_year

_PER_DAY = len(Session)
_BEYOND = ("severe", "persistent", "at_risk")

SEEN = pl.Schema({"pupil": pl.UInt32(), "date": pl.Date(), "count": pl.Int64(), "of": pl.Int64()})
"""One row a pupil and school day on which they are seen: the sessions counted, and of how many."""


@dataclass(frozen=True)
class Past:
    """The school days to replay, and the marks that were there to see on each of them."""

    view: View
    days: Sequence[date]
    _beyond: dict[Rulebook, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)
    _coded: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def last(self) -> date:
        """The last day replayed, by whose rules it is."""
        return self.days[-1]

    @cached_property
    def standing(self) -> pl.DataFrame:
        """Sessions possible and absent, by pupil and school day."""
        start, _ = academic_year(self.days[0])
        return standing(self.marks.filter(pl.col("date") >= start), self.days)

    def beyond(self, book: Rulebook) -> pl.DataFrame:
        """Whoever is beyond a line of absence by some rules, on each of those days: `SEEN` and band."""
        if book not in self._beyond:
            lines = Lines(book.rule("bands", self.last), book.rule("at-risk", self.last))
            inside = self.standing.with_columns(band=lines.band()).filter(pl.col("band").is_in(_BEYOND))
            self._beyond[book] = inside.select("pupil", "date", "band", count="absent", of="possible")
        return self._beyond[book]

    @cached_property
    def marks(self) -> pl.DataFrame:
        """Every mark up to the last day."""
        return self.view.every_mark.filter(pl.col("date") <= self.last)

    @cached_property
    def absent(self) -> pl.DataFrame:
        """The marks of absence of the academic year of the first day."""
        start, _ = academic_year(self.days[0])
        return absences(self.marks.filter(pl.col("date") >= start))

    def coded(self, rule: RuleVersion) -> pl.DataFrame:
        """The marks of a rule's codes, while of compulsory school age."""
        codes = rule.codes()
        if codes not in self._coded:
            self._coded[codes] = self._of_age(self.marks.filter(pl.col("code").is_in(codes)))
        return self._coded[codes]

    def around(self, rule: RuleVersion, least: int) -> pl.DataFrame:
        """All the marks of the pupils who have `least` of a rule's codes, while of compulsory school age."""
        some = self.coded(rule)["pupil"].value_counts()
        enough = some.filter(pl.col("count") >= least)["pupil"]
        return self._of_age(self.marks.filter(pl.col("pupil").is_in(enough.implode())))

    def _of_age(self, marks: pl.DataFrame) -> pl.DataFrame:
        return while_of_school_age(marks, self._ages)

    @cached_property
    def _ages(self) -> pl.DataFrame:
        start, _ = academic_year(self.days[0])
        return of_school_age(self.view.pupils, self.view.rulebook.rule("school-age", self.last), start)

    def from_then_on(self, reached: pl.DataFrame) -> pl.DataFrame:
        """Pupils who reached something on one of the days replayed, on that day and each one after it."""
        inside = reached.filter(pl.col("date").is_between(self.days[0], self.last)).rename({"date": "since"})
        days = pl.DataFrame({"date": self.days}, schema={"date": pl.Date})
        seen = inside.join(days, how="cross").filter(pl.col("date") >= pl.col("since"))
        return seen.with_columns(of=pl.lit(None))


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, whose duty it is, the rules that draw it, and who is seen by it.

    `seen` gives `SEEN`; `counted` the marks that it counts, of which the latest `count` are its proof.
    `rules` has the one that a finding cites first.
    """

    name: str
    duty: str
    rules: tuple[str, ...]
    seen: Callable[[Past, Rulebook], pl.DataFrame]
    counted: Callable[[Past, Rulebook], pl.DataFrame] = field(repr=False)


def _band(*bands: str) -> Callable[[Past, Rulebook], pl.DataFrame]:
    """Pupils in one of these bands at the end of a day."""

    def seen(past: Past, book: Rulebook) -> pl.DataFrame:
        return past.beyond(book).filter(pl.col("band").is_in(bands))

    return seen


def _absent(past: Past, _: Rulebook) -> pl.DataFrame:
    return past.absent


def _unauthorised(past: Past, book: Rulebook) -> pl.DataFrame:
    rule = book.rule("penalty-notice", past.last)
    return past.coded(rule).filter(pl.col("date") >= rule.since)


def _penalty(past: Past, book: Rulebook) -> pl.DataFrame:
    rule = book.rule("penalty-notice", past.last)
    weeks, span = past.view.calendar.school_weeks, rule.number("school_weeks")
    counts = in_last_weeks(_unauthorised(past, book), past.days, weeks, span)
    return counts.filter(pl.col("count") >= rule.number("sessions")).with_columns(of=pl.lit(None))


def _attendance_return(past: Past, book: Rulebook) -> pl.DataFrame:
    rule = book.rule("attendance-return", past.last)
    neutral = NEUTRAL if rule.values["others"] == "skip" else ()
    least = _sessions(rule)
    rows = spans(past.around(rule, least), rule.codes(), neutral=neutral)
    nth = rows.with_columns(nth=pl.int_range(1, pl.len() + 1).over("span"))
    return past.from_then_on(_earliest(past, first_reached(nth, least, "span")))


def _sickness_return(past: Past, book: Rulebook) -> pl.DataFrame:
    rule = book.rule("sickness-return", past.last)
    ill = past.coded(rule).with_columns(academic_years())
    nth = ill.with_columns(nth=pl.int_range(1, pl.len() + 1).over("pupil", "year"))
    return past.from_then_on(_earliest(past, first_reached(nth, _sessions(rule), "year")))


def _earliest(past: Past, reached: pl.DataFrame) -> pl.DataFrame:
    """The first time on the days replayed that each pupil reached something."""
    inside = reached.filter(pl.col("date").is_between(past.days[0], past.last)).sort("date")
    return inside.unique("pupil", keep="first").select("pupil", "date", "count")


def _sessions(rule: RuleVersion) -> int:
    return rule.number("school_days") * _PER_DAY


def _coded(rule_id: str) -> Callable[[Past, Rulebook], pl.DataFrame]:
    """The marks of one rule's codes."""
    return lambda past, book: past.coded(book.rule(rule_id, past.last))


LINES: tuple[Line, ...] = (
    Line("severe", "bands", ("bands",), _band("severe"), _absent),
    Line("persistent", "bands", ("bands",), _band("severe", "persistent"), _absent),
    Line("at_risk", "bands", ("at-risk", "bands"), _band(*_BEYOND), _absent),
    Line("penalty_notice", "penalties", ("penalty-notice",), _penalty, _unauthorised),
    Line(
        "attendance_return",
        "returns",
        ("attendance-return",),
        _attendance_return,
        _coded("attendance-return"),
    ),
    Line("sickness_return", "returns", ("sickness-return",), _sickness_return, _coded("sickness-return")),
)
"""Every line. The bands are told together: who is severely absent is beyond the other two lines too."""

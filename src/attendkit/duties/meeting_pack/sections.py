"""What each section of a pack says, pupil by pupil, and the figures beside it: other duties' own."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from typing import Any

import polars as pl

from attendkit.duties import report_of
from attendkit.duties.meeting_pack.logged import actions, open_cases, targets
from attendkit.errors import NoRuleError
from attendkit.findings import Report, View
from attendkit.measures.sessions import percent, totals

_POINT = pl.Schema(
    {
        "section": pl.String(),
        "pupil": pl.UInt32(),
        "says": pl.String(),
        "owner": pl.String(),
        "due": pl.Date(),
        "overdue": pl.Boolean(),
    }
)

_SAID_BY = {
    "away": "cme",
    "unseen": "safeguarding-log",
    "penalties": "penalties",
    "returns": "returns",
    "timetables": "timetables",
}
"""Sections that say what another duty says, in its own words."""

_LOGGED = {"actions": actions, "cases": open_cases, "targets": targets}
"""Sections that say what is in the log."""

_FIGURES = ("band", "missed", "possible", "present", "percent")
_CAREFUL = pl.any_horizontal(
    pl.col("child_protection", "social_worker", "looked_after", "young_carer").fill_null(value=False)
)
_OVER = ("severe", "persistent")


class Sections:
    """The sections of packs on one view. Nothing is asked of another duty twice."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.moved = cache(self._moved)
        self.since = cache(self._since)
        self._report = cache(self._said)
        self.notes: tuple[str, ...] = ()

    def points(self, name: str, since: date) -> pl.DataFrame:
        """What a section says: section, pupil, says (null where the ladder says it), owner, due, overdue."""
        if name in _LOGGED:
            told = _table(_LOGGED[name](self._view, since))
        elif name in {"worse", "better"}:
            moved = self.moved(since).filter(pl.col("moved") == name)
            told = moved.join(self._sentences, on="pupil", how="left", maintain_order="left")
        elif name == "next":
            told = self.figures.filter(pl.col("band").is_in(_OVER)).select("pupil")
        else:
            report = self._report(_SAID_BY[name])
            told = report.found.select("pupil", "says") if report else _table(())
        lacking = [pl.lit(None, kind).alias(c) for c, kind in _POINT.items() if c not in told.columns]
        whole = told.with_columns(*lacking).with_columns(section=pl.lit(name))
        return whole.select([pl.col(column).cast(kind) for column, kind in _POINT.items()])

    @cached_property
    def figures(self) -> pl.DataFrame:
        """Everyone on roll or marked this year: the figures of `bands`, and whether to be careful of them."""
        rows = report_of("bands", self._view, all=True).rows.select("pupil", *_FIGURES)
        careful = self._view.pupils.select("pupil", careful=_CAREFUL | (pl.col("sen").is_in(["E", "K"])))
        severe = pl.col("band") == "severe"
        told = self._view.order.join(rows, on="pupil").join(careful, on="pupil").sort("by_name")
        return told.with_columns(careful=severe | pl.col("careful").fill_null(value=False))

    def standing(self, pupils: Collection[int]) -> dict[str, Any]:
        """Attendance and bands of some pupils, by the year to date; N codes still open."""
        mine = self.figures.filter(pl.col("pupil").is_in(list(pupils)))
        sums = mine.select(pl.col("possible", "present").sum()).select(attendance=percent())
        bands = Counter(mine["band"].cast(pl.String))
        unsettled = _unsettled(self._report("ncode-report"), pupils)
        said = sums["attendance"].item()
        return {
            "pupils": self._view.on_roll.filter(pl.col("pupil").is_in(list(pupils))).height,
            "attendance": said and f"{said}%",
            **{band: bands[band] for band in (*_OVER, "at_risk")},
            **unsettled,
        }

    def logged_since(self, since: date, pupils: Collection[int]) -> Iterator[tuple[str, int]]:
        """How many entries of each kind were logged about some pupils after a day."""
        wanted, log = frozenset(pupils), self._view.casework
        kinds = [one.kind for one in log.entries if one.on > since and log.pupils.get(one.pupil) in wanted]
        yield from sorted(Counter(kinds).items())

    def _moved(self, since: date) -> pl.DataFrame:
        """The pupils whose band is another one than at the end of a day: pupil, band_before, moved."""
        rows = report_of("bands", self._view, since=since).rows
        better = pl.col("band").to_physical() > pl.col("band_before").to_physical()
        word = pl.when(better).then(pl.lit("better")).otherwise(pl.lit("worse"))
        return rows.select("pupil", "band_before", moved=word)

    def _since(self, since: date) -> pl.DataFrame:
        """Each pupil after a day: the band before, and the sessions possible and missed."""
        after = totals(self._view.marks.filter(pl.col("date") > since))
        told = after.select("pupil", since_missed="absent", since_possible="possible")
        return told.join(self.moved(since).drop("moved"), on="pupil", how="full", coalesce=True)

    def _said(self, name: str) -> Report | None:
        try:
            return report_of(name, self._view)
        except NoRuleError as error:
            self.notes += (f"{name} is left out. {error.what}",)
            return None

    @cached_property
    def _sentences(self) -> pl.DataFrame:
        """What `bands` says of each pupil."""
        return report_of("bands", self._view, all=True).found.select("pupil", "says")


def _table(points: Any) -> pl.DataFrame:
    fields: Mapping[str, Any] = {name: kind for name, kind in _POINT.items() if name != "section"}
    return pl.DataFrame([point._asdict() for point in points], schema=dict(fields))


def _unsettled(report: Report | None, pupils: Collection[int]) -> dict[str, int]:
    """Open and overdue N of some pupils, as `ncode-report` lists them."""
    if report is None:
        return {"open_n": 0, "overdue": 0}
    rows = report.rows.filter(pl.col("pupil").is_in(list(pupils)))
    return {"open_n": rows.height, "overdue": int(rows["overdue"].sum())}

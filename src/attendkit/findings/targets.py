"""How targets stand: whole sessions so far against the most that meet them, and sessions left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.findings.view import View
from attendkit.measures.sessions import totals
from attendkit.model import Session

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

PUNCTUALITY = "punctuality"


@dataclass(frozen=True, slots=True)
class Progress:
    """How a target stands on a day.

    `counted` are the sessions missed, or late (L and U) of a punctuality target, from its first day to the
    day looked from or its last. `most` still meet it: as agreed, or worked out of `possible`, the possible
    sessions up to then and those of school days to come. `in_hand` is how many more may be lost, below 0
    once it cannot be met. `left` are the sessions of school days to come in it. `state` is one of `STATES`.
    """

    entry: "Entry"
    counted: int
    most: int
    possible: int
    left: int
    state: str
    reviewed: str = ""

    @property
    def in_hand(self) -> int:
        """How many more sessions may be missed, or late; below 0 where it can no longer be met."""
        return self.most - self.counted


STATES = ("not_begun", "on_course", "missed", "met", "not_met", "ended")
"""Not begun; can still be met; cannot any more; over and met; over and not met; ended by a review."""


def progress_of(view: View, pupil: int, *targets: str) -> Iterator[Progress]:
    """How each of a pupil's targets of these kinds stands, the last set of each kind, oldest first.

    A target of a kind takes the place of the one before it. A review that says met, not met or ended ends
    it; its figures stay those of its own days.
    """
    last: dict[str, tuple[Entry, str]] = {}
    for entry in view.casework.of(pupil, "target-set", "target-reviewed"):
        body: Any = entry.body
        if entry.kind == "target-set":
            last[body.target] = (entry, "")
        elif body.target in last and body.outcome != "goes-on":
            last[body.target] = (last[body.target][0], body.outcome)
    for target, (entry, reviewed) in last.items():
        if not targets or target in targets:
            yield _progress(view, pupil, entry, reviewed)


def _progress(view: View, pupil: int, entry: "Entry", reviewed: str) -> Progress:
    body: Any = entry.body
    marks = view.register.marks.filter(
        pl.col("pupil") == pupil, pl.col("date").is_between(body.first, min(body.last, view.on))
    )
    figures = totals(marks).row(0, named=True) if marks.height else {}
    late = figures.get("late", 0) + figures.get("late_after_close", 0)
    counted = late if body.target == PUNCTUALITY else figures.get("absent", 0)
    left = _sessions_left(view, pupil, max(body.first, view.on), body.last)
    possible = figures.get("possible", 0) + left
    most = body.most if body.percent is None else possible * (100 - body.percent) // 100
    return Progress(
        entry=entry,
        counted=counted,
        most=most,
        possible=possible,
        left=left,
        state=_state(view.on, body.first, body.last, reviewed, met=counted <= most),
        reviewed=reviewed,
    )


def _sessions_left(view: View, pupil: int, since: date, last: date) -> int:
    """The sessions to come: two of each school day after today, and today's that nobody has marked yet."""
    days = view.calendar.between(since, last)
    if not since <= view.on <= last or not view.calendar.is_school_day(view.on):
        return len(Session) * days
    had = view.register.marks.filter(pl.col("pupil") == pupil, pl.col("date") == view.on).height
    return len(Session) * days - min(had, len(Session))


def progress_text(one: Progress) -> str:
    """A target's progress in one line: `3 of at most 5 lates to 18 December 2026; 2 in hand`."""
    body: Any = one.entry.body
    what = "lates" if body.target == PUNCTUALITY else "sessions missed"
    until = f"{body.last.day} {body.last:%B %Y}"
    told = {
        "not_begun": "not begun",
        "on_course": f"{one.in_hand} in hand",
        "missed": "can no longer be met",
        "met": "met",
        "not_met": "not met",
        "ended": "ended",
    }
    return f"{one.counted} of at most {one.most} {what} to {until}; {told[one.state]}"


def _state(on: date, first: date, last: date, reviewed: str, *, met: bool) -> str:
    if reviewed:
        return {"met": "met", "not-met": "not_met"}.get(reviewed, "ended")
    if on < first:
        return "not_begun"
    if on > last:
        return "met" if met else "not_met"
    return "on_course" if met else "missed"

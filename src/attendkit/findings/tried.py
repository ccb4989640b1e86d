"""What the log says was tried about a pupil, and what home has told: the words that several duties share."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.findings.view import View
from attendkit.model import Session
from attendkit.register.model import MARKS
from attendkit.rules import codes_on
from attendkit.rules.codes import OnSite

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

CONTACTS = ("call", "message", "letter", "meeting", "visit", "safe-and-well")
"""Kinds of entry that are an attempt to reach home, or home reaching the school."""

TOLD = pl.Schema({"pupil": pl.UInt32(), "session": MARKS["session"], "told": pl.String()})
"""One row a pupil and session for which home gave a reason: its code, or an empty text where it has none."""

_OF_ONE_SESSION = ("L", "U", "M")
"""Reasons that are about a part of the day: an arrival, an appointment."""

_PLAINLY_PRESENT = ("/", "\\")
_MORNING_CALLED, _AFTERNOON_CALLED = time(9), time(12)
"""When registers are taken to be called by, where the school has not said."""


def entry_text(entry: "Entry") -> str:
    """An entry in a few words with its day: `Thu 19 Nov 09:10 call: no-answer`."""
    when = f" {entry.when:%H:%M}" if entry.when else ""
    outcome = entry.body.outcome_text()
    said = f": {outcome}" if outcome else ""
    return f"{entry.on:%a} {entry.on.day} {entry.on:%b}{when} {entry.kind.replace('-', ' ')}{said}"


def reasons_told(view: View, pupils: Iterable[int]) -> pl.DataFrame:
    """The reason that home gave for each session of the day, by a call or a message: `TOLD`, the last word.

    A reason is about the session in which it was given and those after it, and an answer to a call about
    those before it too: the call was about them. Word from home that the pupil would be away is over once the
    pupil has come. Lateness and an appointment are of one session alone, the first from then on without a
    plain `/`: a pupil who came late and is away in the afternoon is away without a reason. A reason without a
    time of day is about all of it. A message may speak of days to come, and holds until then.
    """
    rows = []
    for pupil in pupils:
        said = [one for one in view.casework.of(pupil, "call", "message") if _tells(one, view)]
        marks = _marks_of(view, pupil) if said else {}
        for session in Session:
            about = [one for one in said if _is_about(one, session, view, marks)]
            if about:
                body: Any = about[-1].body
                rows.append((pupil, session, body.code))
    return pl.DataFrame(rows, schema=TOLD, orient="row")


def _marks_of(view: View, pupil: int) -> Mapping[Session, str]:
    marks = view.register.marks.filter(pl.col("pupil") == pupil, pl.col("date") == view.on)
    return {Session(session): code for session, code in marks.select("session", "code").iter_rows()}


def _is_about(entry: "Entry", session: Session, view: View, marks: Mapping[Session, str]) -> bool:
    """Whether a reason that was given is one for this session of the day."""
    body: Any = entry.body
    if entry.on < view.on:
        return True
    given = Session.AM if entry.when is None or entry.when < _called(view, Session.PM) else Session.PM
    if body.code in _OF_ONE_SESSION:
        away = [one for one in Session if one >= given and marks.get(one) not in _PLAINLY_PRESENT]
        return session == (away[0] if away else given)
    if session < given:
        return entry.kind == "call"
    return session == given or not _has_come(entry, view, marks)


def _has_come(entry: "Entry", view: View, marks: Mapping[Session, str]) -> bool:
    """Whether the pupil was there when the morning's register was called, after word to the contrary."""
    code = codes_on(view.on).get(marks.get(Session.AM, ""))
    before = entry.when is not None and entry.when < _called(view, Session.AM)
    return before and code is not None and code.on_site is OnSite.YES


def _called(view: View, session: Session) -> time:
    times = view.school.registers.get("PM" if session == Session.PM else "AM")
    if times:
        return times.opens
    return _AFTERNOON_CALLED if session == Session.PM else _MORNING_CALLED


def _tells(entry: "Entry", view: View) -> bool:
    body: Any = entry.body
    if entry.kind == "call":
        return entry.on == view.on and body.outcome == "reason"
    return not body.sent and entry.on <= view.on <= max(body.until or entry.on, entry.on)

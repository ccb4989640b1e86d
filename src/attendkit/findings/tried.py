"""What the log says was tried about a pupil, and what home has told: the words that several duties share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.findings.view import View

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

CONTACTS = ("call", "message", "letter", "meeting", "visit", "safe-and-well")
"""Kinds of entry that are an attempt to reach home, or home reaching the school."""

TOLD = pl.Schema({"pupil": pl.UInt32(), "told": pl.String()})
"""One row a pupil whose home gave a reason for a day: its code, or an empty text where it has none."""


def entry_text(entry: "Entry") -> str:
    """An entry in a few words with its day: `Thu 19 Nov 09:10 call: no-answer`."""
    when = f" {entry.when:%H:%M}" if entry.when else ""
    outcome = entry.body.outcome_text()
    said = f": {outcome}" if outcome else ""
    return f"{entry.on:%a} {entry.on.day} {entry.on:%b}{when} {entry.kind.replace('-', ' ')}{said}"


def reasons_told(view: View, pupils: Iterable[int]) -> pl.DataFrame:
    """The reason that home gave for the day looked from, by a call or a message: `TOLD`, the last word each.

    A message may speak of days to come, and holds until then.
    """
    rows = []
    for pupil in pupils:
        said = [one for one in view.casework.of(pupil, "call", "message") if _tells(one, view)]
        if said:
            body: Any = said[-1].body
            rows.append((pupil, body.code))
    return pl.DataFrame(rows, schema=TOLD, orient="row")


def _tells(entry: "Entry", view: View) -> bool:
    body: Any = entry.body
    if entry.kind == "call":
        return entry.on == view.on and body.outcome == "reason"
    return not body.sent and entry.on <= view.on <= max(body.until or entry.on, entry.on)

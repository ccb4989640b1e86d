"""Home education: what was given, what is still to do, and from which day the name goes (R15).

A written notice takes a name off the admission register once the day that it states is over, and nothing
here holds a pupil against it: what is owed is listed beside the day, not before it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from attendkit.casework.entry import Entry
from attendkit.casework.home_education import name_goes_on, notice_of
from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, counted, long_date
from attendkit.register.model import empty
from attendkit.terms import academic_year

STATE = pl.Enum(["to_remove", "waiting", "spoken_only", "removed", "stays"])
"""The day is over; it is to come; only spoken, so the name stays; off the register; it was taken back."""

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "notice_on": pl.Date(),
        "way": pl.String(),
        "parent": pl.String(),
        "stated": pl.Date(),
        "thinking_until": pl.Date(),
        "remove_on": pl.Date(),
        "state": STATE,
        "exit_form_on": pl.Date(),
        "council_told": pl.Date(),
        "removed_on": pl.Date(),
        "owed": pl.List(pl.String()),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("state", "State"),
    Column("notice_on", "Notice", Kind.DATE),
    Column("stated", "From day", Kind.DATE, narrow=True),
    Column("remove_on", "Name goes on", Kind.DATE),
    Column("council_told", "Council told", Kind.DATE, narrow=True),
    Column("removed_on", "Removed", Kind.DATE, narrow=True),
    Column("owed", "Still to do", hangs=True),
)

_ENTRIES = ("ehe-notice", "ehe-exit-form", "ehe-decision", "ehe-removed", "told-council")
_CAREFUL = ("child_protection", "social_worker")


def ehe_list(view: View) -> Report:
    """Every notice of home education of the academic year and what it waits for; with `all`, older ones too.

    Rows: `ROWS`. remove_on is the day after the one stated, or the day of the notice where that is later or
    none is stated; a time to think that a parent agreed to moves it only where the notice names no day. owed
    is what the guidance and the council ask for beside it.
    """
    every = [row for pupil in view.pupils["pupil"] if (row := _row(view, pupil))]
    rows = pl.DataFrame(every, schema=ROWS, orient="row")
    live = pl.col("state").is_in(["to_remove", "waiting", "spoken_only"])
    this_year = pl.col("notice_on") >= academic_year(view.on)[0]
    shown = rows if view.options.get("all") else rows.filter(live | this_year)
    states = dict(rows["state"].cast(pl.String).value_counts().iter_rows())
    return Report(
        duty="ehe-list",
        title=f"Home education on {long_date(view.on)}",
        on=view.on,
        rows=shown.sort("state", "remove_on", nulls_last=True, maintain_order=True),
        columns=_COLUMNS,
        counts={state: states.get(state, 0) for state in STATE.categories},
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=tuple(_notes(view, rows.filter(live))),
        rests_on=("home-education", "home-education-thinking"),
    )


def _row(view: View, pupil: int) -> Mapping[str, Any] | None:
    """The notice about a pupil that counts, with what was done since."""
    notice = notice_of(view.casework, pupil)
    if notice is None:
        return None
    given: Any = notice.body
    since = {
        one.kind: one
        for one in view.casework.of(pupil, *_ENTRIES)
        if one.on >= notice.on and (one.kind != "told-council" or _of_this(one))
    }
    decided: Any = since["ehe-decision"].body if "ehe-decision" in since else None
    thinking = decided.until if decided and decided.decision == "thinks-it-over" else None
    remove_on = name_goes_on(notice, thinking)
    stays = decided is not None and decided.decision == "stays"
    row = {
        "pupil": pupil,
        "notice_on": notice.on,
        "way": given.way,
        "parent": given.parent,
        "stated": given.stated,
        "thinking_until": thinking,
        "remove_on": None if stays else remove_on,
        "exit_form_on": _day(since, "ehe-exit-form"),
        "council_told": _day(since, "told-council"),
        "removed_on": _day(since, "ehe-removed"),
    }
    state = _state(view, row, stays=stays)
    owed = [] if state == "stays" else list(_owed(given, row))
    return {**row, "state": state, "owed": owed}


def _of_this(entry: Entry) -> bool:
    body: Any = entry.body
    return str(body.what) == "home-education"


def _day(since: Mapping[str, Entry], kind: str) -> date | None:
    return since[kind].on if kind in since else None


def _state(view: View, row: Mapping[str, Any], *, stays: bool) -> str:
    if row["removed_on"]:
        return "removed"
    if stays:
        return "stays"
    if row["remove_on"] is None:
        return "spoken_only"
    return "to_remove" if row["remove_on"] <= view.on else "waiting"


def _owed(given: Any, row: Mapping[str, Any]) -> Iterator[str]:
    if given.way != "written":
        yield "a written notice, if the parent means it"
    if given.discussed is None:
        yield "go through the council's information with the parent"
    if row["exit_form_on"] is None and given.way == "written":
        yield "send the exit form"
    if row["council_told"] is None:
        yield "tell the council"


def _notes(view: View, live: pl.DataFrame) -> Iterator[str]:
    if live.is_empty():
        return
    careful = view.pupils.filter(pl.any_horizontal(_CAREFUL)).join(live, on="pupil", how="semi").height
    if careful:
        yield (
            f"{counted(careful, 'pupil')} with a social worker or a child protection plan: ring the council"
            " before anything else."
        )
    yield (
        "Check for a school attendance order, an education, health and care plan and a special school first; "
        "never suggest home education."
    )

"""Who is on site now: unknown first, and nobody taken as present without a mark that says so (R7.8)."""

from datetime import time
from typing import Any

import polars as pl

from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    counted,
    gathered,
    long_date,
    no_marks,
    presumed_left,
    session_name,
    unmarked,
)
from attendkit.measures.codes import told
from attendkit.measures.registers import marked, roll_call
from attendkit.model import Session
from attendkit.register.model import MARKS
from attendkit.rules.codes import OnSite

_STATE = pl.Enum(["unknown", "on_site", "absent"])
_STATES = {OnSite.MAYBE.value: "unknown", OnSite.YES.value: "on_site", OnSite.NO.value: "absent"}

_DOORS = ("late-door", "sign-out")
"""Kinds of entry that say who came or went."""

_LOGGED = pl.Schema(
    {"pupil": pl.UInt32(), "logged": pl.String(), "out": pl.Boolean(), "since_register": pl.Boolean()}
)

_COLUMNS = (
    Column("state", "Where"),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("code", "Mark", Kind.CODE),
    Column("logged", "Late door, sign-out"),
    Column("muster_point", "Muster point"),
    Column("college", "College", narrow=True),
)


def fire_register(view: View) -> Report:
    """Every pupil on roll by where they are in the latest session marked, or the one asked for.

    Unknown (N, M, S, X, or no mark at all) comes first and is never assumed present, then on site
    (present, L or U), then absent. A day without any marks makes everyone unknown. Within each they are by
    muster point, those without one last.

    The log's late door and sign-outs of the day go over the mark of the same session: who came in late or
    back is on site, and who signed out is not. A pupil who signed out in an earlier session and was marked
    present since is unknown. An entry without a time comes after whatever was logged before it that day.

    Rows: pupil, tutor, college, muster_point, session, code, state ("unknown", "on_site", "absent"), and
    logged, the last word of the day on coming and going (null where there is none).
    """
    session = _session(view)
    rows = _rows(view, session)
    marks = view.marks.filter(pl.col("date") == view.on, pl.col("session") == session)
    unknown = rows.filter(pl.col("state") == "unknown")
    found, evidence = gathered(_said(unknown), marks)
    return Report(
        duty="fire-register",
        title=f"Fire register, {long_date(view.on)} {Session(session).name}",
        on=view.on,
        rows=rows,
        columns=tuple(c for c in _COLUMNS if c.name not in _empty(view, rows)),
        counts={
            "session": Session(session).name,
            "on_roll": rows.height,
            **{state: rows.filter(pl.col("state") == state).height for state in _STATE.categories},
            "logged": rows["logged"].count(),
        },
        found=found,
        evidence=evidence,
        notes=_notes(view, rows),
        above=_above(view),
        rests_on=("fire-register",),
    )


def _session(view: View) -> int:
    """The session asked for, else the latest of the day that anybody marked, else the first."""
    if asked := view.options.get("session"):
        return int(Session[asked])
    today = marked(view.register.marks.filter(pl.col("date") == view.on))
    return int(today["session"].max() or Session.AM)  # type: ignore[arg-type]


def _rows(view: View, session: int) -> pl.DataFrame:
    today = view.register.marks.filter(pl.col("date") == view.on)
    asked = pl.select(date=pl.lit(view.on), session=pl.lit(session, MARKS["session"]))
    return (
        told(roll_call(view.on_roll, today, asked))
        .join(view.order.drop("tutor"), on="pupil")
        .join(_logged(view, session), on="pupil", how="left")
        .with_columns(
            session=session_name(),
            state=_state(),
            muster_point=pl.col("college").replace_strict(_points(view), default="", return_dtype=pl.String),
        )
        .sort("state", pl.col("muster_point") == "", "muster_point", "by_tutor", "by_name")
        .select("pupil", "tutor", "college", "muster_point", "session", "code", "state", "logged")
    )


def _state() -> pl.Expr:
    """Where a pupil is, by the mark and by the log: what was logged since the register was called wins."""
    marked = pl.col("on_site").replace_strict(_STATES, return_dtype=_STATE)
    out, since = pl.col("out"), pl.col("since_register")
    return (
        pl.when(~out & since)
        .then(pl.lit("on_site", _STATE))
        .when(out & (since | (marked != "on_site")))
        .then(pl.lit("absent", _STATE))
        .when(out)
        .then(pl.lit("unknown", _STATE))
        .otherwise(marked)
    )


def _logged(view: View, session: int) -> pl.DataFrame:
    """Each pupil's last coming or going of the day.

    pupil, logged (in words), out (of the site), and since_register: not before the session's register was
    called. One without a time of day is taken to be.
    """
    rows = []
    for pupil in view.casework.whose(*_DOORS):
        last = view.casework.latest(pupil, *_DOORS)
        if last and last.on == view.on:
            body: Any = last.body
            out = last.kind == "sign-out" and body.way == "out"
            what = "signed out" if out else "came back" if last.kind == "sign-out" else "late door"
            when = f" {last.when:%H:%M}" if last.when else ""
            since = last.when is None or last.when >= _called(view, session)
            rows.append((pupil, what + when, out, since))
    return pl.DataFrame(rows, schema=_LOGGED, orient="row")


def _called(view: View, session: int) -> time:
    """When a session's register is called: as the school has set it, else from midnight and from noon."""
    times = view.school.registers.get("PM" if session == Session.PM else "AM")
    if times:
        return times.opens
    return time(12) if session == Session.PM else time()


def _empty(view: View, rows: pl.DataFrame) -> set[str]:
    """The columns with nothing to show."""
    nothing = {"muster_point": not _points(view), "logged": not rows["logged"].count()}
    return {name for name, is_so in nothing.items() if is_so}


def _points(view: View) -> dict[str, str]:
    """Where each college musters, for those that have said."""
    return {
        name: college.muster_point for name, college in view.school.colleges.items() if college.muster_point
    }


def _said(unknown: pl.DataFrame) -> pl.DataFrame:
    where = "Where this pupil is cannot be told from mark {} ({}): never take them as present."
    return unknown.select(
        "pupil", says=pl.format(where, "code", "session"), of=pl.lit(None), rule=pl.lit("fire-register")
    )


def _above(view: View) -> tuple[str, ...]:
    return (f"{no_marks(view)} Nobody can be taken as present.",) if unmarked(view) else ()


def _notes(view: View, rows: pl.DataFrame) -> tuple[str, ...]:
    said = ["Check the late door and the sign-out book: a mark does not know who has come or gone since."]
    if logged := rows["logged"].count():
        entries = counted(logged, "pupil")
        said = [
            f"The late door and the sign-out book were applied as logged: {entries}. Check them for more."
        ]
    if view.presumed_left:
        said.append(presumed_left(view))
    return tuple(said)

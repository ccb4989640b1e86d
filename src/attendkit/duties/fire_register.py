"""Who is on site now: unknown first, and nobody taken as present without a mark that says so (R7.8)."""

import polars as pl

from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
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

_COLUMNS = (
    Column("state", "Where"),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("code", "Mark", Kind.CODE),
    Column("muster_point", "Muster point"),
    Column("college", "College", narrow=True),
)


def fire_register(view: View) -> Report:
    """Every pupil on roll by where they are in the latest session marked, or the one asked for.

    Unknown (N, M, S, X, or no mark at all) comes first and is never assumed present, then on site
    (present, L or U), then absent. A day without any marks makes everyone unknown. Within each they are by
    muster point, those without one last.

    Rows: pupil, tutor, college, muster_point, session, code, state ("unknown", "on_site", "absent").
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
        columns=tuple(c for c in _COLUMNS if c.name != "muster_point" or _points(view)),
        counts={
            "session": Session(session).name,
            "on_roll": rows.height,
            **{state: rows.filter(pl.col("state") == state).height for state in _STATE.categories},
        },
        found=found,
        evidence=evidence,
        notes=_notes(view),
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
        .with_columns(
            session=session_name(),
            state=pl.col("on_site").replace_strict(_STATES, return_dtype=_STATE),
            muster_point=pl.col("college").replace_strict(_points(view), default="", return_dtype=pl.String),
        )
        .sort("state", pl.col("muster_point") == "", "muster_point", "by_tutor", "by_name")
        .select("pupil", "tutor", "college", "muster_point", "session", "code", "state")
    )


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


def _notes(view: View) -> tuple[str, ...]:
    said = ["Check the late door and the sign-out book: a mark does not know who has come or gone since."]
    if view.presumed_left:
        said.append(presumed_left(view))
    return tuple(said)

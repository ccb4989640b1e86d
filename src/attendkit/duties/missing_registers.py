"""Registers not taken, and registers with marks missing, by tutor group (R1.7)."""

import polars as pl

from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    gathered,
    long_date,
    no_marks,
    session_name,
    unmarked,
)
from attendkit.measures.registers import held, roll_call, taken
from attendkit.model import MISSING, Session
from attendkit.register.model import MARKS

_COLUMNS = (
    Column("tutor", "Tutor"),
    Column("college", "College"),
    Column("session", "Session"),
    Column("state", "Register"),
    Column("on_roll", "On roll", Kind.NUMBER),
    Column("marked", "Marked", Kind.NUMBER),
    Column("missing", "Missing", Kind.NUMBER),
    Column("not_taken_half_term", "Not taken this half term", Kind.NUMBER),
    Column("partial_half_term", "Partial this half term", Kind.NUMBER, narrow=True),
)

_NOT_TAKEN, _PARTIAL = "not taken", "partial"
_STATE = pl.Enum([_NOT_TAKEN, _PARTIAL])


def missing_registers(view: View) -> Report:
    """Tutor groups with no mark, or some marks missing, in a session that others have marked.

    A whole register comes before a part of one. A session that nobody marked has not begun, or was never
    held: it is a note. On a school day of the term dates without any mark no register at all was taken.

    Rows: tutor, college, session, state ("not taken" or "partial"), on_roll, marked and missing (pupils),
    not_taken_half_term and partial_half_term (registers of that group in this half term, this one counted).
    """
    registers = _registers(view)
    rows = _listed(view, registers)
    today = view.marks.filter(pl.col("date") == view.on)
    listed = registers.filter(pl.col("date") == view.on, pl.col("missing") > 0)
    missing = today.filter(pl.col("code") == MISSING).join(listed, on="session", how="semi")
    found, evidence = gathered(_said(view, missing), missing)
    return Report(
        duty="missing-registers",
        title=f"Registers with marks missing on {long_date(view.on)}",
        on=view.on,
        rows=rows,
        columns=_COLUMNS,
        counts={
            "sessions": [Session(number).name for number in _held(view)],
            "registers": registers.filter(pl.col("date") == view.on).height,
            "not_taken": rows.filter(pl.col("state") == _NOT_TAKEN).height,
            "partial": rows.filter(pl.col("state") == _PARTIAL).height,
            "marks_missing": int(rows["missing"].sum()),
        },
        found=found,
        evidence=evidence,
        notes=_notes(view),
        above=() if _held(view) else (no_marks(view),),
        rests_on=("missing-mark",),
    )


def _registers(view: View) -> pl.DataFrame:
    """Every register of this half term, as `taken` has it, of the tutor groups looked at.

    On earlier days only pupils with a row are asked about: who else was on roll then is not known here.
    """
    marks = view.register.marks.select("pupil", "date", "session", "code")
    half_term = marks.filter(pl.col("date") >= view.calendar.half_term_of(view.on))
    before = half_term.filter(pl.col("date") < view.on)
    earlier = before.join(view.register.pupils.select("pupil", "tutor"), on="pupil")
    marks_of_day = half_term.filter(pl.col("date") == view.on)
    today = roll_call(view.everyone.on_roll, marks_of_day, _due(view) if _nobody_marked(view) else None)
    groups = view.pupils["tutor"].unique().implode()
    both = pl.concat([earlier, today.select(earlier.columns)])
    looked_at = both.filter(pl.col("tutor").is_in(groups, nulls_equal=True))
    return taken(looked_at, due=[view.on] if _nobody_marked(view) else ())


def _nobody_marked(view: View) -> bool:
    """Whether this is a school day that term dates tell of, and there is no mark of it at all."""
    return view.on in view.calendar.days and unmarked(view)


def _due(view: View) -> pl.DataFrame:
    """Both sessions of the day: date, session."""
    numbers = pl.Series("session", [session.value for session in Session], MARKS["session"])
    return numbers.to_frame().select(date=pl.lit(view.on), session="session")


def _listed(view: View, registers: pl.DataFrame) -> pl.DataFrame:
    state = pl.when(pl.col("marked") == 0).then(pl.lit(_NOT_TAKEN)).otherwise(pl.lit(_PARTIAL)).cast(_STATE)
    lacking = registers.filter(pl.col("missing") > 0).with_columns(state=state)
    half_term = lacking.group_by("tutor").agg(
        (pl.col("state") == _NOT_TAKEN).sum().alias("not_taken_half_term"),
        (pl.col("state") == _PARTIAL).sum().alias("partial_half_term"),
    )
    groups = view.order.group_by("tutor").agg(
        pl.col("by_tutor").min(), pl.col("college").drop_nulls().first()
    )
    return (
        lacking.filter(pl.col("date") == view.on)
        .join(half_term, on="tutor", how="left", nulls_equal=True)
        .join(groups, on="tutor", how="left", nulls_equal=True)
        .sort("session", "state", "by_tutor")
        .with_columns(session=session_name())
        .select([column.name for column in _COLUMNS])
    )


def _said(view: View, missing: pl.DataFrame) -> pl.DataFrame:
    sessions = session_name().cast(pl.String).sort().str.join(" and ")
    return (
        missing.group_by("pupil")
        .agg(pl.format("No mark for {} on {}.", sessions, pl.lit(long_date(view.on))).alias("says"))
        .join(view.order, on="pupil")
        .sort("by_tutor", "by_name")
        .select("pupil", "says", of=pl.lit(None), rule=pl.lit("missing-mark"))
    )


def _held(view: View) -> list[int]:
    return held(view.register.marks.filter(pl.col("date") == view.on))["session"].to_list()


def _notes(view: View) -> tuple[str, ...]:
    if not _held(view):
        return ()
    return tuple(f"{s.name} was not held, or nobody has marked it." for s in Session if s not in _held(view))

"""Late today, with minutes, and how often before: L and U apart (R5)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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
    progress_of,
    progress_text,
    session_name,
    unmarked,
)
from attendkit.measures.sessions import totals
from attendkit.school import LatenessStep

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

_LADDER = (
    Column("step", "Step", Kind.NUMBER, narrow=True),
    Column("action", "School's step"),
    Column("due", "Due today", Kind.FLAG),
)

_DONE = Column("done", "Done on", Kind.DATE)
_TARGET = Column("target", "Punctuality target", hangs=True)

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("session", "Session"),
    Column("code", "Mark", Kind.CODE),
    Column("minutes", "Minutes", Kind.NUMBER),
    Column("late_half_term", "L this half term", Kind.NUMBER),
    Column("after_close_half_term", "U this half term", Kind.NUMBER),
    Column("late_year", "L this year", Kind.NUMBER, narrow=True),
    Column("after_close_year", "U this year", Kind.NUMBER, narrow=True),
    *_LADDER,
)

_NO_STEPS = "No steps for lateness are set: add them to attendkit.toml."

_ROWS = ("pupil", *(c.name for c in _COLUMNS if c.name not in {"pupil", "tutor"}), "done", "target")

_LOGGED = pl.Schema(
    {"pupil": pl.UInt32(), "done": pl.Date(), "done_step": pl.UInt32(), "target": pl.String()}
)


def late(view: View) -> Report:
    """Who was late today: L before the register closed, U after it, with minutes where an export has them.

    The school's own ladder counts L and U together in the half term. A step is due on the day that it is
    reached; `step` and `action` are the highest reached so far.

    Rows: pupil, session, code, minutes, late_half_term, after_close_half_term, late_year, after_close_year
    (sessions, the two codes apart), step, action, due. From the log: done, the day on which the step was
    taken (one that names no step was the highest reached by then), and target, how a punctuality target
    stands.
    """
    codes = [view.rule("lateness").values[name] for name in ("before_close", "after_close")]
    lates = view.marks.filter(pl.col("code").is_in(codes))
    half_term = lates.filter(pl.col("date") >= view.calendar.half_term_of(view.on))
    rows = _rows(view, lates, half_term)
    found, evidence = gathered(_said(rows), half_term)
    return Report(
        duty="late",
        title=f"Late on {long_date(view.on)}",
        on=view.on,
        rows=rows,
        columns=tuple(_columns(view, rows)),
        counts={
            "pupils": rows["pupil"].n_unique(),
            "late": rows.filter(pl.col("code") == codes[0]).height,
            "late_after_close": rows.filter(pl.col("code") == codes[1]).height,
            "minutes": _minutes(rows),
            "steps_due": rows.filter("due")["pupil"].n_unique(),
            "steps_done": rows.filter(pl.col("done").is_not_null())["pupil"].n_unique(),
        },
        found=found,
        evidence=evidence,
        notes=() if view.school.lateness else (_NO_STEPS,),
        above=(no_marks(view),) if unmarked(view) else (),
        rests_on=("lateness",),
    )


def _columns(view: View, rows: pl.DataFrame) -> Iterator[Column]:
    yield from _COLUMNS if view.school.lateness else _COLUMNS[: -len(_LADDER)]
    if rows["done"].count():
        yield _DONE
    if rows["target"].count():
        yield _TARGET


def _minutes(rows: pl.DataFrame) -> int | None:
    """All the minutes late, or nothing where no export says how late any of them was."""
    known = rows["minutes"].drop_nulls()
    return int(known.sum()) if len(known) or rows.is_empty() else None


def _rows(view: View, lates: pl.DataFrame, half_term: pl.DataFrame) -> pl.DataFrame:
    today = lates.filter(pl.col("date") == view.on)
    so_far = pl.col("late_half_term") + pl.col("after_close_half_term")
    actions = dict(enumerate((step.action for step in _ladder(view)), start=1))
    return (
        today.select("pupil", "session", "code", "minutes")
        .join(_apart(half_term, "half_term"), on="pupil")
        .join(_apart(lates, "year"), on="pupil")
        .join(view.order, on="pupil")
        .with_columns(step=_reached(view, so_far), before=_reached(view, so_far - pl.len().over("pupil")))
        .join(_logged(view, half_term.join(today, on="pupil", how="semi")), on="pupil", how="left")
        .with_columns(done=pl.when(pl.col("done_step") >= pl.col("step")).then("done"))
        .with_columns(
            due=(pl.col("step") > pl.col("before")) & pl.col("done").is_null(),
            action=pl.col("step").replace_strict(actions, default=None, return_dtype=pl.String),
        )
        .sort("by_tutor", "by_name", "session")
        .with_columns(session=session_name())
        .select(_ROWS)
    )


def _logged(view: View, lates: pl.DataFrame) -> pl.DataFrame:
    """What was done about each pupil's lateness in the half term, and how a target for it stands."""
    since = view.calendar.half_term_of(view.on)
    rows = []
    for pupil in lates["pupil"].unique():
        sanctions = [one for one in view.casework.of(pupil, "sanction") if one.on >= since]
        target = next(progress_of(view, pupil, "punctuality"), None)
        done = sanctions[-1].on if sanctions else None
        step = _step(view, lates.filter(pl.col("pupil") == pupil), sanctions[-1]) if sanctions else None
        said = progress_text(target) if target and target.state != "ended" else None
        rows.append((pupil, done, step, said))
    return pl.DataFrame(rows, schema=_LOGGED, orient="row")


def _step(view: View, lates: pl.DataFrame, sanction: "Entry") -> int:
    """Which step of the ladder a sanction was: the one it names, else the highest reached by its day."""
    body: Any = sanction.body
    by_then = lates.filter(pl.col("date") <= sanction.on).height
    return body.step or sum(by_then >= step.lates for step in _ladder(view))


def _apart(lates: pl.DataFrame, when: str) -> pl.DataFrame:
    """How many L and how many U each pupil has: pupil, late_{when}, after_close_{when} (sessions)."""
    names = {"late": f"late_{when}", "late_after_close": f"after_close_{when}"}
    return totals(lates).select("pupil", *names).rename(names)


def _ladder(view: View) -> list[LatenessStep]:
    return sorted(view.school.lateness, key=lambda step: step.lates)


def _reached(view: View, so_far: pl.Expr) -> pl.Expr:
    """How many steps of the school's ladder a number of lates has reached."""
    steps = [(so_far >= step.lates).cast(pl.UInt32) for step in _ladder(view)]
    return pl.sum_horizontal([pl.lit(0, pl.UInt32), *steps])


def _said(rows: pl.DataFrame) -> pl.DataFrame:
    pupils = rows.unique("pupil", keep="first", maintain_order=True)
    said = [_sentence(row) for row in pupils.iter_rows(named=True)]
    return pupils.select(
        "pupil", says=pl.Series(said, dtype=pl.String), of=pl.lit(None), rule=pl.lit("lateness")
    )


def _sentence(row: dict[str, Any]) -> str:
    before = counted(row["late_half_term"], "time")
    after = counted(row["after_close_half_term"], "time")
    step = f" The school's step is due: {row['action']}." if row["due"] else ""
    return (
        f"Late before the register closed {before} and after it closed {after} this half term, "
        f"today included.{step}"
    )

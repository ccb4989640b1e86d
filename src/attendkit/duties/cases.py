"""Open cases: what stands in the way, what was agreed, by whom and when, and the reviews (R19.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from attendkit.casework.cases import Action, Case, cases
from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, long_date
from attendkit.measures.sessions import totals
from attendkit.register.model import empty

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "opened": pl.Date(),
        "lead": pl.String(),
        "why": pl.String(),
        "barriers": pl.List(pl.String()),
        "actions": pl.UInt32(),
        "actions_open": pl.UInt32(),
        "actions_overdue": pl.UInt32(),
        "next_due": pl.Date(),
        "reviewed": pl.Date(),
        "next_review": pl.Date(),
        "review_overdue": pl.Boolean(),
        "possible": pl.UInt32(),
        "missed": pl.UInt32(),
        "closed": pl.Date(),
        "outcome": pl.String(),
    }
)
"""The columns of the rows of `case list`, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("opened", "Opened", Kind.DATE),
    Column("lead", "Lead", narrow=True),
    Column("actions_open", "To do", Kind.NUMBER),
    Column("actions_overdue", "Overdue", Kind.NUMBER),
    Column("next_review", "Review", Kind.DATE),
    Column("review_overdue", "Late", Kind.FLAG),
    Column("missed", "Missed since", Kind.NUMBER),
    Column("possible", "of", Kind.NUMBER, narrow=True),
    Column("outcome", "Outcome", narrow=True),
    Column("more", "More", hangs=True),
)

LINES = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "number": pl.UInt32(),
        "on": pl.Date(),
        "what": pl.String(),
        "says": pl.String(),
        "owner": pl.String(),
        "due": pl.Date(),
        "state": pl.String(),
    }
)
"""The columns of the rows of `case show`, in order."""

_LINES = (
    Column("number", "No", Kind.NUMBER),
    Column("on", "Day", Kind.DATE),
    Column("what", "What"),
    Column("says", "Says"),
    Column("owner", "Who"),
    Column("due", "By", Kind.DATE),
    Column("state", "State"),
)


def case_list(view: View) -> Report:
    """Every open case, those with something overdue first; with `overdue` only those, with `all` closed ones.

    Rows: `ROWS`. possible and missed are sessions since the day it was opened, that day included, up to the
    day it was closed. An action is overdue after its day; so is a review.
    """
    every = [(pupil, case) for pupil in view.pupils["pupil"] for case in cases(view.casework, pupil)]
    rows = pl.DataFrame([_row(view, *one) for one in every], schema=ROWS, orient="row")
    now = rows.filter(pl.col("closed").is_null())
    late = (pl.col("actions_overdue") > 0) | pl.col("review_overdue")
    shown = rows if view.options.get("all") else now.filter(late) if view.options.get("overdue") else now
    placed = (
        shown.join(view.order.select("pupil", "by_name"), on="pupil")
        .sort(
            pl.col("closed").is_null(),
            "actions_overdue",
            "review_overdue",
            descending=True,
            maintain_order=True,
        )
        .drop("by_name")
    )
    return Report(
        duty="case-list",
        title=f"Open cases on {long_date(view.on)}",
        on=view.on,
        rows=placed,
        shown=placed.with_columns(more=_more()),
        columns=_COLUMNS,
        counts={
            "open": now.height,
            "actions_open": int(now["actions_open"].sum()),
            "actions_overdue": int(now["actions_overdue"].sum()),
            "reviews_overdue": int(now["review_overdue"].sum()),
            "closed": rows.height - now.height,
            "outcomes": dict(rows["outcome"].drop_nulls().value_counts().sort("outcome").iter_rows()),
        },
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
    )


def _row(view: View, pupil: int, case: Case) -> Mapping[str, Any]:
    opened: Any = case.opened.body
    until = case.closed.on if case.closed else view.on
    since = view.register.marks.filter(
        pl.col("pupil") == pupil, pl.col("date").is_between(case.opened.on, until)
    )
    figures = totals(since).row(0, named=True) if since.height else {"possible": 0, "absent": 0}
    waiting = case.waiting
    closed = None if case.closed is None else case.closed
    return {
        "pupil": pupil,
        "opened": case.opened.on,
        "lead": opened.lead or None,
        "why": opened.why,
        "barriers": case.barriers,
        "actions": len(case.actions),
        "actions_open": len(waiting),
        "actions_overdue": sum(one.overdue(view.on) for one in waiting),
        "next_due": waiting[0].due if waiting else None,
        "reviewed": case.reviews[-1].on if case.reviews else None,
        "next_review": case.next_review,
        "review_overdue": closed is None and case.next_review is not None and case.next_review < view.on,
        "possible": figures["possible"],
        "missed": figures["absent"],
        "closed": closed.on if closed else None,
        "outcome": getattr(closed.body, "outcome", "replaced") if closed else None,
    }


def _more() -> pl.Expr:
    barriers = pl.col("barriers").list.join(", ")
    stands = pl.when(barriers != "").then(pl.format("in the way: {}", barriers))
    return pl.concat_str(pl.col("why"), stands, separator="; ", ignore_nulls=True)


def case_show(view: View) -> Report:
    """One pupil's last case, line by line: why, barriers, actions with owner and day, reviews, its end.

    Rows: `LINES`. number is what `attendkit case done` knows an action by. state of an action is to_do,
    overdue, done or dropped.
    """
    every = [(pupil, case) for pupil in view.pupils["pupil"] for case in cases(view.casework, pupil)][-1:]
    lines = [{"pupil": pupil, **line} for pupil, case in every for line in _lines(view, case)]
    waiting = [action for _, case in every for action in case.waiting]
    return Report(
        duty="case-show",
        title=f"Case on {long_date(view.on)}",
        on=view.on,
        rows=pl.DataFrame(lines, schema=LINES, orient="row"),
        columns=_LINES,
        counts={
            "actions_open": len(waiting),
            "actions_overdue": sum(one.overdue(view.on) for one in waiting),
            "reviews": sum(len(case.reviews) for _, case in every),
        },
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=() if every else ("No case was opened. `attendkit case open PUPIL` opens one.",),
    )


def _lines(view: View, case: Case) -> Iterator[Mapping[str, Any]]:
    opened: Any = case.opened.body
    yield _line(case.opened, "opened", opened.why, owner=opened.lead or None)
    for barrier in case.barriers:
        yield _line(case.opened, "barrier", barrier, number=None)
    for action in case.actions:
        yield {
            "number": action.number,
            "on": action.on,
            "what": "action",
            "says": action.action,
            "owner": action.owner,
            "due": action.due,
            "state": _state(action, view),
        }
    for review in case.reviews:
        said: Any = review.body
        yield _line(review, "review", said.notes)
    if case.next_review and not case.closed:
        late = "overdue" if case.next_review < view.on else "to_do"
        yield _line(case.opened, "next review", "", number=None, due=case.next_review, state=late)
    if case.closed:
        yield _line(case.closed, "closed", case.closed.body.told())


def _line(entry: Any, what: str, says: str, **more: Any) -> Mapping[str, Any]:
    return {"number": entry.root, "on": entry.on, "what": what, "says": says, **more}


def _state(action: Action, view: View) -> str:
    return action.outcome or ("overdue" if action.overdue(view.on) else "to_do")

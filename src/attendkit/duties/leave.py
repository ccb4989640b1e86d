"""Leave of absence: each request held against the rule, the decision, and what came of it (R10)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from attendkit.casework.leave import Request, requests
from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, long_date
from attendkit.register.model import empty
from attendkit.rules import codes_on
from attendkit.rules.codes import Category, OnSite
from attendkit.terms import academic_year

STATE = pl.Enum(["to_decide", "late_back", "taken", "granted", "over"])
"""Waits for a decision; not back after it; taken without permission; granted and not over; over."""

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "request": pl.UInt32(),
        "asked_on": pl.Date(),
        "first": pl.Date(),
        "last": pl.Date(),
        "school_days": pl.UInt32(),
        "parent": pl.String(),
        "why": pl.String(),
        "against": pl.List(pl.String()),
        "decision": pl.String(),
        "decided_by": pl.String(),
        "decided_on": pl.Date(),
        "days_granted": pl.UInt32(),
        "code": pl.String(),
        "state": STATE,
        "unauthorised": pl.UInt32(),
        "returned_on": pl.Date(),
        "alike": pl.String(),
        "referral_owed": pl.List(pl.String()),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor", narrow=True),
    Column("state", "State"),
    Column("first", "From", Kind.DATE),
    Column("last", "To", Kind.DATE),
    Column("school_days", "School days", Kind.NUMBER, narrow=True),
    Column("why", "For"),
    Column("decision", "Decision"),
    Column("unauthorised", "Taken", Kind.NUMBER),
    Column("decided_by", "By", narrow=True),
    Column("more", "More", hangs=True),
)

_NOT_ASKED = "not-asked"


def loa_list(view: View) -> Report:
    """Requests for leave that wait for something, those to decide first; with `all`, every one of the year.

    Of the year are those asked in it and those for days in it.

    Nothing here decides: `against` says what of the rule a request does not meet, and `alike` how requests
    for the same reason were decided before, so that like cases are decided alike.

    Rows: `ROWS`. request is its number in the log. unauthorised are the sessions of its days that were taken
    without permission, of leave declined or granted in part too: marked with an unauthorised code, off the
    site, and no N, which is still to be settled. referral_owed is, of leave taken without permission, what
    the council still wants before it issues a notice, of what the log can show or a person must add.
    """
    start, _ = academic_year(view.on)
    every = list(requests(view.casework))
    chosen = set(view.pupils["pupil"])
    told = [_row(view, one, every) for one in every if one.pupil in chosen and _since(start, one)]
    rows = pl.DataFrame(told, schema=ROWS, orient="row")
    waiting = rows.filter(pl.col("state") != "over")
    shown = (rows if view.options.get("all") else waiting).sort("state", "first", maintain_order=True)
    states = dict(rows["state"].cast(pl.String).value_counts().iter_rows())
    return Report(
        duty="loa-list",
        title=f"Leave of absence on {long_date(view.on)}",
        on=view.on,
        rows=shown,
        shown=shown.with_columns(more=_more()),
        columns=_COLUMNS,
        counts={
            **{state: states.get(state, 0) for state in STATE.categories},
            "decisions": dict(Counter(rows["decision"].drop_nulls())),
        },
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=(view.rule("leave-of-absence").says,) if shown.height else (),
        rests_on=("leave-of-absence",),
    )


def _since(start: date, one: Request) -> bool:
    asked: Any = one.asked.body
    return one.asked.on >= start or asked.last >= start


def _row(view: View, one: Request, every: Sequence[Request]) -> Mapping[str, Any]:
    asked: Any = one.asked.body
    decided: Any = one.decided.body if one.decided else None
    taken = _unauthorised(view, one)
    state = _state(view, one, taken)
    return {
        "pupil": one.pupil,
        "request": one.asked.root,
        "asked_on": one.asked.on,
        "first": asked.first,
        "last": asked.last,
        "school_days": view.calendar.between(asked.first, asked.last),
        "parent": asked.parent,
        "why": asked.why,
        "against": list(_against(one)),
        "decision": one.decision or None,
        "decided_by": decided.decided if decided else None,
        "decided_on": one.decided.on if one.decided else None,
        "days_granted": decided.days if decided else None,
        "code": (decided.code or None) if decided else None,
        "state": state,
        "unauthorised": taken,
        "returned_on": one.returned.on if one.returned else None,
        "alike": _alike(one, every) or None,
        "referral_owed": list(_owed(view, one)) if state == "taken" else [],
    }


def _against(one: Request) -> Iterator[str]:
    """What of the rule a request does not meet (R10.2 to R10.4)."""
    asked: Any = one.asked.body
    if asked.way == _NOT_ASKED:
        yield "not asked for"
    elif one.asked.on >= asked.first:
        yield "not asked for in advance"
    if asked.lives_with is False:
        yield "not by a parent the pupil normally lives with"
    elif asked.lives_with is None:
        yield "not known whether the pupil normally lives with this parent"


def _state(view: View, one: Request, taken: int) -> str:
    asked: Any = one.asked.body
    if one.decision == "declined" or (not one.decision and asked.way == _NOT_ASKED):
        return "taken" if taken else "over"
    if not one.decision:
        return "to_decide"
    if one.decision == "in-part" and taken:
        return "taken"
    if one.returned:
        return "over"
    if view.on <= asked.last:
        return "granted"
    return "late_back" if _still_away(view, one) else "over"


def _still_away(view: View, one: Request) -> bool:
    """Whether the pupil has not been in since the last day of the leave, and a session was held since."""
    asked: Any = one.asked.body
    marks = view.register.marks.filter(pl.col("pupil") == one.pupil, pl.col("date") > asked.last)
    table = {code.code: code for code in codes_on(view.on).values()}
    since = [table[code] for code in marks["code"].cast(pl.String) if code in table]
    return any(code.possible for code in since) and not any(code.attended for code in since)


def _unauthorised(view: View, one: Request) -> int:
    """The sessions of the days asked for that were taken without permission, as the marks have it so far."""
    asked: Any = one.asked.body
    still_open = view.rule("first-day-calling").codes("unexplained")
    codes = [
        code.code
        for code in codes_on(view.on).values()
        if code.category is Category.UNAUTHORISED
        and code.on_site is OnSite.NO
        and code.code not in still_open
    ]
    days = pl.col("date").is_between(asked.first, asked.last)
    return view.register.marks.filter(pl.col("pupil") == one.pupil, days, pl.col("code").is_in(codes)).height


def _alike(one: Request, every: Sequence[Request]) -> str:
    """How earlier requests for the same reason were decided: `2 declined, 1 granted`."""
    asked: Any = one.asked.body
    bodies: list[tuple[Request, Any]] = [(other, other.asked.body) for other in every]
    before = Counter(
        other.decision
        for other, body in bodies
        if other is not one and other.decided and body.why == asked.why
    )
    return ", ".join(f"{number} {decision}" for decision, number in sorted(before.items()))


def _owed(view: View, one: Request) -> Iterator[str]:
    """What the council wants before a notice for leave, less what the log has (R10.5)."""
    asked: Any = one.asked.body
    letters: list[Any] = [e for e in view.casework.of(one.pupil, "letter") if e.on >= one.asked.on]
    sent = {entry.body.letter for entry in letters}
    answer = "loa-approved" if one.decision == "in-part" else "loa-declined"
    if asked.way != _NOT_ASKED and answer not in sent:
        yield "the written refusal, with its reasons and the warning"
    if asked.way == _NOT_ASKED:
        yield "evidence that it was leave, since nobody asked"
    referred: list[Any] = [e for e in view.casework.of(one.pupil, "notice-referred") if e.on >= one.asked.on]
    if not any(entry.body.matter == "leave" for entry in referred):
        yield "the letter that says it was referred"
    yield "this year's warning of penalty notices, in the policy or a newsletter"
    yield "the attendance, signed by the head teacher"


def _more() -> pl.Expr:
    against = pl.col("against").list.join("; ")
    owed = pl.col("referral_owed").list.join("; ")
    parts = (
        pl.when(against != "").then(pl.format("against it: {}", against)),
        pl.format("decided before: {}", "alike"),
        pl.when(owed != "").then(pl.format("before a referral: {}", owed)),
    )
    return pl.concat_str(parts, separator="\\n", ignore_nulls=True)

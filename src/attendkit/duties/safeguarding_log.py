"""The week's safeguarding calls, meetings, visits and checks, and who has not been seen (R13.4)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    counted,
    gathered,
    long_date,
    presumed_left,
)
from attendkit.measures.registers import marked
from attendkit.measures.runs import unseen

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

STATE = pl.Enum(["must_be_seen", "not_seen", "logged"])
"""Why a row is there: the pupil must be seen, or is to be asked after, or something was done about one."""

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "state": STATE,
        "school_days": pl.Int64(),
        "seen_on": pl.Date(),
        "seen_by": pl.String(),
        "flags": pl.List(pl.String()),
        "tried": pl.String(),
        "tried_on": pl.Date(),
        "on": pl.Date(),
        "kind": pl.String(),
        "by": pl.String(),
        "says": pl.String(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("state", "State"),
    Column("school_days", "School days", Kind.NUMBER),
    Column("seen_on", "Last seen", Kind.DATE),
    Column("on", "Day", Kind.DATE, narrow=True),
    Column("by", "By", narrow=True),
    Column("more", "More", hangs=True),
)

_ALWAYS = ("visit", "safe-and-well", "myconcern")
"""Kinds of entry that are safeguarding whomever they are about."""

_OF_CONCERN = ("call", "message", "letter", "meeting", "enquiry", "note")
"""Kinds of entry that are safeguarding where the pupil is one to be careful of."""

_FLAGS = {
    "child_protection": "child protection",
    "social_worker": "social worker",
    "looked_after": "looked after",
}
_IN_WORDS = {
    "safe-and-well": "safe and well check",
    "myconcern": "safeguarding system",
}


def safeguarding_log(view: View) -> Report:
    """Who has not been seen in person for the school's days, and what was done in the school week.

    A pupil is seen by the register on a day that found them on site or at an educational activity, by a visit
    or a safe and well check that saw them. School days since then are counted by the calendar, up to the last
    day that has marks. Only pupils on roll with a session since then that was missed, or that nobody marked,
    are listed: one who was not required to come is not missing.

    Rows: `ROWS`. state is `must_be_seen`, `not_seen`, or `logged`; those not seen come first, the longest
    first, then the entries of the week by day: every visit, check and safeguarding reference, and calls,
    messages, letters, meetings, enquiries and notes about a pupil who has not been seen, has a hold for
    safeguarding, a social worker or a child protection plan, or is looked after. tried is the last entry
    about a pupil not seen, of tried_on.
    """
    rule = view.rule("not-seen")
    waiting, marks = _not_seen(view)
    alert = waiting.filter(pl.col("school_days") >= rule.number("alert"))
    rows = [*_rows_not_seen(view, alert), *_rows_logged(view, frozenset(alert["pupil"]))]
    found, evidence = gathered(_said(alert), marks)
    table = pl.DataFrame([{name: row.get(name) for name in ROWS} for row in rows], schema=ROWS)
    return Report(
        duty="safeguarding-log",
        title=f"Safeguarding log of the week to {long_date(view.on)}",
        on=view.on,
        rows=table,
        shown=table.with_columns(more=_more()),
        columns=_COLUMNS,
        counts=_counts(table),
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, table)),
        rests_on=("not-seen",),
        labels={"not_seen": "To ask after", "logged": "Entries this week"},
    )


def _not_seen(view: View) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The pupils with a session nobody saw them in: pupil, seen_on, seen_by, school_days; and those marks."""
    marks = unseen(view.every_mark.join(view.on_roll, on="pupil", how="semi", maintain_order="left"))
    each = marks.group_by("pupil").agg(pl.col("seen_on").first(), first=pl.col("date").min())
    until: Any = marked(view.register.marks)["date"].max()
    rows = []
    for pupil, seen_on, first in each.iter_rows():
        when, how = max((seen_on or date.min, "register"), _seen_by_staff(view, pupil))
        gone = view.calendar.between(first, until) if when == date.min else view.calendar.age(when, until)
        rows.append((pupil, None if when == date.min else when, how, gone))
    schema = {"pupil": pl.UInt32, "seen_on": pl.Date, "seen_by": pl.String, "school_days": pl.Int64}
    told = pl.DataFrame(rows, schema=schema, orient="row").join(view.order, on="pupil")
    return told.sort("school_days", "by_name", descending=[True, False]), marks.drop("seen_on")


def _seen_by_staff(view: View, pupil: int) -> tuple[date, str]:
    """The last time that a visit or a check saw a pupil in person, and which of them it was."""
    entries = view.casework.of(pupil, "visit", "safe-and-well")
    seen = [(one.on, _called(one.kind)) for one in entries if _saw(one)]
    return max(seen, default=(date.min, "register"))


def _saw(entry: "Entry") -> bool:
    body: Any = entry.body
    return bool(body.outcome == "pupil-seen" if entry.kind == "visit" else body.seen == "seen")


def _called(kind: str) -> str:
    return _IN_WORDS.get(kind, kind.replace("-", " "))


def _rows_not_seen(view: View, alert: pl.DataFrame) -> Iterator[Mapping[str, Any]]:
    must = view.rule("not-seen").number("must")
    flags = _flags(view)
    for row in alert.iter_rows(named=True):
        pupil, gone = row["pupil"], row["school_days"]
        tried = view.casework.latest(pupil, *_ALWAYS, *_OF_CONCERN)
        yield {
            "pupil": pupil,
            "state": "must_be_seen" if gone >= must else "not_seen",
            "school_days": gone,
            "seen_on": row["seen_on"],
            "seen_by": row["seen_by"],
            "flags": flags.get(pupil, []),
            "tried": _called(tried.kind) if tried else None,
            "tried_on": tried.on if tried else None,
            "says": _sentence(row),
        }


def _rows_logged(view: View, not_seen: frozenset[int]) -> Iterator[Mapping[str, Any]]:
    """The week's entries that are safeguarding, by day."""
    first, _ = view.calendar.school_week(view.on)
    flags = _flags(view)
    careful = {*flags, *not_seen, *_held(view)}
    wanted = frozenset(view.pupils["pupil"])
    for entry in view.casework.kind(*_ALWAYS, *_OF_CONCERN):
        pupil = view.casework.pupils.get(entry.pupil)
        if pupil is None or pupil not in wanted or entry.on < first:
            continue
        if entry.kind in _ALWAYS or pupil in careful:
            yield {
                "pupil": pupil,
                "state": "logged",
                "flags": flags.get(pupil, []),
                "on": entry.on,
                "kind": entry.kind,
                "by": entry.by,
                "says": f"{_called(entry.kind)}: {entry.body.told()}",
            }


def _held(view: View) -> Iterator[int]:
    for pupil in view.casework.whose("hold"):
        bodies: list[Any] = [one.body for one in view.casework.held(pupil)]
        if any(body.why == "safeguarding" for body in bodies):
            yield pupil


def _flags(view: View) -> Mapping[int, list[str]]:
    """What a pupil list says of the pupils to be careful of."""
    words = [pl.when(pl.col(name)).then(pl.lit(said)) for name, said in _FLAGS.items()]
    told = view.pupils.select("pupil", flags=pl.concat_list(words).list.drop_nulls())
    return dict(told.filter(pl.col("flags").list.len() > 0).iter_rows())


def _sentence(row: Mapping[str, Any]) -> str:
    days = counted(row["school_days"], "school day")
    if row["seen_on"] is None:
        return f"Not seen in person by anybody in {days} of the register."
    by = "" if row["seen_by"] == "register" else f" by a {row['seen_by']}"
    return f"Not seen in person for {days}, since {long_date(row['seen_on'])}{by}."


def _said(alert: pl.DataFrame) -> pl.DataFrame:
    said = [_sentence(row) for row in alert.iter_rows(named=True)]
    return alert.select(
        "pupil", says=pl.Series(said, dtype=pl.String), of=pl.lit(None), rule=pl.lit("not-seen")
    )


def _more() -> pl.Expr:
    """What stands under a row: what was done, or of one not seen, why to hurry and what was tried last."""
    flags = pl.col("flags").list.join(", ")
    tried = pl.format(
        "last tried {} {}: {}", pl.col("tried_on").dt.day(), pl.col("tried_on").dt.to_string("%b"), "tried"
    )
    both = pl.concat_str(pl.when(flags != "").then(flags), tried, separator="; ", ignore_nulls=True)
    return pl.when(pl.col("state") == "logged").then("says").otherwise(both)


def _counts(rows: pl.DataFrame) -> dict[str, Any]:
    kinds = dict(rows.drop_nulls("kind")["kind"].value_counts().sort("kind").iter_rows())
    return {
        **{state: rows.filter(pl.col("state") == state).height for state in STATE.categories},
        "kinds": {_called(name): number for name, number in kinds.items()},
    }


def _notes(view: View, rows: pl.DataFrame) -> Iterator[str]:
    if rows.filter(pl.col("state") == "logged").is_empty():
        yield (
            "Nothing is logged for this school week. `attendkit log call`, `log visit` and "
            "`log safe-and-well` keep what was done."
        )
    if view.casework.strangers:
        yield f"{counted(len(view.casework.strangers), 'entry', 'entries')} about pupils not in the register."
    yield from changed_rules(view, "not-seen")
    if view.presumed_left:
        yield presumed_left(view)

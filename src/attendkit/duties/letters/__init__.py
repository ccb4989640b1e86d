"""Letters to be written: who would get which and why, and who would not and why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from attendkit.duties.letters.planning import REASONS, Plan, Planned, plan
from attendkit.duties.letters.stale import Stale, stale
from attendkit.duties.letters.table import LETTERS, said_of
from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, changed_rules, long_date
from attendkit.register.model import empty

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "letter": pl.String(),
        "write": pl.Boolean(),
        "reason": pl.Enum(list(REASONS)),
        "why": pl.String(),
        "parent": pl.String(),
        "way": pl.String(),
        "findings": pl.List(pl.String()),
        "legal": pl.Boolean(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("letter", "Letter"),
    Column("write", "Write", Kind.FLAG),
    Column("parents", "To", hangs=True),
    Column("why", "Why", hangs=True),
    Column("not_because", "Not", hangs=True),
    Column("legal", "Legal", Kind.FLAG, narrow=True),
)


def letters_plan(view: View) -> Report:
    """Every letter that is due today, those to write first, then those that are not to be and why.

    Of a step (absence, lateness) a pupil is due for one letter at a time, the gravest that nothing holds
    back. A letter of concern is held back where a child is looked after or protected, or is agreed to be
    ill; every letter where the log holds them all, such as for a bereavement; one parent's alone where a
    court order or the log says so. Nobody is written to twice about one finding.

    Rows: `ROWS`, one a letter and parent. why is what was found of the pupil, and findings name it. reason is
    why it is not written, empty where it is. way is post, or email where there is no address. The findings
    are other duties' own, so this report has none. With `letter` that letter alone is looked at, also where
    nobody gets it by itself; with `again` what was written already may be again. `say` is what would be
    said in it that nobody has logged, as `letters write` is told.

    Raises:
        BadArgumentError: there is no such letter, or it says nothing of the kind.
    """
    asked = view.options.get("letter")
    names = [asked] if asked else []
    said = {ask.name: words for ask, words in said_of(names, view.options.get("say") or ()).items()}
    return report(plan(view, names, said=said, again=bool(view.options.get("again"))))


STALE = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "letter": pl.String(),
        "on": pl.Date(),
        "parent": pl.String(),
        "due": pl.Boolean(),
        "entry": pl.UInt32(),
    }
)
"""The columns of the rows of `letters_stale`, in order."""

_STALE_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("letter", "Letter"),
    Column("on", "Written", Kind.DATE),
    Column("says", "Now"),
    Column("parent", "To", narrow=True),
    Column("entry", "Entry", Kind.NUMBER, narrow=True),
)


def letters_stale(view: View) -> Report:
    """Every letter in the log that was written on facts which have changed since, by tutor group and name.

    A letter rests on the register and the log as they stood on its day. Both are looked at again as they are
    now, up to that day: where they say otherwise of what the letter says, it is listed.

    Rows: `STALE`, one a letter and parent. due is whether a letter of the name would still be written on that
    day, with other figures; entry is its number in the log.
    """
    found = list(stale(view))
    rows = pl.DataFrame([_stale_row(one) for one in found], schema=STALE, orient="row")
    order = view.order.select("pupil", "by_tutor", "by_name")
    rows = rows.join(order, on="pupil").sort("by_tutor", "by_name", "on", "entry").select(STALE.names())
    other = pl.when("due").then(pl.lit("other figures")).otherwise(pl.lit("no longer holds"))
    return Report(
        duty="letters-stale",
        title=f"Letters whose facts have changed, on {long_date(view.on)}",
        on=view.on,
        rows=rows,
        shown=rows.with_columns(says=other),
        columns=_STALE_COLUMNS,
        counts={"letters": rows.height, "pupils": rows["pupil"].n_unique()},
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        rests_on=("amendment",),
    )


def _stale_row(one: Stale) -> tuple[Any, ...]:
    body: Any = one.entry.body
    return one.pupil, body.letter, one.entry.on, body.parent or None, one.due, one.entry.root


def report(made: Plan) -> Report:
    """A plan as a report, see `letters_plan`."""
    view = made.sight.view
    return Report(
        duty="letters-plan",
        title=f"Letters to write on {long_date(view.on)}",
        on=view.on,
        rows=pl.DataFrame([_row(one) for one in made.letters], schema=ROWS, orient="row"),
        shown=_shown(made),
        columns=_COLUMNS,
        counts=_counts(made),
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=tuple(_notes(made)),
        rests_on=("letter-again",),
        labels={"not_written": "Not written, by reason", "by_letter": "By letter"},
    )


def _row(one: Planned) -> tuple[Any, ...]:
    occasion, parent = one.occasion, one.parent
    return (
        occasion.pupil,
        occasion.letter.name,
        one.write,
        one.reason,
        occasion.says,
        parent.name if parent else None,
        parent.way if parent and one.write else None,
        list(occasion.findings),
        occasion.letter.legal,
    )


def _shown(made: Plan) -> pl.DataFrame:
    """One row a letter and pupil, with everybody whom it goes to, and whom it does not go to and why."""
    each: dict[tuple[int, str], list[Planned]] = {}
    for one in made.letters:
        each.setdefault((one.occasion.pupil, one.occasion.letter.name), []).append(one)
    rows = [
        {
            "pupil": pupil,
            "letter": letter,
            "write": any(one.write for one in theirs),
            "parents": _parents(theirs),
            "why": theirs[0].occasion.says,
            "not_because": "; ".join(one.not_because for one in theirs if one.parent is None) or None,
            "legal": theirs[0].occasion.letter.legal,
        }
        for (pupil, letter), theirs in each.items()
    ]
    schema = {
        "pupil": pl.UInt32,
        "letter": pl.String,
        "write": pl.Boolean,
        "parents": pl.String,
        "why": pl.String,
    }
    return pl.DataFrame(rows, schema={**schema, "not_because": pl.String, "legal": pl.Boolean})


def _parents(theirs: Sequence[Planned]) -> str | None:
    """Whom a letter goes to, and whom it does not and why."""
    gets = [one.parent.name for one in theirs if one.parent and one.write]
    others = [f"not {one.parent.name}: {one.not_because}" for one in theirs if one.parent and one.reason]
    return "; ".join([*([", ".join(gets)] if gets else []), *others]) or None


def _counts(made: Plan) -> dict[str, Any]:
    writing = made.to_write()
    letters = Counter(one.occasion.letter.name for one in writing)
    reasons = Counter(one.reason for one in made.letters if one.reason)
    return {
        "letters": len(writing),
        "pupils": len({one.occasion.pupil for one in writing}),
        "by_letter": {kind.name: letters[kind.name] for kind in LETTERS if letters[kind.name]},
        "not_written": {name: reasons[name] for name in REASONS if reasons[name]},
    }


def _notes(made: Plan) -> Iterator[str]:
    view = made.sight.view
    if made.to_write():
        yield (
            "Nothing is written yet. Look through the list, then `attendkit letters write --yes` for the same"
            " day and pupils."
        )
    if view.register.contacts.is_empty():
        yield "No contacts have been read, so nobody can be written to: give the contacts export."
    yield from changed_rules(view, *_RULES)


_RULES = (
    *("bands", "at-risk", "penalty-notice", "n-code", "letter-first-concern", "letter-again"),
    *("letter-unexplained", "letter-punctuality", "letter-safe-and-well", "letter-improved"),
    *("letter-fresh-start", "letter-casework"),
)
"""Rules that a school may have changed, and that say who is due a letter."""

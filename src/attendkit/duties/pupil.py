"""One pupil on one screen and one page: who, every session of the year, figures, contacts, what may come."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from attendkit.duties import DUTIES, report_of
from attendkit.errors import NoRuleError
from attendkit.findings import (
    EVIDENCE,
    FOUND,
    SESSION_NAME,
    Column,
    Kind,
    Report,
    View,
    long_date,
    session_name,
    standing,
)
from attendkit.measures import contacts, runs
from attendkit.measures.codes import CATEGORY, told
from attendkit.measures.sessions import ABSENT
from attendkit.measures.spans import lengths, spans
from attendkit.register.model import CODES, empty

FLAGS = {
    "social_worker": "social worker",
    "child_protection": "child protection",
    "looked_after": "looked after",
    "young_carer": "young carer",
    "fsm": "free school meals",
    "pupil_premium": "pupil premium",
    "eal": "English as an additional language",
    "part_time": "part-time timetable",
}
"""Columns of the pupil list that are said of a pupil when they are so, in words."""

_SESSION = pl.Struct({"date": pl.Date(), "session": SESSION_NAME, "code": CODES, "minutes": pl.UInt16()})

_BANDS = pl.Schema(
    {
        **dict.fromkeys(
            (
                "possible",
                "present",
                "missed",
                "authorised",
                "unauthorised",
                "late",
                "late_after_close",
                "minutes_late",
                "n_codes",
                "not_possible",
                "missing",
            ),
            pl.UInt32(),
        ),
        "percent": pl.String(),
        "band": pl.String(),
        "sessions_in_hand": pl.Int64(),
        "in_hand_until": pl.Date(),
        "crosses_on": pl.Date(),
        "recovers_on": pl.Date(),
        "cannot_recover": pl.Boolean(),
    }
)
"""What `bands` has of each pupil, in its own names."""

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "admitted": pl.Date(),
        "left": pl.Date(),
        "flags": pl.List(pl.String()),
        **_BANDS,
        "days_in_a_row": pl.UInt32(),
        "last_on_site": pl.Date(),
        "says": pl.List(pl.Struct({"duty": pl.String(), "says": pl.String()})),
        "logged": pl.List(pl.Struct({"what": pl.String(), "says": pl.String()})),
        "calendar": pl.List(
            pl.Struct(
                {
                    "date": pl.Date(),
                    "session": SESSION_NAME,
                    "code": CODES,
                    "category": CATEGORY,
                    "minutes": pl.UInt16(),
                }
            )
        ),
        "absences": pl.List(
            pl.Struct(
                {"since": pl.Date(), "until": pl.Date(), "sessions": pl.UInt32(), "current": pl.Boolean()}
            )
        ),
        "open_n": pl.List(
            pl.Struct(
                {"date": pl.Date(), "session": SESSION_NAME, "deadline": pl.Date(), "overdue": pl.Boolean()}
            )
        ),
        "lates": pl.List(_SESSION),
        "contacts": pl.List(contacts.CONTACT),
        "imports": pl.List(pl.Struct({"file": pl.String(), "sessions": pl.UInt32()})),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("band", "Band"),
    Column("missed", "Missed", Kind.NUMBER),
    Column("possible", "of", Kind.NUMBER),
    Column("percent", "Attendance", Kind.PERCENT),
    Column("late", "Late", Kind.NUMBER),
    Column("late_after_close", "Late after close", Kind.NUMBER),
    Column("n_codes", "Open N", Kind.NUMBER),
    Column("days_in_a_row", "Days in a row", Kind.NUMBER),
)

_LATE = ("L", "U")


def pupil(view: View) -> Report:
    """Everything about each pupil asked for, of the academic year to date.

    Figures are those of `bands`, open N those of `ncode-report`, and what is said of the pupil is what every
    duty with `flags` or `asks` says, so that a page can never disagree with the list that the pupil is on.

    Rows: `ROWS`, by name. Figures are in sessions, minutes_late in minutes, days_in_a_row in school days.
    logged is what people did that stands on the day: holds, the open case, targets, notices, and the last
    words with home. absences are unbroken spans of sessions missed; imports are the files that the year's
    marks came from.
    """
    rows = _rows(view)
    return Report(
        duty="pupil",
        title=f"Attendance to {long_date(view.on)}",
        on=view.on,
        rows=rows.select([pl.col(name).cast(kind) for name, kind in ROWS.items()]),
        shown=rows.select(column.name for column in _COLUMNS if column.name != "tutor"),
        columns=_COLUMNS,
        counts={"pupils": rows.height},
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        rests_on=("possible-sessions", "bands", "at-risk"),
    )


def _rows(view: View) -> pl.DataFrame:
    marks = view.marks.with_columns(session=session_name())
    late = marks.filter(pl.col("code").cast(pl.String).is_in(_LATE))
    around = {
        "says": _says(view),
        "logged": _listed(_logged(view), "logged"),
        "calendar": _listed(told(view.marks).with_columns(session=session_name()), "calendar"),
        "absences": _listed(_absences(view), "absences"),
        "open_n": _listed(report_of("ncode-report", view).rows, "open_n"),
        "lates": _listed(late, "lates"),
        "imports": _listed(_imports(view), "imports"),
    }
    seen = runs.last_on_site(view.every_mark).select("pupil", "last_on_site")
    bands = report_of("bands", view, all=True).rows
    rows = (
        view.order.select("pupil", "by_name")
        .join(view.pupils.select("pupil", "admitted", "left", flags=_flags()), on="pupil")
        .join(bands.select("pupil", *_BANDS), on="pupil", how="left")
        .join(runs.days_in_a_row(view.every_mark), on="pupil", how="left")
        .join(seen, on="pupil", how="left")
        .join(contacts.in_order(view.contacts), on="pupil", how="left")
    )
    for name, table in around.items():
        rows = rows.join(table, on="pupil", how="left").with_columns(pl.col(name).fill_null([]))
    zero = [name for name, kind in _BANDS.items() if kind == pl.UInt32()]
    return rows.with_columns(
        pl.col("days_in_a_row", *zero).fill_null(0),
        pl.col("band").cast(pl.String).fill_null("no_data"),
        pl.col("contacts").fill_null([]),
        pl.col("cannot_recover").fill_null(value=False),
    ).sort("by_name")


def _says(view: View) -> pl.DataFrame:
    """What each duty that judges pupils says of them: pupil, says."""
    look = replace(view, options={})
    told_by = [pl.DataFrame(schema={"pupil": pl.UInt32, "duty": pl.String, "says": pl.String})]
    for duty in (duty for duty in DUTIES if duty.flags or duty.asks):
        try:
            found = duty.load()(look).found
        except NoRuleError:  # before the law had such a rule, nobody could be on its list
            continue
        told_by.append(found.select("pupil", duty=pl.lit(duty.name), says="says"))
    return _listed(pl.concat(told_by), "says")


def _logged(view: View) -> pl.DataFrame:
    """What the log says of each pupil that stands today: pupil, what, says."""
    rows = [(pupil, what, says) for pupil in view.pupils["pupil"] for what, says in standing(view, pupil)]
    schema = {"pupil": pl.UInt32, "what": pl.String, "says": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _absences(view: View) -> pl.DataFrame:
    """Unbroken spans of sessions missed, the latest first."""
    missed = told(view.marks).filter(ABSENT)["code"].unique().cast(pl.String).to_list()
    spanned = spans(view.marks, missed)
    return lengths(spanned).sort("since", descending=True)


def _imports(view: View) -> pl.DataFrame:
    files = view.register.imports.select("source", "file")
    told_by = view.marks.group_by("pupil", "source").agg(sessions=pl.len())
    return told_by.join(files, on="source").sort("pupil", "source")


def _listed(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """One row a pupil, with a list of what the rows of a table say: pupil, and a column of that name."""
    kind: Any = ROWS[name]
    fields: Mapping[str, pl.DataType] = {field.name: field.dtype for field in kind.inner.fields}
    one = pl.struct([pl.col(field).cast(dtype) for field, dtype in fields.items()])
    return table.group_by("pupil", maintain_order=True).agg(one.alias(name))


def _flags() -> pl.Expr:
    return pl.concat_list(list(_worded())).list.drop_nulls()


def _worded() -> Iterator[pl.Expr]:
    for name, words in FLAGS.items():
        yield pl.when(pl.col(name)).then(pl.lit(words))
    sen = {"K": "SEN support", "E": "education, health and care plan"}
    yield pl.col("sen").replace_strict(sen, default=None, return_dtype=pl.String)

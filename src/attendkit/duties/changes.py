"""Every mark that a later import gave another code, and what that overturns (R7.3)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from attendkit.duties import DUTIES, report_of
from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    counted,
    gathered,
    long_date,
    session_name,
)
from attendkit.measures.bands import Lines
from attendkit.measures.changes import HISTORY, after_its_week, as_it_was
from attendkit.measures.changes import changes as changed_marks
from attendkit.model import MISSING
from attendkit.register.marks import KEY
from attendkit.register.model import empty

ROWS = (
    "pupil",
    "date",
    "session",
    "was",
    "now",
    "first_seen",
    "changed_seen",
    "after_week",
    "overturns",
    "first_file",
    "file",
    "row",
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("date", "Date", Kind.DATE),
    Column("session", "Session"),
    Column("was", "Was", Kind.CODE),
    Column("now", "Now", Kind.CODE),
    Column("made", "Changed", Kind.DATE, narrow=True),
    Column("after_week", "After week", Kind.FLAG),
    Column("overturns", "Overturns", hangs=True),
    Column("file", "File", narrow=True),
)

_OPEN = "n_codes"
_BY_FIGURE = ("bands", "ncode-report")
"""Duties whose own figure says more than whether they list a pupil."""


def changes(view: View) -> Report:
    """Every mark that two imports disagree about, by tutor group, name, date and session.

    A session filled in that others had marks for is a change; one that nobody had a mark for yet is not.
    What a change overturns is found by making the register as it was, with those marks and no others put
    back, and looking at both: the band, the open N, and being on the list of any duty with `flags`.

    Rows: `ROWS`. first_seen and changed_seen are when the imports were read, null where exports are compared
    that were never taken in. after_week is whether the session's school week had ended. overturns is a list
    of sentences about the pupil, from all of their changes together. With `since`, changes from that day on.
    """
    changed = _changed(view)
    rows = _rows(view, changed)
    evidence = view.register.marks.join(rows.select(KEY).unique(), on=KEY, how="semi", maintain_order="left")
    found, proof = gathered(_said(rows), evidence)
    return Report(
        duty="changes",
        title=f"Marks changed since {long_date(since)}" if (since := view.options.get("since")) else _TITLE,
        on=view.on,
        rows=rows.with_columns(session=session_name()).select(ROWS),
        shown=_shown(rows),
        columns=_COLUMNS,
        counts=_counts(rows),
        found=found,
        evidence=proof,
        notes=tuple(_notes(rows)),
        labels={
            "after_week": "After the school week",
            "pupils_overturned": "Pupils it changes something for",
        },
    )


_TITLE = "Marks changed from one import to another"


def _changed(view: View) -> pl.DataFrame:
    """The changes asked for, of the pupils looked at, up to the day looked from."""
    history = view.options.get("history")
    words = empty(HISTORY) if history is None else history.filter(pl.col("date") <= view.on)
    told = changed_marks(words, view.register.imports)
    told = told.filter(pl.col("pupil").is_in(view.pupils["pupil"].implode()))
    since = view.options.get("since")
    return told.filter(pl.col("made") >= since) if since else told


def _rows(view: View, changed: pl.DataFrame) -> pl.DataFrame:
    dates = pl.concat([changed["date"], changed["made"]]).unique().to_list()
    weeks = {day: view.calendar.week_of(day) for day in dates}
    files = dict(view.register.imports.select("source", "file").iter_rows())
    named = {
        name: pl.col(source).replace_strict(files, default="", return_dtype=pl.String)
        for name, source in (("first_file", "first_source"), ("file", "source"))
    }
    return (
        changed.with_columns(after_week=after_its_week(changed, weeks), **named)
        .join(_overturned(view, changed), on="pupil", how="left")
        .with_columns(pl.col("overturns").fill_null([]))
        .join(view.order, on="pupil")
        .sort("by_tutor", "by_name", "date", "session", "source")
    )


def _overturned(view: View, changed: pl.DataFrame) -> pl.DataFrame:
    """What the changes do to each pupil: pupil, overturns (a list of sentences)."""
    pupils = frozenset(changed["pupil"].unique())
    schema = pl.Schema({"pupil": pl.UInt32(), "overturns": pl.List(pl.String())})
    if not pupils:
        return pl.DataFrame(schema=schema)
    after = replace(view, chosen=pupils, options={})
    marks = as_it_was(view.register.marks, changed)
    before = replace(after, register=replace(view.register, marks=marks))
    said: dict[int, list[str]] = {pupil: [] for pupil in sorted(pupils)}
    moved = (*_figures_moved(before, after), *_flags_moved(before, after), *_letters_overturned(after))
    for pupil, sentence in moved:
        said[pupil].append(sentence)
    return pl.DataFrame({"pupil": list(said), "overturns": list(said.values())}, schema=schema)


def _figures_moved(before: View, after: View) -> Iterator[tuple[int, str]]:
    lines = Lines(after.rule("bands"), after.rule("at-risk"))
    was, now = (
        view.figures.select("pupil", _OPEN, band=lines.band().cast(pl.String)) for view in (before, after)
    )
    for row in now.join(was, on="pupil", suffix="_was").iter_rows(named=True):
        if row["band"] != row["band_was"]:
            yield row["pupil"], f"{row['band']}, was {row['band_was']}".replace("_", " ")
        if row[_OPEN] != row[f"{_OPEN}_was"]:
            yield row["pupil"], f"{row[_OPEN]} N open, was {row[f'{_OPEN}_was']}"


def _flags_moved(before: View, after: View) -> Iterator[tuple[int, str]]:
    """Pupils whom a duty lists before the changes and not after them, or the other way round."""
    for duty in (duty for duty in DUTIES if duty.flags and duty.name not in _BY_FIGURE):
        look = duty.load()
        was, now = (set(look(view).found["pupil"]) for view in (before, after))
        for pupil in sorted(was ^ now):
            yield pupil, f"{'now in' if pupil in now else 'no longer in'} {duty.name}"


def _letters_overturned(after: View) -> Iterator[tuple[int, str]]:
    """Letters to the parents of these pupils whose facts have changed since they were written."""
    if not after.casework.kind("letter"):
        return
    for row in (
        report_of("letters-stale", after)
        .rows.unique(["pupil", "letter", "on"], maintain_order=True)
        .iter_rows(named=True)
    ):
        holds = "has other figures now" if row["due"] else "no longer holds"
        yield row["pupil"], f"the letter {row['letter']} of {long_date(row['on'])} {holds}"


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, with what they overturn said once a pupil."""
    first = pl.col("pupil") != pl.col("pupil").shift(1)
    said = pl.when(first.fill_null(value=True)).then(pl.col("overturns").list.join("\n"))
    names = [column.name for column in _COLUMNS if column.name != "tutor"]
    return rows.with_columns(overturns=said, session=session_name()).select(names)


def _said(rows: pl.DataFrame) -> pl.DataFrame:
    pupils = rows.group_by("pupil", maintain_order=True).agg(
        pl.len().alias("marks"), pl.col("after_week").sum(), pl.col("overturns").first()
    )
    said = [_sentence(row) for row in pupils.iter_rows(named=True)]
    return pupils.select(
        "pupil", says=pl.Series(said, dtype=pl.String), of=pl.lit(None), rule=pl.lit("amendment")
    )


def _sentence(row: dict[str, Any]) -> str:
    late = f", {row['after_week']} of them after the school week" if row["after_week"] else ""
    moved = f": {'; '.join(row['overturns'])}" if row["overturns"] else ""
    return f"{counted(row['marks'], 'mark')} changed{late}{moved}."


def _counts(rows: pl.DataFrame) -> dict[str, Any]:
    pupils = rows.unique("pupil")
    return {
        "changes": rows.height,
        "pupils": pupils.height,
        "after_week": int(rows["after_week"].sum()),
        "filled_in": rows.filter(pl.col("was") == MISSING).height,
        "removed": rows.filter(pl.col("now") == MISSING).height,
        "pupils_overturned": pupils.filter(pl.col("overturns").list.len() > 0).height,
    }


def _notes(rows: pl.DataFrame) -> Iterator[str]:
    if rows.height and rows["changed_seen"].null_count():
        yield ("Nobody knows when these exports were made: each is taken to be of the last day in it.")

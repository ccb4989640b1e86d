"""An auditor's sample: sessions drawn by a seed, each traced to its export, its changes and what was done."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, long_date, session_name
from attendkit.measures.changes import HISTORY, changes
from attendkit.register.marks import KEY
from attendkit.register.model import CODES, MARKS, empty

ROWS = pl.Schema(
    {
        **{name: MARKS[name] for name in ("pupil", "date", "session")},
        "code": CODES,
        "file": pl.String(),
        "row": MARKS["row"],
        "column": MARKS["column"],
        "file_digest": pl.String(),
        "changes": pl.List(pl.String()),
        "letters": pl.List(pl.String()),
        "log": pl.List(pl.String()),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("date", "Date", Kind.DATE),
    Column("session", "Session"),
    Column("code", "Code", Kind.CODE),
    Column("trace", "Trace", hangs=True),
)

_FOLLOWED = 10
"""School days after a session in which what was done is taken to be about it."""


def audit(view: View) -> Report:
    """Sessions of this academic year drawn at random, each traced from its mark to what was done about it.

    `pupils` of them are drawn from those looked at who have marks, then `sessions` of each. The same seed
    draws the same from the same register; without one the day's date is the seed, and it is told. A filter
    draws nobody else's sessions anew: of those it leaves, the same come first.

    Rows: `ROWS`. file, row and column are where the mark was read, and file_digest the SHA-256 of that file.
    changes are the codes that the mark had before; letters and log what was written and done about the pupil
    from that day until ten school days after it.
    """
    seed = view.options.get("seed") or f"{view.on:%Y%m%d}"
    marks = _drawn(view, str(seed))
    history = view.options.get("history")
    told = changes(empty(HISTORY) if history is None else history, view.register.imports)
    rows = pl.DataFrame(list(_traced(view, marks, told)), schema=ROWS, orient="row")
    return Report(
        duty="audit",
        title=f"Audit sample {seed}, drawn on {long_date(view.on)}",
        on=view.on,
        rows=rows.with_columns(session=session_name()),
        shown=_shown(rows),
        columns=_COLUMNS,
        counts={
            "seed": str(seed),
            "pupils": rows["pupil"].n_unique(),
            "sessions": rows.height,
            "changed": rows.filter(pl.col("changes").list.len() > 0).height,
            "followed": rows.filter(pl.col("letters").list.len() + pl.col("log").list.len() > 0).height,
        },
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        rests_on=("amendment",),
        labels={"changed": "Changed since first read", "followed": "With a letter or an entry in the log"},
    )


def _drawn(view: View, seed: str) -> pl.DataFrame:
    """The marks that a seed draws.

    Every pupil has a place in the draw, and sessions, by the seed and their own key: no renumbering matters,
    and whom else a filter leaves out does not either.
    """
    marks = view.marks.join(view.pupils.select("pupil", "key"), on="pupil")
    keys = marks["key"].unique()
    chances = {key: random.Random(f"{seed}\n{key}") for key in keys}  # noqa: S311 - anybody can draw it again
    places = {key: chance.random() for key, chance in chances.items()}
    taken = []
    for key in sorted(places, key=places.__getitem__)[: int(view.options.get("pupils") or 10)]:
        theirs = marks.filter(pl.col("key") == key).sort("date", "session")
        most = min(int(view.options.get("sessions") or 5), theirs.height)
        taken.append(theirs[sorted(chances[key].sample(range(theirs.height), most))])
    return pl.concat([marks.clear(), *taken])


def _traced(view: View, marks: pl.DataFrame, told: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    imports = {row["source"]: row for row in view.register.imports.iter_rows(named=True)}
    changed = _said(told.join(marks, on=KEY, how="semi", maintain_order="left"), imports)
    for mark in marks.iter_rows(named=True):
        source = imports[mark["source"]]
        letters, log = _done(view, mark)
        yield (
            *(mark[name] for name in (*KEY, "code")),
            source["file"],
            mark["row"],
            mark["column"],
            source["digest"],
            changed[tuple(mark[name] for name in KEY)],
            letters,
            log,
        )


def _said(
    told: pl.DataFrame, imports: Mapping[int, Mapping[str, Any]]
) -> Mapping[tuple[Any, ...], list[str]]:
    """Each mark's changes in words, by pupil, date and session."""
    said: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in told.iter_rows(named=True):
        was = "no mark" if row["was"] == "-" else row["was"]
        first, then = (imports[row[name]]["file"] for name in ("first_source", "source"))
        said[tuple(row[name] for name in KEY)].append(
            f"{was} in {first}, {row['now']} in {then} (row {row['row']}), read on {row['made']:%d/%m/%Y}"
        )
    return said


def _done(view: View, mark: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The letters and the other entries about the pupil, from a session's day until ten school days after."""
    until = view.calendar.after(mark["date"], _FOLLOWED)
    letters: list[str] = []
    log: list[str] = []
    for entry in view.casework.of(mark["pupil"]):
        if mark["date"] <= entry.on <= until:
            says = f"{entry.on:%d/%m/%Y} {entry.kind}, entry {entry.id}: {entry.body.told()}"
            (letters if entry.kind == "letter" else log).append(says)
    return letters, log


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with their trace in lines: where it was read, what it was before, what was done."""
    trace = [
        "\n".join(
            [
                f"Read in {row['file']}, row {row['row']}"
                + (f", column {_letters(row['column'])}" if row["column"] else "")
                + f" (SHA-256 {row['file_digest'][:12]}).",
                *(f"Changed: {one}." for one in row["changes"]),
                *(f"Letter: {one}" for one in row["letters"]),
                *(f"Log: {one}" for one in row["log"]),
            ]
        )
        for row in rows.iter_rows(named=True)
    ]
    names = [column.name for column in _COLUMNS if column.name != "tutor"]
    return rows.with_columns(session=session_name(), trace=pl.Series(trace, dtype=pl.String)).select(names)


def _letters(column: int) -> str:
    """A spreadsheet's column as it is lettered: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text

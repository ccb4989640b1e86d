"""Why another system's figures differ from the register's, pupil by pupil (R1.4, R2.2)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, counted, long_date
from attendkit.measures.reconciling import Difference, differences
from attendkit.measures.sessions import percent, totals
from attendkit.register.figures import FIGURES, THEIRS
from attendkit.register.model import empty
from attendkit.terms import academic_year

_NOT_THERE, _STRANGER = "not in the file", "not in the register"

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        **{f"{name}{where}": pl.Int64() for name in FIGURES for where in ("", "_theirs")},
        "percent": pl.String(),
        "percent_theirs": pl.String(),
        "difference": pl.Int64(),
        "explained": pl.Int64(),
        "causes": pl.List(pl.String()),
        "row": pl.UInt32(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("possible", "Possible", Kind.NUMBER),
    Column("possible_theirs", "Theirs", Kind.NUMBER),
    Column("present", "Present", Kind.NUMBER),
    Column("present_theirs", "Theirs", Kind.NUMBER),
    Column("unauthorised", "Unauthorised", Kind.NUMBER, narrow=True),
    Column("unauthorised_theirs", "Theirs", Kind.NUMBER, narrow=True),
    Column("unexplained", "Not explained", Kind.NUMBER),
    Column("causes", "Why", hangs=True),
)


def reconcile(view: View) -> Report:
    """Every pupil whose figures differ from another system's, and why, what is not explained first.

    The causes are named ways of counting and dates, each tried on whole sessions: those that hold for the
    whole school first. A difference is the sum of what possible, present, authorised and unauthorised differ
    by, in sessions; a figure that the other system does not give is not compared. What no cause accounts for
    is said.

    Rows: `ROWS`. Without a file there are none.
    """
    given = view.options.get("file")
    theirs = _theirs(view, empty(THEIRS) if given is None else given)
    known = theirs.filter(pl.col("pupil").is_in(view.pupils["pupil"].implode()))
    found = differences(view.marks, known)
    rows = _rows(view, found, theirs)
    return Report(
        duty="reconcile",
        title=f"Figures to {long_date(view.on)} beside another system's",
        on=view.on,
        rows=rows.select(ROWS.names()),
        shown=rows.with_columns(
            unexplained=pl.col("difference") - pl.col("explained"), causes=pl.col("causes").list.join("\n")
        ).select(column.name for column in _COLUMNS if column.name != "tutor"),
        columns=_COLUMNS,
        counts=_counts(found, rows, theirs),
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=tuple(_notes(theirs)),
        rests_on=("possible-sessions", "missing-mark"),
        labels={"explained_percent": "Percent explained", "causes": "Sessions by cause"},
    )


def _theirs(view: View, given: pl.DataFrame) -> pl.DataFrame:
    """Their figures; where they gave their marks, those figures counted as ours are."""
    if "code" not in given.columns:
        return given
    start, _ = academic_year(view.on)
    figures = totals(given.filter(pl.col("date").is_between(start, view.on)))
    return figures.select(
        "pupil", row=pl.lit(None), **{n: pl.col(n) for n in FIGURES}, percent=percent()
    ).cast(THEIRS)


def _rows(view: View, found: Sequence[Difference], theirs: pl.DataFrame) -> pl.DataFrame:
    told = {row["pupil"]: row for row in theirs.drop_nulls("pupil").iter_rows(named=True)}
    ours = view.figures.select("pupil", *FIGURES)
    figures = {row["pupil"]: row for row in ours.iter_rows(named=True)}
    rows = [figures[one.pupil] | _row(one, told[one.pupil]) for one in found if one.sessions]
    rows += _only_ours(view, ours, told)
    shares = {f"percent{where}": percent(f"present{where}", f"possible{where}") for where in ("", "_theirs")}
    schema = {name: kind for name, kind in ROWS.items() if not name.startswith("percent")}
    return (
        pl.DataFrame(rows, schema=schema)
        .with_columns(**shares)
        .join(view.order, on="pupil")
        .sort(pl.col("explained") - pl.col("difference"), -pl.col("difference"), "by_tutor", "by_name")
    )


def _row(one: Difference, told: dict[str, Any]) -> dict[str, Any]:
    return {
        **{f"{name}_theirs": told[name] for name in FIGURES},
        "difference": one.sessions,
        "explained": one.explained,
        "causes": [f"{says}: {counted(number, 'session')}" for says, number in one.why],
        "row": told["row"],
    }


def _only_ours(view: View, ours: pl.DataFrame, told: dict[int, Any]) -> list[dict[str, Any]]:
    """Pupils on roll with marks whom the file leaves out: all of it is explained by that."""
    if not told:
        return []
    missing = ours.join(view.on_roll, on="pupil", how="semi").filter(~pl.col("pupil").is_in(list(told)))
    return [
        {
            **row,
            "difference": (n := sum(row[name] for name in FIGURES)),
            "explained": n,
            "causes": [_NOT_THERE],
        }
        for row in missing.iter_rows(named=True)
    ]


def _counts(found: Sequence[Difference], rows: pl.DataFrame, theirs: pl.DataFrame) -> dict[str, Any]:
    difference, explained = (int(rows[name].sum()) for name in ("difference", "explained"))
    why = Counter[str]()
    for one in found:
        why.update(dict(one.why) if one.sessions else {})
    return {
        "pupils_compared": len(found),
        "agree": sum(not one.sessions for one in found),
        "differ": sum(bool(one.sessions) for one in found),
        "not_in_the_file": rows.filter(pl.col("causes").list.contains(_NOT_THERE)).height,
        "not_in_the_register": theirs["pupil"].null_count(),
        "sessions_different": difference,
        "sessions_explained": explained,
        "explained_percent": _share(explained, difference),
        "causes": dict(why.most_common()),
    }


def _share(explained: int, difference: int) -> str | None:
    """Rounded down, so that 100.00 is said only when all of it is explained."""
    if not difference:
        return None
    hundredths = explained * 10_000 // difference
    return f"{hundredths // 100}.{hundredths % 100:02}"


def _notes(theirs: pl.DataFrame) -> Iterator[str]:
    lacking = [name for name in FIGURES if theirs.height and theirs[name].null_count() == theirs.height]
    if lacking:
        yield f"The file does not say {', '.join(lacking)}: not compared."
    if strangers := theirs["pupil"].null_count():
        yield f"{counted(strangers, 'row')} of the file about no pupil of the register: {_STRANGER}."
    if theirs.is_empty():
        yield "No figures of another system were given."

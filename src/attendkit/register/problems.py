"""What folding must tell the officer: marks refused, codes gone, numbers matched by guessing their zeros."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from attendkit.model import Problem, Severity
from attendkit.register.marks import Words
from attendkit.register.model import Delta
from attendkit.register.pupils import Placing

_REFUSED = {
    "ambiguous_pupil": (
        "These rows fit more than one pupil",
        "Export them again with the UPN or admission number.",
    ),
    "no_pupil_key": (
        "These rows name no pupil",
        "Export them again with the UPN, admission number or name.",
    ),
    "unknown_pupil": (
        "These rows are about a pupil who is not on the register",
        "Read a pupil list or marks with that pupil first, then this file again.",
    ),
}


def problems_of(
    delta: Delta, placing: Placing, told: Words, disagreeing: pl.DataFrame, *, newest: Any
) -> tuple[Problem, ...]:
    """What one export leaves for a person to look at, refusals first. Nothing is dropped silently.

    `newest` is the last date of the imports before it, or None.
    """
    return (
        *_refused(delta, placing),
        *_disagreeing(delta, disagreeing),
        *_older(delta, told, newest),
        *_withdrawn(delta, told.withdrawn),
        *_warned(delta, placing, told.removed),
    )


def _refused(delta: Delta, placing: Placing) -> Iterator[Problem]:
    rows_of = _rows_by_pupil(delta)
    columns = ("pupil", "upn", "adno", "mis_id")
    for number, *identifiers in delta.pupils.select(columns).iter_rows():
        if reason := placing.refused.get(number):
            said, remedy = _REFUSED[reason]
            rows = rows_of.get(number, [])
            where = f" (rows {rows_text(rows)})" if rows else ""
            yield Problem(
                reason=reason,
                message=f"{said}{where}; {len(rows)} were refused.",
                file=delta.file,
                row=min(rows, default=None),
                value=next((text for text in identifiers if text), ""),
                remedy=remedy,
            )


def _rows_by_pupil(delta: Delta) -> Mapping[int, list[int]]:
    both = pl.concat([table.select("pupil", "row") for table in (delta.marks, delta.contacts)])
    return dict(both.drop_nulls().group_by("pupil").agg("row").iter_rows())


def _disagreeing(delta: Delta, marks: pl.DataFrame) -> Iterator[Problem]:
    if marks.height:
        yield Problem(
            reason="duplicate_conflict",
            message=f"{_number(marks.height, 'mark')} refused: two rows give one pupil different codes "
            f"for a session (rows {rows_text(marks['row'])}).",
            file=delta.file,
            row=min(marks["row"].drop_nulls(), default=None),
            remedy="Put the mark right in the school's system and export it again.",
        )


def _older(delta: Delta, told: Words, newest: date | None) -> Iterator[Problem]:
    """Signs that an export is not the latest word: it was read before, or ends before another one."""
    if told.overruled:
        yield Problem(
            reason="overruled",
            message=f"{_number(told.overruled, 'mark')} of this file changed in later imports, which stand.",
            file=delta.file,
            remedy="If this file is right after all, give it again with `attendkit ingest --again FILE`.",
            severity=Severity.WARNING,
        )
    last = delta.marks["date"].max()
    if told.changed and newest and isinstance(last, date) and last < newest:
        yield Problem(
            reason="older_export",
            message=f"{_number(told.changed, 'mark')} changed by an export that ends on {last:%d/%m/%Y}, "
            f"though an earlier import goes to {newest:%d/%m/%Y}: it may be the older one.",
            file=delta.file,
            remedy="If it is, give the newer file again with `attendkit ingest --again FILE`.",
            severity=Severity.WARNING,
        )


def _withdrawn(delta: Delta, marks: int) -> Iterator[Problem]:
    if marks:
        yield Problem(
            reason="mark_off_roll",
            message=f"{_number(marks, 'mark')} of days before joining or after leaving taken back: "
            "this export has none for them.",
            file=delta.file,
            remedy="If the pupil was on roll on those days, put the dates right and read the marks again.",
            severity=Severity.WARNING,
        )


def _warned(delta: Delta, placing: Placing, removed: pl.DataFrame) -> Iterator[Problem]:
    if removed.height:
        yield Problem(
            reason="mark_removed",
            message=f"{_number(removed.height, 'session')} with a code until now without one in this export "
            f"(rows {rows_text(removed['row'])}): now missing.",
            file=delta.file,
            row=min(removed["row"].drop_nulls(), default=None),
            remedy="If the export was made before those registers were taken, read a newer one.",
            severity=Severity.WARNING,
        )
    if placing.new_upns:
        yield Problem(
            reason="upn_changed",
            message=f"{_number(placing.new_upns, 'pupil')} with another UPN than before, and the same "
            "admission number, name and date of birth.",
            file=delta.file,
            remedy="If the older UPN is right, put it right in the school's system.",
            severity=Severity.WARNING,
        )
    if placing.padded:
        yield Problem(
            reason="adno_zeros",
            message=f"{_number(placing.padded, 'pupil')} matched by adding zeros to the admission number.",
            file=delta.file,
            remedy="A spreadsheet drops leading zeros. If they are other pupils, export the column as text.",
            severity=Severity.WARNING,
        )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def rows_text(rows: Iterable[int | None]) -> str:
    """Spreadsheet rows as ranges, ten of them at most: "12-31, 40"."""
    known = {row for row in rows if row is not None}
    starts = sorted(row for row in known if row - 1 not in known)
    ends = sorted(row for row in known if row + 1 not in known)
    ranges = [str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True)]
    return ", ".join(ranges[:10]) + (f" and {len(ranges) - 10} more" if len(ranges) > 10 else "")

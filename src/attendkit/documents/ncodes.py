"""The Friday papers on open N marks: a sheet for each tutor, a roll-up for each College Leader."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from attendkit.documents.page import column_values, page_values
from attendkit.documents.saving import file_stem, save
from attendkit.documents.sheets import workbook
from attendkit.documents.shown import shown, with_names
from attendkit.documents.templates import page
from attendkit.documents.workbook import write_about, write_heading, write_rows
from attendkit.findings import Column, Kind, Report, View

BLANKS = {"Reason": 34, "Code": 8, "Who said so, and when": 26}
"""The columns that a tutor fills in, with their widths in a workbook."""

_NO_GROUP = "no tutor group"
_NO_COLLEGE = "no college"

_TUTOR = (
    Column("name", "Pupil"),
    Column("date", "Date", Kind.DATE),
    Column("session", "Session"),
    Column("age_school_days", "Age, school days", Kind.NUMBER),
    Column("deadline", "Settle by", Kind.DATE),
    Column("overdue", "Overdue", Kind.FLAG),
    Column("pattern", "Pattern"),
)
_COUNTED = (
    Column("sessions", "Open N", Kind.NUMBER),
    Column("overdue", "Overdue", Kind.NUMBER),
    Column("oldest", "Oldest, school days", Kind.NUMBER),
    Column("settle_by", "Settle first by", Kind.DATE),
)
_GROUPS = (
    Column("tutor", "Tutor group"),
    Column("tutor_name", "Tutor"),
    Column("pupils", "Pupils", Kind.NUMBER),
    *_COUNTED,
)
_PUPILS = (Column("name", "Pupil"), Column("tutor", "Tutor group"), *_COUNTED)


@dataclass(frozen=True)
class _Paper:
    """One sheet to write: for whom, what its rows are, and a table to stand above them."""

    stem: str
    template: str
    report: Report
    above: Report | None = None


def write_sheets(
    report: Report, view: View, folder: Path, formats: Sequence[str] = ("xlsx", "html")
) -> tuple[Path, ...]:
    """Write one sheet a tutor group and one roll-up a college, for those that have an open N.

    Args:
        report: of the duty `ncode-report`: a row a session with age_school_days (school days), deadline and
            overdue; what is shown, a row a pupil and day, has date, session and pattern too.
        view: what the report was made from.
        folder: where the files go, such as `out/2026-11-20/ncode`.
        formats: `xlsx`, `html`, or both.

    Returns:
        The files, tutor groups first, in the report's order.

    Raises:
        BadArgumentError: a file cannot be written.
    """
    makers = {"xlsx": _workbook, "html": _page}
    written: dict[str, list[Path]] = {}
    for paper in (*_tutor_papers(report, view), *_leader_papers(report, view)):
        stem = file_stem(paper.stem, written)
        written[stem] = [save(folder / f"{stem}.{form}", makers[form](paper, view)) for form in formats]
    return tuple(path for paths in written.values() for path in paths)


def _tutor_papers(report: Report, view: View) -> Iterator[_Paper]:
    for group, rows in _parted(report, view, "tutor", _NO_GROUP):
        named = view.school.tutor_groups.get(group)
        whom = f"{group}, {named.tutor}" if named and named.tutor else group
        title = f"N marks to settle: {whom}"
        days = report.table.filter(pl.col("pupil").is_in(rows["pupil"].unique().implode()))
        yield _Paper(f"tutor {group}", "ncode-tutor", _part(report, title, rows, days, _TUTOR))


def _leader_papers(report: Report, view: View) -> Iterator[_Paper]:
    for college, rows in _parted(report, view, "college", _NO_COLLEGE):
        named = view.school.colleges.get(college)
        whom = f"{college}, {named.leader}" if named and named.leader else college
        title = f"N marks to settle: {whom}"
        part = _part(report, title, rows, _rolled_up(rows, "pupil", "name", "tutor"), _PUPILS)
        groups = _rolled_up(rows, "tutor").with_columns(
            pl.col("tutor").replace_strict(_tutor_names(view), default="").alias("tutor_name")
        )
        yield _Paper(f"leader {college}", "ncode-leader", part, replace(part, shown=groups, columns=_GROUPS))


def _tutor_names(view: View) -> dict[str, str]:
    return {name: group.tutor for name, group in view.school.tutor_groups.items()} or {"": ""}


def _parted(report: Report, view: View, by: str, unknown: str) -> Iterator[tuple[str, pl.DataFrame]]:
    rows = with_names(report.rows, view).with_columns(pl.col("tutor").fill_null(_NO_GROUP))
    for (name,), part in rows.group_by(by, maintain_order=True):
        yield str(name) if name else unknown, part


def _rolled_up(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Open N by tutor group or by pupil: how many sessions, pupils and overdue, and the oldest."""
    return rows.group_by(by, maintain_order=True).agg(
        pl.len().alias("sessions"),
        pl.col("pupil").n_unique().alias("pupils") if "pupil" not in by else pl.lit(1).alias("pupils"),
        pl.col("overdue").sum(),
        pl.col("age_school_days").max().alias("oldest"),
        pl.col("deadline").min().alias("settle_by"),
    )


def _part(
    report: Report, title: str, rows: pl.DataFrame, table: pl.DataFrame, columns: tuple[Column, ...]
) -> Report:
    """The part of a report that is about these rows' pupils, with its own figures."""
    pupils = rows["pupil"].unique()
    found = report.found.filter(pl.col("pupil").is_in(pupils.implode()))
    counts: dict[str, Any] = {
        "open_N": rows.height,
        "pupils": len(pupils),
        "overdue": int(rows["overdue"].sum()),
        "settle_first_by": rows["deadline"].min(),
    }
    evidence = report.evidence.join(found, on="finding", how="semi")
    return replace(
        report,
        title=title,
        rows=rows,
        shown=table,
        columns=columns,
        counts=counts,
        found=found,
        evidence=evidence,
        problems=(),
    )


def _workbook(paper: _Paper, view: View) -> bytes:
    with workbook(paper.report) as (book, content):
        sheet = book.sheet("N marks")
        first = write_heading(book, sheet, paper.report, view)
        if paper.above:
            write_rows(book, sheet, first, shown(paper.above, view))
            write_rows(book, book.sheet("Pupils"), 0, shown(paper.report, view))
        else:
            write_rows(book, sheet, first, shown(paper.report, view), BLANKS)
        write_about(book, paper.report, view)
    return content.getvalue()


def _page(paper: _Paper, view: View) -> bytes:
    values = page_values(paper.report, view)
    if paper.above:
        seen = shown(paper.above, view)
        values["groups"] = {"columns": column_values(seen), "rows": seen.texts}
    else:
        values["blanks"] = list(BLANKS)
    return page([f"reports/{paper.template}.html"], values, view.school.folder).encode()

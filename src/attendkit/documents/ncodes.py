"""The Friday papers on open N marks: a sheet for each tutor, a roll-up for each College Leader."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from attendkit.documents.cells import day_text
from attendkit.documents.enclosing import Enclosure
from attendkit.documents.leaves import Figure, Leaf, Reader, Section, leader_of, tutor_of
from attendkit.documents.page import column_values, page_values
from attendkit.documents.saving import file_stem, remove, save
from attendkit.documents.sheets import workbook
from attendkit.documents.shown import count_texts, heading_lines, shown, with_names
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
_TRIED = Column("tried", "Tried since", hangs=True)
_ASSUMED = Column("assumed", "Weekdays assumed", Kind.FLAG)
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
    reader: Reader
    above: Report | None = None


def write_sheets(
    report: Report, view: View, folder: Path, formats: Sequence[str] = ("xlsx", "html")
) -> tuple[Path, ...]:
    """Write one sheet a tutor group and one roll-up a college, for those that have an open N.

    Args:
        report: of the duty `ncode-report`: a row a session with age_school_days (school days), deadline,
            overdue and tried; what is shown, a row a pupil and day, has date, session and pattern too.
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


def ncode_enclosures(report: Report, view: View) -> tuple[Enclosure, ...]:
    """The same sheets on paper, to go to tutors and College Leaders."""
    papers = (*_tutor_papers(report, view), *_leader_papers(report, view))
    return tuple(
        Enclosure(
            _leaf(paper, view), paper.report, f"reports/{paper.template}.typ", "reports/email-ncode.txt"
        )
        for paper in papers
    )


def remove_settled(view: View, folder: Path, written: Sequence[Path], form: str) -> tuple[Path, ...]:
    """Remove the sheets of an earlier run that this run has nothing for: everything on them is settled.

    Only files that are named as a sheet of one of the groups or colleges looked at would be.

    Raises:
        BadArgumentError: a file cannot be removed.
    """
    named = [
        *(f"tutor {group or _NO_GROUP}" for group in view.pupils["tutor"].unique().sort()),
        *(f"leader {college or _NO_COLLEGE}" for college in view.pupils["college"].unique().sort()),
    ]
    paths = dict.fromkeys(folder / f"{file_stem(stem)}.{form}" for stem in named)
    return tuple(remove(path) for path in paths if path not in written and path.is_file())


def _tutor_papers(report: Report, view: View) -> Iterator[_Paper]:
    for group, rows in _parted(report, view, "tutor", _NO_GROUP):
        reader = tutor_of(view, group)
        whom = ", ".join(filter(None, (group, reader.name)))
        title = f"N marks to settle: {whom}"
        days = report.table.filter(pl.col("pupil").is_in(rows["pupil"].unique().implode()))
        yield _Paper(f"tutor {group}", "ncode-tutor", _part(report, title, rows, days, _TUTOR), reader)


def _leader_papers(report: Report, view: View) -> Iterator[_Paper]:
    for college, rows in _parted(report, view, "college", _NO_COLLEGE):
        reader = leader_of(view, college)
        whom = ", ".join(filter(None, (college, reader.name)))
        title = f"N marks to settle: {whom}"
        part = _part(report, title, rows, _rolled_up(rows, "pupil", "name", "tutor"), _PUPILS)
        groups = _rolled_up(rows, "tutor").with_columns(
            pl.col("tutor").replace_strict(_tutor_names(view), default="").alias("tutor_name")
        )
        columns = _beside_deadline(_GROUPS) if rows["deadline_assumed"].any() else _GROUPS
        yield _Paper(
            f"leader {college}", "ncode-leader", part, reader, replace(part, shown=groups, columns=columns)
        )


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
        pl.col("deadline_assumed").sort_by("deadline").first().alias("assumed"),
        pl.col("tried").sort_by("date").first(),  # since the oldest day, so all that was tried
    )


def _part(
    report: Report, title: str, rows: pl.DataFrame, table: pl.DataFrame, columns: tuple[Column, ...]
) -> Report:
    """The part of a report that is about these rows' pupils, with its own figures.

    Where a deadline lies after the last known school day, a column says which are assumed; where the log says
    what was tried to reach home since, a column has it.
    """
    pupils = rows["pupil"].unique()
    found = report.found.filter(pl.col("pupil").is_in(pupils.implode()))
    first = rows.sort("deadline").head(1)
    assumed = " (weekdays assumed)" if first["deadline_assumed"].any() else ""
    counts: dict[str, Any] = {
        "open_N": rows.height,
        "pupils": len(pupils),
        "overdue": int(rows["overdue"].sum()),
        "settle_first_by": f"{day_text(first['deadline'].item(), report.on)}{assumed}",
    }
    if rows["deadline_assumed"].any():
        table, columns = _with_assumed(table, rows), _beside_deadline(columns)
    if table["tried"].count():
        table = table.with_columns(pl.col("tried").str.replace_all("; ", "\n", literal=True))
        columns = (*columns, _TRIED)
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


def _with_assumed(table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """A table of days with its deadlines marked; one that is rolled up is marked already."""
    if "assumed" in table.columns:
        return table
    marked = rows.group_by("pupil", "date").agg(assumed=pl.col("deadline_assumed").any())
    return table.join(marked, on=["pupil", "date"], how="left", maintain_order="left")


def _beside_deadline(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    place = next(n for n, column in enumerate(columns, start=1) if column.name in {"deadline", "settle_by"})
    return (*columns[:place], _ASSUMED, *columns[place:])


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


def _leaf(paper: _Paper, view: View) -> Leaf:
    """The sheet on A4, as many pages as it needs: no open N is ever left out."""
    title, under = heading_lines(paper.report, view)
    figures = tuple(Figure(name, value) for name, value in count_texts(paper.report))
    sections: tuple[Section, ...]
    if paper.above:
        sections = (_section("By tutor group", paper.above, view), _section("Pupils", paper.report, view))
    else:
        sections = (_section("Sessions marked N", paper.report, view, tuple(BLANKS)),)
    return Leaf(paper.stem, title, under, figures, sections, notes=paper.report.notes, reader=paper.reader)


def _section(title: str, report: Report, view: View, blanks: tuple[str, ...] = ()) -> Section:
    seen = shown(report, view)
    rows = [[text.replace("\n", "; ") for text in row] for row in seen.texts]
    return Section(title, seen.columns, rows, cut=0, blanks=blanks)

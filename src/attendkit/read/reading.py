"""Reading exports: each file opened, recognised, shaped, judged and counted; none raises for being bad."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from attendkit.errors import NeedsAnswerError, UnreadableError
from attendkit.read.blocks import blocks
from attendkit.read.export import Answers, Export
from attendkit.read.grid import Grid, Source
from attendkit.read.layouts import (
    Shaper,
    is_contacts,
    is_pupils,
    is_totals,
    not_a_register,
    shaper,
)
from attendkit.read.lists import contacts_export, pupils_export, summary_export
from attendkit.read.marks import Settings, sound
from attendkit.read.opening import open_file
from attendkit.read.profiles import profile_for, sessions_said
from attendkit.read.shape import Shape, together
from attendkit.read.summary import counts_of, delta_of
from attendkit.read.table import Table, find_table
from attendkit.read.unread import unread_list, unread_sheets, unread_table
from attendkit.school import Profile

_UNREAD = (
    "This holds marks under headings that are no date and session, so nothing says when they were. "
    "Export the register again with a date over each column."
)


@dataclass(frozen=True)
class _Opened:
    """A file with its tables found.

    `strange` are the sheets without one; `refusal` is set when nothing can be read from it.
    """

    name: str
    profile: Profile
    source: Source | None = None
    tables: tuple[Table, ...] = ()
    shapers: tuple[Shaper | None, ...] = ()
    strange: tuple[Grid, ...] = ()
    refusal: UnreadableError | None = None

    @property
    def turn(self) -> Literal["pupils", "marks", "contacts"]:
        """When it is read: lists of pupils first, contacts last."""
        if any(self.shapers) or not self.tables:
            return "marks"
        if any(is_contacts(table) for table in self.tables):
            return "contacts"
        return "marks" if any(is_totals(table) for table in self.tables) else "pupils"


def read_exports(
    paths: Sequence[Path],
    answers: Answers | None = None,
    profiles: Mapping[str, Profile] | None = None,
    on: date | None = None,
    roll: pl.DataFrame | None = None,
) -> list[Export]:
    """Every file, read, in the order given.

    Pupil lists are read first, so that roll dates and contacts can be matched with them. `roll` are the
    pupils already in a register (`register.model.PUPILS`). A bad file is an `Export` with outcome `reject`.

    Raises:
        BadArgumentError: the profile asked for does not exist.
    """
    answers = answers or Answers()
    opened = [_opened(path, answers, profiles or {}) for path in paths]
    today = on or date.today()  # noqa: DTZ011 - the officer's own calendar day
    rolls = [] if roll is None else [roll]
    known = list(rolls)
    results: dict[int, Export] = {}
    for turn in ("pupils", "marks", "contacts"):
        for at, file in enumerate(opened):
            if file.turn == turn:
                settings = Settings(
                    order=answers.dates or file.profile.dates,
                    sessions=sessions_said(file.profile, answers.sessions),
                    profile=file.profile,
                    on=today,
                    rolls=tuple(rolls),
                )
                results[at] = _read(file, settings, known)
                if found := results[at].delta:
                    known.append(found.pupils)
                    rolls += [found.pupils] if found.roll else []
    return [results[at] for at in range(len(opened))]


def _opened(path: Path, answers: Answers, profiles: Mapping[str, Profile]) -> _Opened:
    profile = profile_for(path.name, profiles, answers.profile)
    try:
        source = open_file(path, answers.password)
    except UnreadableError as error:
        return _Opened(path.name, profile, refusal=error)
    found = [(grid, find_table(grid, profile.headers)) for grid in source.grids]
    strange = [grid for grid, table in found if table is None]
    tables: list[Table] = []
    for table in (table for _, table in found if table):
        parts = list(blocks(table, profile.headers)) if shaper(table) else []
        found_in = [_part(*part, profile) for part in parts] or [table]
        tables += [part for part in found_in if isinstance(part, Table)]
        strange += [part for part in found_in if isinstance(part, Grid)]
    return _Opened(
        path.name, profile, source, tuple(tables), tuple(shaper(table) for table in tables), tuple(strange)
    )


def _part(part: Grid, headed: Grid, profile: Profile) -> Table | Grid:
    """One of several tables on a sheet: by its own headings, else by the first table's, else as it is."""
    own, put_in = find_table(part, profile.headers), find_table(headed, profile.headers)
    if own and shaper(own):
        return own
    return (put_in if put_in and shaper(put_in) else own) or part


def _read(file: _Opened, settings: Settings, known: Sequence[pl.DataFrame]) -> Export:
    if file.source is None:
        return _refused(file.name, file.refusal)
    base = _about(file.source)
    if any(file.shapers):
        return _marks(file, base, settings)
    if listed := _first(file, is_contacts):
        return contacts_export(base, listed, known, settings)
    if any(is_totals(table) or is_pupils(table) for table in file.tables):
        return _list(file, base, settings)
    table = file.tables[0] if file.tables else None
    return replace(base, reject_reason="not_a_table", explanation=not_a_register(table))


def _list(file: _Opened, base: Export, settings: Settings) -> Export:
    """A list of pupils or of totals, unless there are marks in it that nothing can be made of."""
    unread = [*map(unread_list, file.tables), unread_sheets(file.strange)]
    if problems := tuple(problem for found, _ in unread for problem in found):
        cost = sum(lost for _, lost in unread)
        base = replace(base, rows_read=cost, quarantined=cost, errors=problems)
        return replace(base, reject_reason="unread_marks", explanation=_UNREAD)
    if listed := _first(file, is_totals):
        return summary_export(base, listed)
    return pupils_export(base, next(filter(is_pupils, file.tables)), settings)


def _first(file: _Opened, is_one: Callable[[Table], bool]) -> Table | None:
    return next((table for table in file.tables if is_one(table)), None)


def _refused(name: str, error: UnreadableError | None) -> Export:
    if error is None:
        return Export(file=name, reject_reason="not_a_table")
    explanation = " ".join(part for part in (error.what, error.remedy) if part)
    return Export(file=name, reject_reason=error.reason, explanation=explanation)


def _about(source: Source) -> Export:
    skipped = (f"Sheets not read: {', '.join(source.skipped)}.",) if source.skipped else ()
    hidden = sum(grid.hidden_rows for grid in source.grids)
    hid = (f"{hidden} hidden rows were read like the others.",) if hidden else ()
    return Export(
        file=source.file,
        digest=source.digest,
        encoding=source.encoding,
        delimiter=source.delimiter,
        remarks=source.remarks + skipped + hid,
    )


def _marks(file: _Opened, base: Export, settings: Settings) -> Export:
    shape, others = _chosen(file)
    sheets = () if base.encoding else tuple(dict.fromkeys(table.grid.name for table in shape.tables))
    base = replace(
        base,
        layout=shape.layout,
        header_row=shape.tables[0].header_row,
        sheets=sheets,
        remarks=base.remarks + others + _twice(shape),
    )
    if not shape.raw.height and not shape.cost:
        return replace(base, reject_reason="no_rows", explanation="There is a header and nothing under it.")
    try:
        judged = sound(shape, settings, date_1904=bool(file.source and file.source.date_1904))
    except NeedsAnswerError as question:
        lessons = question.question == "session_periods"
        return replace(
            base,
            layout="lessons" if lessons else base.layout,
            outcome="needs_answer",
            question=question.question,
            explanation=f"{question.what} {question.remedy}",
            remarks=base.remarks + shape.remarks,
        )
    counts = counts_of(judged, shape.cost)
    mixed = shape.layout == "long" and counts["lesson_marks"]
    layout = "long_with_lessons" if mixed else shape.layout
    return replace(
        base,
        **counts,
        layout=layout,
        outcome="load_with_errors" if judged.errors else "load",
        errors=tuple(sorted(judged.errors, key=lambda problem: problem.row or 0)),
        warnings=tuple(sorted(judged.warnings, key=lambda problem: problem.row or 0)),
        remarks=base.remarks + judged.remarks,
        delta=delta_of(judged, base.file, base.digest, layout, counts["quarantined"]),
    )


def _twice(shape: Shape) -> tuple[str, ...]:
    names = dict.fromkeys(name for table in shape.tables for name in table.twice)
    return tuple(f"Two columns are headed {name!r}: the first was read." for name in names)


def _chosen(file: _Opened) -> tuple[Shape, tuple[str, ...]]:
    """The marks of a file: every sheet of the layout that most rows are in, and a remark on the others."""
    pairs = [(make, table) for make, table in zip(file.shapers, file.tables, strict=True) if make]
    rows: dict[Shaper, int] = {}
    for make, table in pairs:
        rows[make] = rows.get(make, 0) + table.body.height
    chosen = max(rows, key=lambda make: rows[make])
    used = [table for make, table in pairs if make is chosen]
    left = [(make, table) for make, table in zip(file.shapers, file.tables, strict=True) if table not in used]
    names = dict.fromkeys(table.grid.name for _, table in left)
    remark = (f"Sheets that are not part of this register: {', '.join(names)}.",) if any(names) else ()
    shape = together([chosen(table) for table in used])
    unread = [unread_table(table, make(table) if make else None) for make, table in left]
    unread.append(unread_sheets(file.strange))
    problems = tuple(problem for found, _ in unread for problem in found)
    cost = sum(lost for _, lost in unread)
    return replace(shape, refused=shape.refused + problems, cost=shape.cost + cost), remark

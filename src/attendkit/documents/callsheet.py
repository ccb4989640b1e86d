"""The call sheet: who to ring this morning, with room to write down what was said.

`casework.sheet` has the names of its columns, and reads it back: the hidden ones say whom, what and which
day a row is about, whatever else has been typed or sorted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from itertools import count, takewhile
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import polars as pl

from attendkit.casework.sheet import (
    BY,
    CODE,
    DAY,
    FINDING,
    KEY,
    NOT_CALLED,
    NOTES,
    OUTCOME,
    OUTCOMES,
    SHEET,
    TIME,
)
from attendkit.documents.cells import cell_text, tidy
from attendkit.documents.saving import file_stem, save
from attendkit.documents.sheets import Book, cell, finish, head_look, set_height, workbook, write_headings
from attendkit.documents.shown import shown, with_names
from attendkit.documents.workbook import write_about, write_heading, write_rows
from attendkit.errors import BadArgumentError
from attendkit.findings import Column, Kind, Report, View, findings, long_date
from attendkit.rules import codes_on

CALLS_SHEET = "Call sheet"
CODES_SHEET = "Codes"
KNOWN_SHEET = "Reason known"

ENTRIES = (OUTCOME, CODE, TIME, BY, NOTES)
"""The columns that the caller fills in."""

_HIDDEN = (KEY, FINDING, DAY, SHEET)
"""Whom, what and which day a row is about and on which sheet, whatever else has been typed or sorted."""

HOLD = "HOLD: court order. Do not call without the safeguarding lead."
"""What stands in the place of the numbers of a contact held back by a court order."""

_FACTS: tuple[tuple[Column, int], ...] = (
    (Column("name", "Pupil"), 26),
    (Column("section", "Section"), 13),
    (Column("tutor", "Tutor"), 8),
    (Column("marks", "Absent", Kind.CODE), 13),
    (Column("reason", "Reason"), 17),
    (Column("days_in_a_row", "Days in a row", Kind.NUMBER), 7),
    (Column("last_on_site", "Last on site", Kind.DATE), 12),
    (Column("first", "First because"), 17),
)
_CONTACTS, _CONTACTS_WIDTH = "Contacts, in order", 50
_KEY_WIDTH = 20
_ENTRY_WIDTHS = {OUTCOME: 19, CODE: 9, TIME: 8, BY: 10, NOTES: 28}
TO_RING, ON_SITE, OTHER = "To ring", "On site now", "Marked {code}"
"""The sections of the sheet in order; a pupil to ring is one that the report counts so."""

_INSTRUCTIONS = (
    "{sections}\nRing the contacts in the order given. Fill in the yellow columns as you go: choose Outcome "
    "and Reason (code) from their lists, leave the code empty while the reason is not known.\n"
    "Keep the file as it is, with its hidden columns, so that attendkit can read it back. The rest of the "
    "sheet is locked without a password: Review, Unprotect Sheet."
)
_SAVED_BY = ("docProps/core.xml", "xl/styles.xml")
"""Parts of a workbook that every program writes anew, in its own way, when it saves one."""

_STANDING = ("present", "absent", "not_required")
"""Figures of an absences report of which one is more than 0 as soon as anybody has a mark."""

_UNLOCKED = {"autofilter": True, "format_columns": True, "format_rows": True, "select_locked_cells": True}


def write_call_sheet(report: Report, view: View, path: Path) -> tuple[Path, ...]:
    """Write the call sheet of an absences report: one row a pupil whose reason is not known, in its order.

    The first section is those to ring, as the report counts them; then those who are on site now, and those
    marked with the code that an N becomes (O). Pupils whose reason is known are on a sheet of their own, to
    look at and not to ring. A sheet that was saved by another program since it was written, such as one that
    is filled in, stays as it is, and this one gets the next free name.

    Gives the sheet that was written, and after it those that were to be kept.

    Args:
        report: of the duty `absences`; its rows have reason_known, and what is shown has contacts.
        view: what the report was made from.
        path: the workbook to write.

    Raises:
        BadArgumentError: nobody has a mark yet, or the file cannot be written.
    """
    if report.rows.is_empty() and not any(report.counts.get(stands) for stands in _STANDING):
        raise BadArgumentError(
            "No call sheet was written, because nobody has a mark yet.",
            where=long_date(report.on),
            remedy="Take the day's export in first, or name another day with --on.",
        )
    sections = _sections(report, view)
    unknown = sections["pupil"]
    report = replace(report, title=f"Call sheet: {report.title}")
    with workbook(report) as (book, content):
        sheet = book.sheet(CALLS_SHEET)
        first = _write_instructions(book, sheet, write_heading(book, sheet, report, view), sections)
        rows = with_names(report.table, view).join(sections, on="pupil").sort("place", maintain_order=True)
        _write_calls(book, sheet, first, rows, _hidden(report, view, rows))
        _write_known(book, report, view, unknown)
        _write_codes(book, view)
        write_about(book, report, view)
    kept = list(_kept(path, content.getvalue()))
    stem = file_stem(path.stem, [sheet.stem for sheet in kept])
    return save(path.with_stem(stem), content.getvalue()), *kept


def _kept(path: Path, content: bytes) -> Iterator[Path]:
    """The sheets at a path and at the names after it that another program has saved since."""
    names = (path if n == 1 else path.with_stem(f"{path.stem} ({n})") for n in count(1))
    return takewhile(lambda name: name.is_file() and not _as_written(name, content), names)


def _as_written(path: Path, content: bytes) -> bool:
    """Whether no program has saved a workbook since it was written, so that nothing was filled in."""
    try:
        with ZipFile(path) as there, ZipFile(BytesIO(content)) as fresh:
            return all(there.read(part) == fresh.read(part) for part in _SAVED_BY)
    except (BadZipFile, KeyError, OSError):
        return False


def _sections(report: Report, view: View) -> pl.DataFrame:
    """Whom the sheet has, once each: pupil, section in words, and its place."""
    other = view.rule("n-code").values["becomes"]
    names = (TO_RING, ON_SITE, OTHER.format(code=other))
    unknown = ~pl.col("reason_known")
    place = pl.when(unknown & ~pl.col("on_site")).then(0).when(unknown).then(1).otherwise(2)
    on_sheet = report.rows.filter(unknown | (pl.col("code").cast(pl.String) == other))
    return (
        on_sheet.group_by("pupil", maintain_order=True)
        .agg(place=place.min())
        .with_columns(
            section=pl.col("place").replace_strict(range(len(names)), names, return_dtype=pl.String)
        )
    )


def _before_ringing(row: Mapping[str, Any]) -> Iterator[str]:
    """What the log says that the caller must know first: a hold, and the last try."""
    if row.get("held"):
        yield f"HOLD, ask before ringing: {', '.join(row['held'])}"
    if row.get("last_contact"):
        yield f"Last: {tidy(row['last_contact'])}"


def contact_lines(contacts: list[Mapping[str, Any]] | None) -> str:
    """A pupil's contacts for the caller, one line each in their order; a held one never with a number."""
    if not contacts:
        return "No contact is held."
    return "\n".join(f"{place}. {_contact(contact)}" for place, contact in enumerate(contacts, start=1))


def _contact(contact: Mapping[str, Any]) -> str:
    name = tidy(contact["name"] or "Name not known")
    who = f"{name} ({tidy(contact['relationship'])})" if contact["relationship"] else name
    numbers = ", ".join(tidy(number) for number in contact["numbers"] or ())
    return f"{who}: {HOLD if contact['hold'] else numbers or 'no number is held'}"


Hidden = Mapping[str, tuple[str, ...]]
"""What the hidden columns of each pupil's row hold, by the register's key for the pupil."""


def _hidden(report: Report, view: View, rows: pl.DataFrame) -> Hidden:
    found = {finding.pupil: finding.id for finding in findings(report, view)}
    sheet = _name(report, view)
    return {key: (key, found.get(key, ""), report.on.isoformat(), sheet) for key in rows["key"]}


def _name(report: Report, view: View) -> str:
    """What the sheet is known by when it is read back: a fresh one, after a sheet was read, is another.

    So a row that was changed corrects what was read from it, and a second call about the same absence, on a
    fresh sheet, is a call of its own.
    """
    logged = view.written()
    told = [view.register.digest, logged[-1].digest if logged else "", report.on.isoformat(), *view.only]
    return sha256("\n".join(told).encode()).hexdigest()[:16]


def _write_instructions(book: Book, sheet: Any, row: int, sections: pl.DataFrame) -> int:
    told = _INSTRUCTIONS.format(sections=_in_words(sections))
    sheet.merge_range(row - 1, 0, row - 1, len(_FACTS) + len(ENTRIES), told, book.looks["words"])
    sheet.set_row(row - 1, 62)
    return row + 1


def _in_words(sections: pl.DataFrame) -> str:
    """What each section is and how many pupils are in it, in their order."""
    told = (
        "ring from the top",
        "missed a session and no reason is given: ask them, or ring if it is not plain",
        "a reason is still wanted: ring after the others",
    )
    sizes = sections.group_by("place", "section").len().sort("place").iter_rows()
    return " ".join(f"{section}, {size}: {told[place]}." for place, section, size in sizes)


def _headings() -> Iterator[tuple[str, int, str]]:
    """Every heading, its column's width, and its look."""
    yield from ((column.heading, width, head_look(column)) for column, width in _FACTS)
    yield _CONTACTS, _CONTACTS_WIDTH, "head"
    yield from ((name, _ENTRY_WIDTHS[name], "head_entry") for name in ENTRIES)
    yield from ((name, _KEY_WIDTH, "head") for name in _HIDDEN)


def _write_calls(book: Book, sheet: Any, first: int, rows: pl.DataFrame, hidden: Hidden) -> None:
    headings = list(_headings())
    write_headings(book, sheet, first, headings)
    for number, row in enumerate(rows.iter_rows(named=True), start=first + 1):
        _write_call(book, sheet, number, row, hidden[row["key"]])
    last = len(headings) - 1
    finish(sheet, first, rows.height, len(headings), printed=len(headings) - len(_HIDDEN))
    sheet.set_column(last - len(_HIDDEN) + 1, last, _KEY_WIDTH, None, {"hidden": True})
    _add_lists(sheet, first + 1, first + max(rows.height, 1))
    sheet.protect("", _UNLOCKED)


def _write_call(book: Book, sheet: Any, number: int, row: Mapping[str, Any], hidden: tuple[str, ...]) -> None:
    for place, (column, _) in enumerate(_FACTS):
        value, look = cell(row[column.name], column)
        book.write(sheet, number, place, value, "wrap" if look == "text" else look)
    contacts = "\n".join([*_before_ringing(row), contact_lines(row["contacts"])])
    place = len(_FACTS)
    book.write(sheet, number, place, contacts, "wrap")
    texts = [(cell_text(row[column.name], column), width) for column, width in _FACTS]
    set_height(sheet, number, [*texts, (contacts, _CONTACTS_WIDTH)])
    entries = [(None, "entry_time" if name == TIME else "entry") for name in ENTRIES]
    told = [(text, "text") for text in hidden]
    for further, (value, look) in enumerate([*entries, *told], start=place + 1):
        book.write(sheet, number, further, value, look)


def _add_lists(sheet: Any, first: int, last: int) -> None:
    """The drop-down lists of outcome and code, and a time of day that is one."""
    rules: Mapping[str, Mapping[str, Any]] = {
        OUTCOME: {"validate": "list", "source": [*OUTCOMES, NOT_CALLED]},
        CODE: {"validate": "list", "source": f"={CODES_SHEET}!$A$2:$A$99"},
        TIME: {"validate": "time", "criteria": "between", "minimum": 0, "maximum": 0.99999},
    }
    for name, rule in rules.items():
        place = len(_FACTS) + 1 + ENTRIES.index(name)
        sheet.data_validation(first, place, last, place, dict(rule))


def _write_known(book: Book, report: Report, view: View, unknown: pl.Series) -> None:
    known = report.table.filter(~pl.col("pupil").is_in(unknown.implode()))
    if known.height:
        rest = replace(report, shown=known)
        write_rows(book, book.sheet(KNOWN_SHEET), 0, shown(rest, view))


def _write_codes(book: Book, view: View) -> None:
    """The codes that a reason may turn out to be: those in force, but for the ones that mean no reason."""
    unexplained = view.rule("first-day-calling").codes("unexplained")
    sheet = book.sheet(CODES_SHEET)
    for place, (heading, width) in enumerate((("Code", 8), ("Meaning", 60))):
        sheet.write_string(0, place, heading, book.looks["head"])
        sheet.set_column(place, place, width)
    codes = [c for c in codes_on(view.on).values() if not c.short_only and c.code not in unexplained]
    for number, code in enumerate(codes, start=1):
        book.write(sheet, number, 0, code.code, "text")
        book.write(sheet, number, 1, code.label, "text")

"""Who to ring and write to: a row a contact, or three contacts in one row of a pupil list."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from attendkit.model import Problem, Severity
from attendkit.read.headers import field_of, heading_key
from attendkit.read.people import flag
from attendkit.read.table import Table
from attendkit.register.model import CONTACTS

_GROUP = re.compile(r"contact\s*([1-9])\s*(.*)", re.IGNORECASE)
_GROUP_FIELDS = {
    "name": "contact_name",
    "forename": "contact_forename",
    "surname": "contact_surname",
    "title": "contact_title",
}
_NAMES = {
    "contact_title": "title",
    "contact_forename": "forename",
    "contact_surname": "surname",
}
_COLUMNS = (
    "priority",
    "relationship",
    "parental_responsibility",
    "court_order",
    "lives_with",
    "contact_title",
    "contact_forename",
    "contact_surname",
    "contact_name",
    "salutation",
    "mobile",
    "home",
    "work",
    "email",
    "address",
    "postcode",
    "correspondence",
    "language",
)
_FLAGS = ("parental_responsibility", "court_order", "lives_with", "correspondence")
_PHONES = ("mobile", "home", "work")
_NOTHING = frozenset({"", "-", "not given", "none", "n/a", "na", "unknown", "no email", "not known", "tbc"})
_LINES = pl.Schema(
    {
        "line": pl.UInt32(),
        **{name: dtype for name, dtype in CONTACTS.items() if name not in {"pupil", "source"}},
    }
)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")


@dataclass(frozen=True)
class ContactLines:
    """Contacts as the file has them: `people` are the pupils' lines, `contacts` has `line` and `CONTACTS`."""

    people_columns: Mapping[str, int]
    contacts: pl.DataFrame
    warnings: tuple[Problem, ...]
    remarks: tuple[str, ...]


def contact_groups(table: Table) -> dict[int, dict[str, int]]:
    """Column groups `Contact1Name`, `Contact1Telephone`, ...: for each number, its columns by name."""
    groups: dict[int, dict[str, int]] = {}
    for at, heading in enumerate(table.headings):
        if found := _GROUP.fullmatch(heading):
            key = heading_key(found[2])
            name = _GROUP_FIELDS.get(key) or field_of(found[2])
            if name in _COLUMNS:
                groups.setdefault(int(found[1]), {}).setdefault(str(name), at)
    return groups


def pupil_columns(table: Table) -> dict[str, int]:
    """The columns that say which pupil, without those that are the contact's own name."""
    columns = dict(table.fields)
    if not _names_contact_apart(table) and not contact_groups(table):
        columns.pop("surname", None)
        columns.pop("forename", None)
    for name in ("preferred", "sex", "college", "status", "admitted", "left"):
        columns.pop(name, None)
    return columns


def contact_lines(table: Table, body: pl.DataFrame) -> ContactLines:
    """Every contact in the rows of a body."""
    groups = contact_groups(table) or {0: _own_columns(table)}
    rows, problems, repaired = [], [], []
    width = table.grid.cells.columns
    for line, (row, *cells) in enumerate(body.select("row", *width).iter_rows()):
        for number, columns in groups.items():
            said = {name: (cells[at] or "").strip() for name, at in columns.items()}
            if number and not any(said.values()):
                continue
            said["address"] = "\n".join(_address(table, cells)) if not number else said.get("address", "")
            contact, faults = _contact(said, number or None)
            rows.append({"line": line, "row": row, **contact})
            repaired += [row] if "repaired" in faults else []
            if "bad_email" in faults:
                problems.append(
                    Problem(
                        "bad_email",
                        "This is not an e-mail address, and nothing will be sent to it.",
                        row=row,
                        column=table.headings[columns["email"]],
                        value=cells[columns["email"]] or "",
                        remedy="Correct it in the system.",
                        severity=Severity.WARNING,
                    )
                )
    return ContactLines(
        pupil_columns(table), pl.DataFrame(rows, schema=_LINES), tuple(problems), _repaired(repaired)
    )


def _repaired(rows: list[int]) -> tuple[str, ...]:
    if not rows:
        return ()
    shown = ", ".join(map(str, rows[:6])) + (" and more" if len(rows) > 6 else "")
    return (f"{len(rows)} telephone numbers had lost their leading 0, which was put back: rows {shown}.",)


def _names_contact_apart(table: Table) -> bool:
    return table.any("contact_surname", "contact_name", "contact_forename")


def _own_columns(table: Table) -> dict[str, int]:
    columns = {name: table.fields[name] for name in _COLUMNS if name in table.fields}
    if not _names_contact_apart(table):
        columns |= {
            theirs: table.fields[ours]
            for ours, theirs in (("surname", "contact_surname"), ("forename", "contact_forename"))
            if ours in table.fields
        }
    return columns


def _address(table: Table, cells: list[str | None]) -> Iterator[str]:
    for at, heading in enumerate(table.headings):
        if heading and field_of(heading) == "address" and (cells[at] or "").strip():
            yield (cells[at] or "").strip()


def _contact(said: Mapping[str, str], number: int | None) -> tuple[dict[str, Any], set[str]]:
    contact: dict[str, Any] = {
        name: said.get(name) or None for name in CONTACTS if name not in {"pupil", "source", "row"}
    }
    for theirs, ours in _NAMES.items():
        contact[ours] = said.get(theirs) or None
    if said.get("contact_name"):
        contact["surname"] = contact["surname"] or said["contact_name"]
    priority = re.search(r"\d+", said.get("priority", ""))
    contact["priority"] = number or (min(int(priority[0]), 255) if priority else None)
    for name in _FLAGS:
        contact[name] = flag(said[name]) if said.get(name) else None
    faults: set[str] = set()
    for name in _PHONES:
        contact[name], mended = phone(said.get(name, ""))
        faults |= {"repaired"} if mended else set()
    email = said.get("email", "")
    contact["email"] = email if email.casefold() not in _NOTHING else None
    if contact["email"] and not _EMAIL.fullmatch(email):
        faults.add("bad_email")
    return contact, faults


def phone(text: str) -> tuple[str | None, bool]:
    """A telephone number as given, with a lost leading 0 put back; whether it was.

    Ten digits starting with 1, 2 or 7 are a number that a spreadsheet took its 0 from. Nothing else is
    changed.
    """
    plain = text.strip()
    if plain.casefold() in _NOTHING:
        return None, False
    if re.fullmatch(r"[127]\d{9}", plain.replace(" ", "")):
        return f"0{plain}", True
    return plain, False

"""A filled-in sheet read back as entries: the call sheet, or a list of entries of any kind.

The names of the call sheet's columns and outcomes stand here and nowhere else: `documents` writes them and
this reads them. A sheet is read whole or not at all: one bad cell, and nothing of it becomes an entry.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError

from attendkit.casework.entry import New
from attendkit.casework.kinds import KINDS
from attendkit.casework.kinds.kind import Day
from attendkit.model import Problem
from attendkit.register.matching import fold_text

OUTCOME, CODE, TIME, BY, NOTES = "Outcome", "Reason (code)", "Time", "By whom", "Notes"
KEY, FINDING, DAY, SHEET = "Pupil key", "Finding", "Day", "Sheet"

OUTCOMES: Mapping[str, str] = {
    "Spoke: reason given": "reason",
    "Spoke: no reason": "no-reason",
    "Message left": "message-left",
    "No answer": "no-answer",
    "Number wrong": "wrong-number",
}
"""What may have come of a call, in the words of the sheet and of the kind `call`."""

NOT_CALLED = "Not called"
"""An outcome that is no entry."""

COLUMNS: Mapping[str, str] = {
    OUTCOME: "outcome",
    CODE: "code",
    TIME: "time",
    BY: "by",
    NOTES: "notes",
    KEY: "key",
    FINDING: "finding",
    DAY: "day",
    SHEET: "sheet",
    "Date": "day",
    "Kind": "kind",
    "By": "by",
    "UPN": "upn",
    "Adno": "adno",
    "Admission number": "adno",
    "Pupil": "name",
}
"""What each heading holds; any other is an option of the kind, by its name."""

KNOWN = {
    heading: heading for heading in (*COLUMNS, *(name for k in KINDS.values() for name in k.model_fields))
}
"""Every heading that a sheet may have, so that its line of headings is found whatever else stands in it."""

_ENTERED = ("outcome", "code", "time", "by", "notes")
_SIGNED = ("key", "upn", "adno", "day", "time", "by")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)(?::\d\d(?:\.\d+)?)?(?:\s?([ap])\.?m\.?)?", re.IGNORECASE)
_NUMBERS = ("key", "upn", "adno")
_A_DAY = 24 * 60
_NOON = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number, and each cell's text by what its column holds.

    `cells` names each of them as a spreadsheet does, such as H7.
    """

    number: int
    texts: Mapping[str, str]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet comes to: its entries, its rows without one, and what is wrong with it.

    Where anything is wrong there are no entries.
    """

    entries: tuple[New, ...]
    blank: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows as entries.

    `keys` are the register's keys by every number that a sheet may know a pupil by, and `names` the words of
    each pupil's names by key. What a row does not say, `on` and `by` do. `file` is named in problems, and
    `at` is when the entries are written down.
    """

    file: str
    keys: Mapping[str, str]
    names: Mapping[str, frozenset[str]]
    on: date | None
    by: str
    at: datetime

    def sheet(self, rows: Iterable[Row]) -> Sheet:
        """All the rows as entries, or what is wrong with some of them."""
        read = [self._row(row) for row in rows]
        problems = tuple(problem for one in read if isinstance(one, list) for problem in one)
        entries = () if problems else tuple(one for one in read if isinstance(one, New))
        return Sheet(entries, sum(one is None for one in read), problems)

    def _row(self, row: Row) -> New | list[Problem] | None:
        """A row's entry; None where nothing was entered; else what is wrong with its cells."""
        texts = dict(row.texts)
        kind = texts.get("kind") or "call"
        if kind == "call" and _not_called(texts):
            return None
        if kind not in KINDS or KINDS[kind].machine:
            return [self._problem(row, "kind", "There is no such kind of entry")]
        said = _said(texts, kind)
        wrong = list(self._wrong(row, kind, said))
        if wrong:
            return wrong
        return New(
            kind=kind,
            pupil=self.keys[_key(texts)],
            body=KINDS[kind].model_validate(said),
            by=texts.get("by") or self.by,
            on=_day(texts["day"]) if texts.get("day") else self.on or date.min,
            at=self.at,
            when=_clock(texts["time"]) if texts.get("time") else None,
            source=_source(
                [kind, *(texts.get(name) or "" for name in _SIGNED)], said, self._elsewhere(texts)
            ),
            row=self._place(row, kind),
        )

    def _elsewhere(self, texts: Mapping[str, str]) -> date | None:
        """The day that was given for the sheet, where the row has none of its own."""
        return None if texts.get("day") else self.on

    def _place(self, row: Row, kind: str) -> str:
        """What a row is known by when it says something else: its sheet, and whom, what and when it is about.

        A call sheet is known by its own name, whatever its file is called, and its rows may be sorted; of any
        other sheet that is the name of the file and the number of the row.
        """
        texts = row.texts
        where = texts.get("sheet") or f"{self.file} {row.number}"
        about = [where, kind, self.keys[_key(texts)], texts.get("finding") or "", texts.get("day") or self.on]
        return _digest(map(str, about))

    def _wrong(self, row: Row, kind: str, said: Mapping[str, Any]) -> Iterator[Problem]:
        """Everything that is wrong with a row, cell by cell."""
        texts = row.texts
        if _key(texts) not in self.keys:
            column = next((name for name in _NUMBERS if name in row.cells), "key")
            yield self._problem(row, column, "The register has no pupil with this number")
        elif len({self.keys.get(texts[name]) for name in _NUMBERS if texts.get(name)}) > 1:
            yield self._problem(row, "adno", "This row has the numbers of two pupils")
        elif not _is_called(texts.get("name") or "", self.names[self.keys[_key(texts)]]):
            what = (
                "This is not the name of the pupil whom the row's number means: cells were moved or changed"
            )
            yield self._problem(row, "name", what)
        for name, read in (("day", _day), ("time", _clock)):
            try:
                if texts.get(name):
                    read(texts[name])
            except ValueError:
                what = "a date" if name == "day" else "a time of day"
                yield self._problem(row, name, f"This is not {what}")
        if not texts.get("day") and self.on is None:
            yield self._problem(row, "day", "No column says on which day; give it with --on")
        try:
            KINDS[kind].model_validate(said)
        except ValidationError as error:
            for fault in error.errors():
                yield self._problem(row, str(fault["loc"][0]) if fault["loc"] else "", _words(fault))

    def _problem(self, row: Row, column: str, what: str) -> Problem:
        cell = row.cells.get(column, "")
        return Problem(
            "bad_entry",
            f"{f'{cell}: ' if cell else ''}{what}.",
            file=self.file,
            row=row.number,
            column=next((heading for heading, holds in COLUMNS.items() if holds == column), column),
            value="" if column in {"notes", "name"} else row.texts.get(column, ""),
            remedy="Correct the cell and read the sheet again: nothing of it was logged.",
        )


def _not_called(texts: Mapping[str, str]) -> bool:
    return texts.get("outcome") == NOT_CALLED or not any(texts.get(name) for name in _ENTERED)


def _key(texts: Mapping[str, str]) -> str:
    return next((texts[name] for name in _NUMBERS if texts.get(name)), "")


def _is_called(text: str, names: frozenset[str]) -> bool:
    """Whether each word of a cell is one of a pupil's names, or the initial of one; an empty cell is."""
    initials = {name[0] for name in names}
    return _words_of(text) <= names | initials


def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", (fold_text(text) or "")))


_DAY: TypeAdapter[date] = TypeAdapter(Day)


def _day(text: str) -> date:
    return _DAY.validate_python(text.partition("T")[0])


def _clock(text: str) -> time:
    """A time of day as it is typed (9.05, 09:05, 9:05 pm), or as a workbook has it, in parts of a day."""
    if found := _CLOCK.fullmatch(text.strip()):
        hour, minute, half = int(found[1]), int(found[2]), found[3]
        if half and not 1 <= hour <= _NOON:
            raise ValueError("no such hour of half a day")
        return time(hour % _NOON + _NOON * (half.lower() == "p") if half else hour, minute)
    minutes = round(float(text) * _A_DAY)
    return time(minutes // 60, minutes % 60)


def _said(texts: Mapping[str, str], kind: str) -> dict[str, str]:
    """What a row says of its entry: every field of the kind, and fields of other kinds, which are refused."""
    if "kind" in texts:
        fields = {name for each in KINDS.values() for name in each.model_fields}
    else:
        fields = {*_ENTERED, "finding"}
    said = {name: text for name, text in texts.items() if text and name in fields - {"time", "by"}}
    if kind == "call" and "outcome" in said:
        said["outcome"] = OUTCOMES.get(said["outcome"], said["outcome"])
    return said


def _source(signed: Sequence[str], said: Mapping[str, str], on: date | None) -> str:
    """What an entry read from a row is known by, so that it is never written twice."""
    return _digest([str(on), *signed, *(f"{name}={said[name]}" for name in sorted(said))])


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def _words(fault: Any) -> str:
    if fault["type"] == "missing":
        return "This is empty, and the rest of the row is not"
    if fault["type"] == "literal_error" and fault["loc"][0] == "outcome" and "reason" in fault["msg"]:
        return f"This must be one of {', '.join([*OUTCOMES, NOT_CALLED])}"
    if fault["type"] == "literal_error":
        return f"This must be one of {fault['ctx']['expected']}"
    if fault["type"] == "extra_forbidden":
        return "This kind of entry has no such column"
    said = str(fault["msg"]).removeprefix("Value error, ")
    return said[0].upper() + said[1:]


def column_of(heading: str) -> str:
    """What a column holds, by its heading."""
    known = {folded(name): holds for name, holds in COLUMNS.items()}
    return known.get(folded(heading), folded(heading))


def folded(heading: str) -> str:
    """A heading as it is compared: small letters, one underscore between words."""
    return re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_")


def keys_of(pupils: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The register's key of each pupil by their UPN, admission number and key, of these rows of pupils."""
    keys: dict[str, str] = {}
    for name in ("adno", "upn", "key"):
        keys |= {pupil[name]: pupil["key"] for pupil in pupils if pupil[name]}
    return keys


def names_of(pupils: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """The words of each pupil's names, and its numbers for want of one, by the register's key."""
    said = ("surname", "forename", "preferred", "adno", "key")
    return {pupil["key"]: _words_of(" ".join(pupil[name] or "" for name in said)) for pupil in pupils}

"""A made-up school's marks, and every way of writing them: what comes out of reading must be what went in."""

import csv
import io
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from attendkit.model import UPN_LETTERS
from attendkit.read import Answers, Export, read_exports

ON = date(2026, 11, 23)
AM, PM = "AM", "PM"

AUTHORISED = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"}
UNAUTHORISED = {"G", "N", "O", "U"}
NOT_POSSIBLE = {"#", "D", "Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z"}

Key = tuple[int, date, str]


def upn(serial: int) -> str:
    """A sound UPN of a school that does not exist."""
    body = f"94299912{serial:04d}"
    total = sum(weight * int(digit) for weight, digit in enumerate(body, start=2))
    return UPN_LETTERS[total % 23] + body


@dataclass(frozen=True)
class Pupil:
    adno: str
    upn: str
    surname: str
    forename: str
    tutor: str
    mis: str

    @property
    def year(self) -> str:
        return "".join(character for character in self.tutor[:2] if character.isdigit())


_NAMES = (
    ("Quillfeather", "Odette", "7B1"),
    ("O’Dowd", "Fergal", "7B1"),
    ("van der Berg", "Anneke", "7E1"),
    ("Pryce-Hughes", "Siôn", "8E2"),
    ("Szymańska", "Zofia", "8E2"),
    ("Adeyemi", "Tolu", "9W1"),
    ("Page", "Hamish", "9W1"),
    ("Nguyễn", "An", "10E2"),
    ("St. Clair, Jr", "Rémy", "10E2"),
    ("Baptiste", "Key", "11M3"),
)

PUPILS = tuple(
    Pupil(f"00{6100 + n}", upn(n + 1), surname, forename, tutor, str(88000 + n))
    for n, (surname, forename, tutor) in enumerate(_NAMES)
)

ONE_WEEK = tuple(date(2026, 9, 14) + timedelta(days=n) for n in range(5))
TWO_WEEKS = ONE_WEEK + tuple(day + timedelta(days=7) for day in ONE_WEEK)

_COMMON = (
    "I",
    "L",
    "N",
    "O",
    "U",
    "C",
    "C1",
    "C2",
    "M",
    "J1",
    "Y4",
    "V",
    "B",
    "K",
    "E",
    "G",
    "#",
    "X",
    "D",
    "W",
    "-",
)
_SINGLE = tuple(code for code in _COMMON if len(code) == 1)


@dataclass
class School:
    """Marks by pupil, day and half; "" and "-" are sessions that nobody marked."""

    marks: dict[Key, str]
    pupils: tuple[Pupil, ...] = PUPILS
    days: tuple[date, ...] = TWO_WEEKS
    rows: list[dict[str, str]] = field(default_factory=list)

    def of(self, n: int, day: date, half: str) -> str:
        return self.marks.get((n, day, half), "")

    @property
    def truth(self) -> dict[str, Any]:
        """What reading must give, counted without attendkit."""
        codes = Counter(code for code in self.marks.values() if code not in {"", "-"})
        present = sum(n for code, n in codes.items() if code not in AUTHORISED | UNAUTHORISED | NOT_POSSIBLE)
        authorised = sum(n for code, n in codes.items() if code in AUTHORISED)
        unauthorised = sum(n for code, n in codes.items() if code in UNAUTHORISED)
        return {
            "marks": codes.total(),
            "missing": sum(code in {"", "-"} for code in self.marks.values()),
            "by_code": dict(sorted(codes.items())),
            "totals": {
                "possible": present + authorised + unauthorised,
                "present": present,
                "authorised": authorised,
                "unauthorised": unauthorised,
                "not_possible": sum(n for code, n in codes.items() if code in NOT_POSSIBLE),
                "late": codes["L"],
                "late_after_close": codes["U"],
            },
            "pupils": len({n for n, _, _ in self.marks}),
        }


def school(
    seed: int = 1, days: Sequence[date] = TWO_WEEKS, *, single: bool = False, odd: float = 0.25
) -> School:
    """A school's marks for some days. `single` keeps to codes of one character."""
    chance = random.Random(seed)  # noqa: S311
    codes = _SINGLE if single else _COMMON
    marks = {
        (n, day, half): chance.choice(codes) if chance.random() < odd else ("/" if half == AM else "\\")
        for n in range(len(PUPILS))
        for day in days
        for half in (AM, PM)
    }
    return School(marks, days=tuple(days))


def read(*paths: Path, on: date = ON, **answers: Any) -> Export:
    """The first of these files, read with the others."""
    return read_exports(list(paths), Answers(**answers), on=on)[0]


def assert_holds(export: Export, made: School, **more: Any) -> None:
    """Everything that was written was read, and nothing else."""
    wanted = {**made.truth, **more}
    got = {name: getattr(export, name) for name in wanted}
    assert {k: dict(v) if isinstance(v, Mapping) else v for k, v in got.items()} == wanted
    delta = export.delta
    assert delta is not None
    assert delta.marks.height == wanted["marks"] + wanted["missing"]


def assert_same_marks(export: Export, made: School) -> None:
    """Each pupil's own marks are that pupil's, by admission number."""
    assert export.delta is not None
    adnos = dict(export.delta.pupils.select("pupil", "adno").iter_rows())
    read_back = {
        (adnos[pupil], day, AM if session == 1 else PM): str(code)
        for pupil, day, session, code in export.delta.marks.select(
            "pupil", "date", "session", "code"
        ).iter_rows()
    }
    written = {(made.pupils[n].adno, day, half): code or "-" for (n, day, half), code in made.marks.items()}
    assert read_back == written


class Said(NamedTuple):
    """One mark to be written."""

    pupil: Pupil
    day: date
    half: str
    code: str


Writer = Callable[[Said], str]

LONG: dict[str, Writer] = {
    "Adno": lambda m: m.pupil.adno,
    "UPN": lambda m: m.pupil.upn,
    "Surname": lambda m: m.pupil.surname,
    "Forename": lambda m: m.pupil.forename,
    "Reg": lambda m: m.pupil.tutor,
    "Date": lambda m: f"{m.day:%d/%m/%Y}",
    "Session": lambda m: m.half,
    "Mark": lambda m: m.code,
}


def long_rows(made: School, columns: Mapping[str, Writer] | None = None) -> list[list[str]]:
    """A header and one row a mark."""
    columns = columns or LONG
    rows = [list(columns)]
    for (n, day, half), code in made.marks.items():
        rows.append([write(Said(made.pupils[n], day, half, code)) for write in columns.values()])
    return rows


def wide_rows(
    made: School, head: Callable[[date, str], str], who: Sequence[str] = ("UPN", "Surname", "Forename", "Reg")
) -> list[list[str]]:
    """A header and one row a pupil, a column a session."""
    header = [*who, *(head(day, half) for day in made.days for half in (AM, PM))]
    rows = [header]
    for n, pupil in enumerate(made.pupils):
        cells = [made.of(n, day, half) for day in made.days for half in (AM, PM)]
        rows.append(
            [LONG[name](Said(pupil, ON, AM, "")) if name in LONG else pupil.adno for name in who] + cells
        )
    return rows


def weeks_of(made: School) -> list[date]:
    return sorted({day - timedelta(days=day.weekday()) for day in made.days})


def week_string(made: School, n: int, monday: date) -> str:
    """Ten characters, Monday morning to Friday afternoon."""
    days = [monday + timedelta(days=at) for at in range(5)]
    return "".join(made.marks.get((n, day, half), " ") or " " for day in days for half in (AM, PM))


def text(rows: Sequence[Sequence[str]], delimiter: str = ",", **how: Any) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n", **how).writerows(rows)
    return out.getvalue()


def csv_file(
    path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8", **how: Any
) -> Path:
    path.write_bytes(text(rows, delimiter, **how).encode(encoding))
    return path


def xlsx_file(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path

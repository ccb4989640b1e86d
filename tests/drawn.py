"""Registers drawn in text, as docs/duties has them, and the views that duties look at.

A drawn register has one line a pupil and school week:

    2026-11-16  Amy   // O/ // // OO

The date is the Monday. Each group is a day, from Monday on; each mark a code, morning first. A code of two
characters needs no spelling of its own, because no code is a digit: `C2C2` is two marks. `/` is written in
the afternoon too, where it stands for a backslash. `-` is a session that nobody marked, `.` one with no row
at all. `L(12)` is 12 minutes late. `x8` at the end repeats the week for eight weeks. Settings and pupils
have lines of their own, in any order:

    term 2026-09-03 to 2026-12-18
    closed 2026-10-26 to 2026-10-30
    Amy: tutor 7A1, college Arden, admitted 2026-09-08, left 2026-11-18, social worker, looked after
    Ben: year 8, born 2014-02-28, surname Bell, forename Benjamin
    Amy rings: 1 Ms Ada Bell (mother) 07700 900001
    Amy rings: 2 Mr Ivo Bell (father) hold at 4 Mill Rise; no letters
    Amy rings: 3 Ms Una Bell (aunt) at 4 Mill Rise; lives there; responsible

What was done about a pupil is a line of its own too, the kind and then what it says:

    log 2026-11-18 Amy visit outcome=no-answer notes="Rang twice"
    log 2026-11-18 10:40 Amy sign-out collected=Mother

They are numbered from 1 as they are drawn, and `corrects=1` makes one a correction.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from attendkit.casework.entry import Entry, corrected
from attendkit.casework.kinds import KINDS
from attendkit.findings import View
from attendkit.model import MISSING
from attendkit.register import Delta, Register
from attendkit.register.folding import calendar_for, fold
from attendkit.register.model import CONTACTS, IMPORTS, MARKS, PUPILS
from attendkit.rules import Rulebook
from attendkit.school import School

FILE = "drawn.txt"
NO_ROW = "."
_MARK = re.compile(r"([A-Z][1-7]?|[/\\#.-])(?:\((\d+)\))?")
_WEEK = re.compile(r"(\d{4}-\d\d-\d\d)\s+(.+?)\s{2,}(.+)")
_SPAN = re.compile(r"(term|closed) (\S+) to (\S+)")
_RINGS = re.compile(
    r"(\w[\w' ]*) rings: (\d) (\w+) (\w+) (\w+) \(([^)]*)\)\s*([\d ]*)(hold)?"
    r"(?: ?at ([^;]+))?((?:; (?:no letters|lives there|responsible))*)"
)
_ABOUT = re.compile(r"(\w[\w' ]*): (.+)")


@dataclass(frozen=True)
class Mark:
    """One mark as plain Python has it: what the oracle reads."""

    pupil: int
    date: date
    session: int
    code: str
    minutes: int | None = None


@dataclass
class Drawing:
    """What a drawn register says: pupils in the order met, their marks and contacts, the school's dates."""

    names: list[str] = field(default_factory=list)
    about: dict[str, dict[str, Any]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    closures: list[dict[str, Any]] = field(default_factory=list)
    logged: list[Entry] = field(default_factory=list)

    def number(self, name: str) -> int:
        """A pupil's register number, made when the name is first met."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


def drawn(text: str) -> Drawing:
    """The register that a text draws.

    Raises:
        ValueError: a line is none of those in this module's docstring.
    """
    drawing = Drawing()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        _read(line, drawing)
    return drawing


def _read(line: str, drawing: Drawing) -> None:
    if week := _WEEK.fullmatch(line):
        monday, name, days = week.groups()
        drawing.marks += _weeks(drawing.number(name), date.fromisoformat(monday), days)
    elif line.startswith("log "):
        drawing.logged.append(_entry(len(drawing.logged) + 1, shlex.split(line)[1:], drawing))
    elif span := _SPAN.fullmatch(line):
        kind, first, last = span.groups()
        dates = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
        (drawing.terms if kind == "term" else drawing.closures).append(dates)
    elif rings := _RINGS.fullmatch(line):
        drawing.contacts.append(_contact(drawing.number(rings[1]), rings))
    elif about := _ABOUT.fullmatch(line):
        drawing.number(about[1])
        drawing.about[about[1]] = dict(_facts(about[2]))
    else:
        raise ValueError(f"not a line of a drawn register: {line!r}")


def _weeks(pupil: int, monday: date, days: str) -> Iterator[Mark]:
    *groups, last = days.split()
    times = int(last[1:]) if re.fullmatch(r"x\d+", last) else 1
    if times == 1:
        groups.append(last)
    for week in range(times):
        for number, group in enumerate(groups):
            yield from _day(pupil, monday + timedelta(weeks=week, days=number), group)


def _day(pupil: int, day: date, group: str) -> Iterator[Mark]:
    marks = list(_MARK.finditer(group))
    if "".join(mark[0] for mark in marks) != group or len(marks) > 2:
        raise ValueError(f"{day}: {group!r} is not one or two marks")
    for session, mark in enumerate(marks, start=1):
        if mark[1] != NO_ROW:
            code = "\\" if mark[1] == "/" and session == 2 else mark[1]
            yield Mark(pupil, day, session, code, int(mark[2]) if mark[2] else None)


def _facts(text: str) -> Iterator[tuple[str, Any]]:
    for fact in text.split(", "):
        name, _, value = fact.partition(" ")
        if fact == "no tutor":
            yield "tutor", None
        elif name in {"admitted", "left"}:
            yield name, date.fromisoformat(value)
        elif name == "born":
            yield "dob", date.fromisoformat(value)
        elif name in {"tutor", "college", "surname", "forename", "adno", "sen", "sex", "ethnicity"}:
            yield name, value
        elif name == "not":
            yield value.replace(" ", "_"), False
        elif name == "year":
            yield name, int(value)
        else:
            yield fact.replace(" ", "_"), True


def _entry(number: int, words: list[str], drawing: Drawing) -> Entry:
    """An entry from a day, a pupil, a kind and what it says; several values of one thing are parted by ;."""
    day, *rest = words
    when = time.fromisoformat(rest.pop(0)) if re.fullmatch(r"\d\d:\d\d", rest[0]) else None
    name, kind, *said = rest
    given = dict(word.split("=", 1) for word in said)
    corrects = int(given.pop("corrects")) if "corrects" in given else None
    on, by = date.fromisoformat(day), given.pop("by", "Mrs Vale")
    many = {key for key, one in KINDS[kind].model_fields.items() if one.annotation == tuple[str, ...]}
    fields = {key: tuple(value.split(";")) if key in many else value for key, value in given.items()}
    body = KINDS[kind].model_validate(fields)
    drawing.number(name)
    at = datetime.combine(on, time(9), UTC)
    return Entry(number, at, on, by, name, kind, body, corrects, f"{number:064}", when, root=number)


def _contact(pupil: int, rings: re.Match[str]) -> dict[str, Any]:
    _, priority, title, forename, surname, relationship, number, hold, address, more = rings.groups()
    return {
        "pupil": pupil,
        "priority": int(priority),
        "title": title,
        "forename": forename,
        "surname": surname,
        "relationship": relationship,
        "mobile": number.strip() or None,
        "court_order": bool(hold),
        "address": address,
        "correspondence": False if "; no letters" in more else None,
        "lives_with": True if "; lives there" in more else None,
        "parental_responsibility": True if "; responsible" in more else None,
    }


def register(drawing: Drawing) -> Register:
    """The register of a drawing, with the line of each mark as its row."""
    marks = [
        (m.pupil, m.date, m.session, m.code, m.minutes, None, 0, row, 1)
        for row, m in enumerate(drawing.marks, start=2)
    ]
    pupils = [
        {
            "forename": name,
            "surname": name,
            "key": name,
            "adno": name,
            "tutor": "7A1",
            **drawing.about.get(name, {}),
        }
        for name in drawing.names
    ]
    return Register(
        pupils=_table(PUPILS, ({"pupil": n, **pupil} for n, pupil in enumerate(pupils))),
        marks=pl.DataFrame(marks, schema=MARKS, orient="row").sort("pupil", "date", "session"),
        contacts=_table(CONTACTS, drawing.contacts),
        imports=_table(IMPORTS, [_imported(drawing)]),
        named=lambda: "0" * 64,
    )


def _imported(drawing: Drawing) -> dict[str, Any]:
    last = max((mark.date for mark in drawing.marks), default=None)
    return {"source": 0, "file": FILE, "digest": "0" * 64, "layout": "long", "last": last}


def folded(earlier: Drawing, later: Drawing) -> tuple[Register, pl.DataFrame]:
    """The register after two imports of the same pupils, and its history: every word on every mark."""
    first, second = register(earlier), register(later)
    said = Delta("later.txt", "1" * 64, "long", second.pupils, second.marks, second.contacts)
    made = fold([said], first)
    unseen = first.marks.with_columns(seen=pl.lit(None, IMPORTS["seen"]))
    return made.register, pl.concat([unseen, made.history()]).sort("pupil", "date", "session", "source")


def _table(schema: pl.Schema, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def view(
    drawing: Drawing | str,
    on: date,
    *,
    earlier: Drawing | None = None,
    school: Mapping[str, Any] | None = None,
    chosen: Iterable[str] | None = None,
    **options: Any,
) -> View:
    """What a duty sees of a drawing on a day. `school` has further settings of attendkit.toml.

    With an `earlier` drawing of the same pupils, that is what an import before it had.
    """
    made = drawn(drawing) if isinstance(drawing, str) else drawing
    terms = [{"name": str(number), **term} for number, term in enumerate(made.terms)]
    settings = School(**{"terms": terms, "closures": made.closures, **(school or {})})
    whole = register(made)
    if earlier:
        whole, options["history"] = folded(earlier, made)
    seen = whole.until(on)
    return View(
        register=seen,
        calendar=calendar_for(settings, seen),
        rulebook=Rulebook(settings.rules),
        school=settings,
        on=on,
        chosen=None if chosen is None else frozenset(made.number(name) for name in chosen),
        options=options,
        logged=lambda: corrected(made.logged),
        written=lambda: made.logged,
    )


def named(drawing: Drawing, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """A report's rows as plain values, each pupil by name."""
    plain = rows.with_columns(pl.col(pl.Enum).cast(pl.String)).to_dicts()
    return [{**row, "pupil": drawing.names[row["pupil"]]} if "pupil" in row else row for row in plain]


__all__ = ["MISSING", "Drawing", "Mark", "drawn", "named", "register", "view"]

"""Small reports drawn by hand: two forms, hostile names, and nothing computed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View
from attendkit.model import Problem, Severity
from attendkit.register import Register
from attendkit.register.model import CONTACTS, IMPORTS, MARKS, PUPILS
from attendkit.rules import Rulebook
from attendkit.school import School
from attendkit.terms import calendar

ON = date(2026, 11, 20)
SEVENTH = date(2026, 9, 7)

EVIL = (
    ("=cmd|'/c calc'!A1", "@SUM(1)"),
    ("[/]", "[bold]Bo[/bold]"),
    ("<script>alert(1)</script>", "&amp;"),
    ("{{ 7 * 7 }}", "{% raw %}"),
    ("+44", "-1"),
    ("O’Brien-Smythe", "Seán"),
    ("בן־דוד", "יוסף"),
    ("王", "小明"),
    ("Wolfeschlegelsteinhausenbergerdorff-Smith", "Maximiliana"),
    ("Red\x1b[31m", "Tab\tNew\nLine\u202eback"),
    ("http://example.org/x", '=HYPERLINK("http://example.org")'),
    ("#REF!", "007"),
)
"""Surname and forename of pupils whose names have broken a spreadsheet, a page or a terminal somewhere."""


def pupils(names: Sequence[tuple[str, str]], **columns: Sequence[Any]) -> pl.DataFrame:
    made: dict[str, Sequence[Any]] = {
        "pupil": range(len(names)),
        "key": [f"00{1000 + n}" for n in range(len(names))],
        "adno": [f"00{1000 + n}" for n in range(len(names))],
        "surname": [surname for surname, _ in names],
        "forename": [forename for _, forename in names],
        "year": [7 + n % 5 for n in range(len(names))],
        "tutor": [f"{7 + n % 5}/{'AB'[n % 2]}:1" for n in range(len(names))],
        "college": [("Arden", "Elm")[n % 2] for n in range(len(names))],
        **columns,
    }
    return table(PUPILS, made)


def table(schema: pl.Schema, columns: Mapping[str, Any]) -> pl.DataFrame:
    height = max((len(values) for values in columns.values()), default=0)
    full = {name: columns.get(name, [None] * height) for name in schema}
    return pl.DataFrame(full, schema=schema)


def view(
    names: Sequence[tuple[str, str]] = EVIL,
    *,
    contacts: Mapping[str, Any] | None = None,
    school: School | None = None,
    marks: Mapping[str, Any] | None = None,
) -> View:
    drawn = {
        "pupil": [0],
        "date": [date(2026, 9, 7)],
        "session": [1],
        "code": ["N"],
        "source": [0],
        "row": [2],
    }
    register = Register(
        pupils=pupils(names),
        marks=table(MARKS, marks or drawn),
        contacts=table(CONTACTS, contacts or {}),
        imports=table(IMPORTS, {"source": [0], "file": ["SIMS Mon.csv"], "digest": ["ab" * 32]}),
        named=lambda: "cd" * 32,
    )
    return View(
        register=register,
        calendar=calendar(seen=[ON]),
        rulebook=Rulebook(),
        school=school or School(name="Riverside School"),
        on=ON,
    )


def report(
    pupil: Sequence[int | None] = (0, 1),
    *,
    found: bool = False,
    notes: Sequence[str] = (),
    problems: Sequence[Problem] = (),
    rule: str = "n-code",
    **columns: Any,
) -> Report:
    """A report of pupils with one column of each kind, or with the columns given."""
    size = len(pupil)
    rows: dict[str, Any] = {
        "pupil": pl.Series(pupil, dtype=pl.UInt32),
        "date": [date(2026, 11, 9)] * size,
        "session": pl.Series([1 + n % 2 for n in range(size)], dtype=pl.UInt8),
        "code": ["N", "-"] * (size // 2) + ["N"] * (size % 2),
        "sessions": pl.Series([1234 + n for n in range(size)], dtype=pl.UInt32),
        "percent": ["93.33"] * size,
        "overdue": [n % 2 == 0 for n in range(size)],
        "says": ["=1+1 is not a sum"] * size,
        **columns,
    }
    each = range(size)
    marks = {"finding": each, "date": [SEVENTH] * size, "session": [1] * size, "code": ["N"] * size}
    places = {"source": [0] * size, "row": [2] * size, "column": [None] * size}
    said = {"says": ["Said."] * size, "of": [210] * size, "rule": [rule] * size}
    return Report(
        duty="absences",
        title="Absences",
        on=ON,
        rows=pl.DataFrame(rows),
        columns=(
            Column("name", "Pupil"),
            Column("tutor", "Tutor group", narrow=True),
            Column("date", "Date", Kind.DATE),
            Column("session", "Session"),
            Column("code", "Mark", Kind.CODE),
            Column("sessions", "Sessions missed", Kind.NUMBER),
            Column("percent", "Attendance", Kind.PERCENT, narrow=True),
            Column("overdue", "Overdue", Kind.FLAG),
            Column("says", "Why", narrow=True),
        ),
        counts={"on_roll": 1450, "absent": {"N": 2, "I": 31}, "no_mark": 0},
        found=table(FOUND, {"finding": each, "pupil": pupil, **said} if found else {}),
        evidence=table(EVIDENCE, {**marks, **places} if found else {}),
        notes=tuple(notes),
        problems=tuple(problems),
    )


def bad_mark(row: int, value: str = "ZZ", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(
        "unknown_code",
        f"Mark '{value}' is not a code.",
        file="SIMS Mon.csv",
        row=row,
        column="Mark",
        value=value,
        remedy="Correct it in the register, or map it in attendkit.toml.",
        severity=severity,
    )

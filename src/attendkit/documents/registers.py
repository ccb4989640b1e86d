"""The attendance register as pages to print: a tutor group's month on A4, the codes in its boxes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl

from attendkit.documents.cells import tidy
from attendkit.documents.saving import file_stem
from attendkit.documents.typesetting import pdf
from attendkit.findings import counted
from attendkit.measures.sessions import totals
from attendkit.model import MISSING, Session
from attendkit.register import Register
from attendkit.register.model import MARKS
from attendkit.rules import codes_on
from attendkit.school import School

NOT_TAKEN = "·"
"""How a session stands that nobody marked, and nothing at all for one that has no row."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def printed(register: Register, school: School, first: date, last: date) -> dict[str, bytes]:
    """The register of some days, first to last, as one PDF a tutor group, by the name of its file.

    Every pupil with a mark in those days is in one of them, in the group that they are in now. The bytes
    depend on the register, the days and the school's settings only.
    """
    marks = register.marks.filter(pl.col("date").is_between(first, last))
    pupils = register.pupils.join(marks, on="pupil", how="semi").sort(
        pl.col("surname").str.to_lowercase(), pl.col("forename").str.to_lowercase(), "key", nulls_last=True
    )
    days = marks["date"].unique().sort().to_list()
    shared = {
        "school": tidy(school.name),
        "days": [[_DAYS[day.weekday()], str(day.day)] for day in days],
        "weeks": [0, *(n for n, (one, day) in enumerate(pairwise(days), 1) if day.weekday() < one.weekday())],
        "key": list(key_of_codes(marks, last)),
        "foot": f"As read by attendkit from the school's system: {_read_by(register)}."
        " Morning before afternoon in each box; In: present, Of: possible sessions.",
    }
    files: dict[str, bytes] = {}
    for (group,), members in pupils.group_by("tutor", maintain_order=True):
        name = tidy(str(group)) if group else "No tutor group"
        tutor = school.tutor_groups[str(group)].tutor if str(group) in school.tutor_groups else ""
        values = {
            **shared,
            "title": f"Attendance register, {name}, {first:%B %Y}",
            "under": f"Tutor: {tidy(tutor)}" if tutor else "",
            "rows": _rows(members, marks, days),
        }
        files[f"{file_stem(name, files)}.pdf"] = pdf("reports/registers.typ", values, last, school.folder)
    return dict(sorted(files.items()))


def _rows(pupils: pl.DataFrame, marks: pl.DataFrame, days: Sequence[date]) -> list[list[str]]:
    """A row a pupil: number, name, a box a day, present and possible sessions."""
    theirs = marks.join(pupils, on="pupil", how="semi")
    codes = boxes(theirs)
    counted = {row["pupil"]: row for row in totals(theirs).iter_rows(named=True)}
    return [
        [
            str(number),
            _name(row),
            *("\u2002".join(codes.get((row["pupil"], day), ("", ""))) for day in days),
            str(counted[row["pupil"]]["present"]),
            str(counted[row["pupil"]]["possible"]),
        ]
        for number, row in enumerate(pupils.iter_rows(named=True), start=1)
    ]


def boxes(marks: pl.DataFrame) -> dict[tuple[int, date], tuple[str, str]]:
    """The two codes of each pupil's day, morning and afternoon, by pupil and day."""
    code = pl.col("code").cast(pl.String).replace({MISSING: NOT_TAKEN})
    wide = marks.group_by("pupil", "date").agg(
        code.filter(pl.col("session") == session).first().fill_null("").alias(session.name)
        for session in Session
    )
    return {(pupil, day): (am, pm) for pupil, day, am, pm in wide.sort("pupil", "date").iter_rows()}


def _name(row: Mapping[str, Any]) -> str:
    return ", ".join(tidy(part) for part in (row["surname"], row["forename"]) if part) or str(row["key"])


def key_of_codes(marks: pl.DataFrame, last: date) -> Iterator[tuple[str, str]]:
    """Every code on the pages with what it means."""
    there = marks.select(pl.col("code").cast(MARKS["code"])).to_series().unique().sort().to_list()
    known = codes_on(last)
    for code in there:
        if code == MISSING:
            yield NOT_TAKEN, "nobody marked it"
        elif code in known:
            yield code, known[code].label


def _read_by(register: Register) -> str:
    seen = register.files_read["seen"].dt.date().max()
    files = counted(register.files_read.height, "import")
    return f"{files}, the last on {seen.day} {seen:%B %Y}" if isinstance(seen, date) else files

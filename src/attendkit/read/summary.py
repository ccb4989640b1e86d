"""The counts of one file's marks, and what may be loaded from it."""

from collections import Counter
from typing import Any

import polars as pl

from attendkit.model import MISSING, Session
from attendkit.read.marks import Sound
from attendkit.register import Delta
from attendkit.register.model import CONTACTS, MARKS, PUPILS, empty
from attendkit.rules import codes_on
from attendkit.rules.codes import Category
from attendkit.validate.marks import code_eras, tidy_code

_COUNTS = {"mark": "marks", "missing": "missing", "repeated": "repeated", "not_on_roll": "not_on_roll"}


def counts_of(sound: Sound, cost: int) -> dict[str, Any]:
    """Every count of `Export` that is about marks. `cost` is of rows refused before they were judged."""
    rows = sound.rows
    kinds = dict(rows.group_by("is").len().iter_rows())
    marks = rows.select("is", "said", "code", "day").filter(pl.col("is") == "mark")
    held = rows.select("is", "pupil", "day", "session").filter(pl.col("is").is_in(["mark", "missing"]))
    return {
        **{name: kinds.get(kind, 0) for kind, name in _COUNTS.items()},
        "rows_read": rows.height + cost,
        "quarantined": kinds.get("refused", 0) + cost,
        "lesson_marks": kinds.get("lesson", 0),
        "by_code": dict(sorted(marks.group_by("said").len().iter_rows())),
        "lesson_by_code": _lesson_codes(rows),
        "totals": totals(marks),
        "sessions": _sessions(held),
        "pupils": held["pupil"].n_unique(),
    }


def totals(marks: pl.DataFrame) -> dict[str, int]:
    """Possible, present, authorised, unauthorised, not possible and late sessions, of `code` and `day`.

    Each mark is counted by the code table of its own day. Present includes approved educational activity
    and L; sessions without a mark are not possible sessions (R1.4).
    """
    counted: Counter[str] = Counter()
    eras = code_eras()
    for since, until in zip(eras, [*eras[1:], None], strict=True):
        of_era = marks.filter(pl.col("day") >= since)
        of_era = of_era if until is None else of_era.filter(pl.col("day") < until)
        table = codes_on(since)
        for code, number in of_era.group_by("code").len().iter_rows():
            found = table[code]
            counted["possible"] += number * found.possible
            counted["present"] += number * found.attended
            counted["authorised"] += number * (found.category is Category.AUTHORISED)
            counted["unauthorised"] += number * (found.category is Category.UNAUTHORISED)
            counted["not_possible"] += number * (not found.possible)
            counted["late"] += number * (code == "L")
            counted["late_after_close"] += number * (code == "U")
    names = ("possible", "present", "authorised", "unauthorised", "not_possible", "late", "late_after_close")
    return {name: counted[name] for name in names}


def delta_of(sound: Sound, file: str, digest: str, layout: str, quarantined: int) -> Delta:
    """What may be loaded: the pupils, and every session with a mark or with a mark missing."""
    marks = (
        sound.rows.lazy()
        .filter(pl.col("is").is_in(["mark", "missing"]))
        .select(
            "pupil",
            pl.col("day").alias("date"),
            "session",
            "code",
            pl.when(pl.col("code").cast(pl.String).is_in(["L", "U"])).then("minutes").alias("minutes"),
            pl.when(pl.col("comment") != "").then("comment").alias("comment"),
            pl.lit(0, pl.UInt16).alias("source"),
            "row",
            "column",
        )
    )
    return Delta(
        file=file,
        digest=digest,
        layout=layout,
        pupils=sound.people.pupils if sound.people.pupils.height else empty(PUPILS),
        marks=marks.cast(MARKS).collect(),
        contacts=empty(CONTACTS),
        short=sound.short,
        quarantined=quarantined,
    )


def _lesson_codes(rows: pl.DataFrame) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for text, number in rows.filter(pl.col("is") == "lesson").group_by("mark_text").len().iter_rows():
        counted[tidy_code(text) or MISSING] += number
    return dict(sorted(counted.items()))


def _sessions(held: pl.DataFrame) -> dict[str, Any]:
    if not held.height:
        return {}
    sessions = held.select("day", "session").unique().sort("day", "session")
    first, last = sessions.row(0), sessions.row(-1)
    return {
        "first": f"{first[0]} {Session(first[1]).name}",
        "last": f"{last[0]} {Session(last[1]).name}",
        "distinct": sessions.height,
    }

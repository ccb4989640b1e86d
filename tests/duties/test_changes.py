"""Retrospective edits are found, all of them and nothing else, whatever layouts the two exports have."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from tests.drawn import drawn, view

from attendkit.duties import duty
from attendkit.findings import View, findings
from attendkit.measures.changes import changes
from attendkit.read import read_exports
from attendkit.register.folding import calendar_for, empty_register, fold
from attendkit.register.store import Store
from attendkit.rules import Rulebook
from attendkit.school import School

MONDAY = date(2026, 9, 7)
DAYS = [MONDAY + timedelta(weeks=week, days=day) for week in range(8) for day in range(5)]
SESSIONS = list(product(DAYS, ("AM", "PM")))
PUPILS = range(40)
EDITS = 300
LETTERS = {"C1": "C", "C2": "C", "J1": "J"}
"""What a file with one character a mark writes. J can be nothing but J1, so it is read as that."""

Marks = dict[tuple[int, date, str], str]


def usual() -> Marks:
    """A register with the codes that one character a mark cannot tell apart, and gaps."""
    chance = Random(1)  # noqa: S311
    codes = ["/"] * 12 + ["L", "I", "N", "O", "C1", "C2", "J1", "M", ""]
    return {(p, *at): _here(chance.choice(codes), at[1]) for p in PUPILS for at in SESSIONS}


def _here(code: str, session: str) -> str:
    return "\\" if code == "/" and session == "PM" else code


def edited(marks: Marks) -> Marks:
    """The same with 300 marks put another way, never to a letter that another of its meanings had."""
    chance = Random(2)  # noqa: S311
    later = dict(marks)
    for at in chance.sample(sorted(marks), EDITS):
        was = marks[at]
        others = [c for c in ("/", "I", "N", "O", "U", "M", "C1") if _here(c, at[2]) != was]
        later[at] = _here(chance.choice([c for c in others if LETTERS.get(c, c) != LETTERS.get(was)]), at[2])
    return later


def _adno(pupil: int) -> str:
    return f"{pupil + 1000:06}"


def long(marks: Marks) -> Iterator[str]:
    yield "Adno,Surname,Forename,Reg,Date,Session,Mark"
    for (pupil, day, session), code in marks.items():
        yield f"{_adno(pupil)},Bell{pupil},Ada,7A1,{day:%d/%m/%Y},{session},{code}"


def wide(marks: Marks) -> Iterator[str]:
    heads = ",".join(f"{day:%d/%m/%Y} {session}" for day, session in SESSIONS)
    yield f"Adno,Surname,Forename,Reg,{heads}"
    for pupil in PUPILS:
        cells = ",".join(marks[pupil, *at] for at in SESSIONS)
        yield f"{_adno(pupil)},Bell{pupil},Ada,7A1,{cells}"


def weeks(marks: Marks) -> Iterator[str]:
    yield "Adno,Surname,Forename,Reg,Week commencing,Marks"
    for pupil, monday in product(PUPILS, DAYS[::5]):
        days = [monday + timedelta(days=n) for n in range(5)]
        codes = [marks[pupil, day, session] for day in days for session in ("AM", "PM")]
        text = "".join(LETTERS.get(code, code) or "-" for code in codes)
        yield f"{_adno(pupil)},Bell{pupil},Ada,7A1,{monday:%d/%m/%Y},{text}"


Layout = Callable[[Marks], Iterator[str]]
LAYOUTS: Sequence[Layout] = (long, wide, weeks)


@pytest.mark.parametrize(("first", "second"), list(product(LAYOUTS, LAYOUTS)))
def test_three_hundred_edits_are_found_and_no_others(first: Layout, second: Layout, tmp_path: Path) -> None:
    before, after = usual(), edited(usual())
    paths = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for path, layout, marks in zip(paths, (first, second), (before, after), strict=True):
        path.write_text("\n".join(layout(marks)), encoding="utf-8")
    exports = read_exports(paths, on=DAYS[-1])
    deltas = [export.delta for export in exports if export.delta]
    assert [(export.errors, export.layout) for export in exports] == [
        ((), export.layout) for export in exports
    ]
    made = fold(deltas, empty_register())
    found = changes(made.history(), made.register.imports)
    adnos = dict(made.register.pupils.select("pupil", "adno").iter_rows())
    got = {
        (adnos[row["pupil"]], row["date"], row["session"]): (row["was"], row["now"])
        for row in found.iter_rows(named=True)
    }
    planted = {
        (_adno(pupil), day, 1 if session == "AM" else 2): (
            written(before[pupil, day, session], first),
            written(after[pupil, day, session], second),
        )
        for pupil, day, session in before
        if before[pupil, day, session] != after[pupil, day, session]
    }
    assert len(planted) == EDITS
    assert got == planted
    assert found.height == EDITS


def written(code: str, layout: Layout) -> str:
    """How a code is read again from a layout."""
    return ("C" if layout is weeks and code in {"C1", "C2"} else code) or "-"


EARLIER = """
2026-11-16  Ada  // NN // // //
2026-11-16  Bea  // NN // // //
"""
LATER = """
2026-11-16  Ada  // II // // //
2026-11-16  Bea  // NN // O/ //
"""
ON = date(2026, 11, 20)


def look(**options: Any) -> View:
    return view(drawn(LATER), ON, earlier=drawn(EARLIER), **options)


def test_the_store_says_when_each_word_was_seen(tmp_path: Path) -> None:
    store = Store(tmp_path / "register")
    for number, text in enumerate((EARLIER, LATER)):
        rows = "\n".join(
            long({(m.pupil, m.date, "AM" if m.session == 1 else "PM"): m.code for m in drawn(text).marks})
        )
        path = tmp_path / f"{number}.csv"
        path.write_text(rows, encoding="utf-8")
        (export,) = read_exports([path], on=ON)
        assert export.delta is not None
        store.ingest([export.delta], datetime(2026, 11, 20 + number * 3, 23, 30, tzinfo=UTC))
    register = store.register()
    seen = View(
        register,
        calendar_for(School(), register),
        Rulebook(),
        School(),
        ON,
        options={"history": store.history()},
    )
    report = duty("changes").load()(seen)
    assert report.rows["first_seen"].dt.date().unique().to_list() == [date(2026, 11, 20)]
    assert report.rows["changed_seen"].dt.date().unique().to_list() == [date(2026, 11, 23)]
    assert report.counts["after_week"] == report.counts["changes"] == 3
    assert report.notes == ()


def test_since_leaves_out_what_was_changed_before_that_day() -> None:
    assert duty("changes").load()(look(since=ON)).counts["changes"] == 3
    assert duty("changes").load()(look(since=ON + timedelta(days=1))).counts["changes"] == 0


def test_the_evidence_is_the_marks_as_they_stand() -> None:
    seen = look()
    told = {
        f.pupil: [(e.date, e.code) for e in f.evidence] for f in findings(duty("changes").load()(seen), seen)
    }
    assert told == {
        "Ada": [(date(2026, 11, 17), "I"), (date(2026, 11, 17), "I")],
        "Bea": [(date(2026, 11, 19), "O")],
    }


def test_a_mark_changed_and_changed_back_is_two_changes_and_overturns_nothing() -> None:
    seen = look()
    history: pl.DataFrame = seen.options["history"]
    again = history.filter(pl.col("source") == 0, pl.col("pupil") == 0, pl.col("code") == "N")
    third = again.with_columns(source=pl.lit(2, pl.UInt16))
    imports = pl.concat(
        [seen.register.imports, seen.register.imports.tail(1).with_columns(source=pl.lit(2, pl.UInt16))]
    )
    words = pl.concat([history, third]).sort("pupil", "date", "session", "source")
    told = changes(words, imports).filter(pl.col("pupil") == 0, pl.col("session") == 1)
    assert told.select("was", "now").rows() == [("N", "I"), ("I", "N")]

"""The registers as CSV that any program reads, and every pupil counted again from it."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from tests import oracle
from tests.backup.schools import NOVEMBER
from tests.drawn import register as register_of
from tests.registers import Random, registers

from attendkit.backup.contents import contents, source
from attendkit.backup.tables import ATTENDANCE, figures, named, recounted, told_figures
from attendkit.backup.tables import csv as csv_of
from attendkit.school import load_school


@dataclass(frozen=True)
class Mark:
    """A mark as the CSV has it, for the oracle."""

    pupil: int
    date: date
    session: int
    code: str
    minutes: int | None


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    files = contents(source(folder, load_school(folder), NOVEMBER))
    return list(csv.DictReader(io.StringIO(files[f"registers/{name}.csv"].decode("utf-8-sig"), newline="")))


def counted_by_the_oracle(content: bytes) -> dict[tuple[str, int], dict[str, int]]:
    """Each pupil's figures by hand, by number and academic year, from the CSV and nothing else."""
    marks = defaultdict(list)
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        day = date.fromisoformat(row["date"])
        code = oracle.MISSING if row["code"] == "no mark" else row["code"]
        session = 1 if row["session"] == "AM" else 2
        minutes = int(row["minutes"]) if row["minutes"] else None
        year = day.year if day.month >= 8 else day.year - 1
        marks[row["pupil"], year].append(Mark(int(row["pupil"]), day, session, code, minutes))
    return {whose: oracle.totals(theirs) for whose, theirs in marks.items()}


def test_every_pupil_and_session_is_there(folder: Path) -> None:
    marks = rows_of(folder, "attendance-register")
    jo = [(row["adno"], row["date"], row["session"], row["code"]) for row in marks if row["adno"] == "101"]
    assert jo[:4] == [
        ("101", "2026-09-07", "AM", "/"),
        ("101", "2026-09-07", "PM", "\\"),
        ("101", "2026-09-08", "AM", "/"),
        ("101", "2026-09-08", "PM", "\\"),
    ]
    assert len(marks) == 8 + 8 + 6
    assert {row["surname"] for row in marks} == {"Amery", "'=Bell", "Coe"}
    assert [row["forename"] for row in rows_of(folder, "admission-register")] == ["Kit", "Jo", "Zoë"]
    assert [row["mobile"] for row in rows_of(folder, "contacts")] == ["07700 900001"]


def test_what_a_spreadsheet_would_run_is_held_back(folder: Path) -> None:
    assert {row["comment"] for row in rows_of(folder, "attendance-register")} == {"", "'=1+1"}


def test_a_change_has_both_codes_and_where_each_was_read(folder: Path) -> None:
    changes = rows_of(folder, "changes")
    told = [(row["adno"], row["date"], row["session"], row["was"], row["now"]) for row in changes]
    assert told == [
        ("102", "2026-09-09", "AM", "no mark", "/"),
        ("102", "2026-09-09", "PM", "no mark", "\\"),
        ("101", "2026-09-09", "AM", "N", "I"),
        ("101", "2026-09-09", "PM", "N", "I"),
    ]
    assert {(row["first_file"], row["file"]) for row in changes} == {("september.csv", "november.csv")}
    assert {row["changed_seen"] for row in changes} == {"2026-11-20T15:00:00Z"}


def test_the_log_is_there_in_words_and_as_it_was_stored(folder: Path) -> None:
    calls = rows_of(folder, "casework")
    assert [(row["surname"], row["on"], row["kind"]) for row in calls] == [
        ("Amery", "2026-09-09", "call"),
        ("Amery", "2026-11-20", "call"),
    ]
    assert calls[0]["says"].endswith("call 1")
    assert '"notes":"call 1"' in calls[0]["told"]


def test_every_code_of_both_generations_is_explained(folder: Path) -> None:
    codes = rows_of(folder, "codes")
    j = [row for row in codes if row["code"] == "J"]
    assert [(row["until"], row["counts_as"]) for row in j] == [
        ("2024-08-18", "approved_educational_activity")
    ]
    assert {"/", "C1", "N", "Y7"} <= {row["code"] for row in codes}


def test_a_pupil_is_the_same_in_the_csv_and_in_the_count_by_hand(folder: Path) -> None:
    files = contents(source(folder, load_school(folder), NOVEMBER))
    by_hand = counted_by_the_oracle(files[ATTENDANCE])
    told = {(str(row["pupil"]), 2026): row for row in told_figures(files).iter_rows(named=True)}
    assert by_hand.keys() == told.keys()
    for whose, figures_of in by_hand.items():
        assert {name: told[whose][name] for name in oracle.FIGURES} == figures_of


@given(registers())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_counted_again_from_the_csv_alone_nothing_is_different(drawn: Random) -> None:
    register = register_of(drawn.drawing)
    files = {ATTENDANCE: csv_of(named(register.marks.rename({"source": "import"}), register))}
    assert recounted(files).equals(figures(register.marks))
    by_hand = counted_by_the_oracle(files[ATTENDANCE])
    sums = figures(register.marks).drop("pupil", "academic_year").sum().row(0, named=True)
    for name in oracle.FIGURES:
        assert sums[name] == sum(one[name] for one in by_hand.values())


def test_an_empty_register_has_headings_and_no_figures() -> None:
    nothing = pl.DataFrame(schema={"code": pl.String(), "session": pl.UInt8()})
    assert csv_of(nothing).decode("utf-8-sig") == "code,session\r\n"

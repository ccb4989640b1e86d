"""The example school: the same on every machine, and the same marks in all three of its layouts."""

import csv
import importlib.util
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from attendkit.model import upn_fault
from attendkit.rules import codes_on
from attendkit.school import load_school

EXAMPLES = Path(__file__).parent.parent / "examples"
SMALL = EXAMPLES / "small"
TEXTS = (
    "attendkit.toml",
    "exports/marks.csv",
    "exports/pupils.csv",
    "exports/contacts.csv",
    "other_layouts/marks_weeks.csv",
)

LAST_UNMARKED = (date(2026, 11, 20), "AM", "-")


def rows(name: str) -> list[dict[str, str]]:
    with (SMALL / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def generator() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("make_school", EXAMPLES / "make_school.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_school"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_school"]


@pytest.fixture(scope="module")
def long() -> dict[tuple[str, date, str], str]:
    return {
        (row["Adno"], british(row["Date"]), row["Session"]): row["Mark"] for row in rows("exports/marks.csv")
    }


def british(text: str) -> date:
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def cells(path: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path, read_only=True)
    found = [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return found


def test_making_the_small_school_again_gives_the_same_files(generator: ModuleType, tmp_path: Path) -> None:
    generator.make_school(120, tmp_path)
    for name in TEXTS:
        assert (tmp_path / name).read_bytes() == (SMALL / name).read_bytes(), name
    wide = "other_layouts/marks_wide.xlsx"
    assert cells(tmp_path / wide) == cells(SMALL / wide)


def test_another_seed_gives_another_school(generator: ModuleType, tmp_path: Path) -> None:
    generator.make_school(30, tmp_path / "one", seed=1)
    generator.make_school(30, tmp_path / "two", seed=2)
    one, two = (tmp_path / name / "exports" / "marks.csv" for name in ("one", "two"))
    assert one.read_bytes() != two.read_bytes()


def test_the_workbook_holds_the_same_marks(long: dict[tuple[str, date, str], str]) -> None:
    _, heads, *pupils = cells(SMALL / "other_layouts" / "marks_wide.xlsx")
    wide = {
        (str(pupil[0]), british(str(head).split()[0]), str(head).split()[1]): mark
        for pupil in pupils
        for head, mark in zip(heads[6:], pupil[6:], strict=True)
        if mark is not None
    }
    assert wide == long


def test_the_week_strings_hold_the_same_marks_less_their_second_character(
    long: dict[tuple[str, date, str], str],
) -> None:
    weeks = {}
    for row in rows("other_layouts/marks_weeks.csv"):
        monday = british(row["Week commencing"])
        assert monday.weekday() == 0
        for place, mark in enumerate(row["Marks"]):
            if mark != " ":
                weeks[row["Adno"], monday + timedelta(days=place // 2), ("AM", "PM")[place % 2]] = mark
    assert weeks == {session: mark[0] for session, mark in long.items()}


def test_every_mark_is_a_code_of_its_day_or_missing(long: dict[tuple[str, date, str], str]) -> None:
    assert set(long.values()) - set(codes_on(date(2026, 11, 20))) == {"-"}


def test_the_story_has_everything_in_it(long: dict[tuple[str, date, str], str]) -> None:
    found = Counter(long.values())
    wanted = "/ \\ L U N I M O G E X S W V P K D C C1 C2 J1 R Y1 -"
    assert set(wanted.split()) <= set(found)
    last_morning = {
        adno for (adno, day, session), mark in long.items() if (day, session, mark) == LAST_UNMARKED
    }
    groups = {row["Adno"]: row["Reg"] for row in rows("exports/pupils.csv")}
    (forgotten,) = {groups[adno] for adno in last_morning}
    on_roll = {adno for (adno, day, _) in long if groups[adno] == forgotten and day == LAST_UNMARKED[0]}
    assert on_roll == last_morning, "one whole register is missing"


def test_nobody_is_marked_before_joining_or_after_leaving(long: dict[tuple[str, date, str], str]) -> None:
    pupils = {row["Adno"]: row for row in rows("exports/pupils.csv")}
    assert sum(bool(row["Date of Leaving"]) for row in pupils.values()) == 2
    for adno, day, _ in long:
        assert british(pupils[adno]["Date of Admission"]) <= day
        assert day <= british(pupils[adno]["Date of Leaving"] or "31/12/2026")


def test_names_that_break_careless_readers_are_each_borne_by_two_pupils() -> None:
    names = Counter((row["Legal Surname"], row["Legal Forename"]) for row in rows("exports/pupils.csv"))
    for name in (("Null", "Noor"), ("D’Arcy", "Zoë"), ("Müller-Łukasik", "Anne-Marie"), ("True", "Eden")):
        assert names[name] == 2


def test_nobody_could_be_real() -> None:
    pupils, contacts = rows("exports/pupils.csv"), rows("exports/contacts.csv")
    assert len({row["UPN"] for row in pupils}) == len(pupils) == 120
    for row in pupils:
        assert upn_fault(row["UPN"]) is None
        assert row["UPN"][1:4] == "990"
    for row in contacts:
        assert row["Mobile"].startswith("07700 900") or not row["Mobile"]
        assert row["Home Telephone"].startswith("01632 960") or not row["Home Telephone"]
        assert row["Email"].endswith("@example.org") or not row["Email"]
        assert row["Postcode"].startswith("CV99") or not row["Postcode"]
    assert {row["Court Order"] for row in contacts} == {"Y", "N"}
    assert any(not row["Mobile"] and not row["Home Telephone"] for row in contacts)


def test_its_settings_are_sound_and_know_every_tutor_group() -> None:
    school = load_school(SMALL)
    assert school.name == "Harrowmere School"
    for row in rows("exports/pupils.csv"):
        assert school.college_of(row["Reg"]) == row["House"]
    assert set(school.colleges) == {"Egret", "Plover", "Wren"}
    assert [step.lates for step in school.lateness] == [3, 6, 10]

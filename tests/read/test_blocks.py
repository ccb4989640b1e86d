"""One sheet with several tables: every mark stays with its own pupil, day and half."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from tests.read.written import read

from attendkit.read import Export

_WEEK = "Week beginning,Mon AM,Mon PM,Tue AM,Tue PM"


def _csv(folder: Path, *lines: str) -> Path:
    path = folder / "made.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _marks(export: Export, key: str = "adno") -> dict[tuple[str, date], Counter[str]]:
    """The codes of each pupil's days."""
    assert export.delta is not None
    who = dict(export.delta.pupils.select("pupil", key).iter_rows())
    found: dict[tuple[str, date], Counter[str]] = {}
    for pupil, day, code in export.delta.marks.select("pupil", "date", "code").iter_rows():
        found.setdefault((who[pupil], day), Counter())[str(code)] += 1
    return found


@pytest.mark.parametrize(
    ("label", "key"), [("Adm no:", "adno"), ("Student ID:", "mis_id"), ("Name:", "surname")]
)
def test_a_page_without_a_week_gives_its_pupil_no_marks_of_the_next(
    tmp_path: Path, label: str, key: str
) -> None:
    export = read(
        _csv(
            tmp_path,
            *(f"{label},X4501", "", _WEEK, "07/09/2026,/,\\,/,\\", ""),
            *(f"{label},X4502", "", _WEEK, ""),
            *(f"{label},X4503", "", _WEEK, "07/09/2026,N,N,N,N"),
        )
    )
    assert export.outcome == "load"
    by_pupil = {who for who, _ in _marks(export, key)}
    assert by_pupil == {"X4501", "X4503"}
    assert _marks(export, key)["X4503", date(2026, 9, 7)] == {"N": 2}


def test_two_children_of_one_surname_have_a_page_each(tmp_path: Path) -> None:
    pages = [
        ("Surname:,Orchard", f"Forename:,{name}", _WEEK, f"07/09/2026,{code},{code},/,\\", "")
        for name, code in (("Ivo", "/"), ("Una", "N"))
    ]
    export = read(_csv(tmp_path, *(line for page in pages for line in page)))
    assert export.pupils == 2
    assert _marks(export, "forename")["Una", date(2026, 9, 7)] == {"N": 2}
    assert _marks(export, "forename")["Ivo", date(2026, 9, 7)] == {"/": 2}


def test_a_comma_in_a_name_does_not_make_two_children_one(tmp_path: Path) -> None:
    pages = [
        (f"Name: Orchard, {name}", _WEEK, f"07/09/2026,{code},{code},/,\\")
        for name, code in (("Ivo", "/"), ("Una", "N"))
    ]
    export = read(_csv(tmp_path, *(line for page in pages for line in page)))
    assert _marks(export, "forename")["Una", date(2026, 9, 7)] == {"N": 2}
    assert export.by_code["N"] == 2


def test_headings_printed_on_the_first_page_alone_serve_the_others(tmp_path: Path) -> None:
    export = read(
        _csv(
            tmp_path,
            *("Adm no:,004501", "", _WEEK, "07/09/2026,/,\\,/,\\", ""),
            *("Adm no:,004502", "", "07/09/2026,N,N,N,N"),
        )
    )
    assert (export.outcome, export.pupils, export.rows_read) == ("load", 2, 8)
    assert _marks(export)["004502", date(2026, 9, 8)] == {"N": 2}


def test_the_titles_of_each_page_are_no_pupils(tmp_path: Path) -> None:
    page = "Harbourside\nRegistration certificate\n\nName: Orchard{}\n\n" + _WEEK + "\n07/09/2026,/,\\,/,\\\n"
    export = read(_csv(tmp_path, *(page.format(n) for n in range(3))))
    assert (export.outcome, export.pupils, export.marks) == ("load", 3, 12)


def test_a_page_that_goes_on_is_one_pupil(tmp_path: Path) -> None:
    export = read(
        _csv(
            tmp_path,
            *("Adm no:,004501", _WEEK, "07/09/2026,/,\\,/,\\", ""),
            *("Adm no:,004501", _WEEK, "14/09/2026,N,N,/,\\"),
        )
    )
    assert (export.pupils, export.marks, export.by_code["N"]) == (1, 8, 2)


@pytest.mark.parametrize(
    ("first", "second", "cells"),
    [
        ("07/09/2026 AM,07/09/2026 PM", "14/09/2026 AM,14/09/2026 PM", ("/,\\", "N,N")),
        ("07/09/2026,08/09/2026", "14/09/2026,15/09/2026", ("/\\,/\\", "NN,/\\")),
        (
            "07/09/2026,21/09/2026",
            "14/09/2026,28/09/2026",
            ("/\\/\\/\\/\\/\\,//////////", "NN////////,NN////////"),
        ),
    ],
)
def test_headings_with_other_dates_start_another_table(
    tmp_path: Path, first: str, second: str, cells: tuple[str, str]
) -> None:
    upper = [f"00450{n},Orchard,{cells[0]}" for n in range(6)]
    lower = [f"00460{n},Orchard,{cells[1]}" for n in range(6)]
    export = read(_csv(tmp_path, f"Adno,Surname,{first}", *upper, f"Adno,Surname,{second}", *lower))
    assert export.outcome == "load"
    assert export.pupils == 12
    marks = _marks(export)
    assert marks["004600", date(2026, 9, 14)] == {"N": 2}
    assert ("004600", date(2026, 9, 7)) not in marks
    assert sum(marks["004500", date(2026, 9, 7)].values()) == 2


def test_a_later_table_with_more_columns_does_not_take_the_rows_of_the_first(tmp_path: Path) -> None:
    export = read(
        _csv(
            tmp_path,
            *("Adno,Surname,07/09/2026 AM,07/09/2026 PM", "004501,Orchard,N,N"),
            "Adno,Surname,14/09/2026 AM,14/09/2026 PM,15/09/2026 AM,15/09/2026 PM",
            "004502,Orchard,/,\\,/,\\",
        )
    )
    assert _marks(export)["004501", date(2026, 9, 7)] == {"N": 2}
    assert ("004501", date(2026, 9, 14)) not in _marks(export)


def test_dates_over_halves_are_compared_too(tmp_path: Path) -> None:
    blocks = [
        (f",,{days}", "Adno,Surname,AM,PM,AM,PM", f"{adno},Orchard,{code},{code},/,\\")
        for days, adno, code in (
            ("07/09/2026,,08/09/2026,", "004501", "/"),
            ("14/09/2026,,15/09/2026,", "004502", "N"),
        )
    ]
    export = read(_csv(tmp_path, *(line for block in blocks for line in block)))
    assert (export.outcome, export.marks) == ("load", 8)
    assert _marks(export)["004502", date(2026, 9, 14)] == {"N": 2}


def test_columns_in_another_order_are_read_in_that_order(tmp_path: Path) -> None:
    export = read(
        _csv(
            tmp_path,
            *("Adno,W/C,MonAM,MonPM", "004501,07/09/2026,/,N"),
            *("Adno,W/C,MonPM,MonAM", "004501,14/09/2026,N,/"),
        )
    )
    assert export.delta is not None
    absent = export.delta.marks.filter(export.delta.marks["code"] == "N")
    assert absent["session"].to_list() == [2, 2]


def test_a_second_week_in_a_title_starts_another_table(tmp_path: Path) -> None:
    blocks = [
        (f"Week commencing {day}", *head, f"004501,Orchard,{code},{code}")
        for day, head, code in (
            ("07/09/2026", ("Adno,Surname,MonAM,MonPM",), "/"),
            ("14/09/2026", ("Adno,Surname,MonAM,MonPM",), "N"),
            ("21/09/2026", (), "I"),
        )
    ]
    export = read(_csv(tmp_path, *(line for block in blocks for line in block)))
    assert (export.outcome, export.marks) == ("load", 6)
    marks = _marks(export)
    assert marks["004501", date(2026, 9, 14)] == {"N": 2}
    assert marks["004501", date(2026, 9, 21)] == {"I": 2}


def test_the_same_headings_again_are_skipped(tmp_path: Path) -> None:
    head = "Adno,Surname,07/09/2026,08/09/2026"
    export = read(
        _csv(
            tmp_path,
            head,
            head,
            "004501,Orchard,/\\,NN",
            head,
            "004502,Orchard,/\\,/\\",
            "004503,Orchard,/\\,/\\",
        )
    )
    assert (export.outcome, export.layout, export.marks) == ("load", "pair_a_day", 12)


@pytest.mark.parametrize(
    "titles",
    [
        ("Printed 21/09/2026", "From 07/09/2026 to 11/09/2026"),
        ('"Week 3, printed 21/09/2026, week commencing Monday 07/09/2026"',),
        ("Generated 21/09/2026,Week beginning: 07/09/2026",),
        ("Period,07/09/2026",),
    ],
)
def test_the_day_of_printing_is_not_the_week(tmp_path: Path, titles: tuple[str, ...]) -> None:
    export = read(_csv(tmp_path, *titles, "Adno,Surname,MonAM,MonPM", "004501,Orchard,/,N"))
    assert export.sessions["first"] == "2026-09-07 AM"


@pytest.mark.parametrize(
    "title",
    [
        "Printed 21/09/2026 08:15",
        "Week commencing 07/09/2026 to week commencing 14/09/2026",
        "Period: 07/09/2026 to 18/09/2026",
    ],
)
def test_a_title_that_names_no_one_week_loads_nothing(tmp_path: Path, title: str) -> None:
    export = read(_csv(tmp_path, title, "Adno,Surname,MonAM,MonPM", "004501,Orchard,/,N"))
    assert (export.outcome, export.marks, export.quarantined) == ("load_with_errors", 0, 2)
    assert {problem.reason for problem in export.errors} == {"bad_date"}

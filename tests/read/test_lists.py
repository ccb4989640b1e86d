"""Pupil lists, contacts and totals; and how a pupil list changes what the other files mean."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.read.written import (
    ON,
    ONE_WEEK,
    PUPILS,
    csv_file,
    long_rows,
    read,
    school,
    wide_rows,
    xlsx_file,
)

from attendkit.read import read_exports
from attendkit.read.layouts.contacts import phone
from attendkit.read.people import flag, split_name

_LIST = [
    [
        "Adno",
        "UPN",
        "Legal Surname",
        "Legal Forename",
        "DOB",
        "Sex",
        "Year",
        "Reg",
        "College",
        "Enrolment Status",
        "Date of Admission",
        "Date of Leaving",
        "FSM",
        "SEN Status",
        "In Care",
        "Pupil Premium",
    ],
    [
        PUPILS[0].adno,
        PUPILS[0].upn,
        "Quillfeather",
        "Odette",
        "25/02/2015",
        "F",
        "Year  7",
        "7B1",
        "Beech",
        "C",
        "03/09/2026",
        "",
        "Y",
        "K",
        "",
        "Yes",
    ],
    [
        PUPILS[1].adno,
        PUPILS[1].upn,
        "O’Dowd",
        "Fergal",
        "01/11/2014",
        "M",
        "7",
        "7B1",
        "Beech",
        "Guest",
        "16/09/2026",
        "",
        "N",
        "N",
        "Currently looked after",
        "No",
    ],
    [
        PUPILS[2].adno,
        PUPILS[2].upn,
        "van der Berg",
        "Anneke",
        "30/06/2015",
        "F",
        "07",
        "7E1",
        "Oak",
        "Main",
        "03/09/2025",
        "15/09/2026",
        "",
        "EHCP",
        "No longer looked after",
        "TRUE",
    ],
]


def test_a_pupil_list(tmp_path: Path) -> None:
    export = read(csv_file(tmp_path / "pupils.csv", _LIST))
    assert (export.outcome, export.layout, export.pupils) == ("pupils", "pupils", 3)
    assert export.delta is not None
    assert export.delta.roll
    pupils = export.delta.pupils
    assert pupils["dob"].to_list() == [date(2015, 2, 25), date(2014, 11, 1), date(2015, 6, 30)]
    assert pupils["year"].to_list() == [7, 7, 7]
    assert pupils["status"].to_list() == ["C", "G", "M"]
    assert pupils["admitted"].to_list() == [date(2026, 9, 3), date(2026, 9, 16), date(2025, 9, 3)]
    assert pupils["left"].to_list() == [None, None, date(2026, 9, 15)]
    assert pupils["fsm"].to_list() == [True, False, False]
    assert pupils["sen"].to_list() == ["K", "N", "E"]
    assert pupils["looked_after"].to_list() == [False, True, False]
    assert pupils["pupil_premium"].to_list() == [True, False, True]
    assert pupils["eal"].null_count() == 3, "the list does not say"


def test_a_date_that_is_no_date_leaves_the_pupil_with_a_warning(tmp_path: Path) -> None:
    rows = [*_LIST[:3], [*_LIST[3][:4], "31/02/2015", *_LIST[3][5:]]]
    export = read(csv_file(tmp_path / "pupils.csv", rows))
    assert [(p.row, p.column, p.value, p.reason) for p in export.warnings] == [
        (4, "DOB", "31/02/2015", "bad_date")
    ]
    assert export.pupils == 3


def test_a_pupil_list_gives_roll_dates_to_the_marks_whichever_comes_first(tmp_path: Path) -> None:
    made = school(71, days=ONE_WEEK, odd=0)
    made.pupils = PUPILS[:3]
    made.marks = {key: code for key, code in made.marks.items() if key[0] < 3}
    for key in made.marks:
        if (
            (key[0] == 1 and key[1] < date(2026, 9, 16))
            or (key[0] == 2 and key[1] > date(2026, 9, 15))
            or key[:2] == (0, date(2026, 9, 16))
        ):
            made.marks[key] = ""
    marks = csv_file(
        tmp_path / "wide.csv", wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", ("Adno", "Surname"))
    )
    pupils = csv_file(tmp_path / "pupils.csv", _LIST)
    alone = read(marks)
    assert (alone.missing, alone.not_on_roll) == (12, 0)
    for order in ([marks, pupils], [pupils, marks]):
        export = next(e for e in read_exports(order, on=ON) if e.layout == "wide")
        assert (export.missing, export.not_on_roll, export.marks) == (2, 10, 18)
    listed = read(pupils).delta
    assert listed is not None
    (stored,) = read_exports([marks], on=ON, roll=listed.pupils)
    assert (stored.missing, stored.not_on_roll) == (2, 10)


_CONTACTS = [
    [
        "Adno",
        "Pupil",
        "Priority",
        "Title",
        "Contact Forename",
        "Contact Surname",
        "Relationship",
        "Parental Responsibility",
        "Court Order",
        "Mobile",
        "Home Tel",
        "Email",
        "Address",
        "Postcode",
    ],
    [
        PUPILS[0].adno,
        "Quillfeather, Odette",
        "1",
        "Ms",
        "Ada",
        "Quill",
        "Mother",
        "TRUE",
        "",
        "07700 900001",
        "",
        "ada@example.org",
        "1 Mill Lane\nRiverside",
        "CV99 1AA",
    ],
    [
        PUPILS[0].adno,
        "Quillfeather, Odette",
        "2",
        "",
        "Bo",
        "Quill",
        "Father",
        "",
        "Yes",
        "7700900002",
        "",
        "a@b@example.org",
        "",
        "",
    ],
    [
        PUPILS[1].adno,
        "O’Dowd, Fergal",
        "1",
        "Dr",
        "Cy",
        "O’Dowd",
        "Carer",
        "Y",
        "N",
        "+44 7700 900003",
        "1632960001",
        "not given",
        "",
        "",
    ],
    [
        "009999",
        "Nobody, Here",
        "1",
        "Mr",
        "Al",
        "Here",
        "Father",
        "Yes",
        "",
        "07700 900123",
        "",
        "al@example.org",
        "",
        "",
    ],
]


def test_contacts_one_row_each(tmp_path: Path) -> None:
    contacts = csv_file(tmp_path / "contacts.csv", _CONTACTS)
    pupils = csv_file(tmp_path / "pupils.csv", _LIST)
    export = read(contacts, pupils)
    assert export.outcome == "contacts"
    assert [(p.row, p.column, p.value, p.reason) for p in export.errors] == [
        (5, "Adno", "009999", "unknown_pupil")
    ]
    assert [(p.row, p.value, p.reason) for p in export.warnings] == [(3, "a@b@example.org", "bad_email")]
    assert export.contacts == {
        "contacts": 3,
        "with_pr": 2,
        "court_order": 1,
        "no_email": 1,
        "no_mobile": 0,
        "no_phone": 0,
        "pupils": 2,
        "correspondence": 0,
        "bad_email": 1,
        "unknown_pupil": 1,
        "pupils_without_contact": 1,
    }
    assert export.delta is not None
    told = export.delta.contacts
    assert told["parental_responsibility"].to_list() == [True, None, True], "a blank is not a yes"
    assert told["mobile"].to_list() == ["07700 900001", "07700900002", "+44 7700 900003"]
    assert told["home"].to_list() == [None, None, "01632960001"]
    assert told["address"][0] == "1 Mill Lane\nRiverside"
    assert any("leading 0" in remark for remark in export.remarks)


def test_contacts_are_matched_with_the_marks_too_and_with_nothing_where_there_is_nothing(
    tmp_path: Path,
) -> None:
    contacts = csv_file(tmp_path / "contacts.csv", _CONTACTS)
    marks = csv_file(tmp_path / "marks.csv", long_rows(school(72)))
    assert [p.reason for p in read(contacts, marks).errors] == ["unknown_pupil"]
    assert read(contacts).errors == ()
    assert len(read(contacts).delta.contacts) == 4  # type: ignore[union-attr]


def test_contacts_whose_names_stand_under_the_pupils_headings(tmp_path: Path) -> None:
    rows = [
        ["Adno", "Priority", "Forename", "Surname", "Relationship", "Parental Responsibility", "Mobile"],
        [PUPILS[0].adno, "1", "Ada", "Quill", "Mother", "Y", "07700 900001"],
    ]
    delta = read(csv_file(tmp_path / "contacts.csv", rows)).delta
    assert delta is not None
    assert delta.contacts.select("forename", "surname").rows() == [("Ada", "Quill")]
    assert delta.pupils["surname"].to_list() == [None]


def test_parents_beside_the_pupils_name(tmp_path: Path) -> None:
    rows = [
        [
            "FirstName",
            "LastName",
            "TutorGroup",
            "Relationship",
            "ParentTitle",
            "ParentFirstName",
            "ParentLastName",
            "ParentEmailAddress",
            "ParentPhoneNumber",
        ],
        ["Odette", "Quillfeather", "7B1", "Mother", "Ms", "Ada", "Quill", "ada@example.org", "07700 900001"],
    ]
    delta = read(csv_file(tmp_path / "parents.csv", rows)).delta
    assert delta is not None
    assert delta.contacts.select("title", "forename", "surname", "mobile").rows() == [
        ("Ms", "Ada", "Quill", "07700 900001")
    ]
    assert delta.pupils.select("forename", "surname", "tutor").rows() == [("Odette", "Quillfeather", "7B1")]


def test_three_contacts_in_a_row_of_a_pupil_list(tmp_path: Path) -> None:
    header = [
        "StudentId",
        "AdmissionNumber",
        "Upn",
        "FirstName",
        "LastName",
        "DateOfBirth",
        "YearGroup",
        "TutorGroupName",
    ]
    groups = [
        f"Contact{n}{name}"
        for n in (1, 2, 3)
        for name in ("Name", "Telephone", "Email", "Relationship", "ParentalResponsibility")
    ]
    row = [
        "88000",
        PUPILS[0].adno,
        PUPILS[0].upn,
        "Odette",
        "Quillfeather",
        "2015-02-25T00:00:00",
        "7",
        "7B1",
    ]
    told = [
        "Ada Quill",
        "07700 900001",
        "ada@example.org",
        "Mother",
        "yes",
        "Bo Quill",
        "7700900002",
        "",
        "Father",
        "",
        "",
        "",
        "",
        "",
        "",
    ]
    export = read(csv_file(tmp_path / "students.csv", [header + groups, row + told]))
    assert export.delta is not None
    assert export.outcome in {"pupils", "contacts"}
    contacts = export.delta.contacts
    assert contacts.select("priority", "surname", "relationship", "parental_responsibility").rows() == [
        (1, "Ada Quill", "Mother", True),
        (2, "Bo Quill", "Father", None),
    ]
    assert export.delta.pupils["dob"].to_list() == [date(2015, 2, 25)]


@pytest.mark.parametrize(
    ("given", "kept", "mended"),
    [
        ("7700900123", "07700900123", True),
        ("1632 960001", "01632 960001", True),
        ("07700 900123", "07700 900123", False),
        ("+44 7700 900123", "+44 7700 900123", False),
        ("770090012", "770090012", False),
        ("5700900123", "5700900123", False),
        ("not given", None, False),
        ("", None, False),
    ],
)
def test_only_a_lost_leading_nought_is_put_back(given: str, kept: str | None, mended: bool) -> None:  # noqa: FBT001
    assert phone(given) == (kept, mended)


_TOTALS = [
    [
        "Student ID",
        "UPN",
        "Student Name",
        "Year",
        "Registration Form",
        "Possible Sessions",
        "Present Sessions",
        "Authorised Absence",
        "Unauthorised Absence",
        "Attendance %",
        "Late Marks",
        "Start Date",
        "End Date",
    ],
    [
        "1",
        PUPILS[0].upn,
        "Quillfeather, Odette",
        "7",
        "7B1",
        "100",
        "90",
        "6",
        "4",
        "90.0",
        "3",
        "01/09/2026",
        "20/11/2026",
    ],
    [
        "2",
        PUPILS[1].upn,
        "O’Dowd, Fergal",
        "7",
        "7B1",
        "100",
        "100",
        "0",
        "0",
        "100.0",
        "0",
        "01/09/2026",
        "20/11/2026",
    ],
    ["Total", "", "", "", "", "200", "190", "6", "4", "95.0", "3", "", ""],
]


@pytest.mark.parametrize("titles", [[], [["Attendance summary"], ["01/09/2026 to 20/11/2026"], []]])
def test_totals_are_kept_and_never_loaded(tmp_path: Path, titles: list[list[str]]) -> None:
    export = read(csv_file(tmp_path / "totals.csv", titles + _TOTALS))
    assert (export.outcome, export.marks, export.missing, export.delta) == ("summary", 0, 0, None)
    assert export.pupils == 2
    assert isinstance(export.summaries, pl.DataFrame)
    assert export.summaries.select("possible", "present_total", "unauthorised_total").rows() == [
        ("100", "90", "4"),
        ("100", "100", "0"),
    ]
    assert "no sessions" in export.explanation


def test_a_census_with_a_column_a_code_is_totals(tmp_path: Path) -> None:
    rows = [
        ["UPN", "Surname", "Forename", "DoB", "TermlySessionsPossible", "/", "\\", "B", "C", "I", "N", "O"],
        [PUPILS[0].upn, "Quill", "Odette", "2015-02-25", "120", "55", "56", "0", "1", "6", "1", "1"],
    ]
    assert read(csv_file(tmp_path / "census.csv", rows)).outcome == "summary"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [["Time", "Lesson/Event", "Teacher", "Marks"], ["08:40", "7B1 Registration", "Ms Hare", "Taken"]],
            "registers, not pupils",
        ),
        (
            [["student", "student_name", "date", "status"], ["1", "Quill, Odette", "2026-09-14", "Present"]],
            "no sessions",
        ),
        (
            [["student_id", "date", "session", "attendance_code_id"], ["1", "2026-09-14", "AM", "A1231"]],
            "numbers that the system gives",
        ),
        ([["Item", "Price"], ["Pens", "3"], ["Rulers", "4"]], "headers"),
    ],
    ids=["which registers were taken", "a word a day", "ids of codes", "something else"],
)
def test_files_that_hold_no_session_marks_say_what_they_are(
    tmp_path: Path, rows: list[list[str]], says: str
) -> None:
    export = read(csv_file(tmp_path / "other.csv", rows))
    assert (export.outcome, export.reject_reason, export.delta) == ("reject", "not_a_table", None)
    assert says in export.explanation


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    for rows in (long_rows(school(73))[:1], _LIST[:1], _CONTACTS[:1]):
        export = read(csv_file(tmp_path / "empty.csv", rows))
        assert (export.outcome, export.reject_reason) == ("reject", "no_rows")


def test_a_workbook_with_marks_and_a_pupil_list_reads_the_marks(tmp_path: Path) -> None:
    made = school(74)
    export = read(xlsx_file(tmp_path / "book.xlsx", Pupils=_LIST, Marks=long_rows(made)))
    assert (export.outcome, export.sheets) == ("load", ("Marks",))
    assert any("Pupils" in remark for remark in export.remarks)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("O’NEILL Aoife", ("O’NEILL", "Aoife")),
        ("Smith, Ada", ("Smith", "Ada")),
        ("St. Clair, Jr, Rémy", ("St. Clair, Jr", "Rémy")),
        ("VAN DER BERG Anneke", ("VAN DER BERG", "Anneke")),
        ("Ada Smith", ("Ada Smith", None)),
        ("ADA SMITH", ("ADA SMITH", None)),
    ],
)
def test_a_name_in_one_cell_is_split_only_where_it_says_how(name: str, parts: tuple[str, str | None]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("Y", True),
        ("yes", True),
        ("TRUE", True),
        ("1", True),
        ("In care since 2024", True),
        ("", False),
        ("N", False),
        ("No", False),
        ("FALSE", False),
        ("0", False),
        (None, False),
    ],
)
def test_what_says_yes(text: str | None, yes: bool) -> None:  # noqa: FBT001
    assert flag(text) is yes

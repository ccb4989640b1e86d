"""`log` and the commands about casework, as the officer types them, and the call sheet there and back."""

import io
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.cli.conftest import ON, Run, Said
from tests.cli.test_help import watched

from attendkit.casework.kinds import KINDS
from attendkit.casework.sheet import KEY
from attendkit.cli.opening import open_school

PUPIL = "004240"
ABSENT = ("--on", ON)


def entries(school: Path) -> list[Any]:
    return list(open_school(school).logged())


def told(school: Path) -> list[str]:
    return [f"{entry.kind}: {entry.body.told()}" for entry in entries(school)]


@pytest.fixture
def log(run: Run, school: Path) -> Callable[..., Said]:
    """Run a command in the school's folder."""
    return lambda *words: run(*words, "--school", school)


def asked(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Make the command believe in a terminal on which somebody types these answers."""
    typed = io.StringIO("".join(f"{answer}\n" for answer in answers))
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)


# One entry ------------------------------------------------------------------------------------------


def test_what_was_logged_is_said_back_with_the_pupil(log: Callable[..., Said], school: Path) -> None:
    said = log(
        "log", "call", PUPIL, "--outcome", "reason", "--code", "i", "--at", "9.05", "--on", "20/11/2026"
    )
    assert said.code == 0
    assert said.out == (
        "Entry 1: call on Friday 20 November 2026 at 09:05, by Mrs J. Okafor.\n"
        "  Hartnell, Chidinma (9E1): reason; I\n"
    )
    (entry,) = entries(school)
    assert (entry.on, entry.when, entry.by) == (date(2026, 11, 20), time(9, 5), "Mrs J. Okafor")


def test_it_is_signed_by_the_officer_or_by_whoever_is_named_or_by_who_is_at_the_computer(
    log: Callable[..., Said], school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log("log", "note", PUPIL, "--notes", "x", "--by", "Mr Arkell")
    settings = school / "attendkit.toml"
    settings.write_text(re.sub(r"(?s)\[officer\].*?\n\n", "", settings.read_text("utf-8")), encoding="utf-8")
    monkeypatch.setenv("LOGNAME", "jokafor")
    log("log", "note", PUPIL, "--notes", "x")
    assert [entry.by for entry in entries(school)] == ["Mr Arkell", "jokafor"]


def test_without_a_terminal_nothing_is_asked_and_all_that_is_missing_is_named(
    log: Callable[..., Said], school: Path
) -> None:
    said = log("log", "target-set", PUPIL, "--first", "2026-11-02")
    assert said.code == 2
    assert said.err == (
        "This needs --target, --last.\nWhat to do: Add --target attendance|punctuality|legal, --last DATE.\n"
    )
    assert entries(school) == []


def test_on_a_terminal_what_is_missing_is_asked_for_and_a_wrong_answer_again(
    log: Callable[..., Said], school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(monkeypatch, "shouted", "no-answer")
    said = log("log", "call", PUPIL, "--notes", "rang out")
    assert said.code == 0, said.err
    assert "This is one of 'reason', 'no-reason'" in said.err
    assert told(school) == ["call: no-answer; rang out"]


def test_an_option_that_is_wrong_is_refused_and_never_asked_for(
    log: Callable[..., Said], school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(monkeypatch, "no-answer")
    said = log("log", "call", PUPIL, "--outcome", "no-answer", "--code", "ZZ")
    assert (said.code, said.err.splitlines()[0]) == (
        2,
        "--code: This is not an attendance code (`attendkit codes` lists them).",
    )
    assert entries(school) == []


def test_what_is_yet_to_come_is_refused_and_a_plan_is_told_its_option(
    log: Callable[..., Said], school: Path
) -> None:
    said = log("log", "note", PUPIL, "--notes", "x", "--on", "2099-01-01")
    assert (said.code, said.err.splitlines()[0][:35]) == (2, "--on: 1 January 2099 is yet to come")
    assert "as --next" in log("court", "hearing", PUPIL, "--on", "2099-01-01").err
    assert entries(school) == []
    log("log", "note", PUPIL, "--notes", "x", "--on", ON)
    assert log("log", "correct", "1", "--on", "2099-01-01").code == 2
    assert log("log", "correct", "0,001", "--set", "notes=y").code == 0
    assert log("log", "correct", "one", "--set", "notes=y").code == 2


def test_a_hearing_whose_day_is_over_is_owed_an_outcome(log: Callable[..., Said]) -> None:
    log("court", "hearing", PUPIL, "--on", "2026-11-19")
    assert "Outcome due: 1" in log("court", "list", *ABSENT).out
    assert "To come: 1" in log("court", "list", "--on", "2026-11-19").out
    log("court", "hearing", PUPIL, "--outcome", "fine", *ABSENT)
    assert "Over: 1" in log("court", "list", *ABSENT).out


@pytest.mark.parametrize(("way", "code"), [("telephone", 2), ("video", 2), ("home-visit", 0)])
def test_nobody_is_seen_in_person_by_telephone(log: Callable[..., Said], way: str, code: int) -> None:
    words = ("log", "safe-and-well", PUPIL, "--way", way, *ABSENT, "--seen")
    assert log(*words, "seen").code == code
    assert log(*words, "spoken-to").code == 0


@pytest.mark.parametrize("at", ["25:00", "9", "noon"])
def test_a_time_that_is_none_is_refused(log: Callable[..., Said], school: Path, at: str) -> None:
    assert log("log", "sign-out", PUPIL, "--at", at).err.startswith("--at: ")
    assert entries(school) == []


def test_a_kind_that_is_not_there_names_the_nearest(log: Callable[..., Said]) -> None:
    said = log("log", "visitt", PUPIL)
    assert (said.code, said.err) == (
        2,
        "attendkit log: There is no command 'visitt'.\nWhat to do: Did you mean `attendkit log visit`?\n",
    )


# Corrected ------------------------------------------------------------------------------------------


def test_a_correction_changes_what_it_names_and_keeps_the_rest(
    log: Callable[..., Said], school: Path
) -> None:
    log(
        "log",
        "call",
        PUPIL,
        "--outcome",
        "reason",
        "--code",
        "I",
        "--notes",
        "cold",
        "--on",
        ON,
        "--at",
        "09:05",
    )
    said = log("log", "correct", "1", "--set", "code=M", "--set", "notes=")
    assert said.code == 0, said.err
    (entry,) = entries(school)
    assert (entry.body.told(), entry.on, entry.when, entry.corrects) == (
        "reason; M",
        date(2026, 11, 20),
        time(9, 5),
        1,
    )


def test_an_entry_is_struck_out_with_the_reason(log: Callable[..., Said], school: Path) -> None:
    log("log", "note", PUPIL, "--notes", "wrong")
    assert log("log", "correct", "1", "--strike-out", "another pupil").code == 0
    assert entries(school) == []


def test_all_shows_every_entry_and_what_took_the_place_of_those_that_no_longer_count(
    log: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = iter([datetime(2026, 6, 15, 23, 30, tzinfo=UTC), datetime(2026, 11, 23, 9, 5, tzinfo=UTC)])
    for notes in ("one", "two", "three"):
        log("log", "note", PUPIL, "--notes", notes, "--on", ON)
    monkeypatch.setattr("attendkit.cli.log.now", lambda: next(written))
    log("log", "correct", "1", "--set", "notes=uno", "--by", "Mr Arkell")
    log("log", "correct", "2", "--strike-out", "another pupil")
    plain = json.loads(log("log", "show", "--on", ON, "--format", "json").out)
    assert [(row["entry"], row["says"], row["replaced_by"]) for row in plain["rows"]] == [
        (4, "uno", None),
        (3, "three", None),
    ]
    told = json.loads(log("log", "show", "--all", "--on", ON, "--format", "json").out)
    assert (told["counts"]["entries"], told["counts"]["no_longer_count"]) == (5, 2)
    names = ("entry", "says", "replaced_how", "replaced_by", "replaced_at", "replaced_by_whom")
    assert [tuple(row[name] for name in names) for row in told["rows"]] == [
        (1, "one", "corrected", 4, "2026-06-15T23:30:00+00:00", "Mr Arkell"),
        (2, "two", "struck-out", 5, "2026-11-23T09:05:00+00:00", "Mrs J. Okafor"),
        (3, "three", None, None, None, None),
        (4, "uno", None, None, None, None),
        (5, "another pupil", None, None, None, None),
    ]
    screen = " ".join(log("log", "show", PUPIL, "--all", "--on", ON).out.split())
    assert "corrected by entry 4, written down 16 June 2026 at 00:30 by Mr Arkell" in screen
    assert "struck out by entry 5, written down 23 November 2026 at 09:05 by Mrs J. Okafor" in screen


def test_all_by_initials_says_nothing_of_what_a_corrected_entry_said(log: Callable[..., Said]) -> None:
    log("log", "note", PUPIL, "--notes", "about Ermintrude", "--on", ON)
    log("log", "correct", "1", "--set", "notes=about nobody at all")
    for form in ("table", "json", "csv"):
        assert "Ermintrude" in log("log", "show", "--all", "--on", ON, "--format", form).out
        hidden = log("log", "show", "--all", "--on", ON, "--format", form, "--initials").out
        assert "hidden" in hidden
        assert "Ermintrude" not in hidden


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("7", "--set", "notes=x"), "There is no entry 7."),
        (("1", "--set", "shoes=7"), "This says nothing that the entry could."),
        (("1", "--set", "notes"), "This is not NAME=VALUE."),
        (("1", "--set", "notes="), "This needs --notes."),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    log: Callable[..., Said], school: Path, words: tuple[str, ...], reason: str
) -> None:
    log("log", "note", PUPIL, "--notes", "x")
    said = log("log", "correct", *words)
    assert said.code == 2
    assert reason in said.err
    assert told(school) == ["note: x"]


def test_a_correction_that_changes_nothing_is_refused(log: Callable[..., Said], school: Path) -> None:
    log("log", "note", PUPIL, "--notes", "x", *ABSENT)
    for words in (("--strike-out", ""), ("--strike-out", " "), (), ("--set", "notes=x"), ABSENT):
        assert log("log", "correct", "1", *words).code == 2
    assert len(open_school(school).casework().every_entry()) == 1
    assert log("log", "correct", "1", "--by", "Mr Arkell").code == 0


# Who is named ----------------------------------------------------------------------------------------

MOTHER = "Dr Orla Hartnell"
NOTICE = ("notice", "issued", PUPIL, "--first", "2026-10-01", "--last", "2026-10-09", *ABSENT, "--parent")


@pytest.mark.parametrize("text", [MOTHER, "dr hartnell", "Orla Hartnell", "Hartnell", "mother", "1"])
def test_a_contact_is_stored_as_the_register_writes_them(
    log: Callable[..., Said], school: Path, text: str
) -> None:
    said = log("log", "hold", PUPIL, "--why", "court-order", "--contact", text)
    assert said.code == 0, said.err
    assert [entry.body.contact for entry in entries(school)] == [MOTHER]


@pytest.mark.parametrize("text", ["Mrs Tailor", "Mr Hartnell", "0", "99", "Orla"])
def test_whoever_is_no_contact_is_refused_with_the_list_and_no_name(
    log: Callable[..., Said], school: Path, text: str
) -> None:
    said = log("log", "hold", PUPIL, "--why", "court-order", "--contact", text)
    assert said.code == 2
    assert "1 Mother (D. O. H.)" in said.err
    assert "Hartnell" not in said.err
    assert entries(school) == []


def test_a_notice_to_mother_is_one_to_her_by_name_and_is_not_logged_twice(
    log: Callable[..., Said], school: Path
) -> None:
    assert log(*NOTICE, "Mother", "--reference", "PN/1").code == 0
    assert "for these sessions is logged already" in log(*NOTICE, MOTHER).err
    other = ("--first", "2026-11-02", "--last", "2026-11-09")
    assert "with this reference" in log(*NOTICE, MOTHER, *other, "--reference", "pn/1").err
    assert log("notice", "paid", PUPIL, "--parent", "1", *ABSENT).code == 0
    assert len(entries(school)) == 2


def test_only_a_hold_that_stands_is_lifted(log: Callable[..., Said], school: Path) -> None:
    log("log", "hold", PUPIL, "--why", "court-order", "--contact", "Mother")
    assert log("log", "hold-lifted", PUPIL, "--why", "medical").code == 2
    assert log("log", "hold-lifted", PUPIL, "--why", "court-order").code == 2
    assert log("log", "hold-lifted", PUPIL, "--why", "court-order", "--contact", MOTHER).code == 0
    assert len(entries(school)) == 2


# In order -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("case", "action", PUPIL, "--action", "x", "--owner", "y", "--due", ON),
        ("case", "barrier", PUPIL, "--barrier", "x"),
        ("case", "done", PUPIL, "--action", "1"),
        ("case", "review", PUPIL, "--notes", "x"),
        ("case", "close", PUPIL, "--outcome", "improved"),
        ("target", "review", PUPIL, "--target", "legal", "--outcome", "met"),
        ("loa", "decide", PUPIL, "--decision", "granted", "--decided", "x", "--why", "y"),
        ("loa", "back", PUPIL),
        ("notice", "paid", PUPIL, "--parent", "x"),
        ("notice", "withdrawn", PUPIL, "--parent", "x"),
        ("notice", "prosecuted", PUPIL, "--parent", "x"),
        ("notice", "improved", PUPIL, "--parent", "x", "--outcome", "met"),
        ("ehe", "exit-form", PUPIL),
        ("ehe", "decision", PUPIL, "--decision", "stays"),
        ("ehe", "removed", PUPIL),
        ("log", "hold-lifted", PUPIL, "--why", "bereavement"),
        ("log", "timetable-reviewed", PUPIL, "--outcome", "ends"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_nothing_is_logged_about_what_is_not_there(
    log: Callable[..., Said], school: Path, words: tuple[str, ...]
) -> None:
    said = log(*words)
    assert said.code == 2
    assert "Nothing was logged." in said.err
    assert entries(school) == []


def test_a_case_goes_from_open_to_closed_and_may_be_opened_again(
    log: Callable[..., Said], school: Path
) -> None:
    steps = [
        ("open", "--why", "below 90%", "--barriers", "bus", "--barriers", "sleep"),
        ("action", "--action", "ring", "--owner", "Mr Arkell", "--due", "2026-11-20"),
        ("done", "--action", "2"),
        ("review", "--notes", "better", "--next", "2026-12-04"),
        ("close", "--outcome", "improved"),
        ("open", "--why", "again"),
    ]
    for word, *options in steps:
        said = log("case", word, PUPIL, *options)
        assert said.code == 0, said.err
    assert log("case", "open", PUPIL, "--why", "twice").code == 2
    assert log("case", "done", PUPIL, "--action", "2").code == 2
    assert told(school)[0] == "case-opened: below 90%; barriers bus, sleep"
    assert len(entries(school)) == len(steps)


def test_a_spoken_notice_of_home_education_takes_no_name_off_and_a_written_one_does(
    log: Callable[..., Said],
) -> None:
    log("ehe", "notice", PUPIL, "--way", "spoken", "--parent", "Mother")
    assert "a spoken one takes no name off" in log("ehe", "removed", PUPIL).err
    log("ehe", "notice", PUPIL, "--way", "written", "--parent", "Mother", "--stated", "2026-11-16")
    assert log("ehe", "removed", PUPIL).code == 0


def test_no_name_goes_before_the_day_in_the_letter_is_over(log: Callable[..., Said], school: Path) -> None:
    log(
        "ehe",
        "notice",
        PUPIL,
        "--way",
        "written",
        "--parent",
        "Mother",
        "--stated",
        "2026-11-20",
        "--on",
        ON,
    )
    log("ehe", "notice", PUPIL, "--way", "spoken", "--parent", "Mother", "--on", ON)
    said = log("ehe", "removed", PUPIL, "--on", ON)
    assert said.code == 2
    assert "the name goes on Saturday 21 November 2026" in said.err
    assert len(entries(school)) == 2
    assert log("ehe", "removed", PUPIL, "--on", "2026-11-21").code == 0


LEAVE = ("--first", "2026-11-12", "--last", "2026-11-16", "--parent", "Mother", "--why", "holiday")
DECIDE = ("loa", "decide", PUPIL, "--decided", "Dr Hartnell", "--why", "x", "--decision")


def test_leave_is_decided_on_once_and_then_corrected(log: Callable[..., Said], school: Path) -> None:
    log("loa", "request", PUPIL, *LEAVE)
    assert log(*DECIDE, "declined").code == 0
    said = log(*DECIDE, "granted")
    assert said.code == 2
    assert "decided on already, in entry 2" in said.err
    assert "`attendkit log correct 2`" in said.err
    assert log("log", "correct", "2", "--set", "decision=granted", "--set", "days=2").code == 0
    assert "decided on already, in entry 3" in log(*DECIDE, "declined").err
    log("loa", "request", PUPIL, *LEAVE)
    assert log(*DECIDE, "declined").code == 0
    assert log(*DECIDE, "declined", "--request", "1").code == 2
    assert "has that number" in log(*DECIDE, "declined", "--request", "2").err
    assert len(entries(school)) == 4


def test_no_more_days_are_granted_than_were_asked_for(log: Callable[..., Said]) -> None:
    """Thursday to Monday are three school days."""
    log("loa", "request", PUPIL, *LEAVE)
    said = log(*DECIDE, "granted", "--days", "4")
    assert said.code == 2
    assert "4 days cannot be granted: the days asked for have 3 school days." in said.err
    assert log(*DECIDE, "granted", "--days", "3").code == 0


def test_nobody_is_back_from_leave_that_has_not_begun(log: Callable[..., Said]) -> None:
    log("loa", "request", PUPIL, *LEAVE, "--on", "2026-11-02")
    log(*DECIDE, "granted", "--days", "3", "--on", "2026-11-03")
    assert "has begun by that day" in log("loa", "back", PUPIL, "--on", "2026-11-11").err
    assert log("loa", "back", PUPIL, "--on", "2026-11-12").code == 0


# The call sheet there and back ----------------------------------------------------------------------

Filled = Mapping[int, Mapping[str, Any]]
MORNING: Filled = {
    0: {"Outcome": "Spoke: reason given", "Reason (code)": "I", "Time": time(9, 5), "By whom": "JO"},
    1: {"Outcome": "No answer", "Time": time(9, 10), "Notes": "=1+1"},
    2: {"Outcome": "Not called"},
}


def filled(log: Callable[..., Said], folder: Path, rows: Filled, name: str = "filled.xlsx") -> Path:
    """The call sheet of the day with these rows filled in, saved as Excel would."""
    sheet_file = folder / "call-sheet.xlsx"
    if not sheet_file.exists():
        assert log("absences", *ABSENT, "--xlsx", "--out", sheet_file).code == 0
    book = openpyxl.load_workbook(sheet_file)
    sheet: Any = book["Call sheet"]
    start = next(row[0].row for row in sheet.iter_rows() if any(cell.value == KEY for cell in row))
    columns = {cell.value: cell.column for cell in sheet[start]}
    for at, said in rows.items():
        for heading, value in said.items():
            cell = sheet.cell(row=start + 1 + at, column=columns[heading])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with = is a text where somebody typed it as one
    book.save(folder / name)
    return folder / name


def test_every_outcome_is_logged_once_and_read_twice_changes_nothing(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    sheet = filled(log, tmp_path, MORNING)
    said = log("log", "import", sheet)
    assert said.code == 0, said.out
    assert said.out.startswith("2 entries logged from filled.xlsx.\n  0 of its rows were read before")
    first, second = entries(school)
    assert (first.body.told(), first.when, first.by, first.on) == (
        "reason; I",
        time(9, 5),
        "JO",
        date(2026, 11, 20),
    )
    assert (second.body.told(), second.by) == ("no-answer; =1+1", "Mrs J. Okafor")
    assert len(first.body.finding) == 16
    again = log("log", "import", sheet)
    assert again.out.startswith("0 entries logged from filled.xlsx.\n  2 of its rows were read before")
    assert entries(school) == [first, second]


def test_a_sheet_filled_further_adds_only_what_is_new(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    log("log", "import", filled(log, tmp_path, MORNING))
    later = {**MORNING, 2: {"Outcome": "Message left", "Time": time(11, 0)}}
    said = log("log", "import", filled(log, tmp_path, later))
    assert said.out.startswith("1 entry logged")
    assert told(school)[2] == "call: message-left"


def test_a_row_that_was_changed_since_it_was_read_corrects_what_it_said(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    log("log", "import", filled(log, tmp_path, MORNING))
    later = {**MORNING, 1: {**MORNING[1], "Outcome": "Spoke: no reason", "Time": time(9, 40)}}
    changed = filled(log, tmp_path, later, "renamed.xlsx")
    said = log("log", "import", changed)
    assert said.out == (
        "0 entries logged from renamed.xlsx.\n"
        "  Entry 2 is corrected by entry 3: its row was changed.\n"
        "  1 of its rows were read before, 3 have nothing to log.\n"
    )
    assert told(school) == ["call: reason; I", "call: no-reason; =1+1"]
    assert "2 of its rows were read before" in log("log", "import", changed).out
    back = log("log", "import", filled(log, tmp_path, MORNING))
    assert "Entry 3 is corrected by entry 4" in back.out
    assert told(school) == ["call: reason; I", "call: no-answer; =1+1"]


def test_a_second_call_on_a_fresh_sheet_is_a_call_of_its_own(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    log("log", "import", filled(log, tmp_path, {0: {"Outcome": "No answer", "Time": time(9, 5)}}))
    (tmp_path / "call-sheet.xlsx").unlink()
    fresh = filled(log, tmp_path, {0: {"Outcome": "Message left", "Time": time(11, 5)}})
    assert log("log", "import", fresh).out.startswith("1 entry logged")
    assert told(school) == ["call: no-answer", "call: message-left"]


def test_a_row_of_a_list_is_known_by_its_file_its_number_and_whom_it_is_about(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "history.csv"

    def read(*rows: str) -> str:
        sheet.write_text("\n".join(["Kind,Day,Adno,Notes", *rows, ""]), encoding="utf-8")
        return log("log", "import", sheet).out

    one, two = f"note,2026-11-02,{PUPIL},one", f"note,2026-11-02,{PUPIL},two"
    read(one, two)
    assert "2 of its rows were read before" in read(two, one)
    assert "Entry 1 is corrected by entry 3" in read(one.replace("one", "uno"), two)
    assert read(one.replace("one", "uno"), two, two.replace("two", "three")).startswith("1 entry logged")
    assert read(one.replace("-02", "-03")).startswith("1 entry logged")
    assert told(school) == ["note: uno", "note: two", "note: three", "note: one"]


def test_the_morning_after_the_sheet_knows_who_was_rung(log: Callable[..., Said], tmp_path: Path) -> None:
    before = json.loads(log("absences", *ABSENT, "--format", "json").out)
    log("log", "import", filled(log, tmp_path, MORNING))
    after = json.loads(log("absences", *ABSENT, "--format", "json").out)
    assert after["counts"]["to_ring"] == before["counts"]["to_ring"] - 1
    tried = [row for row in after["rows"] if row["tried"]]
    assert {row["last_contact"] for row in tried} == {
        "Fri 20 Nov 09:05 call: reason I",
        "Fri 20 Nov 09:10 call: no-answer",
    }


def test_the_call_sheet_says_who_must_not_be_rung_and_what_was_tried(
    log: Callable[..., Said], tmp_path: Path
) -> None:
    log("log", "hold", PUPIL, "--why", "bereavement", "--on", "2026-11-19")
    log("log", "call", PUPIL, "--outcome", "no-answer", "--on", "2026-11-18", "--at", "09:10")
    sheet: Any = openpyxl.load_workbook(filled(log, tmp_path, {}))["Call sheet"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if "ask before" in str(cell.value)]
    (cell,) = cells
    assert cell.startswith(
        "HOLD, ask before ringing: bereavement\nLast: Wed 18 Nov 09:10 call: no-answer\n1. Dr Orla Hartnell"
    )


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ({"Notes": "half a row"}, "This is empty, and the rest of the row is not"),
        ({"Outcome": "Shouted at"}, "This must be one of Spoke: reason given, Spoke: no reason"),
        ({"Outcome": "No answer", "Reason (code)": "QQ"}, "This is not an attendance code"),
        ({"Outcome": "No answer", "Time": "soon"}, "This is not a time of day"),
        ({"Outcome": "No answer", KEY: "nobody"}, "The register has no pupil with this number"),
        ({"Outcome": "No answer", "Day": "yesterday"}, "This is not a date"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, dict) else "",
)
def test_one_bad_cell_is_named_and_nothing_is_half_imported(
    log: Callable[..., Said], school: Path, tmp_path: Path, row: Mapping[str, Any], cell: str
) -> None:
    said = log("log", "import", filled(log, tmp_path, {**MORNING, 3: row}))
    assert said.code == 1
    words = " ".join(said.out.split())
    assert cell in words
    assert "row 10, column" in words
    assert "Nothing of filled.xlsx was logged." in said.out
    assert entries(school) == []


def test_a_csv_with_the_same_columns_is_read_alike(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "calls.csv"
    sheet.write_text(
        f"Adno,Outcome,Reason (code),Time,Notes\n{PUPIL},Message left,,9.10,two rings\n{PUPIL},,,,\n",
        encoding="utf-8",
    )
    undated = log("log", "import", sheet)
    assert undated.code == 1
    assert "No column says on which day" in undated.out
    assert log("log", "import", sheet, "--on", ON).out.startswith("1 entry logged")
    assert log("log", "import", sheet, "--on", ON).out.startswith("0 entries logged")
    (entry,) = entries(school)
    assert (entry.body.told(), entry.when, entry.on) == (
        "message-left; two rings",
        time(9, 10),
        date(2026, 11, 20),
    )


def test_a_list_of_entries_of_any_kind_is_read_by_the_options_of_each(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "history.csv"
    sheet.write_text(
        "Kind,Day,Adno,By,Outcome,Notes,Court\n"
        f"visit,09/11/2026,{PUPIL},Mr Arkell,no-answer,dark house,\n"
        f"hearing,10/11/2026,{PUPIL},,,listed,Leamington\n",
        encoding="utf-8",
    )
    assert log("log", "import", sheet).code == 0
    assert told(school) == ["visit: no-answer; dark house", "hearing: at Leamington; listed; listed"]
    sheet.write_text(f"Kind,Day,Adno,Notes,Court\nnote,09/11/2026,{PUPIL},x,Leamington\n", encoding="utf-8")
    assert "This kind of entry has no such column" in log("log", "import", sheet).out
    sheet.write_text(f"Kind,Day,Adno,Notes\nerased,09/11/2026,{PUPIL},x\n", encoding="utf-8")
    assert "There is no such kind of entry" in log("log", "import", sheet).out
    assert len(entries(school)) == 2


def test_a_sheet_has_its_own_day_whatever_other_is_given(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    sheet = filled(log, tmp_path, MORNING)
    log("log", "import", sheet)
    assert log("log", "import", sheet, *ABSENT).out.startswith("0 entries logged")
    assert len(entries(school)) == 2


@pytest.mark.parametrize(("name", "code"), [("Someone, Else", 1), ("", 0)])
def test_a_row_whose_name_is_not_the_one_its_number_means_is_refused_by_its_cell(
    log: Callable[..., Said], school: Path, tmp_path: Path, name: str, code: int
) -> None:
    said = log("log", "import", filled(log, tmp_path, {**MORNING, 0: {**MORNING[0], "Pupil": name}}))
    assert said.code == code
    assert ("This is not the name of the pupil" in " ".join(said.out.split())) == bool(code)
    assert name not in said.out or not name
    assert len(entries(school)) == 2 * (not code)


def test_a_row_with_the_numbers_of_two_pupils_is_refused(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "two.csv"
    sheet.write_text(f"Kind,Day,UPN,Adno,Notes\nnote,{ON},A990409919000,{PUPIL},x\n", encoding="utf-8")
    assert "the numbers of two pupils" in log("log", "import", sheet).out
    assert entries(school) == []


def test_a_list_is_known_by_the_headings_of_entries_alone(
    log: Callable[..., Said], school: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "notices.csv"
    sheet.write_text(
        "Kind,Day,Adno,Parent,First,Last,Received\n"
        f"notice-issued,2026-11-02,{PUPIL},Mother,2026-10-01,2026-10-09,\n",
        encoding="utf-8",
    )
    assert log("log", "import", sheet).code == 0
    assert [entry.kind for entry in entries(school)] == ["notice-issued"]


def test_a_file_that_is_no_sheet_is_refused(log: Callable[..., Said], school: Path) -> None:
    said = log("log", "import", school / "exports" / "marks.csv")
    assert said.code == 2
    assert "This is not a call sheet" in said.err


# Nothing for nothing --------------------------------------------------------------------------------


def test_without_a_log_a_duty_loads_nothing_of_it(process: Run, ready: Path, tmp_path: Path) -> None:
    watched(tmp_path, ("sqlite3", "attendkit.casework.store", "attendkit.casework.kinds"))
    said = process("fire-register", "--on=2026-11-20", "--school", ready, PYTHONPATH=str(tmp_path))
    assert (said.code, said.err) == (0, "[]\n")


def test_help_of_the_log_needs_no_school(run: Run) -> None:
    assert run("log").out == run("log", "--help").out
    assert "call " in run("log").out


# Looked over ----------------------------------------------------------------------------------------


def checks(log: Callable[..., Said]) -> Mapping[str, str]:
    """What `doctor` says of the log, by how it came out."""
    found = json.loads(log("doctor", "--on", ON, "--format", "json").out)["checks"]
    return {check["state"]: check["says"] for check in found if check["name"] == "log"}


def test_doctor_counts_the_entries_and_says_nothing_where_there_are_none(log: Callable[..., Said]) -> None:
    assert checks(log) == {}
    log("log", "note", PUPIL, "--notes", "x")
    assert checks(log) == {"fine": "1 entry, each as it was written."}


def test_doctor_names_a_tampered_entry(log: Callable[..., Said], school: Path) -> None:
    log("log", "note", PUPIL, "--notes", "MARKED WORDS")
    path = school / "casework.db"
    path.write_bytes(path.read_bytes().replace(b"MARKED WORDS", b"CHANGED WORD"))
    assert "What entry 1 says does not match its seal." in checks(log)["damaged"]
    assert log("doctor", "--on", ON).code == 5


def test_doctor_points_out_entries_about_pupils_it_does_not_know(
    log: Callable[..., Said], school: Path
) -> None:
    body = KINDS["note"].model_validate({"notes": "x"})
    open_school(school).casework().add(
        "note", "GONE", body, by="b", on=date(2026, 11, 20), at=datetime(2026, 11, 20, tzinfo=UTC)
    )
    assert "1 about pupils whom the register does not know" in checks(log)["attention"]

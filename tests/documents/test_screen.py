import io
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pytest
from rich.cells import cell_len
from tests.documents.drawn import ON, bad_mark, table, view

from attendkit.documents.problems import grouped
from attendkit.documents.screen import (
    print_codes,
    print_exports,
    print_ingested,
    print_proof,
    print_rules,
)
from attendkit.findings import PROOF, Proof
from attendkit.model import Problem, Severity
from attendkit.rules import Rulebook, codes_on, generations


@dataclass(frozen=True)
class File:
    """A file as it was checked, with nothing in it."""

    file: str = "SIMS Mon.csv"
    digest: str = "ab"
    layout: str = "long"
    outcome: str = "load"
    explanation: str = ""
    encoding: str = "utf-8"
    sheets: tuple[str, ...] = ()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    rows_read: int = 0
    marks: int = 0
    missing: int = 0
    quarantined: int = 0
    repeated: int = 0
    not_on_roll: int = 0
    lesson_marks: int = 0
    by_code: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, object] = field(default_factory=dict)
    pupils: int = 0
    contacts: dict[str, int] | None = None


@dataclass(frozen=True)
class Taken:
    """What the register says of a file."""

    already: bool = False
    new: int = 0
    changed: int = 0
    same: int = 0
    pupils_new: int = 0
    pupils_changed: int = 0
    contacts: int = 0
    problems: tuple[Problem, ...] = ()


def checked(*files: File, width: int = 80) -> str:
    out = io.StringIO()
    print_exports(files, out, width)
    return out.getvalue()


def ingested(file: File, *taken: Taken) -> str:
    out = io.StringIO()
    print_ingested([file], dict(zip([file.digest], taken, strict=False)), out, 80)
    return out.getvalue()


FULL = File(
    outcome="load_with_errors",
    errors=tuple(bad_mark(row) for row in range(5, 417)),
    warnings=(bad_mark(3, "Q", Severity.WARNING),),
    remarks=("One NUL was taken out.",),
    rows_read=831,
    marks=400,
    missing=12,
    quarantined=412,
    repeated=4,
    not_on_roll=2,
    lesson_marks=1,
    by_code={"/": 200, "\\": 180, "N": 20},
    totals={"possible": 400, "late_after_close": 1},
    sessions={"first": "2026-09-07 AM", "last": "2026-09-11 PM", "distinct": 1434},
    pupils=40,
)

FULL_TEXT = """\
SIMS Mon.csv
Can be loaded, without the rows listed as errors.
  Layout        long, utf-8
  Sessions read 831 = 400 marks + 12 missing + 412 left out + 4 repeated + 2
                before joining or after leaving + 1 of lessons
  Pupils        40
  Sessions      1,434, 2026-09-07 AM to 2026-09-11 PM
  Codes         / 200, \\ 180, N 20
  Totals        possible 400, late after close 1
One NUL was taken out.

413 problems in the data
error    Mark 'ZZ' is not a code: 412 rows, first at row 5, column Mark
         Correct it in the register, or map it in attendkit.toml.
warning  Mark 'Q' is not a code: row 3, column Mark
         Correct it in the register, or map it in attendkit.toml.
"""


def test_a_file_checked_is_told_in_full_and_each_problem_once() -> None:
    assert checked(FULL) == FULL_TEXT


def test_a_file_refused_says_what_to_do() -> None:
    text = checked(File(outcome="reject", layout="none", explanation="Save it as .xlsx."))
    assert text == "SIMS Mon.csv\nCannot be read as an export.\nSave it as .xlsx.\n"


@pytest.mark.parametrize(
    "outcome", ["load", "load_with_errors", "needs_answer", "summary", "pupils", "contacts", "reject"]
)
def test_every_outcome_has_words(outcome: str) -> None:
    said = checked(File(outcome=outcome)).splitlines()[1]
    assert said[0].isupper()
    assert said.endswith(".")
    assert "_" not in said


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_on_the_screen_is_wider_than_it(width: int) -> None:
    out = io.StringIO()
    print_codes(tuple(codes_on(ON).values()), out, width)
    print_rules([Rulebook().rule(name, ON) for name in Rulebook().names()], out, width)
    print_exports([FULL, File()], out, width)
    assert all(cell_len(line) <= width for line in out.getvalue().splitlines())


def test_what_a_file_did_to_the_register_is_said() -> None:
    new = ingested(File(), Taken(new=1390, changed=4, same=6, pupils_new=1, contacts=3))
    assert new.endswith(
        "  Register      marks: 1,390 new, 4 changed, 6 as before\n"
        "                pupils: 1 new, 0 changed\n"
        "                contacts: 3\n"
    )
    assert "taken in before: nothing changed" in ingested(File(), Taken(already=True))
    assert "Nothing was taken in." in ingested(File(outcome="reject"))
    assert "Mark 'ZZ' is not a code" in ingested(File(), Taken(problems=(bad_mark(3),)))


def test_codes_are_a_table_and_one_code_is_told_for_each_table_it_stood_in() -> None:
    out = io.StringIO()
    print_codes(tuple(codes_on(ON).values()), out, 120)
    assert "C2    Leave: temporary part-time timetable" in out.getvalue()
    out = io.StringIO()
    print_codes([g.codes["J"] for g in generations() if "J" in g.codes], out, 80)
    text = out.getvalue()
    assert "J  At an interview" in text
    assert "2006 Regulations, 1 Sep 2006 to 18 Aug 2024" in text
    assert "Now           J1" in text


def test_a_rule_says_its_dates_its_source_and_what_a_school_may_set() -> None:
    out = io.StringIO()
    print_rules([Rulebook({"n-code": {"school_days": 3}}).rule("n-code", ON)], out, 100)
    text = out.getvalue()
    assert "In force      since 19 Aug 2024" in text
    assert "Authority     school" in text
    assert "May be set    school_days = 3" in text
    assert "This school   has changed school_days" in text


def proof(marks: dict[str, list[object]]) -> str:
    excluded = {"code": ["/"], "sessions": [49], "why": ["Present (AM): present"]}
    out = io.StringIO()
    print_proof(
        Proof(
            pupil=1,
            figure="n_codes",
            on=ON,
            value=1,
            unit="sessions",
            says="Reason not yet established (N): 1 session.",
            marks=table(PROOF, marks),
            excluded=pl.DataFrame(excluded if marks else {name: [] for name in excluded}),
            rule=Rulebook().rule("n-code", ON),
            page="docs/duties/ncode-report.md",
        ),
        view(),
        out,
        80,
    )
    return out.getvalue()


def test_a_proof_names_each_mark_its_place_and_the_law() -> None:
    text = proof(
        {
            "date": [date(2026, 11, 16)],
            "session": ["PM"],
            "code": ["N"],
            "meaning": ["Reason not yet established"],
            "citation": ["Regulations 2024, reg 10"],
            "file": ["SIMS Mon.csv"],
            "row": [135441],
            "column": [10],
        }
    )
    assert text.startswith("[/], [bold]Bo[/bold], 8/B:1\nReason not yet established (N): 1 session.\n")
    assert "Mon 16 Nov  PM       N     Reason not yet established  SIMS Mon.csv  135441" in text
    assert "  N   Reason not yet established: Regulations 2024, reg 10" in text
    assert "/           49  Present (AM): present" in text
    assert "docs/duties/ncode-report.md" in text


def test_a_figure_of_nothing_has_no_tables() -> None:
    assert "Date" not in proof({})


@pytest.mark.parametrize(("kinds", "told"), [(30, False), (31, True)])
def test_more_kinds_of_problem_than_a_person_reads_are_counted(kinds: int, *, told: bool) -> None:
    text = checked(File(errors=tuple(bad_mark(row, f"Z{row}") for row in range(kinds))))
    assert ("And 1 problem of 1 other kind: `--format json` lists them all." in text) is told
    assert "Mark 'Z29' is not a code: row 29" in text


def test_problems_alike_are_one_group_with_the_first_row() -> None:
    groups = grouped([bad_mark(9), bad_mark(5), bad_mark(2, "Q", Severity.WARNING), bad_mark(7, "X")])
    assert [(group.rows, group.first.row, group.first.value) for group in groups] == [
        (2, 5, "ZZ"),
        (1, 7, "X"),
        (1, 2, "Q"),
    ]
    assert grouped([Problem("calendar", "The calendar ends.")])[0].line == "The calendar ends."
    assert grouped([Problem("calendar", "Ends.")] * 2)[0].line == "Ends: 2 times"

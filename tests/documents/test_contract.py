import json
from dataclasses import replace
from datetime import date

import polars as pl
from tests.documents.drawn import EVIL, bad_mark, report, view

from attendkit.documents import as_json
from attendkit.documents.contract import json_bytes, plain


def test_whom_alone_it_is_about_and_what_changes_everything_are_said() -> None:
    made = as_json(replace(report(notes=["After."]), above=("Before.",)), replace(view(), only=("Year 7",)))
    assert made["only"] == ["Year 7"]
    assert made["notes"] == ["Before.", "After."]
    assert as_json(report(), view())["only"] == []


def test_the_keys_that_scripts_rely_on_come_in_this_order() -> None:
    made = as_json(report(), view())
    assert list(made) == [
        "command",
        "school",
        "on",
        "only",
        "register",
        "counts",
        "rows",
        "problems",
        "notes",
        "findings",
        "rules",
    ]
    assert made["register"] == {
        "digest": "cd" * 32,
        "first": "2026-09-07",
        "last": "2026-09-07",
        "imports": 1,
    }
    assert made["counts"] == {"on_roll": 1450, "absent": {"N": 2, "I": 31}, "no_mark": 0}


def test_a_row_names_its_pupil_and_then_has_the_dutys_own_columns() -> None:
    row = as_json(report(), view())["rows"][1]
    assert list(row)[:4] == ["pupil", "date", "session", "code"]
    assert row["pupil"] == {
        "upn": None,
        "adno": "001001",
        "surname": "[/]",
        "forename": "[bold]Bo[/bold]",
        "year": 8,
        "tutor": "8/B:1",
        "college": "Elm",
    }
    assert (row["date"], row["session"], row["code"]) == ("2026-11-09", "PM", "-")
    assert (row["overdue"], row["sessions"], row["percent"]) == (False, 1235, "93.33")


def test_rules_that_only_figures_rest_on_are_cited_too_and_each_once() -> None:
    made = as_json(replace(report(found=True), rests_on=("bands", "n-code")), view())
    assert [rule["id"] for rule in made["rules"]] == ["n-code", "bands"]


def test_rows_keep_their_order() -> None:
    rows = as_json(report(pupil=(3, 0, 2)), view())["rows"]
    assert [row["pupil"]["adno"] for row in rows] == ["001003", "001000", "001002"]


def test_rows_about_no_pupil_have_none() -> None:
    drawn = report()
    groups = type(drawn)(**{**vars(drawn), "rows": pl.DataFrame({"tutor": ["7A"], "missing": [3]})})
    assert as_json(groups, view())["rows"] == [{"tutor": "7A", "missing": 3}]


def test_a_row_with_its_own_tutor_keeps_it_beside_the_pupils() -> None:
    row = as_json(report(tutor=["7Z", "8Z"]), view())["rows"][0]
    assert (row["tutor"], row["pupil"]["tutor"]) == ("7Z", "7/A:1")


def test_a_problem_says_what_where_and_what_to_do() -> None:
    (problem,) = as_json(report(problems=[bad_mark(5)]), view())["problems"]
    assert problem == {
        "reason": "unknown_code",
        "message": "Mark 'ZZ' is not a code.",
        "file": "SIMS Mon.csv",
        "row": 5,
        "column": "Mark",
        "value": "ZZ",
        "remedy": "Correct it in the register, or map it in attendkit.toml.",
        "severity": "error",
    }


def test_findings_are_named_and_cite_each_rule_once() -> None:
    made = as_json(report(found=True), view())
    assert [(f["pupil"], f["count"], f["of"], f["rule"]) for f in made["findings"]] == [
        ("001000", 1, 210, "n-code"),
        ("001001", 1, 210, "n-code"),
    ]
    assert len({f["id"] for f in made["findings"]}) == 2
    (rule,) = made["rules"]
    assert rule["id"] == "n-code"
    assert rule["since"] == "2024-08-19"
    assert rule["authority"] == "law"
    assert rule["values"]["school_days"] == 5


def test_the_bytes_are_utf_8_with_names_as_they_are_and_a_line_end_last() -> None:
    content = json_bytes(report(pupil=range(len(EVIL))), view())
    assert content.endswith(b"}\n")
    assert "小明".encode() in content
    names = [(r["pupil"]["surname"], r["pupil"]["forename"]) for r in json.loads(content)["rows"]]
    assert tuple(names) == EVIL


def test_values_inside_values_are_plain_too() -> None:
    contacts = [{"name": "Mrs Day", "since": date(2026, 9, 1), "numbers": ["1"], "session": 2}]
    assert plain(contacts) == [{"name": "Mrs Day", "since": "2026-09-01", "numbers": ["1"], "session": "PM"}]

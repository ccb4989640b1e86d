"""A figure is the length of its proof: for every pupil and every figure."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from tests.drawn import drawn, view
from tests.registers import Random, registers

from attendkit.duties import DUTIES, Duty, duty
from attendkit.duties.why import FIGURES, prove
from attendkit.errors import BadArgumentError, NoRuleError, NotFoundError
from attendkit.findings import PROOF

IN_BANDS = (
    "possible",
    "present",
    "missed",
    "authorised",
    "unauthorised",
    "late",
    "late_after_close",
    "n_codes",
    "not_possible",
    "missing",
)
WEEK = """
2026-07-13  Ada  // // // // OO
2026-11-09  Ada  // // // // II
2026-11-16  Ada  OO L(5)U(40) ## N- NN
2026-11-16  Bea  // // // // //
2026-11-16  Cal  I
"""
ON = date(2026, 11, 20)


@given(registers(since=date(2024, 8, 19)))
@settings(max_examples=10, deadline=None)
def test_every_figure_of_bands_is_the_length_of_its_proof(made: Random) -> None:
    look = view(made.drawing, made.on, all=True)
    for row in duty("bands").load()(look).rows.to_dicts():
        for figure in IN_BANDS:
            proof = prove(look, row["pupil"], figure)
            assert (proof.value, proof.count) == (row[figure], row[figure])
            every = proof.count + proof.excluded["sessions"].sum()
            assert every == row["possible"] + row["not_possible"] + row["missing"]
        for figure in ("band", "percent", "minutes_late"):
            assert prove(look, row["pupil"], figure).value == row[figure]


@pytest.mark.parametrize(
    ("figure", "rule"),
    [
        ("possible", "possible-sessions"),
        ("absent", "possible-sessions"),
        ("percent", "possible-sessions"),
        ("late", "lateness"),
        ("late_after_close", "lateness"),
        ("minutes_late", "lateness"),
        ("n_codes", "n-code"),
        ("open_n", "n-code"),
        ("missing", "missing-mark"),
        ("band", "bands"),
        ("days_in_a_row", "school-day"),
    ],
)
def test_a_figure_cites_the_rule_that_is_about_it(figure: str, rule: str) -> None:
    assert prove(view(WEEK, ON), 0, figure).rule.id == rule


def test_every_figure_can_be_proved_even_with_no_marks_at_all() -> None:
    look = view("Dee: tutor 7A1" + WEEK, ON)
    for figure in (name for name in FIGURES if "*" not in name):
        proof = prove(look, 0, figure)
        assert (proof.count, proof.excluded.height) == (0, 0), figure
        assert proof.value in {0, None, "no_data"}, figure


def test_a_proof_names_the_mark_its_meaning_its_source_and_its_place() -> None:
    proof = prove(view(WEEK, ON), 0, "late_after_close")
    assert proof.marks.schema == PROOF
    mark = proof.marks.row(0, named=True)
    assert (mark["date"], mark["session"], mark["code"], mark["minutes"]) == (
        date(2026, 11, 17),
        "PM",
        "U",
        40,
    )
    assert mark["meaning"] == "Arrived after register closed"
    assert "reg 10" in mark["citation"]
    assert (mark["file"], mark["column"]) == ("drawn.txt", 1)
    assert drawn(WEEK).marks[mark["row"] - 2].code == "U"


def test_a_proof_says_what_it_left_out_and_why() -> None:
    proof = prove(view(WEEK, ON), 0, "absent")
    assert proof.says == "Missed: 4 days (8 of 17 possible sessions), up to Friday 20 November 2026."
    left_out = {row[0]: row[1:] for row in proof.excluded.iter_rows()}
    assert left_out["-"] == (1, "nobody marked it")
    assert left_out["#"] == (2, "Planned whole school closure: not possible")
    assert left_out["L"] == (1, "Late before register closed: present")


def test_last_years_marks_are_in_no_figure_but_a_row_of_days_runs_through_the_summer() -> None:
    summer = "2026-07-13  Ada  // // // // OO\n2026-09-07  Ada  OO O"
    look = view(summer, date(2026, 9, 8))
    assert prove(look, 0, "absent").count == 3
    days = prove(look, 0, "days_in_a_row")
    assert (days.value, days.count, days.unit) == (3, 5, "school days")


@pytest.mark.parametrize(
    ("figure", "rule", "page"),
    [
        ("absent", "possible-sessions", "bands"),
        ("band", "bands", "bands"),
        ("open_n", "n-code", "ncode-report"),
        ("late", "lateness", "late"),
        ("missing", "missing-mark", "missing-registers"),
        ("days_in_a_row", "school-day", "absences"),
    ],
)
def test_a_figure_stands_under_its_rule_and_on_its_page(figure: str, rule: str, page: str) -> None:
    proof = prove(view(WEEK, ON), 0, figure)
    assert (proof.rule.id, proof.page) == (rule, f"docs/duties/{page}.md")


def test_the_schools_own_line_is_never_cited_as_the_nations() -> None:
    eleven = "2026-09-07  Ada  II II I/ // //\n2026-09-14  Ada  // // // // //  x4\n2026-10-12  Ada  // //"
    proof = prove(view(eleven, date(2026, 10, 13)), 0, "band")
    assert (proof.value, proof.of) == ("at_risk", 54)
    assert proof.rule.authority.value == "school"


def test_a_proof_as_json_holds_no_name() -> None:
    text = json.dumps(prove(view(WEEK, ON), 0, "absent").as_json())
    assert "Ada" not in text
    assert json.loads(text)["value"] == 8


def test_an_unknown_figure_is_refused_with_the_ones_that_can_be_proved() -> None:
    with pytest.raises(BadArgumentError, match="days_in_a_row"):
        prove(view(WEEK, ON), 0, "happiness")


def test_an_unknown_pupil_is_refused() -> None:
    with pytest.raises(NotFoundError):
        prove(view(WEEK, ON), 99, "absent")


@pytest.mark.parametrize("each", [each for each in DUTIES if each.proves], ids=lambda duty: duty.name)
def test_whatever_a_duty_found_by_a_rule_is_proved_by_the_evidence_of_its_finding(each: Duty) -> None:
    away = "2026-10-12  Ada  CC CC CC CC CC\n2026-10-19  Ada  OO OO OO OO OO  x5\n"
    look = view(f"{away}2026-10-12  Bea  II II II II II  x6", ON)
    report = each.load()(look)
    for rule in each.proves:
        for row in report.found.filter(rule=rule).to_dicts():
            proof = prove(look, row["pupil"], rule)
            assert proof.says == row["says"]
            assert proof.count == proof.value == report.evidence.filter(finding=row["finding"]).height > 0
            assert (proof.rule.id, proof.page) == (rule, f"docs/duties/{each.name}.md")
    if each.name in {"penalties", "returns", "cme"}:
        assert {*report.found["rule"]} == {*each.proves}


def test_any_rule_of_a_family_proves_what_a_duty_found_by_it() -> None:
    look = view("2026-11-16  Ada  // NI // // //", ON)
    proof = prove(look, 0, "coding-n-beside-reason")
    assert (proof.value, proof.marks["code"].to_list()) == (1, ["N"])
    assert (proof.rule.id, proof.page) == ("coding-n-beside-reason", "docs/duties/coding.md")
    assert prove(look, 0, "coding-v-alone").value == 0
    with pytest.raises(BadArgumentError, match=r"coding-\*"):
        prove(look, 0, "coding-*")
    with pytest.raises(NoRuleError, match="coding-nonsense"):
        prove(look, 0, "coding-nonsense")

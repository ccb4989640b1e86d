"""What holds for a report whatever its register: filters, findings, order, and what a school has changed."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from tests.drawn import drawn, named, view

from attendkit.duties import DUTIES, duty
from attendkit.errors import NoRuleError
from attendkit.findings import EVIDENCE, FOUND, Kind, View, findings
from attendkit.register.folding import empty_register
from attendkit.rules import Rulebook
from attendkit.school import School
from attendkit.terms import calendar

ON = date(2026, 11, 20)
GROUPS = """
Ada: tutor 7A1
Bea: tutor 7A1
Cal: tutor 7A1
Dee: tutor 7B1
Eve: tutor 7B1
2026-11-16  Ada  OO // // // N/
2026-11-16  Bea  // L/ // // /-
2026-11-16  Cal  // // // // U/
2026-11-16  Dee  // // // // -/
2026-11-16  Eve  // // // // -I
"""


@pytest.mark.parametrize("each", DUTIES, ids=lambda duty: duty.name)
def test_a_duty_has_its_own_name_and_columns_that_are_there(each: object) -> None:
    report = duty(each.name).load()(view(GROUPS, ON))  # type: ignore[attr-defined]
    assert report.duty == each.name  # type: ignore[attr-defined]
    looked_up = {"tutor", "college", "year"}
    assert {column.name for column in report.columns} <= {*report.table.columns, *looked_up}
    assert report.found.schema == FOUND
    assert report.evidence.schema == EVIDENCE


@pytest.mark.parametrize("each", DUTIES, ids=lambda duty: duty.name)
def test_a_register_with_nothing_in_it_gives_the_same_columns(each: object) -> None:
    nothing = View(empty_register(), calendar(), Rulebook(), School(), ON)
    report = duty(each.name).load()(nothing)  # type: ignore[attr-defined]
    full = duty(each.name).load()(view(GROUPS, ON))  # type: ignore[attr-defined]
    assert report.rows.is_empty()
    assert report.rows.schema == full.rows.schema
    assert report.table.columns == full.table.columns
    assert findings(report, nothing) == []


@pytest.mark.parametrize("each", DUTIES, ids=lambda duty: duty.name)
def test_filters_choose_rows_and_change_no_figure(each: object) -> None:
    """Bea's missing mark is chased because her whole group is taken, also when only she is asked about."""
    drawing = drawn(GROUPS)
    name = each.name  # type: ignore[attr-defined]
    everyone = named(drawing, duty(name).load()(view(drawing, ON, all=True)).rows)
    chosen = ("Bea", "Eve")
    some = named(drawing, duty(name).load()(view(drawing, ON, chosen=chosen, all=True)).rows)
    if name == "audit":
        assert {row["pupil"] for row in some} == {*chosen}  # a sample of others is another sample
    elif everyone and "pupil" in everyone[0]:
        assert some == [row for row in everyone if row["pupil"] in chosen]
    elif name == "missing-registers":
        assert some == everyone  # both tutor groups are looked at, whole


def test_counts_follow_the_filters() -> None:
    counts = duty("absences").load()(view(GROUPS, ON, chosen=("Ada", "Bea"))).counts
    assert (counts["on_roll"], counts["sessions"]["AM"]["on_roll"]) == (2, 2)


def test_a_fresh_export_of_the_same_facts_gives_the_same_finding() -> None:
    first = view(GROUPS, ON)
    lines = GROUPS.strip().splitlines()
    again = view("\n".join([*lines[5:6], *lines[:5], *lines[6:]]), ON)
    for name in ("bands", "ncode-report"):
        ids = [{f.id for f in findings(duty(name).load()(look), look)} for look in (first, again)]
        assert ids[0] == ids[1] != set()


def test_a_finding_of_bands_counts_the_sessions_missed_out_of_those_possible() -> None:
    look = view(GROUPS, ON)
    ada = next(f for f in findings(duty("bands").load()(look), look) if f.pupil == "Ada")
    assert (ada.count, ada.of, ada.rule.id) == (3, 10, "bands")
    assert ada.says.startswith("Missed 1.5 days (3 of 10 sessions)")


@pytest.mark.parametrize(("layout", "unknown"), [("pupils", ["Bea"]), ("long", [])])
def test_a_pupil_without_dates_or_rows_is_on_roll_when_a_pupil_list_names_them(
    layout: str, unknown: list[str]
) -> None:
    """Else only a register that has yet to reach their first day could have named them."""
    drawing = drawn("Bea: tutor 7A1\n2026-11-16  Ada  // // // // /")
    look = view(drawing, ON)
    imports = look.register.imports.with_columns(layout=pl.lit(layout))
    look = replace(look, register=replace(look.register, imports=imports))
    rows = named(drawing, duty("fire-register").load()(look).rows)
    assert [row["pupil"] for row in rows if row["state"] == "unknown"] == unknown


def test_names_are_filed_without_capitals_accents_or_apostrophes() -> None:
    text = """
    Ada: surname O'Brien
    Bea: surname obrien
    Cal: surname Öberg
    Dee: surname Zeta
    Eve: surname de la Tour
    """
    order = view(text, ON).order.sort("by_name")["pupil"].to_list()
    assert [drawn(text).names[pupil] for pupil in order] == ["Eve", "Cal", "Ada", "Bea", "Dee"]


def test_tutor_groups_are_in_the_order_of_their_years_and_none_is_last() -> None:
    text = "Ada: tutor 10A1\nBea: tutor 7B1\nCal: tutor 7A2\nDee: tutor Arden\nEve: tutor 9A1"
    order = view(text, ON).order.sort("by_tutor")["tutor"].to_list()
    assert order == ["7A2", "7B1", "9A1", "10A1", "Arden"]


def test_a_duty_before_its_rule_was_in_force_says_so() -> None:
    with pytest.raises(NoRuleError, match="n-code"):
        duty("ncode-report").load()(view("2024-08-12  Ada  N/", date(2024, 8, 16)))


def test_a_changed_rule_is_the_schools_and_every_report_says_so() -> None:
    look = view(GROUPS, ON, school={"rules": {"at-risk": {"below_percent": 95}}})
    report = duty("bands").load()(look)
    assert any("below_percent of the rule at-risk" in note for note in report.notes)
    assert "below_95" in report.counts


def test_columns_that_count_are_shown_as_numbers() -> None:
    for each in DUTIES:
        report = each.load()(view(GROUPS, ON))
        for column in report.columns:
            kind = report.table.schema.get(column.name)
            if column.name != "pupil" and kind is not None and kind.is_integer():
                assert column.kind is Kind.NUMBER, (each.name, column.name)

"""What the audit of coding says beyond its page: one export's letters, its options, its table."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.drawn import drawn, named, view

from attendkit.duties import duty
from attendkit.duties.coding import CHECKS
from attendkit.errors import BadArgumentError
from attendkit.findings import findings
from attendkit.rules import Authority, Rulebook

ON = date(2026, 11, 20)
PAGE = (Path(__file__).parents[2] / "docs" / "duties" / "coding.md").read_text(encoding="utf-8")
coding = duty("coding").load()


def test_there_are_at_least_25_checks_each_with_a_dated_rule_of_its_own() -> None:
    rules = [check.rule for check in CHECKS]
    assert len(set(rules)) == len(rules) >= 25
    family = {name for name in Rulebook().names() if name.startswith("coding-")}
    assert set(rules) == family


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_has_a_fix_and_an_example_on_the_page(check: object) -> None:
    name = check.name  # type: ignore[attr-defined]
    assert re.fullmatch(r"[A-Z].+[^.]\.", check.fix)  # type: ignore[attr-defined]
    assert f"`attendkit coding --check {name} " in PAGE


def test_a_number_that_a_school_may_set_is_never_the_laws() -> None:
    judged = [Rulebook().rule(check.rule, ON) for check in CHECKS]
    assert {rule.authority for rule in judged if rule.configurable} == {Authority.SCHOOL}


@pytest.mark.parametrize(("short", "found"), [(True, ["Ada"]), (False, [])])
def test_c_is_asked_about_only_where_an_export_has_one_letter_a_mark(short: bool, found: list[str]) -> None:  # noqa: FBT001
    drawing = drawn("2026-11-16  Ada  CC // // // //\n2026-11-16  Bea  MM // // // //")
    look = view(drawing, ON, check="c-of-one-letter")
    imports = look.register.imports.with_columns(short=pl.lit(short))
    rows = coding(replace(look, register=replace(look.register, imports=imports))).rows
    assert [row["pupil"] for row in named(drawing, rows)] == found


def test_a_check_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadArgumentError, match="'v-alon'") as refused:
        coding(view("2026-11-16  Ada  V/", ON, check="v-alon"))
    assert refused.value.remedy == "Did you mean v-alone?"
    with pytest.raises(BadArgumentError) as refused:
        coding(view("2026-11-16  Ada  V/", ON, check="zzz"))
    assert all(check.name in refused.value.remedy for check in CHECKS)


def test_a_filter_leaves_rows_out_and_compares_with_everyone_all_the_same() -> None:
    text = "2026-11-16  Ada  V/ V/ // // //\n2026-11-16  Bea  V/ // // // //"
    drawing = drawn(text)
    rows = named(drawing, coding(view(drawing, ON, chosen=("Ada",), check="v-alone")).rows)
    assert [(row["pupil"], row["first"]) for row in rows] == [("Ada", date(2026, 11, 17))]


def test_every_row_with_marks_has_a_finding_that_counts_them() -> None:
    look = view("Dee: part time\n2026-11-09  Ada  NN // // // //\n2026-11-16  Dee  // IN V/ QQ RR", ON)
    report = coding(look)
    with_marks = report.rows.filter(pl.col("sessions") > 0)
    found = findings(report, look)
    assert [finding.count for finding in found] == with_marks["sessions"].to_list()
    assert [finding.says for finding in found] == with_marks["says"].to_list()
    assert [finding.rule.id for finding in found] == [f"coding-{name}" for name in with_marks["check"]]
    assert report.rows.height == with_marks.height + 1  # Dee has no C2


def test_the_same_row_of_marks_may_be_found_twice_by_two_checks() -> None:
    report = coding(view("2026-11-09  Ada  NC // // // //", ON))
    assert report.rows["check"].to_list() == ["n-beside-reason", "n-past-deadline"]
    assert report.counts["sessions"] == 2


def test_a_day_with_no_rules_yet_makes_fewer_checks() -> None:
    old = coding(view("2024-08-12  Ada  // // // // //", date(2024, 8, 16)))
    new = coding(view("2026-11-16  Ada  // // // // //", ON))
    assert 0 < old.counts["checks_made"] < new.counts["checks_made"] == len(CHECKS)

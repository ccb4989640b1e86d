"""Patterns: compared with their oracle, held to their promise on small registers, and proved mark by mark."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from benchmarks import patterns as promised
from tests.drawn import view

from attendkit.duties import duty
from attendkit.duties.patterns import everything_asked
from attendkit.duties.why import prove
from attendkit.findings import Report, findings
from attendkit.measures.patterns import Answer, surest

ON = date(2026, 11, 13)
FRIDAYS = """
2026-09-07  Ada  // // // // OO x7
2026-10-26  Ada  // OO // II //
2026-11-02  Ada  // // // // // x2
2026-09-07  Bea  // // // // //  x10
"""


def report(text: str, on: date = ON, **options: object) -> Report:
    return duty("patterns").load()(view(text, on, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("by_day", [True, False])
def test_nobody_is_named_where_every_pattern_has_been_shuffled_away(*, by_day: bool) -> None:
    chance = Random(7)  # noqa: S311  (chance, not secrets)
    base = promised.made(300, 10, chance)
    for _ in range(3):
        look = promised.view(promised.shuffled(base, chance, by_day=by_day))
        _, asked = everything_asked(look)
        assert len(asked) > 200
        assert duty("patterns").load()(look).rows["pupil"].n_unique() <= 0.05 * 300


def test_planted_patterns_are_found_of_every_kind_and_little_else() -> None:
    chance = Random(11)  # noqa: S311  (chance, not secrets)
    told = promised.power(800, 10, chance, each=6) + promised.power(800, 10, chance, each=6)
    assert {kind for kind in promised.PLANTS if told.share(kind) < 0.7} == set()
    assert sum(told.found.values()) / sum(told.planted.values()) >= promised.LEAST_FOUND
    assert told.false <= promised.MOST_FALSE


def test_shuffling_keeps_every_pupils_own_absences() -> None:
    chance = Random(3)  # noqa: S311  (chance, not secrets)
    base = promised.made(20, 4, chance)
    for by_day in (True, False):
        dealt = promised.shuffled(base, chance, by_day=by_day)
        for before, after in zip(base.marks, dealt.marks, strict=True):
            codes = [sorted(c for day in days for c in day if c in "IMNOG") for days in (before, after)]
            assert codes[0] == codes[1]


def test_each_finding_is_proved_by_one_mark_a_day() -> None:
    look = view(FRIDAYS, ON)
    (finding,) = findings(duty("patterns").load()(look), look)
    assert (finding.count, finding.of, finding.rule.id) == (7, 9, "patterns")
    assert {piece.date.weekday() for piece in finding.evidence} == {4}
    assert finding.rule.authority == "school"


def test_why_proves_the_surest_pattern_found_by_a_rule() -> None:
    proof = prove(view(FRIDAYS, ON), 0, "patterns")
    assert proof.count == 7
    assert "7 of 9 days away were Fridays" in proof.says


def test_what_is_asked_about_a_pupil_is_told_with_the_pupil() -> None:
    row = duty("pupil").load()(view(FRIDAYS, ON, chosen=["Ada"], pupil="Ada")).rows.row(0, named=True)
    told = [one["says"] for one in row["says"] if one["duty"] == "patterns"]
    assert told == ["7 of 9 days away were Fridays; 2 would be usual."]


def test_filters_change_what_is_listed_and_not_what_is_found() -> None:
    whole, ada, bea = (report(FRIDAYS, chosen=chosen) for chosen in (None, ["Ada"], ["Bea"]))
    assert ada.rows.equals(whole.rows)
    assert bea.rows.is_empty()
    assert whole.counts["tested"] == ada.counts["tested"] == bea.counts["tested"]


def test_what_is_said_has_counts_and_no_probability() -> None:
    row = report(FRIDAYS).rows.row(0, named=True)
    assert row["says"] == "7 of 9 days away were Fridays; 2 would be usual."
    assert not {"chance", "p", "p_value"} & set(row)


def test_pupils_who_have_left_are_not_asked_about() -> None:
    assert report(FRIDAYS + "Ada: left 2026-11-11").counts["tested"] == 0
    assert report(FRIDAYS + "Ada: left 2026-11-13").counts["patterns"] == 1


def test_only_the_weeks_looked_back_on_count() -> None:
    held = {"rules": {"patterns": {"school_weeks": 10}}}
    later = FRIDAYS.replace("// x2", "// x3").replace("//  x10", "//  x11")
    assert report(FRIDAYS, school=held).counts["patterns"] == 1
    assert report(later, date(2026, 11, 20), school=held).rows["count"].to_list() == [6]


def test_a_register_without_marks_is_asked_nothing() -> None:
    empty = report("Ada: year 9")
    assert empty.rows.is_empty()
    assert empty.notes == ("Nobody has days away or late enough to look for a pattern in: 5 days.",)


def test_of_findings_about_the_same_days_the_surest_is_kept() -> None:
    fridays = Answer(1, "weekday", "Fridays", 0b11111, 6, 1.0, 1e-6)
    some = Answer(1, "term_end", "", 0b00111, 6, 1.0, 1e-5)
    others = Answer(1, "weekday", "Mondays", 0b1100001, 6, 1.0, 1e-4)
    ill = Answer(1, "short_illness", "", 0b11111, 6, 1.0, 1e-3)
    elsewhere = Answer(2, "term_end", "", 0b00111, 6, 1.0, 1e-2)
    assert surest([elsewhere, ill, others, some, fridays]) == [fridays, others, ill, elsewhere]
    assert surest([replace(some, chance=1e-7), fridays]) == [replace(some, chance=1e-7)]


def test_two_siblings_away_on_the_same_days_are_told_of_once() -> None:
    one = Answer(1, "siblings", "", 0b111, 3, 0.1, 1e-6, sibling=2)
    other = replace(one, chance=1e-5, sibling=3)
    assert surest([other, one]) == [one]
    assert surest([replace(other, days=0b1110), one]) == [one, replace(other, days=0b1110)]

"""Penalties, returns and missing education: compared with their oracle, and what they may never say."""

from datetime import date
from typing import Any

import pytest
from tests.drawn import view

from attendkit.duties import duty
from attendkit.findings import Report, findings
from attendkit.measures.notices import NEXT, NOTICE
from attendkit.model import Notice

WATCHES = ("penalties", "returns", "cme")
LONG_GONE = """
2026-10-12  Ada  CC CC CC CC CC
2026-10-19  Ada  OO OO OO OO OO  x5
2026-10-12  Bea  // // // // //  x6
2026-10-12  Cal  II II II II II  x6
"""
ON = date(2026, 11, 20)


def report(name: str, **options: Any) -> Report:
    return duty(name).load()(view(LONG_GONE, ON, **options))


def test_a_time_limb_is_never_a_reason_to_take_a_name_off() -> None:
    told = report("cme")
    assert told.rows["ground_i_time_limb"].any()
    assert told.rows["ground_h_time_limb"].any()
    said = " ".join([*told.found["says"], *told.notes, *(column.heading for column in told.columns)])
    for word in ("remove", "delete", "take off"):
        assert word not in said.lower()


def test_a_threshold_is_considered_and_nothing_is_issued() -> None:
    said = " ".join([*report("penalties").found["says"], report("penalties").notes[0]])
    assert "consider a penalty notice." in said
    assert "issue a" not in said.lower()


@pytest.mark.parametrize("name", WATCHES)
def test_a_figure_in_sessions_is_the_length_of_its_proof(name: str) -> None:
    look = view(LONG_GONE, ON)
    told = duty(name).load()(look)
    counts = [finding.count for finding in findings(told, look)]
    assert counts
    sessions = {*told.rows["sessions"].drop_nulls()}
    if name == "cme":
        sessions |= {*told.rows["ground_i_sessions"], *told.rows["ground_h_sessions"]}
    assert set(counts) <= sessions


def test_each_finding_rests_on_its_own_rule() -> None:
    assert report("cme").found["rule"].to_list() == ["cme-referral", "ground-i", "ground-h"]
    assert report("returns").found["rule"].to_list() == ["attendance-return", "sickness-return"]
    assert report("penalties").found["rule"].to_list() == ["penalty-notice"]


def test_without_a_list_of_notices_it_says_so_and_shows_no_empty_column() -> None:
    without, given_none = report("penalties"), report("penalties", notices=())
    assert any("--notices" in note for note in without.notes)
    assert not any("--notices" in note for note in given_none.notes)
    assert [column.name for column in without.columns][-1] != "parents"
    schema = without.rows.schema
    assert (schema["notices"].inner, schema["next_notices"].inner) == (NOTICE, NEXT)  # type: ignore[attr-defined]


def test_the_same_threshold_is_the_same_finding_a_month_later() -> None:
    ids = []
    for day in (date(2026, 11, 13), ON):
        look = view(LONG_GONE, day)
        ids.append([finding.id for finding in findings(duty("penalties").load()(look), look)])
    assert ids[0] == ids[1] != []


def test_the_first_day_of_the_framework_counts() -> None:
    text = "2024-08-19  Ada  OO OO OO OO OO"
    assert duty("penalties").load()(view(text, date(2024, 8, 23))).rows["sessions"].to_list() == [10]


def test_sessions_of_before_the_framework_are_not_counted() -> None:
    text = "2024-07-15  Ada  OO OO OO OO OO\n2024-09-02  Ada  OO // // // //"
    assert duty("penalties").load()(view(text, date(2024, 9, 6))).rows.is_empty()


def test_a_notice_about_a_pupil_who_has_no_mark_yet_is_no_fault() -> None:
    look = view("Ada: tutor 7A1", ON, notices=(Notice(0, "Ms Vale", ON),), all=True)
    (row,) = duty("penalties").load()(look).rows.to_dicts()
    assert (row["sessions"], row["window_first"], row["window_last"]) == (0, None, None)

"""A past term under other thresholds: the same as running the duties again on every day of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawn import drawn, named, view
from tests.registers import Random, registers

from attendkit.duties import duty
from attendkit.duties.whatif import LINES
from attendkit.duties.whatif.lines import Past
from attendkit.errors import BadArgumentError
from attendkit.findings import View, findings
from attendkit.rules import Rulebook
from attendkit.rules.policy import read_policy

whatif = duty("whatif").load()
ON = date(2026, 11, 20)
POLICIES: tuple[Mapping[str, Mapping[str, Any]], ...] = (
    {},
    {"at-risk": {"below_percent": 95}},
    {"bands": {"persistent_percent": 20, "severe_percent": 40, "pa_rule": "strict_below"}},
    {"penalty-notice": {"sessions": 3, "school_weeks": 2}},
    {"attendance-return": {"school_days": 1, "others": "break"}, "sickness-return": {"school_days": 2}},
)
BEYOND = {
    "severe": {"severe"},
    "persistent": {"severe", "persistent"},
    "at_risk": {"severe", "persistent", "at_risk"},
}


def seen(look: View, book: Rulebook) -> dict[str, dict[date, set[int]]]:
    """Who the replay sees at each line, by day."""
    days = [day for day in look.calendar.days if date(2024, 8, 19) <= day <= look.on]
    past = Past(look, days)
    told: dict[str, dict[date, set[int]]] = {}
    for line in LINES if days else ():
        rows = line.seen(past, book).select("date", "pupil").iter_rows()
        told[line.name] = {day: set() for day in days}
        for day, pupil in rows:
            told[line.name][day].add(pupil)
    return told


def again(look: View, book: Rulebook, day: date) -> View:
    """The same school as it was looked at on an earlier day."""
    return replace(look, on=day, register=look.register.until(day), rulebook=book, options={"all": True})


@given(registers(since=date(2024, 8, 19)), st.sampled_from(POLICIES))
@settings(max_examples=25, deadline=None)
def test_the_replay_sees_whom_bands_sees_when_it_is_run_again(
    made: Random, policy: Mapping[str, Any]
) -> None:
    look = view(made.drawing, made.on)
    book = look.rulebook.supposing(policy)
    replayed = seen(look, book)
    for day in look.calendar.days[::2] if replayed else ():
        if not date(2024, 8, 19) <= day <= made.on:
            continue
        rows = duty("bands").load()(again(look, book, day)).rows
        for name, bands in BEYOND.items():
            assert replayed[name][day] == set(rows.filter(pl.col("band").is_in(bands))["pupil"])


@given(registers(since=date(2026, 7, 13)), st.sampled_from(POLICIES))
@settings(max_examples=25, deadline=None)
def test_the_replay_sees_whom_penalties_and_returns_see_when_they_are_run_again(
    made: Random, policy: Mapping[str, Any]
) -> None:
    look = view(made.drawing, made.on)
    book = look.rulebook.supposing(policy)
    replayed = seen(look, book)
    limit = book.rule("penalty-notice", made.on).number("sessions")
    days = [day for day in look.calendar.days if date(2026, 8, 1) <= day <= made.on]
    for day in days[::2]:
        then = again(look, book, day)
        rows = duty("penalties").load()(then).rows
        assert replayed["penalty_notice"][day] == set(rows.filter(pl.col("in_last_weeks") >= limit)["pupil"])
        owed = duty("returns").load()(then).rows.filter(pl.col("reached_on").is_between(days[0], day))
        for kind in ("attendance", "sickness"):
            told = set(owed.filter(pl.col("kind") == kind)["pupil"])
            before = {
                p for d in replayed[f"{kind}_return"] if d < days[0] for p in replayed[f"{kind}_return"][d]
            }
            assert replayed[f"{kind}_return"][day] - before == told - before


@given(registers(since=date(2026, 7, 13)), st.sampled_from(POLICIES))
@settings(max_examples=25, deadline=None)
def test_rows_say_the_first_day_seen_and_findings_prove_the_rules_in_force(
    made: Random, policy: Mapping[str, Any]
) -> None:
    look = view(made.drawing, made.on, policy=policy, all=True)
    report = whatif(look)
    for row in report.rows.iter_rows(named=True):
        sides = [row[f"{side}_on"] for side in ("in_force", "policy")]
        assert any(sides)
        if all(sides):
            apart = look.calendar.between(*sorted(sides)) - 1
            assert row["school_days_sooner"] == (apart if sides[1] <= sides[0] else -apart)
    proven = [(f.count, f.of, max(e.date for e in f.evidence)) for f in findings(report, look)]
    in_force = report.rows.filter(pl.col("in_force_on").is_not_null())
    counted = in_force.select("in_force_sessions", "in_force_of", "in_force_on").rows()
    assert [piece[:2] for piece in proven] == [row[:2] for row in counted]
    assert all(piece[2] <= row[2] for piece, row in zip(proven, counted, strict=True))


def terms(*spans: tuple[str, str]) -> dict[str, Any]:
    return {"terms": [{"name": str(n), "first": a, "last": b} for n, (a, b) in enumerate(spans)]}


TERMS = terms(("2026-06-01", "2026-07-21"), ("2026-09-03", "2026-12-18"))


@pytest.mark.parametrize(
    ("register", "first", "last"),
    [
        ("2026-07-06  Ada  // // // // //\n2026-11-16  Ada  // // // // //", "2026-06-01", "2026-07-21"),
        ("2026-11-16  Ada  // // // // //", "2026-09-03", "2026-11-20"),
    ],
)
def test_last_term_is_the_latest_that_is_over_and_has_marks_else_the_one_begun(
    register: str, first: str, last: str
) -> None:
    report = whatif(view(register, ON, school=TERMS))
    days = [day for day in view(register, ON, school=TERMS).calendar.days if first <= day.isoformat() <= last]
    assert report.counts["school_days"] == len(days)
    assert days[0].isoformat() == first


def between(first: date, last: date) -> dict[str, Any]:
    return {"from": first, "to": last}


def test_days_the_wrong_way_about_are_refused() -> None:
    with pytest.raises(BadArgumentError, match="20 November 2026 is after 16 November 2026"):
        whatif(view("2026-11-16  Ada  //", ON, **between(ON, date(2026, 11, 16))))


def test_days_without_school_have_nothing_to_replay() -> None:
    weekend = between(date(2026, 11, 21), date(2026, 11, 22))
    report = whatif(view("2026-11-16  Ada  OO", date(2026, 11, 22), **weekend))
    assert report.rows.is_empty()
    assert report.title == "What if: no school day to replay"


def refused(tmp_path: Path, text: str) -> BadArgumentError:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadArgumentError) as caught:
        whatif(view("2026-11-16  Ada  OO // // // //", ON, policy=read_policy(path)))
    return caught.value


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("below = 1", "nothing else", "policy.toml"),
        ("[rules]\nbands = 3", "nothing else", "policy.toml"),
        ("[rules.bands", "not a TOML file", "policy.toml"),
        ("[rules.n-code]\nschool_days = 3", "'n-code' draws no line", "--policy"),
        ("[rules.no-such]\nx = 3", "'no-such' draws no line", "--policy"),
        ("[rules.bands]\nx = 3", "no such value", "[rules.bands] x"),
        ("[rules.bands]\nsevere_percent = 'all'", "right kind", "[rules.bands] severe_percent"),
        ("[rules.bands]\nsevere_percent = 0", "0 is not a value", "[rules.bands] severe_percent"),
        ("[rules.bands]\npa_rule = 'ours'", "not a choice", "[rules.bands] pa_rule"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_its_place(
    tmp_path: Path, text: str, what: str, where: str
) -> None:
    error = refused(tmp_path, text)
    assert what in error.what
    assert error.where.endswith(where)
    assert error.remedy


def test_a_policy_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgumentError, match="cannot be read"):
        read_policy(tmp_path / "none.toml")


def test_a_policy_is_laid_over_what_the_school_has_changed() -> None:
    school = {"rules": {"at-risk": {"below_percent": 91}, "bands": {"pa_rule": "strict_below"}}}
    drawing = drawn("2026-11-09  Ada  // // // // O/")
    look = view(drawing, ON, school=school, policy={"at-risk": {"below_percent": 90}}, all=True)
    (row,) = named(drawing, whatif(look).rows)
    # One of ten is beyond 91% and exactly on 90%, which the school's own reading does not count in.
    assert (row["line"], row["change"]) == ("at_risk", "in_force_only")


def lines() -> Iterator[str]:
    yield from (line.name for line in LINES)


def test_every_line_is_on_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "duties" / "whatif.md").read_text(encoding="utf-8")
    assert [name for name in lines() if f"`{name}`" not in page] == []

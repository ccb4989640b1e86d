"""On one register and one day every duty gives the same figure: a number has one meaning everywhere."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from tests.drawn import view
from tests.registers import Random, registers

from attendkit.duties import duty
from attendkit.duties.letters.figures import Missed
from attendkit.duties.why import prove
from attendkit.findings import View
from attendkit.measures.reconciling import differences
from attendkit.register.figures import THEIRS

NEW_RULES = date(2024, 8, 19)
SESSIONS = ("possible", "present", "missed", "authorised", "unauthorised", "late", "n_codes", "missing")
PROJECTED = ("sessions_in_hand", "crosses_on", "recovers_on")


def rows(name: str, look: View, **options: Any) -> dict[int, dict[str, Any]]:
    """A duty's rows by pupil."""
    report = duty(name).load()(replace(look, options=options))
    return {row["pupil"]: row for row in report.rows.iter_rows(named=True)}


@given(registers(since=NEW_RULES))
@settings(max_examples=12, deadline=None)
def test_bands_absences_pupil_why_and_reconcile_never_disagree(made: Random) -> None:
    look = view(made.drawing, made.on)
    bands, pages, absences = rows("bands", look, all=True), rows("pupil", look), rows("absences", look)
    assert set(bands) <= set(pages)
    for pupil, row in bands.items():
        page = pages[pupil]
        for figure in SESSIONS:
            assert row[figure] == page[figure] == prove(look, pupil, figure).value, figure
        assert row["percent"] == page["percent"] == prove(look, pupil, "percent").value
        assert row["band"] == page["band"] == prove(look, pupil, "band").value
        assert [row[name] for name in PROJECTED] == [page[name] for name in PROJECTED]
        assert page["days_in_a_row"] == prove(look, pupil, "days_in_a_row").value
        assert page["n_codes"] == len(page["open_n"])
        assert row["late"] + row["late_after_close"] == len(page["lates"])
        counted = [one for one in page["calendar"] if one["category"] in {"not_possible", "-"}]
        assert len(page["calendar"]) - len(counted) == row["possible"]
        assert sum(one["sessions"] for one in page["imports"]) == len(page["calendar"])
    last = max((m.session for m in made.drawing.marks if m.date == made.on and m.code != "-"), default=0)
    whole_day = last == 2  # before the afternoon, `absences` counts to the last session anybody has marked
    for pupil, row in absences.items() if whole_day else ():
        assert (row["possible"], row["missed"], row["band"]) == tuple(
            bands[pupil][name] for name in ("possible", "missed", "band")
        )
        assert row["days_in_a_row"] == pages[pupil]["days_in_a_row"]


@given(registers(since=NEW_RULES))
@settings(max_examples=12, deadline=None)
def test_what_bands_prints_reconciles_to_nothing(made: Random) -> None:
    look = view(made.drawing, made.on)
    figures = pl.DataFrame(
        [
            {"pupil": pupil, **{name: row[name] for name in THEIRS.names() if name in row}}
            for pupil, row in rows("bands", look, all=True).items()
        ],
        schema=THEIRS,
    )
    assert [one.sessions for one in differences(look.marks, figures) if one.sessions] == []


@given(registers(since=NEW_RULES))
@settings(max_examples=15, deadline=None)
def test_the_school_in_kpi_is_the_sum_of_bands(made: Random) -> None:
    look = view(made.drawing, made.on)
    report = duty("kpi").load()(look)
    school = report.rows.filter(pl.col("group_type") == "school").to_dicts()
    bands = rows("bands", look, all=True).values()
    for row in school:
        for figure in ("possible", "present", "authorised", "unauthorised"):
            assert row[figure] == sum(one[figure] for one in bands), figure


SAME = {"at-risk": {"below_percent": 92}, "bands": {"persistent_percent": 10}}


@given(registers(since=NEW_RULES))
@settings(max_examples=15, deadline=None)
def test_whatif_sees_at_each_line_whom_bands_has_beyond_it(made: Random) -> None:
    look = view(made.drawing, made.on)
    options = {"policy": SAME, "from": made.on, "to": made.on, "all": True}
    report = duty("whatif").load()(replace(look, options=options))
    bands = rows("bands", look, all=True)
    at = {
        line: set(report.rows.filter(pl.col("line") == line)["pupil"]) for line in ("persistent", "at_risk")
    }
    over = {pupil for pupil, row in bands.items() if row["band"] in {"persistent", "severe"}}
    assert at["persistent"] == over
    assert at["at_risk"] == over | {pupil for pupil, row in bands.items() if row["band"] == "at_risk"}
    for row in report.rows.filter(pl.col("line").is_in(["persistent", "at_risk"])).to_dicts():
        theirs = bands[row["pupil"]]
        assert (row["in_force_sessions"], row["in_force_of"]) == (theirs["missed"], theirs["possible"])


@given(registers(since=NEW_RULES))
@settings(max_examples=12, deadline=None)
def test_a_tutors_page_has_the_figures_of_the_lists_it_is_about(made: Random) -> None:
    look = view(made.drawing, made.on)
    bands, page = rows("bands", look, all=True), rows("tutor-report", look)
    for pupil, row in page.items():
        shared = ("possible", "present", "missed", "percent", "band", "late", "late_after_close")
        assert [row[name] for name in shared] == [bands[pupil][name] for name in shared]
    _, before = look.calendar.school_week(look.on, ago=1)
    moved = rows("bands", look, since=before)
    assert {pupil for pupil, row in page.items() if row["moved"]} == {*moved} & {*page}
    groups = duty("tutor-report").load()(look).counts["groups"]
    unsettled = duty("ncode-report").load()(look).counts["tutors"]
    assert {name: one["open_n"] for name, one in groups.items() if one["open_n"]} == {
        name: one["open"] for name, one in unsettled.items()
    }
    kpi = duty("kpi").load()(replace(look, options={"tutors": True})).rows
    for row in kpi.filter(pl.col("group_type") == "tutor").iter_rows(named=True):
        if row["group"] in groups:
            assert groups[row["group"]]["percent"] == row["percent"]


@given(registers(since=NEW_RULES))
@settings(max_examples=12, deadline=None)
def test_letter_tutors_page_pack_and_why_have_one_figure(made: Random) -> None:
    look = view(made.drawing, made.on)
    pages, letters = rows("tutor-report", look), Missed(look)
    pack = duty("meeting-pack").load()(replace(look, options={"kind": "college"}))
    for row in pack.rows.iter_rows(named=True):
        pupil = row["pupil"]
        letter = letters.figures(pupil)
        missed, possible = prove(look, pupil, "missed"), prove(look, pupil, "possible")
        told = {row["missed"], missed.value, missed.count, letter.get("missed_sessions", 0)}
        out_of = {row["possible"], possible.value, possible.count, letter.get("possible_sessions", 0)}
        shares = {row["percent"], prove(look, pupil, "percent").value}
        shares |= {letter["percent"].removesuffix("%")} if row["percent"] else set()
        if pupil in pages:
            told.add(pages[pupil]["missed"])
            out_of.add(pages[pupil]["possible"])
            shares.add(pages[pupil]["percent"])
            assert row["band"] == pages[pupil]["band"] == prove(look, pupil, "band").value
        assert (len(told), len(out_of), len(shares)) == (1, 1, 1), (told, out_of, shares)


@given(registers(since=NEW_RULES))
@settings(max_examples=12, deadline=None)
def test_a_pack_says_what_the_duty_that_found_it_says(made: Random) -> None:
    look = view(made.drawing, made.on)
    sources = {"away": "cme", "unseen": "safeguarding-log", "worse": "bands", "penalties": "penalties"}
    for kind in ("college", "inclusion", "was"):
        pack = duty("meeting-pack").load()(replace(look, options={"kind": kind})).rows
        for section, name in sources.items():
            found = duty(name).load()(replace(look, options={})).found
            said = set(found.select("pupil", "says").iter_rows())
            listed = pack.filter(pl.col("section") == section).select("pupil", "says").drop_nulls()
            assert set(listed.iter_rows()) <= said, section
    counts = duty("meeting-pack").load()(replace(look, options={"kind": "was"})).counts
    bands = duty("bands").load()(replace(look, options={"all": True})).counts
    assert [counts[name] for name in ("severe", "persistent", "at_risk")] == [
        bands[name] for name in ("severe", "persistent", "at_risk")
    ]
    assert counts["open_n"] == duty("ncode-report").load()(replace(look, options={})).counts["open"]

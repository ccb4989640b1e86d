"""Every duty, compared with the plain oracle on random registers and calendars."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import oracle
from tests.drawn import Mark, named, view
from tests.registers import Random, registers

from attendkit.duties import DUTIES, duty
from attendkit.findings import View, findings
from attendkit.terms import academic_year

NEW_RULES = date(2024, 8, 19)


def until(made: Random, *, this_year: bool = False) -> list[Mark]:
    first = academic_year(made.on)[0] if this_year else date.min
    return [mark for mark in made.drawing.marks if first <= mark.date <= made.on]


def roll(look: View) -> dict[int, str]:
    return dict(look.on_roll.select("pupil", "tutor").iter_rows())


def days(look: View) -> oracle.Days:
    return oracle.Days(frozenset(look.calendar.days), look.calendar.known_until)


@given(registers(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_bands(made: Random, another_term: bool) -> None:  # noqa: FBT001  (drawn)
    lasts = [term["last"] for term in made.drawing.terms]
    if another_term and lasts:
        first = lasts[0] + timedelta(weeks=2)
        made.drawing.terms.append({"first": first, "last": first + timedelta(days=11)})
    look = view(made.drawing, made.on, all=True)
    marks = until(made, this_year=True)
    ahead = sessions_to_come(made, look)
    for row in duty("bands").load()(look).rows.to_dicts():
        pupil = row["pupil"]
        figures = oracle.totals(mark for mark in marks if mark.pupil == pupil)
        possible, missed = figures["possible"], figures["absent"]
        expected = oracle.rows(figures)
        assert {name: row[name] for name in expected} == expected
        over = oracle.persistent(possible, missed)
        known = bool(ahead) and pupil in roll(look)
        term_ends = min(
            (term["last"] for term in made.drawing.terms if ahead and term["last"] >= ahead[0]), default=None
        )
        this_term = [day for day in ahead if term_ends and day <= term_ends]
        in_hand = oracle.in_hand(possible, missed, len(this_term))
        assert row["sessions_in_hand"] == (in_hand if known else None)
        assert row["in_hand_until"] == (term_ends if known else None)
        crosses = oracle.crosses(possible, missed, ahead) if known and not over else None
        recovers = oracle.recovers(possible, missed, ahead) if known and over else None
        assert (row["crosses_on"], row["recovers_on"]) == (crosses, recovers)


def sessions_to_come(made: Random, look: View) -> Sequence[date]:
    """One date a session left in the terms drawn, from what the drawing says and nothing else."""
    if not made.drawing.terms:
        return []
    begun = {m.session for m in made.drawing.marks if m.date == made.on and m.code != oracle.MISSING}
    last = max(term["last"] for term in made.drawing.terms)
    _, end = academic_year(made.on)
    left = [made.on] * (2 - len(begun)) if made.on in look.calendar.days else []
    day = made.on + timedelta(days=1)
    while day <= min(last, end):
        left += [day, day] if day in look.calendar.days else []
        day += timedelta(days=1)
    return left


@given(registers(since=NEW_RULES))
@settings(max_examples=40, deadline=None)
def test_absences_list_who_the_oracle_lists(made: Random) -> None:
    look = view(made.drawing, made.on)
    report = duty("absences").load()(look)
    numbers = {"AM": 1, "PM": 2}
    got = {(r["pupil"], numbers[r["session"]]): r["reason_known"] for r in report.rows.to_dicts()}
    assert got == oracle.to_call(until(made), roll(look), made.on)
    for row in report.rows.to_dicts():
        mine = [mark for mark in until(made) if mark.pupil == row["pupil"]]
        last = max(m.session for m in until(made) if m.date == made.on)
        assert row["days_in_a_row"] == len(
            oracle.days_away([m for m in mine if m.date < made.on or m.session <= last])
        )
        seen = oracle.last_on_site(mine)
        assert row["last_on_site"] == (seen and seen[0])
        assert row["days_since_on_site"] == (days(look).age(seen[0], made.on) if seen else None)
    counts = report.counts
    standing = ("present", "absent", "no_mark", "not_required")
    called = {p for p in roll(look) if not_z(made, p)} if counts["sessions"] else set()
    assert sum(counts[name] for name in standing) == len(called)


def not_z(made: Random, pupil: int) -> bool:
    """Whether a pupil has any session today in which they are not marked as off the roll."""
    today = [m for m in until(made) if m.date == made.on]
    begun = {m.session for m in today if m.code != oracle.MISSING}
    return any(
        ("Z", session) not in {(m.code, m.session) for m in today if m.pupil == pupil} for session in begun
    )


@given(registers(since=NEW_RULES))
@settings(max_examples=40, deadline=None)
def test_no_reason_always_comes_before_a_reason(made: Random) -> None:
    rows = duty("absences").load()(view(made.drawing, made.on)).rows
    known = rows.group_by("pupil", maintain_order=True).agg(pl.col("reason_known").all())["reason_known"]
    assert known.to_list() == sorted(known)


@given(registers())
@settings(max_examples=30, deadline=None)
def test_the_fire_register_never_assumes_anyone_present(made: Random) -> None:
    look = view(made.drawing, made.on)
    rows = duty("fire-register").load()(look).rows.to_dicts()
    today = {(m.pupil, m.session): m for m in until(made) if m.date == made.on}
    session = max((s for (_, s), m in today.items() if m.code != oracle.MISSING), default=1)
    expected = {}
    for pupil in roll(look):
        mark = today.get((pupil, session))
        if not (mark and mark.code == "Z"):
            expected[pupil] = oracle.where(mark, made.on)
    assert {row["pupil"]: row["state"] for row in rows} == expected
    order = [("unknown", "on_site", "absent").index(row["state"]) for row in rows]
    assert order == sorted(order)


@given(registers(since=NEW_RULES))
@settings(max_examples=30, deadline=None)
def test_every_open_n_has_the_oracles_age_and_deadline(made: Random) -> None:
    look = view(made.drawing, made.on)
    rows = duty("ncode-report").load()(look).rows.to_dicts()
    numbers = {"AM": 1, "PM": 2}
    got = {
        (r["pupil"], r["date"], numbers[r["session"]]): (r["age_school_days"], r["deadline"], r["overdue"])
        for r in rows
    }
    assert got == oracle.open_n(until(made), days(look), made.on)
    assert all(row["deadline_assumed"] == (row["deadline"] > look.calendar.known_until) for row in rows)


@given(registers())
@settings(max_examples=40, deadline=None)
def test_late_counts_l_and_u_apart(made: Random) -> None:
    look = view(made.drawing, made.on)
    start = look.calendar.half_term_of(made.on)
    marks = until(made, this_year=True)
    rows = duty("late").load()(look).rows.to_dicts()
    assert len(rows) == sum(m.date == made.on and m.code in {"L", "U"} for m in marks)
    for row in rows:
        mine = [m for m in marks if m.pupil == row["pupil"]]
        assert row["late_year"] == sum(m.code == "L" for m in mine)
        assert row["after_close_year"] == sum(m.code == "U" for m in mine)
        assert row["late_half_term"] == sum(m.code == "L" and m.date >= start for m in mine)
        assert row["after_close_half_term"] == sum(m.code == "U" and m.date >= start for m in mine)


@given(registers())
@settings(max_examples=40, deadline=None)
def test_missing_registers_count_every_pupil_without_a_mark(made: Random) -> None:
    look = view(made.drawing, made.on)
    rows = duty("missing-registers").load()(look).rows.to_dicts()
    got = {(row["tutor"], row["session"]): (row["marked"], row["missing"]) for row in rows}
    assert got == {**registers_lacking(made, look, 1, "AM"), **registers_lacking(made, look, 2, "PM")}


def registers_lacking(
    made: Random, look: View, number: int, session: str
) -> dict[tuple[str, str], tuple[int, int]]:
    """Marked and missing in each tutor group that lacks a mark, in a session that the school held."""
    today = {mark.pupil: mark for mark in until(made) if (mark.date, mark.session) == (made.on, number)}
    on_roll = {pupil: tutor for pupil, tutor in roll(look).items() if not is_z(today.get(pupil))}
    if not any(oracle.attended(m) or oracle.absent(m) for p, m in today.items() if p in on_roll):
        return {}
    found = {}
    for tutor in set(on_roll.values()):
        lacks = [oracle.missing(today.get(pupil)) for pupil, theirs in on_roll.items() if theirs == tutor]
        if any(lacks):
            found[tutor, session] = (lacks.count(False), lacks.count(True))
    return found


def is_z(mark: Mark | None) -> bool:
    return mark is not None and mark.code == "Z"


@given(registers(since=NEW_RULES))
@settings(max_examples=25, deadline=None)
def test_every_finding_is_proved_by_its_own_pupils_marks(made: Random) -> None:
    look = view(made.drawing, made.on, all=True)
    drawn_marks = {(m.pupil, m.date, m.session, m.code) for m in made.drawing.marks}
    for each in DUTIES:
        report = each.load()(look)
        for finding in findings(report, look):
            pupil = made.drawing.names.index(finding.pupil)
            pieces = {(pupil, e.date, int(e.session), e.code) for e in finding.evidence}
            assert pieces <= drawn_marks
            assert all(made.drawing.marks[e.row - 2].code == e.code for e in finding.evidence)
        assert named(made.drawing, report.rows) is not None

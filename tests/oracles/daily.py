"""The duties of every day and week, slowly: one mark at a time, on random registers of three weeks.

The registers have every code of both generations, gaps, holidays, joiners and leavers; the rules themselves
are in tests/oracle.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from tests import oracle
from tests.drawn import Drawing, Mark, view

from attendkit.duties import duty
from attendkit.findings import View, findings
from attendkit.terms import academic_year

PUPILS = 8
STARTS = (date(2024, 8, 12), date(2026, 7, 13), date(2026, 9, 7), date(2026, 10, 12))
"""Mondays: across the change of codes, across the academic year, at its start, and before half term."""
_OFTEN = ("/", "/", "/", "N", "O", "I", "U", "L", oracle.MISSING, ".")
_SESSIONS = {"AM": 1, "PM": 2}
_PLACES = ("unknown", "on_site", "absent")


@dataclass(frozen=True)
class Made:
    """A random register, the day to look from, and what duties may see of it."""

    drawing: Drawing
    on: date

    @cached_property
    def look(self) -> View:
        return view(self.drawing, self.on, all=True)

    @cached_property
    def until(self) -> list[Mark]:
        """The marks up to the day looked from."""
        return [mark for mark in self.drawing.marks if mark.date <= self.on]

    @cached_property
    def this_year(self) -> list[Mark]:
        return [mark for mark in self.until if mark.date >= academic_year(self.on)[0]]

    @cached_property
    def roll(self) -> dict[int, str]:
        return dict(self.look.on_roll.select("pupil", "tutor").iter_rows())

    @cached_property
    def days(self) -> oracle.Days:
        return oracle.Days(frozenset(self.look.calendar.days), self.look.calendar.known_until)

    @cached_property
    def today(self) -> dict[tuple[int, int], Mark]:
        return {(m.pupil, m.session): m for m in self.until if m.date == self.on}

    @cached_property
    def begun(self) -> set[int]:
        """The sessions of today in which anybody has a mark."""
        return {session for (_, session), mark in self.today.items() if mark.code != oracle.MISSING}

    def on_register(self, session: int) -> dict[int, Mark | None]:
        """Today's mark of everybody on roll who is not marked as off it."""
        marks = {pupil: self.today.get((pupil, session)) for pupil in self.roll}
        return {pupil: mark for pupil, mark in marks.items() if mark is None or mark.code != "Z"}


def made(seed: int) -> Made:
    """Eight pupils over up to three weeks, with term dates or without."""
    dice = Random(seed)  # noqa: S311  (chance, not secrets)
    monday, weeks, gap = dice.choice(STARTS), dice.randint(1, 3), dice.choice([0, 0, 2])
    starts = [monday + timedelta(weeks=n + (gap if n else 0)) for n in range(weeks)]
    inset = dice.choice([None, starts[-1]])
    days = [day for start in starts for n in range(5) if (day := start + timedelta(days=n)) != inset]
    drawing = Drawing()
    for number in range(PUPILS):
        _pupil(drawing, f"P{number}", days, dice)
    if dice.random() < 0.6:
        _terms(drawing, starts, days, inset, dice)
    return Made(drawing, dice.choice(days))


def _pupil(drawing: Drawing, name: str, days: Sequence[date], dice: Random) -> None:
    number = drawing.number(name)
    about: dict[str, object] = {"tutor": dice.choice(["7A1", "7B1"])}
    about |= {"admitted": dice.choice(days)} if dice.random() < 0.5 else {}
    about |= {"left": dice.choice(days)} if dice.random() < 0.25 else {}
    drawing.about[name] = about
    for day in days:
        for session in (1, 2):
            code = dice.choice(_OFTEN if dice.random() < 0.6 else oracle.codes(day))
            if code != ".":
                minutes = dice.randint(1, 60) if code in {"L", "U"} else None
                drawing.marks.append(Mark(number, day, session, code, minutes))


def _terms(
    drawing: Drawing, starts: Sequence[date], days: Sequence[date], inset: date | None, dice: Random
) -> None:
    ends = days[-1] + timedelta(days=dice.randrange(10))
    drawing.terms.append({"first": days[0], "last": ends})
    if len(starts) > 1 and (starts[1] - starts[0]).days > 7:
        holiday = {"first": starts[0] + timedelta(days=7), "last": starts[1] - timedelta(days=1)}
        drawing.closures.append(holiday)
    if inset:
        drawing.closures.append({"first": inset, "last": inset})
    if dice.random() < 0.5:
        first = ends + timedelta(weeks=2)
        drawing.terms.append({"first": first, "last": first + timedelta(days=11)})


# The comparison -------------------------------------------------------------------------------------


def compare(seed: int) -> int:
    """Every duty of the family on one random register. How many pupils were compared."""
    one = made(seed)
    for each in (_bands, _fire_register, _late, _missing_registers, _safeguarding_log):
        each(one)
    if one.on >= oracle.NEW_CODES:  # before then their rules were others
        _absences(one)
        _ncode_report(one)
        _tutor_report(one)
    return PUPILS


def _absences(one: Made) -> None:
    report = duty("absences").load()(one.look)
    rows = report.rows.to_dicts()
    got = {(row["pupil"], _SESSIONS[row["session"]]): row["reason_known"] for row in rows}
    assert got == oracle.to_call(one.until, one.roll, one.on)
    for row in rows:
        mine = [mark for mark in one.until if mark.pupil == row["pupil"]]
        so_far = [m for m in mine if m.date < one.on or m.session <= max(s for _, s in one.today)]
        assert row["days_in_a_row"] == len(oracle.days_away(so_far))
        seen = oracle.last_on_site(mine)
        assert row["last_on_site"] == (seen and seen[0])
        assert row["days_since_on_site"] == (one.days.age(seen[0], one.on) if seen else None)
    asked = {pupil for session in one.begun for pupil in one.on_register(session)}
    standing = ("present", "absent", "no_mark", "not_required")
    assert sum(report.counts[name] for name in standing) == (len(asked) if report.counts["sessions"] else 0)


def _bands(one: Made) -> None:
    ahead = sessions_to_come(one)
    lasts = [term["last"] for term in one.drawing.terms]
    term_ends = min((last for last in lasts if ahead and last >= ahead[0]), default=None)
    this_term = sum(day <= term_ends for day in ahead) if term_ends else 0
    rows = duty("bands").load()(one.look).rows.to_dicts()
    assert {row["pupil"] for row in rows} >= {mark.pupil for mark in one.this_year if mark.pupil in one.roll}
    for row in rows:
        figures = oracle.totals(mark for mark in one.this_year if mark.pupil == row["pupil"])
        possible, missed = figures["possible"], figures["absent"]
        over = oracle.persistent(possible, missed)
        known = bool(ahead) and row["pupil"] in one.roll
        expected = oracle.rows(figures) | {
            "sessions_in_hand": oracle.in_hand(possible, missed, this_term) if known else None,
            "in_hand_until": term_ends if known else None,
            "crosses_on": oracle.crosses(possible, missed, ahead) if known and not over else None,
            "recovers_on": oracle.recovers(possible, missed, ahead) if known and over else None,
        }
        assert {name: row[name] for name in expected} == expected


def sessions_to_come(one: Made) -> list[date]:
    """One date a session left in the terms drawn, from what the drawing says and nothing else."""
    if not one.drawing.terms:
        return []
    last = min(max(term["last"] for term in one.drawing.terms), academic_year(one.on)[1])
    known = one.look.calendar.days
    today = [one.on] * (2 - len(one.begun)) if one.on in known else []
    return [*today, *(day for day in known if one.on < day <= last for _ in (1, 2))]


def _fire_register(one: Made) -> None:
    rows = duty("fire-register").load()(one.look).rows.to_dicts()
    marks = one.on_register(max(one.begun, default=1))
    expected = {pupil: oracle.where(mark, one.on) for pupil, mark in marks.items()}
    assert {row["pupil"]: row["state"] for row in rows} == expected
    order = [_PLACES.index(row["state"]) for row in rows]
    assert order == sorted(order)


def _late(one: Made) -> None:
    half_term = one.look.calendar.half_term_of(one.on)
    rows = duty("late").load()(one.look).rows.to_dicts()
    assert len(rows) == sum(m.date == one.on and m.code in {"L", "U"} for m in one.this_year)
    for row in rows:
        mine = [mark for mark in one.this_year if mark.pupil == row["pupil"]]
        for name, code in (("late", "L"), ("after_close", "U")):
            assert row[f"{name}_year"] == sum(m.code == code for m in mine)
            assert row[f"{name}_half_term"] == sum(m.code == code and m.date >= half_term for m in mine)


def _missing_registers(one: Made) -> None:
    rows = duty("missing-registers").load()(one.look).rows.to_dicts()
    got = {(row["tutor"], row["session"]): (row["marked"], row["missing"]) for row in rows}
    assert got == {key: lacking for name in _SESSIONS for key, lacking in _lacking(one, name).items()}


def _lacking(one: Made, session: str) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Marked and missing in each tutor group that lacks a mark, in a session that the school held."""
    marks = one.on_register(_SESSIONS[session])
    if not any(mark and (oracle.attended(mark) or oracle.absent(mark)) for mark in marks.values()):
        return {}
    found = {}
    for tutor in set(one.roll.values()):
        lacks = [oracle.missing(mark) for pupil, mark in marks.items() if one.roll[pupil] == tutor]
        if any(lacks):
            found[tutor, session] = (lacks.count(False), lacks.count(True))
    return found


def _ncode_report(one: Made) -> None:
    report = duty("ncode-report").load()(one.look)
    rows = report.rows.to_dicts()
    got = {
        (r["pupil"], r["date"], _SESSIONS[r["session"]]): (r["age_school_days"], r["deadline"], r["overdue"])
        for r in rows
    }
    assert got == oracle.open_n(one.until, one.days, one.on)
    assert all(row["deadline_assumed"] == (row["deadline"] > one.look.calendar.known_until) for row in rows)
    assert sum(finding.count for finding in findings(report, one.look)) == len(rows)


def _safeguarding_log(one: Made) -> None:
    """Looking from the first day that nobody has seen a pupil, so that every length is compared."""
    look = view(one.drawing, one.on, school={"rules": {"not-seen": {"alert": 1, "must": 3}}})
    got = {row["pupil"]: row for row in duty("safeguarding-log").load()(look).rows.to_dicts()}
    until = max((mark.date for mark in one.until if mark.code != oracle.MISSING), default=one.on)
    expected = {
        pupil: gone
        for pupil in one.roll
        if (gone := oracle.unseen([m for m in one.until if m.pupil == pupil], one.days, until))
    }
    assert {pupil: row["school_days"] for pupil, row in got.items()} == expected
    assert all((row["state"] == "must_be_seen") == (row["school_days"] >= 3) for row in got.values())


def _tutor_report(one: Made) -> None:
    rows = duty("tutor-report").load()(one.look).rows.to_dicts()
    mondays = sorted({day - timedelta(days=day.weekday()) for day in one.look.calendar.days if day <= one.on})
    for row in rows:
        for back, prefix in enumerate(("week", "before"), start=1):
            first = mondays[-back] if len(mondays) >= back else None
            week = [
                m
                for m in one.until
                if m.pupil == row["pupil"] and first and (m.date - first).days in range(7)
            ]
            figures = oracle.totals(week)
            assert row[f"{prefix}_possible"] == figures["possible"]
            assert row[f"{prefix}_missed"] == figures["absent"]
            if prefix == "week":
                assert row["week_late"] == figures["late"]
                assert row["week_late_after_close"] == figures["late_after_close"]
                away = [(m.date, m.session) for m in week if oracle.absent(m)]
                told = [(each["date"], _SESSIONS[each["session"]]) for each in row["week_away"]]
                assert told == sorted(away)

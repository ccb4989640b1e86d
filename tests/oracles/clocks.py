"""Penalty notices, returns and missing education, slowly: plain Python from the text of the rules, no Polars.

The random registers are long enough for ten school weeks to cross half terms, INSET days, closures and the
summer, and their pupils keep to one code for days, so that every threshold is met, missed by one session
and passed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests import oracle
from tests.drawn import Drawing, Mark, view

from attendkit.duties import duty
from attendkit.findings import Report, View, findings
from attendkit.model import Notice

UNAUTHORISED = {"G", "N", "O", "U"}
GROUND = {"G", "N", "O"}
LEAVE = {"C", "C1", "J1"}
NEUTRAL = {"Q", "X", "Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "D", "Z", "#", oracle.MISSING}
STEPS = (1, 2, 3, 5, 8, 10, 20)
PUPILS = 8

Runs = Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """A random register, and the day to look from."""

    drawing: Drawing
    on: date
    start: date  # of the academic year looked from
    notices: tuple[Notice, ...]

    def of(self, pupil: int) -> list[Mark]:
        """One pupil's marks up to the day looked from, in order."""
        mine = [mark for mark in self.drawing.marks if mark.pupil == pupil and mark.date <= self.on]
        return sorted(mine, key=lambda mark: (mark.date, mark.session))


# Random registers -----------------------------------------------------------------------------------


def made(seed: int) -> Made:
    """Pupils who come and stay away for days on end, from last summer term to Christmas, or less."""
    dice = Random(seed)  # noqa: S311  (chance, not secrets)
    days = list(_school_days(dice))
    drawing = Drawing()
    closed = dice.choice([None, dice.choice(days)])
    for number in range(PUPILS):
        name = f"P{number}"
        drawing.number(name)
        drawing.about[name] = _about(dice, days)
        codes = _codes(dice)
        for day in days:
            for session in (1, 2):
                code = "#" if day == closed else next(codes)
                if code != ".":
                    drawing.marks.append(Mark(number, day, session, code))
    on = dice.choice(days[len(days) // 2 :])
    year = on.year if on.month >= 8 else on.year - 1
    return Made(drawing, on, date(year, 8, 1), tuple(_notices(dice, days)))


def _school_days(dice: Random) -> Iterator[date]:
    """Monday to Friday of two terms, less holidays of any length and single days."""
    day = date(2026, 5, 4) + timedelta(days=dice.randrange(30))
    last = date(2026, 12, 18) - timedelta(days=dice.randrange(30))
    holidays = [(date(2026, 7, 22), date(2026, 9, 2)), (date(2026, 10, 26), date(2026, 10, 30))]
    first = date(2026, 9, 7) + timedelta(days=dice.randrange(60))
    holidays.append((first, first + timedelta(days=dice.choice([0, 0, 4, 11]))))
    while day <= last:
        if day.weekday() < 5 and not any(a <= day <= b for a, b in holidays):
            yield day
        day += timedelta(days=1)


def _about(dice: Random, days: Sequence[date]) -> dict[str, Any]:
    about: dict[str, Any] = {"year": dice.choice([7, 8, 9, 11, 11, 12, None])}
    if dice.random() < 0.2:
        about["dob"] = date(2010, dice.choice([1, 8, 9, 12]), 1)
    if dice.random() < 0.3:
        about["admitted"] = dice.choice(days)
    if dice.random() < 0.2:
        about["left"] = dice.choice(days)
    return about


def _notices(dice: Random, days: Sequence[date]) -> Iterator[Notice]:
    """Notices to two parents of each pupil, most of them long before, some for sessions drawn here."""
    for _ in range(dice.randrange(2 * PUPILS)):
        issued = date(2023, 8, 1) + timedelta(days=dice.randrange(1230))
        first = dice.choice(days)
        last = first + timedelta(days=dice.randrange(30))
        withdrawn = issued + timedelta(days=dice.randrange(40)) if dice.random() < 0.2 else None
        parent = dice.choice(["Ms Vale", "Mr Vale"])
        known = last <= issued
        yield Notice(
            pupil=dice.randrange(PUPILS),
            parent=parent,
            issued=issued,
            withdrawn=withdrawn,
            first=first if known else None,
            last=last if known else None,
        )


def _codes(dice: Random) -> Iterator[str]:
    """One pupil's marks without end: a stretch of one kind after another, rarely broken by anything else."""
    kinds = [
        ["/"],
        ["O"],
        ["O", "N"],
        ["G", "N", "O", "U"],
        ["C"],
        ["I"],
        ["I", "/"],
        ["/", "/", "/", "/", "O"],
    ]
    strange = [*oracle.codes(date(2026, 9, 1)), oracle.MISSING, "."]
    noise = dice.choice([0.0, 0.01, 0.05])
    while True:
        kind = dice.choice(kinds)
        for _ in range(dice.choice([1, 3, 9, 10, 18, 19, 20, 21, 30, 38, 39, 40, 41])):
            yield dice.choice(strange) if dice.random() < noise else dice.choice(kind)


# What must be said ----------------------------------------------------------------------------------


def of_school_age(about: Mapping[str, Any], day: date) -> bool:
    """R1.5: not in Year 12 or above; until the last Friday in June of the year in which they turn 16."""
    if (about.get("year") or 0) >= 12:
        return False
    born = about.get("dob")
    if born is None:
        return True
    year = born.year + 16 + (born.month >= 9)
    return day <= max(date(year, 6, n) for n in range(1, 31) if date(year, 6, n).weekday() == 4)


def mondays(days: Sequence[date]) -> list[date]:
    """R1.3: every week with a school day in it."""
    return sorted({day - timedelta(days=day.weekday()) for day in days})


def times_reached(marks: Sequence[Mark], weeks: Sequence[date]) -> list[list[int]]:
    """R17.2: places of the marks at which ten have been counted in ten school weeks, parted where not so."""
    times: list[list[int]] = []
    before = False
    for at in range(len(marks)):
        reached = len(window(marks, at, weeks)) >= 10
        if reached and not before:
            times.append([])
        if reached:
            times[-1].append(at)
        before = reached
    return times


def window(marks: Sequence[Mark], at: int, weeks: Sequence[date]) -> list[Mark]:
    """The marks of the ten school weeks that end with that of a mark, up to and including it."""
    place = weeks.index(marks[at].date - timedelta(days=marks[at].date.weekday()))
    since = weeks[max(0, place - 9)]
    return [mark for mark in marks[: at + 1] if mark.date >= since]


def penalty(marks: Sequence[Mark], weeks: Sequence[date], start: date) -> Runs | None:
    """When one pupil reached the threshold: the first time that goes on into this year, else the latest."""
    times = times_reached(marks, weeks)
    now = [time for time in times if marks[time[-1]].date >= start]
    before = [time for time in times if marks[time[-1]].date >= start.replace(year=start.year - 1)]
    told = now[0] if now else before[-1] if before else None
    if told is None:
        return None
    used = window(marks, told[0], weeks)
    return {
        "sessions": len(used),
        "reached_on": used[-1].date,
        "reached_session": "AM" if used[-1].session == 1 else "PM",
        "open_n": sum(mark.code == "N" for mark in used),
    }


def behind_a_notice(mark: Mark, notices: Sequence[Notice], on: date) -> bool:
    """R17.14: whether a notice was issued for a session and not withdrawn since."""
    return any(
        n.pupil == mark.pupil and n.first and n.last and n.first <= mark.date <= n.last
        for n in notices
        if n.issued <= on and not (n.withdrawn and n.withdrawn <= on)
    )


def next_notice(notices: Sequence[Notice], on: date) -> str:
    """R17.7, R17.8: by how many were issued in the three years that end with this day."""
    begin = max(date(2024, 8, 19), on.replace(year=on.year - 3) + timedelta(days=1))
    standing = [n for n in notices if begin <= n.issued <= on and not (n.withdrawn and n.withdrawn <= on)]
    return ("first", "second", "none")[min(len(standing), 2)]


def absences_in_a_row(marks: Sequence[Mark]) -> list[list[Mark]]:
    """R12.3: times of G, N, O and U with no other possible session among them; the last may be empty."""
    rows: list[list[Mark]] = [[]]
    for mark in marks:
        if mark.code in UNAUTHORISED:
            rows[-1].append(mark)
        elif mark.code not in NEUTRAL:
            rows.append([])
    return rows


def sick(marks: Sequence[Mark]) -> list[Mark]:
    """R12.4."""
    return [mark for mark in marks if mark.code == "I"]


def unexplained(marks: Sequence[Mark]) -> list[Mark]:
    """R13.5: N and O up to now, walking back over what says nothing."""
    row: list[Mark] = []
    for mark in reversed(marks):
        if mark.code in {"N", "O"}:
            row.insert(0, mark)
        elif mark.code not in NEUTRAL:
            break
    return row


def whole_days(marks: Sequence[Mark], row: Sequence[Mark]) -> int:
    """The days of a row on which nothing else was marked."""
    others = {mark.date for mark in marks if mark.code not in NEUTRAL and mark not in row}
    return len({mark.date for mark in row} - others)


def held(every: Sequence[Mark]) -> list[tuple[date, int]]:
    """The sessions of a school, up to the last that anybody marked, less those closed to all."""
    codes: dict[tuple[date, int], set[str]] = {}
    for mark in every:
        codes.setdefault((mark.date, mark.session), set()).add(mark.code)
    begun = [when for when, there in codes.items() if there != {oracle.MISSING}]
    return sorted(
        when
        for when, there in codes.items()
        if when <= max(begun) and not ("#" in there and there <= NEUTRAL)
    )


def grounds(marks: Sequence[Mark], sessions: Sequence[tuple[date, int]]) -> tuple[int, int, date | None]:
    """R14.3, R14.4: sessions of G, N and O without a gap up to now; those after leave, and its end."""
    codes = {(mark.date, mark.session): mark.code for mark in marks}
    count = 0
    for when in reversed(sessions):
        if codes.get(when) not in GROUND:
            on_leave = codes.get(when) in LEAVE
            return count, count if on_leave else 0, when[0] if on_leave and count else None
        count += 1
    return count, 0, None


# The comparison -------------------------------------------------------------------------------------


def compare(seed: int) -> int:
    """Every duty of the family on one random register. How many pupils were compared."""
    one = made(seed)
    look = view(one.drawing, one.on)
    reports = {name: duty(name).load()(look) for name in ("penalties", "returns", "cme")}
    _penalties(one, look, reports["penalties"], ())
    noticed = view(one.drawing, one.on, notices=one.notices)
    _penalties(one, noticed, duty("penalties").load()(noticed), one.notices)
    _returns(one, look, reports["returns"])
    _cme(one, look, reports["cme"])
    for report in reports.values():
        assert all(finding.count > 0 for finding in findings(report, look))
    return PUPILS


def _counted(one: Made, name: str, codes: set[str]) -> list[Mark]:
    number = one.drawing.number(name)
    about = one.drawing.about[name]
    return [m for m in one.of(number) if m.code in codes and of_school_age(about, m.date)]


def _penalties(one: Made, look: View, report: Report, notices: Sequence[Notice]) -> None:
    weeks = mondays(look.calendar.days)
    expected = {}
    for number, name in enumerate(one.drawing.names):
        ends_before = not of_school_age(one.drawing.about[name], one.start)
        marks = [m for m in _counted(one, name, UNAUTHORISED) if not behind_a_notice(m, notices, one.on)]
        told = penalty(marks, weeks, one.start)
        if told and not ends_before:
            expected[number] = told
    got = {row["pupil"]: row for row in report.rows.to_dicts()}
    assert {n: {key: got[n][key] for key in told} for n, told in expected.items()} == expected
    assert set(got) == set(expected)
    for row in got.values():
        assert {one_of["parent"]: one_of["notice"] for one_of in row["next_notices"]} == {
            parent: next_notice([n for n in notices if (n.pupil, n.parent) == (row["pupil"], parent)], one.on)
            for parent in {n.parent for n in notices if n.pupil == row["pupil"] and n.issued <= one.on}
        }
        assert row["window_first"] <= row["reached_on"] <= row["window_last"]
        first, last = (
            day - timedelta(days=day.weekday()) for day in (row["window_first"], row["window_last"])
        )
        assert sum(first <= week <= last for week in weeks) <= 10
    _as_long_as_its_proof(report, {number: told["sessions"] for number, told in expected.items()})


def _as_long_as_its_proof(report: Report, sessions: Mapping[int, int]) -> None:
    evidence = report.evidence.join(report.found.select("finding", "pupil"), on="finding")
    assert dict(evidence["pupil"].value_counts().iter_rows()) == sessions


def _returns(one: Made, look: View, report: Report) -> None:
    rows = report.rows.to_dicts()
    for kind, expected in (("attendance", _attendance(one)), ("sickness", _sickness(one))):
        got = [
            (r["pupil"], r["sessions"], r["school_days"], r["since"], r["until"], r["reached_on"])
            for r in rows
            if r["kind"] == kind
        ]
        assert sorted(got) == sorted(expected)
    joined = {(r["pupil"], r["since"], r["due"]) for r in rows if r["kind"] == "new-pupil"}
    youngest = min((a["year"] for a in one.drawing.about.values() if a["year"]), default=None)
    first_day = min(day for day in look.calendar.days if day >= one.start) if one.on >= one.start else one.on
    assert joined == {
        (number, entered, entered + timedelta(days=5))
        for number, about in enumerate(one.drawing.about.values())
        if (entered := about.get("admitted")) and one.start <= entered <= one.on
        if not (about["year"] == youngest and youngest and entered <= first_day)
    }


def _row(number: int, marks: Sequence[Mark], least: int) -> tuple[Any, ...]:
    return (
        number,
        len(marks),
        len(marks) // 2,
        marks[0].date,
        marks[-1].date,
        marks[least - 1].date,
    )


def _attendance(one: Made) -> list[tuple[Any, ...]]:
    found = []
    for number, name in enumerate(one.drawing.names):
        about = one.drawing.about[name]
        if not of_school_age(about, one.start):
            continue
        marks = [mark for mark in one.of(number) if of_school_age(about, mark.date)]
        rows = absences_in_a_row(marks)
        found += [_row(number, r, 20) for r in rows if len(r) >= 20 and r[-1].date >= one.start]
    return found


def _sickness(one: Made) -> list[tuple[Any, ...]]:
    found = []
    for number, name in enumerate(one.drawing.names):
        ill = [mark for mark in _counted(one, name, {"I"}) if mark.date >= one.start]
        if len(ill) >= 30 and of_school_age(one.drawing.about[name], one.start):
            found.append(_row(number, ill, 30))
    return found


def _cme(one: Made, look: View, report: Report) -> None:
    on_roll = set(look.on_roll["pupil"])
    sessions = held([mark for mark in one.drawing.marks if mark.date <= one.on])
    expected = {}
    for number, name in enumerate(one.drawing.names):
        marks = one.of(number)
        row = unexplained(marks)
        days = whole_days(marks, row)
        i, h, ended = grounds(marks, sessions)
        listed = days or i >= 40 or h >= 20
        if number in on_roll and of_school_age(one.drawing.about[name], one.on) and listed:
            expected[number] = (
                days,
                len(row),
                row[0].date if row else None,
                max((step for step in STEPS if step <= days), default=None),
                days >= 10,
                i,
                i >= 40,
                h,
                h >= 20,
                ended,
            )
    columns = (
        "school_days sessions since step refer ground_i_sessions ground_i_time_limb ground_h_sessions "
        "ground_h_time_limb leave_ended"
    )
    got = {row["pupil"]: tuple(row[name] for name in columns.split()) for row in report.rows.to_dicts()}
    assert got == expected

"""Part-time timetables, illness, and past terms replayed, slowly: plain Python, one pupil and day at a time.

The random registers are those of the clocks, with C2 for some of their absences and M for their leave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from tests import oracle
from tests.drawn import Drawing, Mark, view
from tests.oracles import clocks
from tests.oracles.clocks import Made, mondays, of_school_age
from tests.oracles.coding import runs

from attendkit.duties import duty
from attendkit.findings import View, findings

ENDS_AFTER = 2
BACK_FOR = 3
POLICIES: tuple[Mapping[str, Mapping[str, Any]], ...] = (
    {},
    {"at-risk": {"below_percent": 85}, "bands": {"persistent_percent": 25}},
    {"bands": {"pa_rule": "strict_below", "severe_percent": 40}},
    {"penalty-notice": {"sessions": 20, "school_weeks": 4, "codes": ["O", "G"]}},
    {"attendance-return": {"school_days": 5}, "sickness-return": {"school_days": 20}},
)
IN_FORCE: Mapping[str, Mapping[str, Any]] = {
    "at-risk": {"below_percent": 92},
    "bands": {"persistent_percent": 10, "severe_percent": 50, "pa_rule": "dfe"},
    "penalty-notice": {"sessions": 10, "school_weeks": 10, "codes": ["G", "N", "O", "U"]},
    "attendance-return": {"school_days": 10},
    "sickness-return": {"school_days": 15},
}


DRAWN_BY = {
    "severe": {"bands"},
    "persistent": {"bands"},
    "at_risk": {"bands", "at-risk"},
    "penalty_notice": {"penalty-notice"},
    "attendance_return": {"attendance-return"},
    "sickness_return": {"sickness-return"},
}


def made(seed: int) -> Made:
    """A register of the clocks, with the absences of every second pupil turned into C2."""
    one = clocks.made(seed)
    other = {0: {"O": "C2", "N": "/", "C": "M"}, 1: {"C": "M"}}
    drawing = Drawing(names=one.drawing.names, about=one.drawing.about)
    drawing.marks = [replace(m, code=other[m.pupil % 2].get(m.code, m.code)) for m in one.drawing.marks]
    return Made(drawing, one.on, one.start, ())


def compare(seed: int) -> int:
    """Timetables, medical and whatif on one random register. How many pupils were compared."""
    one = made(seed)
    look = view(one.drawing, one.on, all=True)
    _timetables(one, look)
    _medical(one, look)
    _whatif(one, Random(seed))  # noqa: S311  (chance, not secrets)
    return len(one.drawing.names)


# Part-time timetables ------------------------------------------------------------------------------------


def _of_age(one: Made, pupil: int) -> list[Mark]:
    about = one.drawing.about[one.drawing.names[pupil]]
    return [m for m in one.of(pupil) if of_school_age(about, m.date)]


def week(day: date, weeks: Sequence[date]) -> int:
    """The place of the school week that a day is in, or of the one before it."""
    return max((n for n, monday in enumerate(weeks) if monday <= day), default=-1)


def _timetables(one: Made, look: View) -> None:
    weeks = mondays(look.calendar.days)
    lasts = [max(d for d in look.calendar.days if week(d, weeks) == n) for n in range(len(weeks))]
    on_roll = set(look.on_roll["pupil"])
    expected = []
    for pupil in range(len(one.drawing.names)):
        each: list[list[Mark]] = []
        for mark in (m for m in _of_age(one, pupil) if m.code == "C2"):
            here = week(mark.date, weeks)
            if each and here - week(each[-1][-1].date, weeks) - 1 < ENDS_AFTER:
                each[-1].append(mark)
            else:
                each.append([mark])
        for marks in each:
            gone = [n for n, last in enumerate(lasts) if n > week(marks[-1].date, weeks) and last <= one.on]
            ended = len(gone) >= ENDS_AFTER or pupil not in on_roll
            if marks[-1].date >= one.start:
                expected.append(_timetable(pupil, marks, weeks, one.on, ended=ended))
    report = duty("timetables").load()(look)
    got = [tuple(row.values())[:9] for row in report.rows.iter_rows(named=True)]
    assert sorted(got) == sorted(expected)
    going_on = [row for row in report.rows.iter_rows(named=True) if row["review"] != "ended"]
    assert [f.count for f in findings(report, look)] == [row["sessions"] for row in going_on]


def _timetable(
    pupil: int, marks: Sequence[Mark], weeks: Sequence[date], on: date, *, ended: bool
) -> tuple[Any, ...]:
    since = marks[0].date
    places = [week(m.date, weeks) for m in marks]
    amber, due = since + timedelta(days=42), since + timedelta(days=56)
    review = "ended" if ended else "red" if on > due else "amber" if on >= amber else "not_due"
    most = max(places.count(place) for place in places)
    return (pupil, since, marks[-1].date, len(marks), len(set(places)), most, amber, due, review)


# Illness -------------------------------------------------------------------------------------------------


def _medical(one: Made, look: View) -> None:
    got = {row["pupil"]: row for row in duty("medical").load()(look).rows.iter_rows(named=True)}
    expected = {}
    for pupil in range(len(one.drawing.names)):
        mine = [m for m in one.of(pupil) if m.date >= one.start]
        if any(m.code in {"I", "M"} for m in mine):
            expected[pupil] = _illness(one, look, pupil, mine)
    assert {n: {key: got[n][key] for key in told} for n, told in expected.items()} == expected
    assert set(got) == set(expected)


def _illness(one: Made, look: View, pupil: int, mine: Sequence[Mark]) -> dict[str, Any]:
    times = runs(mine, "I")
    gaps = [
        sum(before[-1].date < day < after[0].date for day in look.calendar.days)
        for before, after in pairwise(times)
    ]
    says = [m for m in mine if m.code == "I" or m.code not in clocks.NEUTRAL]
    longest = max((len(run) for run in times), default=0)
    broken = sum(gap <= BACK_FOR for gap in gaps)
    towards = len([m for m in _of_age(one, pupil) if m.code == "I" and m.date >= one.start])
    of_age = of_school_age(one.drawing.about[one.drawing.names[pupil]], one.start)
    short = max(0, 30 - towards) if of_age else None
    look_at = {
        "long": longest >= 20,
        "often": len(times) >= 5,
        "again": broken >= 2,
        "return": short == 0,
        "near": short is not None and 1 <= short <= 10,
    }
    return {
        "sessions": sum(m.code == "I" for m in mine),
        "times": len(times),
        "longest": longest,
        "broken": broken,
        "ill_now": bool(says) and says[-1].code == "I",
        "since": times[-1][0].date if times else None,
        "until": times[-1][-1].date if times else None,
        "appointments": sum(m.code == "M" for m in mine),
        "return_sessions": towards if of_age else None,
        "short_of": short,
        "look": [word for word, reached in look_at.items() if reached],
    }


# Past terms replayed ---------------------------------------------------------------------------------------


def _whatif(one: Made, dice: Random) -> None:
    policy = dice.choice(POLICIES)
    days = [day for day in view(one.drawing, one.on).calendar.days if one.start <= day <= one.on]
    if not days:
        return
    first, last = sorted([dice.choice(days), dice.choice(days)])
    options: dict[str, Any] = {"from": first, "to": last, "policy": policy, "all": True}
    report = duty("whatif").load()(view(one.drawing, one.on, **options))
    days = [day for day in days if first <= day <= last]
    weeks = mondays(view(one.drawing, one.on).calendar.days)
    rules = {name: {**values, **policy.get(name, {})} for name, values in IN_FORCE.items()}
    expected: dict[tuple[int, str], list[Any]] = {}
    for side, values in enumerate((IN_FORCE, rules)):
        for pupil in range(len(one.drawing.names)):
            for line, seen in _seen(one, pupil, days, weeks, values).items():
                expected.setdefault((pupil, line), [None, None])[side] = seen
    expected = {key: told for key, told in expected.items() if not policy or DRAWN_BY[key[1]] & set(policy)}
    got = {(row["pupil"], row["line"]): _both(row) for row in report.rows.iter_rows(named=True)}
    assert got == expected


def _both(row: Mapping[str, Any]) -> list[Any]:
    return [
        (row[f"{side}_on"], row[f"{side}_sessions"]) if row[f"{side}_on"] else None
        for side in ("in_force", "policy")
    ]


def _seen(
    one: Made, pupil: int, days: Sequence[date], weeks: Sequence[date], rules: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[date, int]]:
    """The first day on which one pupil is seen at each line, and the sessions counted by then."""
    seen: dict[str, tuple[date, int]] = {}
    mine = [m for m in one.of(pupil) if m.date >= one.start]
    about = one.drawing.about[one.drawing.names[pupil]]
    of_age = _of_age(one, pupil) if of_school_age(about, one.start) else []
    notice = rules["penalty-notice"]
    coded = [(m.date, week(m.date, weeks)) for m in of_age if m.code in notice["codes"]]
    possible = missed = 0
    before = date.min
    for day in days:
        figures = oracle.totals(m for m in mine if before < m.date <= day)
        possible, missed, before = possible + figures["possible"], missed + figures["absent"], day
        for line in _beyond(possible, missed, rules):
            seen.setdefault(line, (day, missed))
        back = week(day, weeks) - notice["school_weeks"]
        sessions = sum(when <= day and back < place for when, place in coded)
        if sessions >= notice["sessions"]:
            seen.setdefault("penalty_notice", (day, sessions))
    seen |= _returns(one, of_age, days, rules)
    return seen


def _beyond(possible: int, missed: int, rules: Mapping[str, Mapping[str, Any]]) -> list[str]:
    bands, risk = rules["bands"], 100 - rules["at-risk"]["below_percent"]

    def over(percent: int) -> bool:
        exactly = bands["pa_rule"] == "dfe" and missed * 100 == possible * percent
        return possible > 0 and (exactly or missed * 100 > possible * percent)

    if over(bands["severe_percent"]):
        return ["severe", "persistent", "at_risk"]
    if over(bands["persistent_percent"]):
        return ["persistent", "at_risk"]
    return ["at_risk"] if missed * 100 > possible * risk else []


def _returns(
    one: Made, of_age: Sequence[Mark], days: Sequence[date], rules: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[date, int]]:
    """Returns reached on one of the days: on which, and how many sessions there were by the end of it."""
    away = clocks.absences_in_a_row(of_age)
    ill = [m for m in of_age if m.code == "I" and m.date >= one.start]
    seen: dict[str, tuple[date, int]] = {}
    for kind, rows in (("attendance", away), ("sickness", [ill])):
        least = rules[f"{kind}-return"]["school_days"] * 2
        for row in rows:
            if len(row) < least or not days[0] <= row[least - 1].date <= days[-1]:
                continue
            day = row[least - 1].date
            first = next(d for d in days if d >= day)
            seen.setdefault(f"{kind}_return", (first, sum(m.date <= day for m in row)))
    return seen

"""Rates of groups, slowly: plain Python from the text of the rules, one pupil and one mark at a time.

The random registers run over two academic years with a summer and holidays between, so that last year's
figures to the same date have sessions on both sides of that date.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests import oracle
from tests.drawn import Drawing, Mark, view

from attendkit.duties import duty

PUPILS = 12
FLAGS = ("fsm", "fsm6", "pupil_premium", "eal", "looked_after", "social_worker", "young_carer")
TYPES = ("school", "cohort", "year", "college", *FLAGS, "sen", "sex", "ethnicity")
SESSIONS = ("possible", "present", "authorised", "unauthorised", "late", "missing")


@dataclass(frozen=True)
class Made:
    """A random register, and the day to look from."""

    drawing: Drawing
    on: date

    def figures(self, number: int, first: date, last: date) -> dict[str, int] | None:
        """One pupil's figures between two days; none where they have no row."""
        marks = [m for m in self.drawing.marks if m.pupil == number and first <= m.date <= last]
        return oracle.totals(marks) if marks else None


def made(seed: int) -> Made:
    """Pupils with groups, some of them not told, and marks in the autumns of two years."""
    dice = Random(seed)  # noqa: S311  (chance, not secrets)
    days = [*_days(dice, date(2025, 11, 10)), *_days(dice, date(2026, 11, 9))]
    drawing = Drawing()
    for place in range(PUPILS):
        name = f"P{place:02}"
        number = drawing.number(name)
        drawing.about[name] = _about(dice)
        codes = dice.choice(["/", "/L", "/I", "/NOU", "ON", "XZ"])
        for day in days:
            for session in (1, 2):
                strange = [*oracle.codes(day), oracle.MISSING, "."]
                code = dice.choice(strange) if dice.random() < 0.1 else dice.choice(codes)
                if code != ".":
                    drawing.marks.append(Mark(number, day, session, code))
    return Made(drawing, dice.choice([day for day in days if day.year == 2026]))


def _days(dice: Random, monday: date) -> Iterator[date]:
    closed = monday + timedelta(days=dice.randrange(14))
    for n in range(14):
        day = monday + timedelta(days=n)
        if day.weekday() < 5 and day != closed:
            yield day


def _about(dice: Random) -> dict[str, Any]:
    about: dict[str, Any] = {
        "year": dice.choice([7, 8, 11, 12, None]),
        "college": dice.choice(["Elm", "Oak", None]),
        "sen": dice.choice(["N", "K", "E", None]),
        "sex": dice.choice(["F", "M"]),
        "ethnicity": dice.choice(["WBRI", "AIND", None]),
        **{flag: dice.choice([True, False, None]) for flag in FLAGS},
    }
    if dice.random() < 0.2:
        about["left"] = date(2026, 7, 17)
    return about


def groups_of(about: dict[str, Any], year: int | None) -> dict[str, str | None]:
    """The group of each type that a pupil is in."""
    cohort = None if year is None else "years_7_to_11" if 7 <= year <= 11 else "sixth_form"
    if year is not None and year < 7:
        cohort = "younger"
    words = {True: "Y", False: "N", None: None}
    return {
        "school": "all",
        "cohort": cohort,
        "year": None if year is None else str(year),
        **{name: about[name] for name in ("college", "sen", "sex", "ethnicity")},
        **{flag: words[about[flag]] for flag in FLAGS},
    }


def told(one: Made) -> dict[tuple[str, str], dict[str, Any]]:
    """What must be said of every group that has a pupil this year."""
    this_year = {}
    for number, name in enumerate(one.drawing.names):
        about = one.drawing.about[name]
        figures = one.figures(number, date(2026, 8, 1), one.on)
        if figures or about.get("left") is None:
            this_year[number] = figures or oracle.totals([])
    now = {n: groups_of(_of(one, n), _of(one, n)["year"]) for n in this_year}
    before = dict(_a_year_ago(one, this_year))
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for kind in TYPES:
        if all(groups[kind] is None for groups in now.values()):
            continue
        for group in {groups[kind] for groups in now.values()}:
            inside = [n for n in now if now[n][kind] == group]
            rest = [n for n in now if now[n][kind] not in {group, None}]
            row = _row([this_year[n] for n in inside])
            mine = _share([this_year[n] for n in inside])
            theirs = _share([this_year[n] for n in rest])
            known = group is not None and mine is not None and theirs is not None
            row["gap"] = _points(mine, theirs) if known else None
            then = [figures for figures, groups in before.values() if groups[kind] == group]
            named_then = any(groups[kind] is not None for _, groups in before.values())
            row["last_year"] = _text(then) if named_then else None
            aged = [this_year[n] for n in inside if now[n]["cohort"] == "years_7_to_11"]
            row["cohort_percent"] = _text(aged)
            said[kind, group or "not known"] = row
    return said


def _of(one: Made, number: int) -> dict[str, Any]:
    return one.drawing.about[one.drawing.names[number]]


def _a_year_ago(
    one: Made, this_year: dict[int, Any]
) -> Iterator[tuple[int, tuple[dict[str, int], dict[str, str | None]]]]:
    """Those with a row last year up to the same date: everyone here now was in the year below."""
    for number in range(len(one.drawing.names)):
        figures = one.figures(number, date(2025, 8, 1), one.on.replace(year=2025))
        if figures:
            year = _of(one, number)["year"]
            then = year if year is None or number not in this_year else year - 1
            yield number, (figures, groups_of(_of(one, number), then))


def _row(figures: Sequence[dict[str, int]]) -> dict[str, Any]:
    judged = [(f["possible"], f["absent"]) for f in figures if f["possible"]]
    return {
        "pupils": len(figures),
        "enrolments": len(judged),
        **{name: sum(f[name] for f in figures) for name in SESSIONS},
        "percent": _text(figures),
        "persistent": sum(oracle.persistent(*numbers) for numbers in judged),
        "severe": sum(oracle.band(*numbers) == "severe" for numbers in judged),
    }


def _share(figures: Sequence[dict[str, int]]) -> Fraction | None:
    possible = sum(f["possible"] for f in figures)
    return Fraction(sum(f["present"] for f in figures), possible) if possible else None


def _text(figures: Sequence[dict[str, int]]) -> str | None:
    return oracle.percent(sum(f["present"] for f in figures), sum(f["possible"] for f in figures))


def _points(mine: Fraction | None, theirs: Fraction | None) -> str | None:
    if mine is None or theirs is None:
        return None
    apart = mine - theirs
    size = oracle.percent(abs(apart).numerator, abs(apart).denominator)
    return f"-{size}" if apart < 0 and size != "0.00" else size


def compare(seed: int) -> int:
    """The duty on one random register. How many pupils were compared."""
    one = made(seed)
    rows = duty("kpi").load()(view(one.drawing, one.on)).rows.to_dicts()
    expected = told(one)
    assert [(row["group_type"], row["group"]) for row in rows if row["left_out"]] == []
    got = {(row["group_type"], row["group"]): row for row in rows}
    assert set(got) == set(expected)
    for group, row in expected.items():
        assert {name: got[group][name] for name in row} == row, group
    return PUPILS

"""Marks put right after the event, and what that overturns, slowly: plain Python, one mark at a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tests import oracle
from tests.drawn import Drawing, Mark, view
from tests.oracles import clocks

from attendkit.duties import duty
from attendkit.terms import academic_year

Key = tuple[int, date, int]
CODES = ("/", "O", "N", "I", "L", "U", "M", oracle.MISSING)


def earlier_of(drawing: Drawing, chance: Random) -> Drawing:
    """The same register as an earlier import had it: some marks otherwise, some rows not there yet."""
    before = Drawing(names=list(drawing.names), about=drawing.about)
    days = sorted({mark.date for mark in drawing.marks})
    until = chance.choice(days[len(days) // 2 :])
    for mark in drawing.marks:
        if mark.date <= until and chance.random() > 0.02:
            code = chance.choice(CODES) if chance.random() < 0.05 else mark.code
            code = "\\" if code == "/" and mark.session == 2 else code
            before.marks.append(replace(mark, code=code, minutes=None))
    return before


def changed(before: Mapping[Key, Mark], after: Mapping[Key, Mark], on: date) -> dict[Key, tuple[str, str]]:
    """Every mark of both with two codes, unless it was missing when nobody had a mark for the session."""
    begun = {(m.date, m.session) for m in before.values() if m.code != oracle.MISSING}
    return {
        key: (before[key].code, mark.code)
        for key, mark in after.items()
        if key in before
        and mark.date <= on
        and before[key].code != mark.code
        and (before[key].code != oracle.MISSING or (mark.date, mark.session) in begun)
    }


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def compare(seed: int) -> int:
    """Changes and movements of band on one random register. How many pupils were compared."""
    made = clocks.made(seed)
    first = earlier_of(made.drawing, Random(seed))  # noqa: S311
    before, after = ({(m.pupil, m.date, m.session): m for m in d.marks} for d in (first, made.drawing))
    look = view(made.drawing, made.on, earlier=first)
    report = duty("changes").load()(look)
    expected = changed(before, after, made.on)
    numbers = {"AM": 1, "PM": 2}
    got = {(r["pupil"], r["date"], numbers[r["session"]]): r for r in report.rows.to_dicts()}
    assert {key: (row["was"], row["now"]) for key, row in got.items()} == expected
    read_on = max(m.date for m in made.drawing.marks)
    for (_, day, _), row in got.items():
        assert row["after_week"] == (monday(read_on) > monday(day))
    put_back = [
        replace(m, code=expected[key][0]) if key in expected else m
        for key, m in ((key, after.get(key, mark)) for key, mark in {**before, **after}.items())
    ]
    now = list({**before, **after}.values())
    for pupil in {key[0] for key in expected}:
        was, is_now = (band_of(marks, pupil, made.on) for marks in (put_back, now))
        moved = f"{is_now}, was {was}".replace("_", " ")
        said = next(row["overturns"] for key, row in got.items() if key[0] == pupil)
        assert (moved in said) == (was != is_now), (pupil, said)
    return len(made.drawing.names)


def band_of(marks: list[Mark], pupil: int, on: date) -> str:
    start, _ = academic_year(on)
    figures = oracle.totals(m for m in marks if m.pupil == pupil and start <= m.date <= on)
    return oracle.band(figures["possible"], figures["absent"])

"""The audit of coding, slowly: every check by walking over marks one at a time, no Polars.

The random registers keep pupils to one kind of mark for days, put in closures, late registers, weekends,
joiners, leavers, twins and siblings, so that each check finds something in some of them and just misses in
others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any

from tests import oracle
from tests.drawn import Drawing, Mark, view
from tests.oracles.clocks import NEUTRAL

from attendkit.duties import duty
from attendkit.findings import View

PUPILS = 12
GROUPS = ("7A1", "10B1", None)
AGE_ENDS = {date(2010, 8, 31): date(2026, 6, 26), date(2010, 9, 1): date(2027, 6, 25)}
"""When compulsory school age ends for each of the birthdays drawn here."""
OPEN = {1: 25, 2: 30}
"""Minutes that the register is open: what the school says of mornings, the longest allowed of afternoons."""
IN_CLASS = {"/", "\\", "L"}
REASONS = {"C", "C1", "C2", "E", "G", "I", "J1", "M", "R", "S", "T"}
SHUT = {"#", "Y", "Y4"}

Key = tuple[int, date, int]


@dataclass(frozen=True)
class Made:
    """A random register, the day to look from, and the days that are school days."""

    drawing: Drawing
    on: date
    look: View

    @cached_property
    def marks(self) -> list[Mark]:
        """The academic year's marks up to the day looked from, by pupil, date and session."""
        this_year = [m for m in self.drawing.marks if date(2026, 8, 1) <= m.date <= self.on]
        return sorted(this_year, key=lambda m: (m.pupil, m.date, m.session))

    @cached_property
    def by_key(self) -> Mapping[Key, Mark]:
        return {(m.pupil, m.date, m.session): m for m in self.marks}

    @cached_property
    def by_session(self) -> Mapping[tuple[date, int], list[Mark]]:
        told: dict[tuple[date, int], list[Mark]] = {}
        for mark in self.marks:
            told.setdefault((mark.date, mark.session), []).append(mark)
        return told

    @cached_property
    def days(self) -> oracle.Days:
        return oracle.Days(frozenset(self.look.calendar.days), self.look.calendar.known_until)

    def about(self, pupil: int) -> dict[str, Any]:
        return self.drawing.about[self.drawing.names[pupil]]

    def beside(self, mark: Mark) -> Mark | None:
        """The mark of the other session of the day."""
        return self.by_key.get((mark.pupil, mark.date, 3 - mark.session))

    def at(self, mark: Mark) -> list[Mark]:
        """Everybody's marks in the session of a mark."""
        return self.by_session[mark.date, mark.session]

    def of_age(self, mark: Mark) -> bool:
        about = self.about(mark.pupil)
        year, born = about.get("year"), about.get("dob")
        return (year is None or year < 12) and (born is None or mark.date <= AGE_ENDS[born])


# Checks of one mark: whether it is found --------------------------------------------------------------


def _early(code: str, year: int) -> Callable[[Made, Mark], bool]:
    return lambda made, m: m.code == code and (made.about(m.pupil).get("year") or 99) < year


def _on_roll(made: Made, m: Mark) -> bool:
    about = made.about(m.pupil)
    return "admitted" in about and about["admitted"] <= m.date <= about.get("left", m.date)


def _closed_to_most(made: Made, m: Mark) -> bool:
    there = [o for o in made.at(m) if o.code != oracle.MISSING]
    set_as_closed = any(span["first"] <= m.date <= span["last"] for span in made.drawing.closures)
    return set_as_closed or sum(o.code in SHUT for o in there) * 2 > len(there)


def _year_in_school(made: Made, m: Mark) -> bool:
    year = made.about(m.pupil).get("year")
    return any(oracle.attended(o) for o in made.at(m) if made.about(o.pupil).get("year") == year)


def _somebody(made: Made, m: Mark) -> bool:
    return any(oracle.attended(o) for o in made.at(m))


def _all_late(made: Made, m: Mark) -> bool:
    group = made.about(m.pupil)["tutor"]
    came = [o for o in made.at(m) if made.about(o.pupil)["tutor"] == group and o.code in IN_CLASS]
    return m.code == "L" and group is not None and len(came) >= 5 and all(o.code == "L" for o in came)


def _other(made: Made, m: Mark, codes: set[str]) -> bool:
    other = made.beside(m)
    return other is not None and other.code in codes


def _then_attended(made: Made, m: Mark) -> bool:
    other = made.beside(m)
    return other is not None and oracle.attended(other)


def _never_n(made: Made, m: Mark) -> bool:
    days = sorted(day for day in made.look.calendar.days if day <= made.on)[-5:]
    group = made.about(m.pupil)["tutor"]
    if m.code != "O" or group is None or not days or m.date < days[0]:
        return False
    late = [(made.about(o.pupil)["tutor"], o.code) for o in made.marks if o.date >= days[0]]
    ours = [code for tutor, code in late if tutor == group]
    rest = [code for tutor, code in late if tutor not in {group, None}]
    return ours.count("O") >= 4 and not ours.count("N") and rest.count("N") > rest.count("O")


def _sibling(made: Made, m: Mark, codes: set[str]) -> bool:
    numbers = {c["pupil"]: c["mobile"] for c in made.drawing.contacts}
    mine = numbers.get(m.pupil)
    with_it = [p for p, number in numbers.items() if mine and number == mine]
    return len(with_it) <= 6 and any(o.code in codes and o.pupil in with_it for o in made.at(m))


def _twin(made: Made, m: Mark) -> bool:
    mine = made.about(m.pupil)
    if "dob" not in mine:
        return False
    others = [o for o in made.at(m) if o.pupil != m.pupil and o.code != oracle.MISSING]
    who = ("surname", "forename", "dob")
    return m.code != oracle.MISSING and any(
        all(mine.get(k) == made.about(o.pupil).get(k) for k in who) for o in others
    )


_Z = {"Z", "#", oracle.MISSING}

SINGLE: Mapping[str, Callable[[Made, Mark], bool]] = {
    "c2-past-school-age": lambda made, m: m.code == "C2" and not made.of_age(m),
    "x-of-school-age": lambda made, m: m.code == "X" and made.of_age(m),
    "c2-not-listed": lambda made, m: m.code == "C2" and not made.about(m.pupil).get("part_time"),
    "j1-early": _early("J1", 11),
    "s-early": _early("S", 11),
    "w-early": _early("W", 10),
    "t-rare": lambda _, m: m.code == "T",
    "q-rare": lambda _, m: m.code == "Q",
    "y-not-split": lambda _, m: m.code == "Y",
    "before-admission": lambda made, m: (
        m.code not in _Z and m.date < made.about(m.pupil).get("admitted", m.date)
    ),
    "after-leaving": lambda made, m: m.code not in _Z and m.date > made.about(m.pupil).get("left", m.date),
    "z-on-roll": lambda made, m: m.code == "Z" and _on_roll(made, m),
    "not-school-day": lambda made, m: (
        m.code not in {"#", "Y", "Y4", "Z", oracle.MISSING} and m.date not in made.days
    ),
    "attended-when-closed": lambda made, m: oracle.attended(m) and _closed_to_most(made, m),
    "closed-for-some": lambda made, m: m.code == "#" and m.date in made.days and _year_in_school(made, m),
    "y4-for-some": lambda made, m: m.code == "Y4" and _somebody(made, m),
    "y3-for-all": lambda made, m: m.code == "Y3" and not _somebody(made, m),
    "wrong-half": lambda _, m: (m.code, m.session) in {("\\", 1), ("/", 2)},
    "minutes-elsewhere": lambda _, m: bool(m.minutes) and m.code not in {"L", "U"},
    "l-after-close": lambda _, m: m.code == "L" and (m.minutes or 0) >= OPEN[m.session],
    "u-before-close": lambda _, m: m.code == "U" and m.session == 1 and 0 < (m.minutes or 0) < OPEN[1],
    "late-register": _all_late,
    "n-past-deadline": lambda made, m: m.code == "N" and made.days.age(m.date, made.on) > 5,
    "n-beside-reason": lambda made, m: m.code == "N" and _other(made, m, REASONS),
    "n-beside-o": lambda made, m: m.code == "N" and _other(made, m, {"O"}),
    "group-never-n": _never_n,
    "e-then-in-school": lambda made, m: m.code == "E" and m.session == 1 and _then_attended(made, m),
    "offsite-half-day": lambda made, m: m.code in {"K", "W"} and _other(made, m, IN_CLASS),
    "v-alone": lambda made, m: m.code == "V" and [o.code for o in made.at(m)].count("V") == 1,
    "siblings-leave": lambda made, m: (
        (m.code == "G" and _sibling(made, m, {"C"})) or (m.code == "C" and _sibling(made, m, {"G"}))
    ),
    "r-alone": lambda made, m: (
        m.code == "R" and {o.pupil for o in made.marks if (o.code, o.date) == ("R", m.date)} == {m.pupil}
    ),
    "same-pupil-twice": _twin,
}


# Checks of marks in a row: each row of them found ------------------------------------------------------


def runs(marks: Sequence[Mark], code: str) -> list[list[Mark]]:
    """Each unbroken row of a code of one pupil: only a mark that says something else breaks it."""
    found: list[list[Mark]] = [[]]
    for mark in marks:
        if mark.code == code:
            found[-1].append(mark)
        elif mark.code not in NEUTRAL and found[-1]:
            found.append([])
    return [run for run in found if run]


def _days(run: Sequence[Mark]) -> list[date]:
    return sorted({m.date for m in run})


ROWS: Mapping[str, Callable[[Sequence[Mark]], list[list[Mark]]]] = {
    "long-illness": lambda mine: [run for run in runs(mine, "I") if len(run) >= 20],
    "long-appointment": lambda mine: [run for run in runs(mine, "M") if len(run) >= 6],
    "offsite-weeks": lambda mine: [run for c in "BKPVW" for run in runs(mine, c) if len(run) >= 20],
    "d-throughout": lambda mine: [run for run in runs(mine, "D") if len(run) >= 40],
    "r-days": lambda mine: [run for run in runs(mine, "R") if len(_days(run)) > 1],
    "e-past-provision": lambda mine: [
        [m for m in run if m.date in _days(run)[5:]] for run in runs(mine, "E") if len(_days(run)) > 5
    ],
}


def _afternoons(made: Made, mine: Sequence[Mark]) -> list[Mark]:
    ill = [m for m in mine if (m.code, m.session) == ("I", 2) and _then_attended(made, m)]
    return ill if len(ill) >= 5 else []


# What must be found ------------------------------------------------------------------------------------

Found = set[tuple[str, int, tuple[tuple[date, int], ...]]]


def expected(made: Made) -> Found:
    """Every row of the audit: its check, its pupil, and the sessions that it counts."""
    found: Found = set()
    for pupil in range(len(made.drawing.names)):
        mine = [m for m in made.marks if m.pupil == pupil]
        by_check = {name: [[m for m in mine if is_so(made, m)]] for name, is_so in SINGLE.items()}
        by_check |= {name: of(mine) for name, of in ROWS.items()}
        by_check["ill-afternoons"] = [_afternoons(made, mine)]
        for check, rows in by_check.items():
            found |= {(check, pupil, tuple((m.date, m.session) for m in row)) for row in rows if row}
    return found | {(check, pupil, ()) for check, pupil in _without_marks(made)}


def _without_marks(made: Made) -> Iterator[tuple[str, int]]:
    last = max((m.date for m in made.marks if m.code != oracle.MISSING), default=None)
    for pupil in made.look.on_roll["pupil"]:
        mine = [m for m in made.marks if m.pupil == pupil]
        about = made.about(pupil)
        if mine and about.get("part_time") and "C2" not in {m.code for m in mine}:
            yield "listed-without-c2", pupil
        if last and all(m.code == oracle.MISSING for m in mine) and about.get("admitted", last) <= last:
            yield "no-marks", pupil


def compare(seed: int) -> int:
    """The whole audit of one random register. How many pupils were compared."""
    one = made(seed)
    report = duty("coding").load()(one.look)
    sessions: dict[int, list[tuple[date, int]]] = {}
    for number, day, session in report.evidence.select("finding", "date", "session").iter_rows():
        sessions.setdefault(number, []).append((day, session))
    proven = iter([tuple(sessions[number]) for number in report.found["finding"]])
    got = []
    for row in report.rows.iter_rows(named=True):
        marks = next(proven) if row["sessions"] else ()
        assert len(marks) == row["sessions"]
        assert (row["first"], row["last"]) == ((marks[0][0], marks[-1][0]) if marks else (None, None))
        got.append((row["check"], row["pupil"], marks))
    assert len(got) == len(set(got))
    assert set(got) == expected(one)
    return PUPILS


# Random registers --------------------------------------------------------------------------------------


def made(seed: int) -> Made:
    """Twelve pupils over nine weeks of the autumn: half term, closures, now and then a Saturday."""
    dice = Random(seed)  # noqa: S311  (chance, not secrets)
    drawing = Drawing()
    days = list(_school_days(dice, drawing))
    on = dice.choice(days[len(days) // 2 :])
    closed = dice.sample(days, 2)
    never_n = days[max(0, days.index(on) - dice.choice([3, 5, 6])) :] if dice.random() < 0.3 else []
    late = (dice.choice(days), dice.choice([1, 2]))
    for number in range(PUPILS):
        name = f"P{number}"
        drawing.number(name)
        drawing.about[name] = about = _about(dice, days)
        codes = _codes(dice)
        for day in [*days, *_weekend(dice, days)]:
            for session in (1, 2):
                code = _shut(dice, next(codes)) if day in closed else next(codes)
                if (day, session) == late and code in IN_CLASS and about["tutor"] == GROUPS[0]:
                    code = "L" if dice.random() < 0.95 else code
                if day in never_n and dice.random() < 0.4:
                    code = "N" if about["tutor"] == GROUPS[0] else "O"
                _put(dice, drawing, Mark(number, day, session, code))
    drawing.contacts += list(_contacts(dice))
    school = {"registers": {"AM": {"opens": "08:40", "closes": "09:05"}}}
    return Made(drawing, on, view(drawing, on, school=school))


def _put(dice: Random, drawing: Drawing, mark: Mark) -> None:
    if mark.code == ".":
        return
    code = "\\" if mark.code == "/" and mark.session == 2 else mark.code
    code = {"/": "\\", "\\": "/"}.get(code, code) if dice.random() < 0.005 else code
    timed = mark.code in {"L", "U"} or dice.random() < 0.01
    minutes = dice.choice([None, 0, 1, 24, 25, 29, 30, 45]) if timed else None
    drawing.marks.append(Mark(mark.pupil, mark.date, mark.session, code, minutes))


def _school_days(dice: Random, drawing: Drawing) -> Iterator[date]:
    first = date(2026, 9, 28) + timedelta(days=7 * dice.randrange(3))
    last = first + timedelta(weeks=9, days=-3)
    holidays = [{"first": date(2026, 10, 26), "last": date(2026, 10, 30)}]
    if dice.random() < 0.5:
        drawing.terms.append({"first": first, "last": last})
        inset = first + timedelta(days=dice.randrange(50))
        drawing.closures += [*holidays, {"first": inset, "last": inset}]
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if day.weekday() < 5 and not any(h["first"] <= day <= h["last"] for h in holidays):
            yield day


def _weekend(dice: Random, days: Sequence[date]) -> list[date]:
    friday = dice.choice([day for day in days if day.weekday() == 4])
    return [friday + timedelta(days=1)] if dice.random() < 0.1 else []


def _about(dice: Random, days: Sequence[date]) -> dict[str, Any]:
    about: dict[str, Any] = {
        "tutor": dice.choice(GROUPS) if dice.random() < 0.5 else GROUPS[0],
        "year": dice.choice([7, 7, 9, 10, 11, 12, None]),
        "surname": dice.choice(["Vale", "Hay"]),
        "forename": "Ada",
    }
    if dice.random() < 0.4:
        about["dob"] = dice.choice(list(AGE_ENDS))
    if dice.random() < 0.3:
        about["admitted"] = dice.choice(days)
    if dice.random() < 0.3:
        about["left"] = dice.choice(days)
    if dice.random() < 0.3:
        about["part_time"] = True
    return about


def _contacts(dice: Random) -> Iterator[dict[str, Any]]:
    for pupil in range(PUPILS):
        if dice.random() < 0.6:
            number = f"07700 90000{dice.randrange(4)}"
            yield {"pupil": pupil, "priority": 1, "surname": "Vale", "mobile": number}


def _shut(dice: Random, code: str) -> str:
    return dice.choice(["#", "#", "#", "Y4", "Y3", code])


def _codes(dice: Random) -> Iterator[str]:
    """One pupil's marks without end: stretches of one kind, most of them short, some for weeks."""
    if dice.random() < 0.08:
        while True:
            yield dice.choice([".", oracle.MISSING])
    if dice.random() < 0.06:
        steady = dice.choice("DDIBW")
        while True:
            yield steady if dice.random() < 0.995 else "/"
    kinds = [["/"], ["/", "/", "/", "L"], ["O"], ["O", "N"], ["N", "I", "/"], ["E", "E", "E", "/"], ["R"]]
    kinds += [[one] for one in ("I", "M", "B", "V", "D", "E", "G", "C")] + [["I", "/", "/", "I"]]
    kinds += [["C2", "/"], ["X", "/"], ["W", "/", "K"], ["V", "P", "/"], ["G", "C"], ["U", "L", "/"]]
    every = [*sorted(set(oracle.codes(date(2026, 9, 1))) - {"#"}), "Y", oracle.MISSING, "."]
    while True:
        kind = dice.choice(kinds) if dice.random() < 0.7 else ["/"]
        for _ in range(dice.choice([1, 2, 2, 3, 4, 6, 11, 21, 22, 41])):
            yield dice.choice(every) if dice.random() < 0.03 else dice.choice(kind)

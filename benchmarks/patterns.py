"""Do patterns hold their promise? `python -m benchmarks.patterns [REGISTERS]`: 200 shuffled ones by default.

A register is made up: pupils over some school weeks from September, with a half term after week 7, whose days
away come in runs, more on a Friday and in a bad week, and who differ much in how often they are away.

- Shuffled: each pupil's absences are dealt out again over their own sessions by the school's day shape, by
  Efraimidis and Spirakis' draw (nothing of attendkit's own). Half of the registers are dealt out by session,
  half by whole days. No pattern is left, so every pupil named is named falsely.
- Planted: twenty pupils of each kind are given a pattern over what they were away by themselves. Found is
  found as planted, and the false share is that of all pupils named who were given none.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from math import log
from random import Random

import polars as pl

from attendkit.duties import duty
from attendkit.findings import Report, View
from attendkit.register import Register
from attendkit.register.folding import calendar_for
from attendkit.register.model import CONTACTS, IMPORTS, MARKS, PUPILS
from attendkit.rules import Rulebook
from attendkit.school import School

SHUFFLED = 200
EVERYONE = 1450
PLANTED = 20
FIRST = date(2026, 8, 31)
HALF_TERM = 7
MOST_FALSE = 0.05
LEAST_FOUND = 0.8
_AVERAGE = 0.055  # of days away, as in the autumn terms of secondary schools
_RUN_GOES_ON = 0.45
_WEEKDAY = (1.15, 0.95, 0.9, 0.95, 1.15)

Day = tuple[str, str]
_IN = ("/", "\\")


@dataclass
class Made:
    """A made-up register: school days, and each pupil's two marks on each; L has its minutes."""

    days: list[date]
    marks: list[list[Day]]
    minutes: dict[tuple[int, int], int] = field(default_factory=dict)
    families: list[tuple[int, int]] = field(default_factory=list)


def made(pupils: int, weeks: int, chance: Random) -> Made:
    """A register without a pattern: runs of days away by chance, and lates."""
    mondays = [FIRST + timedelta(weeks=week + (week >= HALF_TERM)) for week in range(weeks)]
    days = [monday + timedelta(days=n) for monday in mondays for n in range(5)]
    bad_week = [0.7 + 0.6 * chance.random() for _ in mondays]
    likely = [_AVERAGE * _WEEKDAY[n % 5] * bad_week[n // 5] for n in range(len(days))]
    return Made(days, [_pupil(likely, chance) for _ in range(pupils)])


def _pupil(likely: Sequence[float], chance: Random) -> list[Day]:
    often = chance.gammavariate(0.8, 1 / 0.8) * (1 - _RUN_GOES_ON)
    late = min(0.4, chance.gammavariate(0.5, 0.04 / 0.5))
    told: list[Day] = []
    code = ""
    for day in likely:
        if code and chance.random() < _RUN_GOES_ON:
            told.append((code, code))
        elif chance.random() < min(0.7, day * often):
            code = chance.choice("IIIIIMNOG")
            told.append(
                (code, code) if chance.random() < 0.85 else chance.choice([(code, "\\"), ("/", code)])
            )
        else:
            code = ""
            told.append(("L", "\\") if chance.random() < late else _IN)
    return told


# Shuffled --------------------------------------------------------------------------------------------


def shuffled(base: Made, chance: Random, *, by_day: bool) -> Made:
    """The same absences of the same pupils, each on another of their own days by the school's day shape."""
    days = range(len(base.days))
    count = [[1 + sum(_absent(pupil[n][half]) for pupil in base.marks) for n in days] for half in (0, 1)]
    deal = _by_day if by_day else _by_session
    return Made(base.days, [deal(pupil, count, chance) for pupil in base.marks])


def _absent(code: str) -> bool:
    return code not in {"/", "\\", "L"}


def _by_day(pupil: Sequence[Day], count: Sequence[Sequence[int]], chance: Random) -> list[Day]:
    away = [day for day in pupil if _absent(day[0]) or _absent(day[1])]
    late = [day for day in pupil if day not in away and day != _IN]
    taken = _drawn(range(len(pupil)), [a + b for a, b in zip(*count, strict=True)], len(away), chance)
    left = [n for n in range(len(pupil)) if n not in set(taken)]
    told = [_IN] * len(pupil)
    for n, day in [*zip(taken, away, strict=True), *zip(chance.sample(left, len(late)), late, strict=True)]:
        told[n] = day
    return told


def _by_session(pupil: Sequence[Day], count: Sequence[Sequence[int]], chance: Random) -> list[Day]:
    told = [list(_IN) for _ in pupil]
    places = [(n, half) for n in range(len(pupil)) for half in (0, 1)]
    codes = [pupil[n][half] for n, half in places if _absent(pupil[n][half])]
    weights = [count[half][n] for n, half in places]
    for place, code in zip(_drawn(range(len(places)), weights, len(codes), chance), codes, strict=True):
        n, half = places[place]
        told[n][half] = code
    return [(first, second) for first, second in told]


def _drawn(places: Sequence[int], weights: Sequence[float], number: int, chance: Random) -> list[int]:
    """Some of the places, each more likely by its weight; in a random order."""
    if not number:
        return []
    keys = [(-log(chance.random()) / weights[place], place) for place in places]
    taken = [place for _, place in sorted(keys)[:number]]
    chance.shuffle(taken)
    return taken


# Planted ---------------------------------------------------------------------------------------------


def _away(pupil: list[Day], n: int, code: str) -> None:
    pupil[n] = (code, code)


def weekday(base: Made, number: int, chance: Random) -> None:
    """Away on eight Fridays in ten."""
    for n in range(4, len(base.days), 5):
        if chance.random() < 0.8:
            _away(base.marks[number], n, chance.choice("IO"))


def alternating_days(base: Made, number: int, chance: Random) -> None:
    """Away on every other Monday, but for one in twenty."""
    for n in range(0, len(base.days), 5):
        if base.days[n].toordinal() // 7 % 2 and chance.random() < 0.95:
            _away(base.marks[number], n, "N")


def afternoons(base: Made, number: int, chance: Random) -> None:
    """Gone after lunch on a quarter of days."""
    for n in range(len(base.days)):
        if base.marks[number][n] == _IN and chance.random() < 0.25:
            base.marks[number][n] = ("/", "N")


def short_illness(base: Made, number: int, chance: Random) -> None:
    """Ill for a day in nine weeks of ten, on any weekday."""
    for week in range(len(base.days) // 5):
        if chance.random() < 0.9:
            _away(base.marks[number], week * 5 + chance.randrange(5), "I")


def broken_weeks(base: Made, number: int, chance: Random) -> None:
    """Away without a reason for a day in nine weeks of ten, on any weekday."""
    for week in range(len(base.days) // 5):
        if chance.random() < 0.9:
            _away(base.marks[number], week * 5 + chance.randrange(5), "O")


def lateness(base: Made, number: int, chance: Random) -> None:
    """Late once in twenty days at first, and on four days of five in the last four weeks."""
    for n in range(len(base.days)):
        now = 0.8 if n >= len(base.days) - 20 else 0.05
        base.marks[number][n] = ("L", "\\") if chance.random() < now else _IN


def minutes_late(base: Made, number: int, chance: Random) -> None:
    """Late on two days of five throughout: by 2 to 10 minutes, and by 8 to 25 in the last four weeks."""
    for n in range(len(base.days)):
        if chance.random() < 0.4:
            base.marks[number][n] = ("L", "\\")
            recent = n >= len(base.days) - 20
            base.minutes[number, n] = chance.randint(8, 25) if recent else chance.randint(2, 10)


def siblings(base: Made, number: int, chance: Random) -> None:
    """Eight days away in ten weeks, nine in ten of them shared with a sibling, and what each had before."""
    other = len(base.marks) - 1 - number
    base.families.append((number, other))
    for n in chance.sample(range(len(base.days)), round(len(base.days) * 0.16)):
        _away(base.marks[number], n, "I")
        if chance.random() < 0.9:
            _away(base.marks[other], n, "I")


PLANTS: tuple[Callable[[Made, int, Random], None], ...] = (
    weekday,
    alternating_days,
    afternoons,
    short_illness,
    broken_weeks,
    lateness,
    minutes_late,
    siblings,
)

BY_WEEK_TEN = ("weekday", "afternoons", "lateness", "minutes_late", "siblings")
_SLOW = ("short_illness", "broken_weeks")
"""What ten weeks can show. Every other week has been but five times by then. Who is away for many days has
short illnesses and broken weeks by chance: those are measured, and held to nothing."""


@cache
def _same(kind: str) -> frozenset[str]:
    """The kinds that a planted one may rightly be found as."""
    also = {"weekday": {"broken_weeks"}, "short_illness": {"broken_weeks"}}
    return frozenset({kind, *also.get(kind, ())})


@dataclass(frozen=True, slots=True)
class Power:
    """How many of the planted patterns were found, by kind, and what share of all pupils found had none."""

    found: dict[str, float]
    false: float
    named: int


def power(pupils: int, weeks: int, chance: Random, each: int = PLANTED) -> Power:
    """Plant patterns of every kind in one register, and look for them."""
    base = made(pupils, weeks, chance)
    planted: dict[int, str] = {}
    for place, plant in enumerate(PLANTS):
        for number in range(place * each, (place + 1) * each):
            plant(base, number, chance)
            planted[number] = plant.__name__
    planted |= {other: "siblings" for _, other in base.families}
    rows = look(base).rows.select("pupil", "kind").unique().rows()
    right = {pupil for pupil, kind in rows if kind in _same(planted.get(pupil, ""))}
    named = {pupil for pupil, _ in rows}
    whose = Counter(planted[pupil] for pupil in right)
    return Power(
        {kind: whose[kind] / count for kind, count in Counter(planted.values()).items()},
        len(named - set(planted)) / max(len(named), 1),
        len(named),
    )


# Looked at -------------------------------------------------------------------------------------------


def look(base: Made) -> Report:
    """What `patterns` says of a made-up register on its last day."""
    return duty("patterns").load()(view(base))


def view(base: Made) -> View:
    """A made-up register as a duty sees it, with a day of term still to come."""
    pupils, days = len(base.marks), len(base.days)
    codes = [code for pupil in base.marks for day in pupil for code in day]
    minutes: list[int | None] = [None] * len(codes)
    for (pupil, n), late in base.minutes.items():
        minutes[(pupil * days + n) * 2] = late
    marks = pl.DataFrame({"code": codes, "minutes": minutes}).select(
        pupil=pl.int_range(pl.len()) // (days * 2),
        date=pl.Series(base.days).gather(pl.int_range(len(codes), eager=True) // 2 % days),
        session=pl.int_range(pl.len()) % 2 + 1,
        code="code",
        minutes="minutes",
        comment=pl.lit(None),
        source=pl.lit(0),
        row=pl.int_range(pl.len()) + 2,
        column=pl.lit(1),
    )
    register = Register(
        pupils=_filled(PUPILS, {"pupil": range(pupils), "key": [str(n) for n in range(pupils)]}),
        marks=marks.cast(MARKS),
        contacts=_contacts(base),
        imports=_filled(IMPORTS, {"source": [0], "file": ["made up"], "layout": ["long"]}),
        digest="0" * 64,
    )
    return View(register, calendar_for(School(), register), Rulebook(), School(), base.days[-1])


def _contacts(base: Made) -> pl.DataFrame:
    rows = [(pupil, f"{family}@example.org") for family, pair in enumerate(base.families) for pupil in pair]
    return _filled(CONTACTS, {"pupil": [row[0] for row in rows], "email": [row[1] for row in rows]})


def _filled(schema: pl.Schema, columns: dict[str, Sequence[object]]) -> pl.DataFrame:
    given = pl.DataFrame({name: pl.Series(column, dtype=schema[name]) for name, column in columns.items()})
    return given.select(
        [pl.col(name) if name in columns else pl.lit(None, kind).alias(name) for name, kind in schema.items()]
    )


def false_shares(pupils: int, weeks: int, registers: int, chance: Random) -> Iterator[float]:
    """The share of pupils named in each of some shuffled registers, where none should be."""
    base = made(pupils, weeks, chance)
    for number in range(registers):
        named = look(shuffled(base, chance, by_day=number % 2 == 0)).rows["pupil"].n_unique()
        yield named / pupils


def main() -> int:
    """Print what was measured. 1 when a promise is not held."""
    registers = int(sys.argv[1]) if sys.argv[1:] else SHUFFLED
    chance = Random(20_261_123)  # noqa: S311  (chance, not secrets)
    held = [_planted(weeks, chance) for weeks in (10, 20, 39)]
    return int(not all([*held, _shuffled(registers, chance)]))


def _planted(weeks: int, chance: Random) -> bool:
    told = power(EVERYONE, weeks, chance)
    shown = [
        share
        for kind, share in told.found.items()
        if kind in BY_WEEK_TEN or (weeks > 10 and kind not in _SLOW)
    ]
    average = sum(shown) / len(shown)
    print(f"week {weeks}: " + ", ".join(f"{kind} {share:.0%}" for kind, share in told.found.items()))
    print(f"  {average:.0%} of what so many weeks can show; of {told.named} named {told.false:.1%} had none")
    return average >= LEAST_FOUND and told.false <= MOST_FALSE


def _shuffled(registers: int, chance: Random) -> bool:
    halves = ((10, registers - registers // 2), (20, registers // 2))
    shares = [share for weeks, number in halves for share in false_shares(EVERYONE, weeks, number, chance)]
    anybody = sum(share > 0 for share in shares)
    print(f"{len(shares)} shuffled registers, of 10 and 20 weeks: {max(shares):.2%} of pupils named at most,")
    print(f"  {sum(shares) / len(shares):.4%} on average, and anybody at all in {anybody} of them")
    return max(shares) <= MOST_FALSE


if __name__ == "__main__":
    sys.exit(main())

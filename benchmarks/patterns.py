"""Do patterns hold their promise? `python -m benchmarks.patterns [REGISTERS]`: 200 shuffled ones by default.

A register is made up: pupils over some school weeks from September, with a half term after week 7, whose days
away come in runs, more on a Friday and in a bad week, and who differ much in how often they are away.

- Shuffled: each pupil's absences are dealt out again over their own sessions by the school's day shape, by
  Efraimidis and Spirakis' draw (nothing of attendkit's own). Half of the registers are dealt out by session,
  half by whole days. No pattern is left, so every pupil named is named falsely.
- Planted: in each of eight registers ten pupils of each kind are given a pattern over what they were away by
  themselves. They are of the three in four who were away least: in many days away a pattern drowns, and
  nobody needs one to ask about them. Found is found as planted, and every kind must be. The false share is
  that of all pupils named who were given no pattern.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from math import log
from operator import add
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
PLANTED = 10
REGISTERS = 8
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


def alternating(base: Made, number: int, chance: Random) -> None:
    """Away for two days or three, from one weekday on, in every other week but for one in twenty."""
    weekday, days, which = chance.randrange(4), chance.choice((2, 3)), chance.randrange(2)
    for n in range(0, len(base.days), 5):
        if base.days[n].toordinal() // 7 % 2 == which and chance.random() < 0.95:
            for place in range(n + weekday, n + min(5, weekday + days)):
                _away(base.marks[number], place, "N")


def afternoons(base: Made, number: int, chance: Random) -> None:
    """Gone after lunch on a quarter of days."""
    for n in range(len(base.days)):
        if base.marks[number][n] == _IN and chance.random() < 0.25:
            base.marks[number][n] = ("/", "N")


def short_illness(base: Made, number: int, chance: Random) -> None:
    """Ill for a day, on any weekday, in all weeks but one in twenty."""
    _in_most_weeks(base, number, "I", chance)


def broken_weeks(base: Made, number: int, chance: Random) -> None:
    """Away without a reason for a day, on any weekday, in all weeks but one in twenty."""
    _in_most_weeks(base, number, "O", chance)


def _in_most_weeks(base: Made, number: int, code: str, chance: Random) -> None:
    for monday in range(0, len(base.days), 5):
        if chance.random() < 0.95:
            _away(base.marks[number], monday + chance.randrange(5), code)


def lateness(base: Made, number: int, chance: Random) -> None:
    """Late once in twenty days at first, and on four days of five in the last four weeks."""
    for n in range(len(base.days)):
        now = 0.8 if n >= len(base.days) - 20 else 0.05
        base.marks[number][n] = ("L", "\\") if chance.random() < now else _IN


def minutes_late(base: Made, number: int, chance: Random) -> None:
    """Late on every other day throughout: by 2 to 10 minutes, and by 8 to 25 in the last four weeks."""
    for n in range(len(base.days)):
        if chance.random() < 0.5:
            base.marks[number][n] = ("L", "\\")
            recent = n >= len(base.days) - 20
            base.minutes[number, n] = chance.randint(8, 25) if recent else chance.randint(2, 10)


def siblings(base: Made, number: int, chance: Random) -> None:
    """Eight days away in ten weeks, nine in ten of them shared with a sibling, and what each had before."""
    other = _ordinary(base) - 1 - number
    base.families.append((number, other))
    for n in chance.sample(range(len(base.days)), round(len(base.days) * 0.16)):
        _away(base.marks[number], n, "O")
        if chance.random() < 0.9:
            _away(base.marks[other], n, "O")


def _ordinary(base: Made) -> int:
    """How many pupils patterns are planted in: the first three in four, who were away least."""
    return len(base.marks) * 3 // 4


PLANTS: Mapping[str, Callable[[Made, int, Random], None]] = {
    "weekday": weekday,
    "alternating": alternating,
    "afternoons": afternoons,
    "short_illness": short_illness,
    "broken_weeks": broken_weeks,
    "lateness": lateness,
    "minutes_late": minutes_late,
    "siblings": siblings,
}
"""What is planted. The edges of half terms are not: by the tenth week there are three of them."""

_FOUND_AS = {
    "weekday": {"weekday", "broken_weeks"},
    "alternating": {"alternating_days", "alternating_weeks"},
    "short_illness": {"short_illness", "broken_weeks"},
}
"""The kinds that a planted one may rightly be found as, where it is not only its own."""


@dataclass(frozen=True, slots=True)
class Power:
    """What was found of patterns planted in some registers: pupils, by what they were given.

    `named` are the pupils named as each kind, and `falsely` those of them who were given no pattern.
    """

    planted: Counter[str]
    found: Counter[str]
    named: Counter[str]
    falsely: Counter[str]

    def share(self, kind: str) -> float:
        """How many in one of those given a pattern were found."""
        return self.found[kind] / self.planted[kind]

    @property
    def false(self) -> float:
        """How many in one of the pupils named had no pattern; who is named as two kinds counts once."""
        return self.falsely["anything"] / max(self.named["anything"], 1)

    def __add__(self, other: "Power") -> "Power":
        """Both together."""
        return Power(
            self.planted + other.planted,
            self.found + other.found,
            self.named + other.named,
            self.falsely + other.falsely,
        )


def power(pupils: int, weeks: int, chance: Random, each: int = PLANTED) -> Power:
    """Plant patterns of every kind in one register, and look for them."""
    base = made(pupils, weeks, chance)
    base.marks.sort(key=_days_away)
    ordinary = base.marks[: _ordinary(base)]
    base.marks[: len(ordinary)] = chance.sample(ordinary, len(ordinary))
    planted: dict[int, str] = {}
    for place, (name, plant) in enumerate(PLANTS.items()):
        for number in range(place * each, (place + 1) * each):
            plant(base, number, chance)
            planted[number] = name
    planted |= {other: "siblings" for _, other in base.families}
    rows = look(base).rows.select("pupil", "kind").unique().rows()
    rightly = {pupil for pupil, kind in rows if pupil in planted and kind in _found_as(planted[pupil])}
    everybody = [*rows, *((pupil, "anything") for pupil in {pupil for pupil, _ in rows})]
    return Power(
        Counter(planted.values()),
        Counter(planted[pupil] for pupil in rightly),
        Counter(kind for _, kind in everybody),
        Counter(kind for pupil, kind in everybody if pupil not in planted),
    )


def _days_away(pupil: Sequence[Day]) -> int:
    return sum(_absent(first) or _absent(second) for first, second in pupil)


def _found_as(planted: str) -> set[str]:
    return _FOUND_AS.get(planted, {planted})


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
        named=lambda: "0" * 64,
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


def named_falsely(pupils: int, weeks: int, registers: int, chance: Random) -> Iterator[Counter[str]]:
    """How many pupils are named as each kind in each of some shuffled registers, where none should be."""
    base = made(pupils, weeks, chance)
    for number in range(registers):
        rows = look(shuffled(base, chance, by_day=number % 2 == 0)).rows.select("pupil", "kind").unique()
        kinds = Counter(kind for _, kind in rows.iter_rows())
        yield kinds + Counter(anything=rows["pupil"].n_unique())


def main() -> int:
    """Print what was measured. 1 when a promise is not held."""
    registers = int(sys.argv[1]) if sys.argv[1:] else SHUFFLED
    chance = Random(20_261_123)  # noqa: S311  (chance, not secrets)
    held = [_planted(weeks, chance) for weeks in (10, 20, 39)]
    return int(not all([*held, _shuffled(registers, chance)]))


def _planted(weeks: int, chance: Random) -> bool:
    every = [power(EVERYONE, weeks, chance) for _ in range(REGISTERS)]
    told = reduce(add, every)
    print(f"week {weeks}: found " + ", ".join(f"{kind} {told.share(kind):.0%}" for kind in PLANTS))
    kinds = ", ".join(f"{number} as {kind}" for kind, number in told.falsely.items() if kind != "anything")
    print(f"  of {told.named['anything']} pupils named {told.false:.1%} had no pattern ({kinds or 'nobody'})")
    return min(map(told.share, PLANTS)) >= LEAST_FOUND and told.false <= MOST_FALSE


def _shuffled(registers: int, chance: Random) -> bool:
    halves = ((10, registers - registers // 2), (20, registers // 2))
    each = [named for weeks, number in halves for named in named_falsely(EVERYONE, weeks, number, chance)]
    most = max(max(named.values(), default=0) for named in each) / EVERYONE
    print(f"{len(each)} shuffled registers, of 10 and 20 weeks: {most:.2%} of pupils named at most,")
    kinds = ", ".join(f"{kind} {number}" for kind, number in reduce(add, each).items() if kind != "anything")
    anybody = sum(bool(named) for named in each)
    print(f"  anybody at all in {anybody} of them; pupils by kind in all: {kinds or 'none'}")
    return most <= MOST_FALSE


if __name__ == "__main__":
    sys.exit(main())

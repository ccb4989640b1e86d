"""Patterns, slowly: plain Python from the text of the rules, with no Polars and no sets of bits.

The random registers are of a term, with a half term, INSET days, other codes and joiners, and their pupils
keep to a habit often enough for patterns to be found. The oracle says of every pupil, kind and set of days
how many there are, and how likely that is; what may be found follows.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from math import comb, floor, isclose, log2
from random import Random
from typing import NamedTuple

from tests import oracle
from tests.drawn import Drawing, Mark, view

from attendkit.duties import duty
from attendkit.duties.patterns import everything_asked
from attendkit.findings import View, findings
from attendkit.measures import patterns as measured

AWAY = {"F", "G", "H", "I", "M", "N", "O"}
LATE = {"L", "U"}
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays")
PRIOR = 5
FIRST = date(2026, 9, 7)
LIKELY = 0.005

Days = frozenset[date]


class Answer(NamedTuple):
    """What was asked of a pupil, and the answer: days that are so, days in all, and how likely that is."""

    pupil: int
    kind: str
    days: Days
    of: int
    chance: float


# Chance, by enumeration and by walking from day to day ------------------------------------------------


def placed_by_trying(among: Sequence[Fraction], others: Sequence[Fraction], events: int) -> list[Fraction]:
    """Every way that so many events could have fallen, each weighed by the odds of its days."""
    odds = [*among, *others]
    ways = [Fraction(0)] * (min(events, len(among)) + 1)
    for days in combinations(range(len(odds)), events):
        weight = Fraction(1)
        for day in days:
            weight *= odds[day]
        ways[sum(day < len(among) for day in days)] += weight
    return [way / sum(ways) for way in ways]


def placed(among: Sequence[float], others: Sequence[float], events: int) -> list[float]:
    """The same, day by day: how much weight has taken so many days, so many of them inside."""
    weights: dict[tuple[int, int], float] = {(0, 0): 1.0}
    for odds, inside in [*((one, 1) for one in among), *((one, 0) for one in others)]:
        grown = dict(weights)
        for (taken, within), weight in weights.items():
            if taken < events:
                place = (taken + 1, within + inside)
                grown[place] = grown.get(place, 0.0) + weight * odds
        weights = grown
    ways = [weights.get((events, x), 0.0) for x in range(min(events, len(among)) + 1)]
    return [way / sum(ways) for way in ways]


def tossed_by_trying(chances: Sequence[Fraction]) -> list[Fraction]:
    """Every way that some independent events could have turned out."""
    found = [Fraction(0)] * (len(chances) + 1)
    for outcome in range(2 ** len(chances)):
        weight = Fraction(1)
        for place, chance in enumerate(chances):
            weight *= chance if outcome >> place & 1 else 1 - chance
        found[outcome.bit_count()] += weight
    return found


def outranks_by_trying(later: Sequence[int], earlier: Sequence[int]) -> Fraction:
    """Every choice of as many values as are later: how many rank as high or higher."""
    values = [*later, *earlier]
    ranks = [Fraction(sum(v < one for v in values) * 2 + values.count(one) + 1, 2) for one in values]
    sums = [sum(ranks[n] for n in chosen) for chosen in combinations(range(len(values)), len(later))]
    return Fraction(sum(one >= sums[0] for one in sums), len(sums))


def outranks(later: Sequence[int], earlier: Sequence[int]) -> float:
    """The same, value by value: how many choices of so many have so high a sum of doubled ranks."""
    values = [*later, *earlier]
    ranks = [sum(v < one for v in values) * 2 + values.count(one) + 1 for one in values]
    choices = Counter({(0, 0): 1})
    for rank in ranks:
        grown = Counter(choices)
        for (chosen, total), number in choices.items():
            if chosen < len(later):
                grown[chosen + 1, total + rank] += number
        choices = grown
    whole = [(total, number) for (chosen, total), number in choices.items() if chosen == len(later)]
    high = sum(number for total, number in whole if total >= sum(ranks[: len(later)]))
    return high / comb(len(values), len(later))


def benjamini_hochberg(chances: Sequence[float], percent: int) -> list[bool]:
    """Which are found: those no likelier than the largest that is within its share of the percentage."""
    order = sorted(chances)
    passing = [one for n, one in enumerate(order, 1) if one <= n / len(order) * percent / 100]
    return [bool(passing) and one <= passing[-1] for one in chances]


# Random registers -------------------------------------------------------------------------------------


def made(seed: int) -> tuple[Drawing, date]:
    """Ten pupils over nine to twelve weeks of a term, each with a habit or none, and the last day."""
    chance = Random(seed)  # noqa: S311  (chance, not secrets)
    weeks = chance.randint(9, 12)
    gap = chance.randint(4, 7)
    mondays = [FIRST + timedelta(weeks=n + (n >= gap)) for n in range(weeks)]
    inset = mondays[gap] + timedelta(days=chance.choice([0, 4]))
    days = [monday + timedelta(days=n) for monday in mondays for n in range(5)]
    drawing = Drawing()
    for name in ["Ada", "Ben", "Cal", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida", "Joe"]:
        number = drawing.number(name)
        drawing.about[name] = {"surname": chance.choice(["Bell", "Orr"])}
        held = [day for day in days if day != inset]
        if chance.random() < 0.2:
            held = held[chance.randrange(10) :]
        drawing.marks += _marks(number, held, chance)
    _contacts(drawing, chance)
    return drawing, days[-1]


def _contacts(drawing: Drawing, chance: Random) -> None:
    for number in range(len(drawing.names)):
        family = chance.randrange(6)
        contact = {"pupil": number, "priority": 1, "surname": f"Contact {family % 2}"}
        drawing.contacts.append({**contact, "mobile": f"07700 9000{family:02}"})


def _marks(pupil: int, days: Sequence[date], chance: Random) -> Iterator[Mark]:
    habit = chance.choice(["none", "weekday", "afternoon", "fortnight", "late", "ill", "long"])
    often, weekday = chance.choice([0.03, 0.08]), chance.randrange(5)
    for place, day in enumerate(days):
        codes = ["/", "\\"]
        if _keeps(habit, day, weekday, (place, len(days)), chance):
            codes = _of_habit(habit, chance)
        elif chance.random() < often:
            codes = [chance.choice("IIMNOGECSR#LU-")] * 2
        minutes = [
            chance.randint(1, 30) if code in LATE and chance.random() < 0.9 else None for code in codes
        ]
        for session in (1, 2):
            yield Mark(pupil, day, session, codes[session - 1], minutes[session - 1])


def _keeps(habit: str, day: date, weekday: int, part: tuple[int, int], chance: Random) -> bool:
    place, days = part
    likely = {
        "weekday": 0.8 * (day.weekday() == weekday),
        "fortnight": 0.95 * (day.weekday() == weekday and day.toordinal() // 7 % 2),
        "afternoon": 0.15,
        "late": 0.8 if place > days - 18 else 0.05,
        "ill": 0.15,
        "long": float(12 <= place < 12 + weekday * 2),
    }
    return chance.random() < likely.get(habit, 0)


def _of_habit(habit: str, chance: Random) -> list[str]:
    if habit == "afternoon":
        return ["/", chance.choice("NO")]
    if habit == "late":
        return [chance.choice("LU"), "\\"]
    return [{"ill": "I", "long": "G"}.get(habit, chance.choice("IO"))] * 2


# The rule, pupil by pupil -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Pupil:
    """One pupil's days, from their marks."""

    could: Days
    away: Days
    odd: Days
    starts: Days
    late: Days
    sorts: Mapping[str, Days]
    weeks: Mapping[str, Sequence[tuple[int, bool]]]
    minutes: Mapping[date, int]
    ill: Days

    def among(self, name: str) -> Days:
        return self.ill if name == "short_illness" else self.away


def pupils_of(marks: Iterable[Mark]) -> dict[int, Pupil]:
    marks = [m for m in marks if oracle.attended(m) or m.code in AWAY | LATE]
    held = sorted({mark.date for mark in marks})
    return {
        number: _pupil([m for m in marks if m.pupil == number], held) for number in {m.pupil for m in marks}
    }


def _pupil(marks: Sequence[Mark], held: Sequence[date]) -> Pupil:
    codes: dict[date, dict[int, str]] = {}
    for mark in marks:
        codes.setdefault(mark.date, {})[mark.session] = mark.code
    away = [day for day in held if AWAY & set(codes.get(day, {}).values())]
    runs = _runs(away, held)
    weeks = [{d for d in codes if week_of(d) == monday} for monday in {week_of(d) for d in codes}]
    broken = {d for days in weeks if not days <= set(away) for d in days if d in away}
    halves = [d for d in away if len(codes[d]) == 2 and sum(code in AWAY for code in codes[d].values()) == 1]
    ill = frozenset(d for d in away if AWAY & set(codes[d].values()) == {"I"})
    short = {run[0] for run in runs if len(run) <= 2 and ill.issuperset(run)}
    late = [day for day in held if LATE & set(codes.get(day, {}).values())]
    firsts = {day: min(m.session for m in marks if m.date == day and m.code in LATE) for day in late}
    timed = {m.date: m.minutes for m in marks if firsts.get(m.date) == m.session and m.minutes is not None}
    return Pupil(
        could=frozenset(codes),
        away=frozenset(away),
        odd=frozenset(day for run in runs if len(run) < 5 for day in run),
        starts=frozenset(run[0] for run in runs),
        late=frozenset(late),
        sorts={
            "mornings": frozenset(d for d in halves if codes[d][1] in AWAY),
            "afternoons": frozenset(d for d in halves if codes[d][2] in AWAY),
            "broken_weeks": firsts_of(broken),
            "short_illness": firsts_of(short),
        },
        weeks={
            "broken_weeks": [(len(days & set(away)), bool(days & broken)) for days in weeks],
            "short_illness": [(len(days & ill), bool(days & short)) for days in weeks],
        },
        minutes=timed,
        ill=ill,
    )


def firsts_of(days: Collection[date]) -> Days:
    """The first of some days in each week that has any."""
    return frozenset(min(d for d in days if week_of(d) == week) for week in map(week_of, days))


def _runs(away: Sequence[date], held: Sequence[date]) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in away:
        if runs and held.index(day) == held.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def answers(pupils: Mapping[int, Pupil], families: Collection[tuple[int, int]]) -> list[Answer]:
    """Every question that may be asked, and its answer."""
    held = sorted({day for pupil in pupils.values() for day in pupil.could})
    found: list[Answer] = []
    for number, pupil in pupils.items():
        if len(pupil.away) >= 5:
            found += _of_days(number, pupils, held)
            found += _together([_of_sort(number, name, pupils) for name in ("mornings", "afternoons")])
            found += [
                _of_weeks(number, name, pupils)
                for name, least in (("broken_weeks", 7), ("short_illness", 5))
                if len(pupil.among(name)) >= least
            ]
        if len(pupil.late) >= 5:
            found += _of_lates(number, pupils, held)
    for one, other in families:
        for number, sibling in ((one, other), (other, one)):
            if all(len(pupils[n].away) >= 5 for n in (number, sibling)):
                could = pupils[number].could & pupils[sibling].could
                found += _asked(number, "siblings", "starts", pupils, pupils[sibling].starts, could, sibling)
    return found


def _of_days(number: int, pupils: Mapping[int, Pupil], held: Sequence[date]) -> Iterator[Answer]:
    pupil = pupils[number]
    short = pupil.could - (pupil.away - pupil.odd)
    weeks = sorted({week_of(day) for day in held})
    halves = {
        frozenset(day for day in held if turn[day] % 2 == which)
        for turn in (
            {day: weeks.index(week_of(day)) for day in held},
            {day: week_of(day).toordinal() // 7 for day in held},
        )
        for which in (0, 1)
    }
    weekdays: list[Answer] = []
    alternating: list[Answer] = []
    for weekday in range(5):
        days = frozenset(day for day in held if day.weekday() == weekday)
        weekdays += _asked(number, "weekday", "odd", pupils, days, short)
        for part in {days & half for half in halves if len(days & half) >= 3}:
            alternating += _asked(number, "alternating", "starts", pupils, part, pupil.could)
    for half in halves:
        alternating += _asked(number, "alternating", "starts", pupils, half, pupil.could)
    yield from _together(weekdays)
    yield from sorted(_together(alternating), key=lambda one: one.chance)[:1]


def _together(ways: Sequence[Answer]) -> list[Answer]:
    """The answers to one question that is asked in so many ways."""
    return [one._replace(chance=min(1.0, one.chance * len(ways))) for one in ways]


def _asked(  # noqa: PLR0917
    number: int, kind: str, what: str, pupils: Mapping[int, Pupil], days: Days, could: Days, sibling: int = -1
) -> Iterator[Answer]:
    own = getattr(pupils[number], what) & could
    inside = days & could
    most = min(len(inside), len(own))
    ways = comb(len(inside), most) * comb(len(could) - len(inside), len(own) - most)
    if ways * 5000 > comb(len(could), len(own)):
        return
    left_out = {number, sibling}
    everybody = sum(len(getattr(pupil, what)) for pupil in pupils.values())
    whole = everybody / sum(len(pupil.could) for pupil in pupils.values())
    odds = {}
    for day in could:
        others = [pupil for n, pupil in pupils.items() if n not in left_out and day in pupil.could]
        did = sum(day in getattr(pupil, what) for pupil in others)
        rate = (did + PRIOR * whole) / (len(others) + PRIOR)
        odds[day] = rate / (1 - rate)
    spread = placed([odds[d] for d in inside], [odds[d] for d in could - inside], len(own))
    yield Answer(number, kind, frozenset(own & inside), len(own), _that_many(spread, own & inside))


def _that_many(spread: Sequence[float], days: Days) -> float:
    """The chance of so many days or more; fewer than three are no pattern, however unlikely."""
    return sum(spread[len(days) :]) if len(days) >= 3 else 1.0


def _of_sort(number: int, name: str, pupils: Mapping[int, Pupil]) -> Answer:
    pupil, others = pupils[number], [other for n, other in pupils.items() if n != number]
    days = {n: len(one.among(name)) for n, one in pupils.items()}
    whole = (sum(len(o.sorts[name]) for o in others) + 1) / (sum(days.values()) - days[number] + 2)
    alike = [n for n in pupils if n != number and days[n] and _band(days[n]) == _band(days[number])]
    of_sort, away = sum(len(pupils[n].sorts[name]) for n in alike), sum(days[n] for n in alike)
    chances = [(of_sort + PRIOR * whole) / (away + PRIOR)] * days[number]
    spread = [1.0]
    for chance in chances:
        spread = [a * (1 - chance) + b * chance for a, b in zip([*spread, 0.0], [0.0, *spread], strict=True)]
    so = pupil.sorts[name]
    return Answer(number, name, so, days[number], _that_many(spread, so))


def _of_weeks(number: int, name: str, pupils: Mapping[int, Pupil]) -> Answer:
    """A pupil's weeks against those of the middle half of others who were away about as often."""
    pupil, held = pupils[number], {day for each in pupils.values() for day in each.could}
    days, so = len(pupil.among(name)), pupil.sorts[name]
    alike = [
        each
        for n, each in sorted(pupils.items())
        if n != number and each.among(name) and floor(log2(len(each.among(name)))) == floor(log2(days))
    ]
    alike.sort(key=lambda each: Fraction(len(each.sorts[name]), len(each.among(name))))
    ends = len(alike) // 4
    longest = max(Counter(week_of(day) for day in held).values())
    likely = Counter(week for each in alike[ends : len(alike) - ends] for week in each.weeks[name])
    weigh: dict[tuple[int, bool], float] = dict(likely)
    rate = days / len(pupil.could)
    for n in range(longest + 1):
        week = (n, 0 < n < longest if name == "broken_weeks" else 0 < n <= 2)
        weigh[week] = weigh.get(week, 0) + PRIOR * comb(longest, n) * rate**n * (1 - rate) ** (longest - n)
    spread = weeks_so(weigh, len(pupil.weeks[name]), days)
    return Answer(number, name, so, days, _that_many(spread, so))


def weeks_so(weigh: Mapping[tuple[int, bool], float], weeks: int, days: int) -> list[float]:
    """Week by week: how much weight has so many days away, so many weeks of them so."""
    weights: dict[tuple[int, int], float] = {(0, 0): 1.0}
    for _ in range(weeks):
        grown: dict[tuple[int, int], float] = {}
        for (away, count), weight in weights.items():
            for (more, is_so), likely in weigh.items():
                if away + more <= days:
                    place = (away + more, count + is_so)
                    grown[place] = grown.get(place, 0.0) + weight * likely
        weights = grown
    ways = [weights.get((days, count), 0.0) for count in range(weeks + 1)]
    return [way / sum(ways) for way in ways]


def _band(days: int) -> int:
    """Numbers of days away that are compared with one another."""
    return floor(2 * log2(days))


def _of_lates(number: int, pupils: Mapping[int, Pupil], held: Sequence[date]) -> Iterator[Answer]:
    pupil = pupils[number]
    first = sorted({week_of(day) for day in held})[-4:][0]
    recent = frozenset(day for day in held if day >= first)
    yield from _asked(number, "lateness", "late", pupils, recent, pupil.could)
    later = {day: minutes for day, minutes in pupil.minutes.items() if day in recent}
    earlier = sorted(minutes for day, minutes in pupil.minutes.items() if day not in recent)
    if earlier and comb(len(pupil.minutes), len(later)) >= 5000:
        half = len(earlier) // 2
        middle = (earlier[half] + earlier[~half]) / 2
        days = frozenset(day for day, minutes in later.items() if minutes > middle)
        chance = outranks(list(later.values()), earlier)
        yield Answer(number, "minutes_late", days, len(later), chance)


# The comparison ---------------------------------------------------------------------------------------


def compare(seed: int) -> int:
    """Compare what `patterns` asks and finds in one random register with the oracle; how many pupils."""
    drawing, on = made(seed)
    look = view(drawing, on)
    told, asked = everything_asked(look)
    families = [pair for family in _families(drawing) for pair in combinations(family, 2)]
    expected = answers(pupils_of(drawing.marks), families)
    assert _questions(asked) == _questions(expected)
    striking = [[one for one in found if one.chance <= LIKELY] for found in (asked, expected)]
    for one, answer in zip(*(sorted(found, key=_order) for found in striking), strict=True):
        assert isclose(one.chance, answer.chance, rel_tol=1e-6), (one, answer)
        if _question(one) != "alternating":  # of which the most striking of several is told
            days = frozenset(told.dates[n] for n in range(len(told.dates)) if one.days >> n & 1)
            assert (days, one.of) == (answer.days, answer.of)
    _compare_findings(look, asked)
    return len(drawing.names)


def _families(drawing: Drawing) -> list[list[int]]:
    """The pupils of each mobile number; one that more than six share is an office's."""
    mobiles = [contact["mobile"] for contact in drawing.contacts]
    sharing = [[n for n, mobile in enumerate(mobiles) if mobile == one] for one in sorted(set(mobiles))]
    return [family for family in sharing if len(family) <= 6]


def _question(one: measured.Answer | Answer) -> str:
    """What was asked of a pupil, in one way or several."""
    if one.kind in {"mornings", "afternoons"}:
        return "half days"
    return "alternating" if one.kind.startswith("alternating") else one.kind


def _questions(asked: Sequence[measured.Answer | Answer]) -> list[tuple[int, str]]:
    """Every question once, but those about siblings as often as there are siblings."""
    each = [(one.pupil, _question(one)) for one in asked]
    siblings = [pair for pair in each if pair[1] == "siblings"]
    return sorted({*each} - {*siblings}) + sorted(siblings)


def _order(one: measured.Answer | Answer) -> tuple[int, str, float, int]:
    days = one.days.bit_count() if isinstance(one.days, int) else len(one.days)
    return one.pupil, _question(one), round(one.chance, 12), days


def _compare_findings(look: View, asked: Sequence[measured.Answer]) -> None:
    """Everybody with an answer that the procedure finds is listed, and nobody else."""
    report = duty("patterns").load()(look)
    least: dict[tuple[int, str, int | None], float] = {}
    for one in asked:
        question = (one.pupil, _question(one), one.sibling)
        least[question] = min(one.chance, least.get(question, 1))
    found = benjamini_hochberg(list(least.values()), 5)
    named = {pupil for (pupil, *_), is_found in zip(least, found, strict=True) if is_found}
    assert report.counts["tested"] == len(least)
    assert set(report.rows["pupil"]) == named
    for row, finding in zip(report.rows.to_dicts(), findings(report, look), strict=True):
        assert (row["count"], row["of"], row["says"]) == (finding.count, finding.of, finding.says)
        assert (row["first"], row["last"]) == (finding.evidence[0].date, finding.evidence[-1].date)
        codes = LATE if row["kind"] in {"lateness", "minutes_late"} else AWAY
        assert {piece.code for piece in finding.evidence} <= codes
        assert len({piece.date for piece in finding.evidence}) == finding.count

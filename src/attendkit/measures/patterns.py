"""What is asked of every pupil's days, and how likely each answer is by chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from statistics import median

from attendkit.measures.chance import (
    about_at_least,
    at_least,
    best_case,
    expected,
    outranks,
    placed,
    tossed,
    weeks_so,
)
from attendkit.measures.patterns_calendar import Target
from attendkit.measures.patterns_marks import Did, Told
from attendkit.measures.shape import day_set

_CAN_STAND_OUT = 0.0002
"""What not even the most striking answer would make rarer than this is not asked. It depends on how many days
there were and not on which, so that leaving it out favours no answer."""

_FEWEST = 3
"""A pattern is three days or more."""

_FAR_FROM_STRIKING = 0.05
"""An answer that is about so likely, in all the ways of asking, is ten times too likely to be a finding's."""

_NOT_STRIKING = 1.0
"""The chance given to an answer that is nowhere near a finding: too high rather than worked out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question asked of one pupil: `count` of `of` days were so, `usual` would be, and with what chance.

    `days` are the days that make the count, a set. `about` is what they are called; `sibling` is the other
    pupil of two.
    """

    pupil: int
    kind: str
    about: str
    days: int
    of: int
    usual: float
    chance: float
    sibling: int | None = None

    @property
    def count(self) -> int:
        """How many days make the finding."""
        return self.days.bit_count()


@dataclass(frozen=True)
class Questions:
    """What is asked of every pupil with days away, or days late, enough.

    `least_weekly` says of how many days broken weeks and short illnesses are asked. `weekdays` and `edges`
    are what days away may fall on, `alternate` what absences may begin on, and `recent` the last days, on
    which lates are compared with the days before (a set). `pairs` are siblings.
    """

    least_away: int
    least_weekly: Mapping[str, int]
    least_late: int
    weekdays: Sequence[Target]
    edges: Sequence[Target]
    alternate: Sequence[Target]
    recent: int
    pairs: Sequence[tuple[int, int]]


def answers(told: Told, pupils: Sequence[int], questions: Questions) -> list[Answer]:
    """The answers to everything that is asked of some pupils, in their order, and then of siblings."""
    found: list[Answer] = []
    enough = [pupil for pupil in pupils if _number(told.away, pupil) >= questions.least_away]
    for pupil in enough:
        found += _of_days(told, pupil, questions)
        found += _of_sorts(told, pupil)
        found += _of_weeks(told, pupil, questions.least_weekly)
    for pupil in pupils:
        if _number(told.late, pupil) >= questions.least_late:
            found += _of_lates(told, pupil, questions.recent)
    known = set(enough)
    for pair in questions.pairs:
        if known.issuperset(pair):
            found += [*_together(told, *pair), *_together(told, *reversed(pair))]
    return found


def last_weeks(told: Told, number: int) -> int:
    """The days of the last `number` school weeks, a set."""
    newest = max(told.weeks, default=0)
    return day_set(day for day, week in enumerate(told.weeks) if week > newest - number)


def _number(did: Did, pupil: int) -> int:
    return did.days.get(pupil, 0).bit_count()


def _of_days(told: Told, pupil: int, questions: Questions) -> Iterator[Answer]:
    """Weekdays without the long runs, the edges of holidays with them, and every other week by first days.

    Of all the ways that weeks may alternate the most striking is told: the others say it again.
    """
    could = told.could[pupil]
    without_runs = could ^ told.away.days[pupil] ^ told.odd.days.get(pupil, 0)
    yield from _placed(questions.weekdays, told.odd, pupil, without_runs)
    yield from _placed(questions.edges, told.away, pupil, could)
    yield from sorted(_placed(questions.alternate, told.starts, pupil, could), key=lambda one: one.chance)[:1]


_EDGES = ("term_start", "term_end", "before_holiday", "after_holiday")
_QUESTION = {
    **dict.fromkeys(_EDGES, "holidays"),
    **dict.fromkeys(("alternating_days", "alternating_weeks"), "alternating"),
    **dict.fromkeys(("mornings", "afternoons"), "half_days"),
}
"""The question that a kind is one way of asking, where it is not a question by itself."""
_OVERLAPPING = frozenset({*_EDGES, "weekday", "alternating_days", "alternating_weeks"})


def _placed(targets: Sequence[Target], did: Did, pupil: int, could: int) -> list[Answer]:
    """Whether a pupil's days fall among some targets' more often than the school's shape would have them.

    All the targets are one question: the chance of each answer is multiplied by the number of those that the
    days could stand out in (Bonferroni), which is never too low. Nothing where they could in none; one answer
    that is not striking where they do not.
    """
    own = did.days.get(pupil, 0) & could
    events, days = own.bit_count(), could.bit_count()
    can_be = [best_case((target.days & could).bit_count(), days, events) for target in targets]
    ways = sum(chance <= _CAN_STAND_OUT for chance in can_be)
    found = [
        replace(answer, chance=min(1.0, answer.chance * ways))
        for target, chance in zip(targets, can_be, strict=True)
        if chance <= _CAN_STAND_OUT and (answer := _striking(target, did, pupil, (own, could), ways))
    ]
    if ways and not found:
        one = targets[0]
        return [Answer(pupil, one.kind, one.about, 0, events, 0.0, _NOT_STRIKING, one.sibling)]
    return found


def _striking(target: Target, did: Did, pupil: int, days_of: tuple[int, int], ways: int) -> Answer | None:
    """The answer about one target, where it is striking, by the days that the pupil did and could have.

    Where the target is a sibling's own days, the shape is that of the school without either.
    """
    own, could = days_of
    met = own & target.days
    count, events, days = met.bit_count(), own.bit_count(), could.bit_count()
    if count < _FEWEST:
        return None
    near = target.sibling is None  # an estimate leaves nobody out but the pupil
    usual = did.shape.usual(target.days, own, could) if near else 0.0
    left = (1 - usual / events) * (1 - events / days) if target.kind in _OVERLAPPING else 0.0
    if not _is_striking(count, usual, left, ways):
        return None
    among = (target.days & could).bit_count()
    if near and about_at_least(count, among, days, events, usual / events) * ways > _FAR_FROM_STRIKING:
        return None
    left_out = [own] if near else [own, target.days]
    odds = [did.shape.odds(part, *left_out) for part in (target.days & could, could & ~target.days)]
    spread = placed(odds[0], odds[1], events)
    return Answer(
        pupil,
        target.kind,
        target.about,
        met,
        events,
        expected(spread),
        at_least(spread, count),
        target.sibling,
    )


def _is_striking(count: int, usual: float, left: float, ways: int = 1) -> bool:
    """Whether a count may be a pattern's at all: three days, and more than chance commonly adds.

    `left` is the share that is not usual, which chance can add from; nothing, to work out more than need be.
    The chance of any count below, times the number of ways to ask, is one in two hundred or more, commonly
    far more, and is not worked out.
    """
    return count >= _FEWEST and count > usual + _spread(ways) * (usual * max(left, 0.0)) ** 0.5


@cache
def _spread(ways: int) -> float:
    """So many standard deviations above what is usual are no rarer than one in two hundred, so many times."""
    return 2 + 0.15 * log(ways)


def _of_sorts(told: Told, pupil: int) -> list[Answer]:
    """Whether more of a pupil's days away are of one sort than the school's share would have."""
    of = _number(told.away, pupil)
    found: list[Answer] = []
    for name, sort in told.sorts.items():
        own = sort.of_sort.get(pupil, 0)
        count = own.bit_count()
        if count >= _FEWEST and _is_striking(
            count, of * (each := sort.share.chance(of, count)), 1 - each, len(told.sorts)
        ):
            chance = at_least(tossed([each] * of), count)
            found.append(Answer(pupil, name, "", own, of, each * of, min(1.0, chance * len(told.sorts))))
    return found or [Answer(pupil, "mornings", "", 0, of, 0.0, _NOT_STRIKING)]


def _of_weeks(told: Told, pupil: int, least: Mapping[str, int]) -> Iterator[Answer]:
    """Whether a pupil's days away make more weeks so than as many days of others would have."""
    for name, weekly in told.weekly.items():
        of, weeks = weekly.days.get(pupil, 0).bit_count(), weekly.weeks
        if of < least[name]:
            continue
        own, usual, chance = weekly.of_sort.get(pupil, 0), 0.0, _NOT_STRIKING
        if own.bit_count() >= _FEWEST and not weeks.seldom_so(pupil):
            likely = weeks.likely(pupil, told.could[pupil].bit_count())
            if own.bit_count() > likely.about(weeks.held[pupil], of, _spread(1)):
                spread = weeks_so(likely.plain, likely.so, weeks.held[pupil], of)
                usual, chance = expected(spread), at_least(spread, own.bit_count())
        yield Answer(pupil, name, "", own, of, usual, chance)


def _of_lates(told: Told, pupil: int, recent: int) -> Iterator[Answer]:
    """Whether lates have become more frequent, or longer, in the last weeks."""
    yield from _placed([Target("lateness", "", recent)], told.late, pupil, told.could[pupil])
    timed = told.minutes.get(pupil, [])
    later = [(day, minutes) for day, minutes in timed if recent >> day & 1]
    earlier = [minutes for day, minutes in timed if not recent >> day & 1]
    if best_case(len(later), len(timed), len(later)) > _CAN_STAND_OUT:
        return
    middle = median(earlier)
    longer = day_set(day for day, minutes in later if minutes > middle)
    striking = longer.bit_count() * 2 > len(later)
    chance = outranks([minutes for _, minutes in later], earlier) if striking else _NOT_STRIKING
    yield Answer(pupil, "minutes_late", f"{middle:g}", longer, len(later), len(later) / 2, chance)


def _together(told: Told, pupil: int, other: int) -> list[Answer]:
    """Whether a pupil's runs of days away begin on the same days as a sibling's do."""
    could = told.could[pupil] & told.could[other]
    theirs = told.starts.days[other] & could
    return _placed([Target("siblings", "", theirs, other)], told.starts, pupil, could)


def least_chances(answered: Sequence[Answer]) -> list[float]:
    """The chance of the most striking answer to each question, a pupil's or a pupil's and a sibling's."""
    least: dict[tuple[int, str, int | None], float] = {}
    for one in answered:
        question = (one.pupil, _QUESTION.get(one.kind, one.kind), one.sibling)
        least[question] = min(one.chance, least.get(question, 1.0))
    return list(least.values())


def surest(found: Sequence[Answer]) -> list[Answer]:
    """Findings in order of their chance, without those that say of the same days what a surer one says.

    Somebody away on many Fridays was away on many Fridays of every other week, and before many holidays. Of
    such findings of one pupil the surest is kept where its days hold, or are held by, the other's; and of two
    siblings who were away on the same days, one.
    """
    kept: dict[int, list[Answer]] = {}
    for one in sorted(found, key=lambda each: (each.chance, each.pupil, each.kind)):
        before = kept.setdefault(one.pupil, [])
        if not any(_says_the_same(one, other) for other in before):
            before.append(one)
    return sorted((one for mine in kept.values() for one in mine), key=lambda each: each.chance)


def _says_the_same(one: Answer, other: Answer) -> bool:
    if _OVERLAPPING.issuperset((one.kind, other.kind)):
        return one.days & other.days in (one.days, other.days)
    return one.kind == other.kind and one.days == other.days

"""What is asked of every pupil's days, and how likely each answer is by chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from attendkit.measures.chance import at_least, best_case, expected, outranks, placed, tossed, weeks_so
from attendkit.measures.patterns_calendar import Target
from attendkit.measures.patterns_marks import Did, Told
from attendkit.measures.shape import day_set

_CAN_STAND_OUT = 0.0002
"""What not even the most striking answer would make rarer than this is not asked. It depends on how many days
there were and not on which, so that leaving it out favours no answer."""

_FEWEST, _SPREAD = 3, 2
"""A pattern is three days or more, and this many standard deviations above the usual count. The chance of
less is one in two hundred or more, commonly far more, and is not worked out."""

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

    `least_weekly` says of how many days broken weeks and short illnesses are asked. `days` are what days away
    may fall on, `alternate` what absences may begin on, and `recent` the last days, on which lates are
    compared with the days before (a set). `pairs` are siblings.
    """

    least_away: int
    least_weekly: Mapping[str, int]
    least_late: int
    days: Sequence[Target]
    alternate: Sequence[Target]
    recent: int
    pairs: Sequence[tuple[int, int]]


def answers(told: Told, pupils: Sequence[int], questions: Questions) -> list[Answer]:
    """The answers to everything that is asked of some pupils, in their order, and then of siblings."""
    found: list[Answer] = []
    enough = [pupil for pupil in pupils if _number(told.away, pupil) >= questions.least_away]
    for pupil in enough:
        found += _of_days(told, pupil, questions)
        found += _of_sorts(told, pupil, questions.least_away)
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
    weekdays: list[Answer] = []
    edges: list[Answer] = []
    alternating: list[Answer] = []
    for target in questions.days:
        if target.kind == "weekday":
            weekdays += _placed(target, told.odd, pupil, without_runs)
        else:
            edges += _placed(target, told.away, pupil, could)
    for target in questions.alternate:
        alternating += _placed(target, told.starts, pupil, could)
    yield from _one_question(weekdays)
    yield from _one_question(edges)
    yield from sorted(_one_question(alternating), key=lambda one: one.chance)[:1]


def _one_question(answers: Sequence[Answer]) -> Iterator[Answer]:
    """The answers to one question asked in several ways, each as likely as any of them may be by chance.

    That is its own chance multiplied by their number (Bonferroni), which is never too low.
    """
    for one in answers:
        yield replace(one, chance=min(1.0, one.chance * len(answers)))


_EDGES = ("term_start", "term_end", "before_holiday", "after_holiday")
_QUESTION = {
    **dict.fromkeys(_EDGES, "holidays"),
    **dict.fromkeys(("alternating_days", "alternating_weeks"), "alternating"),
    **dict.fromkeys(("mornings", "afternoons"), "half_days"),
}
"""The question that a kind is one way of asking, where it is not a question by itself."""
_OVERLAPPING = frozenset({*_EDGES, "weekday", "alternating_days", "alternating_weeks"})


def _placed(target: Target, did: Did, pupil: int, could: int) -> Iterator[Answer]:
    """Whether a pupil's days fall among the target's more often than the school's shape would have them.

    Nothing where they are so few that they could not. Where the target is a sibling's own days, the shape is
    that of the school without either.
    """
    own, inside = did.days.get(pupil, 0) & could, target.days & could
    events, days, among = own.bit_count(), could.bit_count(), inside.bit_count()
    if best_case(among, days, events) > _CAN_STAND_OUT:
        return
    met = own & inside
    count, chance = met.bit_count(), _NOT_STRIKING
    near = count >= _FEWEST and target.sibling is None  # an estimate leaves nobody out but the pupil
    usual = did.shape.usual(target.days, own, could) if near else 0.0
    left = (1 - usual / events) * (1 - events / days) if target.kind in _OVERLAPPING else 0.0
    if _is_striking(count, usual, left):
        left_out = [own] if target.sibling is None else [own, target.days]
        odds = [did.shape.odds(part, *left_out) for part in (inside, could ^ inside)]
        spread = placed(odds[0], odds[1], events)
        usual, chance = expected(spread), at_least(spread, count)
    yield Answer(pupil, target.kind, target.about, met, events, usual, chance, target.sibling)


def _is_striking(count: int, usual: float, left: float) -> bool:
    """Whether a count is a pattern's at all: three days, and more than chance commonly adds.

    `left` is the share that is not usual, which chance can add from; nothing, to work out more than need be.
    """
    return count >= _FEWEST and count > usual + _SPREAD * (usual * max(left, 0.0)) ** 0.5


def _of_sorts(told: Told, pupil: int, least: int) -> Iterator[Answer]:
    """Whether more of a pupil's days away are of one sort than the school's share would have."""
    found: list[Answer] = []
    for name, sort in told.sorts.items():
        days, own = sort.days.get(pupil, 0), sort.of_sort.get(pupil, 0)
        if days.bit_count() >= least:
            count, of = own.bit_count(), days.bit_count()
            each, chance = sort.share.chance(of, count), _NOT_STRIKING
            if _is_striking(count, each * of, 1 - each):
                chance = at_least(tossed([each] * of), count)
            found.append(Answer(pupil, name, "", own, of, each * of, chance))
    return _one_question(found)


def _of_weeks(told: Told, pupil: int, least: Mapping[str, int]) -> Iterator[Answer]:
    """Whether a pupil's days away make more weeks so than as many days of others would have."""
    for name, weekly in told.weekly.items():
        of, weeks = weekly.days.get(pupil, 0).bit_count(), weekly.weeks
        if of < least[name]:
            continue
        count, usual, chance = weeks.count(pupil), weeks.usual(pupil), _NOT_STRIKING
        if count >= _FEWEST and count > usual:
            plain, so = weeks.likely(pupil, told.could[pupil].bit_count())
            spread = weeks_so(plain, so, weeks.held[pupil], of)
            usual, chance = expected(spread), at_least(spread, count)
        yield Answer(pupil, name, "", weekly.of_sort.get(pupil, 0), of, usual, chance)


def _of_lates(told: Told, pupil: int, recent: int) -> Iterator[Answer]:
    """Whether lates have become more frequent, or longer, in the last weeks."""
    yield from _placed(Target("lateness", "", recent), told.late, pupil, told.could[pupil])
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


def _together(told: Told, pupil: int, other: int) -> Iterator[Answer]:
    """Whether a pupil's runs of days away begin on the same days as a sibling's do."""
    could = told.could[pupil] & told.could[other]
    theirs = told.starts.days[other] & could
    yield from _placed(Target("siblings", "", theirs, other), told.starts, pupil, could)


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

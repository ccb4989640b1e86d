"""How days away lie in weeks: as single days that break many, or together in few."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import comb, exp, sqrt
from operator import mul

_PRIOR = 5
"""So many weeks whose days are missed one as often as another are added to what other pupils' weeks show."""

Week = tuple[int, bool]
"""What a week was to a pupil: how many days of it they were away, and whether it is so."""


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely a week is that is not so, and one that is, each by its days away, and all to one scale."""

    plain: list[float]
    so: list[float]

    def about(self, weeks: int, days: int, spread: float) -> float:
        """About the most weeks that are commonly so where so many days were away in so many weeks.

        It is so many standard deviations above what is usual, by the regression of the one number on the
        other, after one step (Newton's) towards weeks with as many days away: quick, and near enough to tell
        what needs no exact chance.
        """
        mean, var, *_ = self._moments()
        tilt = exp(max(-2.0, min(2.0, (days / weeks - mean) / var)))
        tilts = [tilt**n for n in range(len(self.so))]
        near = Likely(*(list(map(mul, part, tilts)) for part in (self.plain, self.so)))
        mean, var, so, together = near._moments()
        usual = weeks * so + together / var * (days - weeks * mean)
        left = weeks * (so * (1 - so) - together * together / var)
        return usual + spread * sqrt(max(left, 0.0))

    def _moments(self) -> tuple[float, float, float, float]:
        """Of a week: the mean and variance of days away, the chance to be so, and the covariance of both."""
        days = range(len(self.so))
        in_so = sum(map(mul, days, self.so))
        weights = [a + b for a, b in zip(self.plain, self.so, strict=True)]
        every, each = sum(weights), list(map(mul, days, weights))
        mean, so = sum(each) / every, sum(self.so) / every
        return mean, sum(map(mul, days, each)) / every - mean * mean, so, in_so / every - so * mean


@dataclass(frozen=True)
class Weeks:
    """The weeks of every pupil, by days away and whether they are so: broken, or with a short illness begun.

    `held` is how many weeks each pupil could have come in, `away` those with a day away. `longest` is how
    many days the longest week has, and `so` how many days away make a week so where nobody has shown it.
    """

    held: Mapping[int, int]
    away: Mapping[int, Mapping[Week, int]]
    longest: int
    so: range
    _without: dict[int, Likely] = field(default_factory=dict, init=False, repr=False, compare=False)

    def count(self, pupil: int) -> int:
        """How many of a pupil's weeks are so."""
        return sum(number for (_, is_so), number in self.away[pupil].items() if is_so)

    def seldom_so(self, pupil: int) -> bool:
        """Whether a pupil's weeks are so, for the days missed, no more than most of their band's are.

        Nobody need work out how likely that is. In a band of one or two pupils nobody can say.
        """
        return self._places[pupil] < (len(self._ranked[self._band(pupil)]) - 1) // 2

    def likely(self, pupil: int, could: int) -> Likely:
        """How likely each sort of week is for a pupil.

        It is told by the others who were away about as often, and of them by the middle half by the share of
        their weeks that are so, because others with such a pattern are no measure of it. A few weeks of which
        any day is missed as often as another are added, so that what nobody has done yet is rare and not
        impossible.

        Args:
            pupil: one with a day away.
            could: on how many days they could have come.
        """
        others, rate = self._others(pupil), self._days[pupil] / could
        found = [others.plain.copy(), others.so.copy()]
        for number, ways in enumerate(self._ways):
            by_chance = ways * rate**number * (1 - rate) ** (self.longest - number)
            found[number in self.so][number] += _PRIOR * by_chance
        return Likely(*found)

    @cached_property
    def _ways(self) -> list[int]:
        """In how many ways a week can have 0, 1, 2, ... days away."""
        return [comb(self.longest, number) for number in range(self.longest + 1)]

    def _others(self, pupil: int) -> Likely:
        """The weeks of the middle half of a pupil's band, the pupil left out.

        Where the pupil stands in an end that is left out anyway, the one nearest to it is left out too.
        """
        band = self._band(pupil)
        ranked = self._ranked[band]
        first = (len(ranked) - 1) // 4
        left_out = ranked[min(max(self._places[pupil], first), len(ranked) - 1 - first)]
        if left_out not in self._without:
            weeks, gone = self._middle[band], self._weeks(left_out)
            parts = (
                [float(weeks[number, so] - gone.get((number, so), 0)) for number in range(self.longest + 1)]
                for so in (False, True)
            )
            self._without[left_out] = Likely(*parts)
        return self._without[left_out]

    @cached_property
    def _days(self) -> Mapping[int, int]:
        """How many days each pupil was away."""
        return {
            pupil: sum(days * number for (days, _), number in weeks.items())
            for pupil, weeks in self.away.items()
        }

    def _band(self, pupil: int) -> int:
        """Which band a pupil is in by their days away: each goes twice as far as the one before."""
        return self._days[pupil].bit_length()

    @cached_property
    def _ranked(self) -> Mapping[int, list[int]]:
        """The pupils of each band, in the order of how many of their weeks are so, for days missed."""
        found: dict[int, list[int]] = {}
        for pupil in sorted(self.away, key=lambda one: (self.count(one) / self._days[one], one)):
            found.setdefault(self._band(pupil), []).append(pupil)
        return found

    @cached_property
    def _places(self) -> Mapping[int, int]:
        """Where each pupil stands in that order."""
        return {pupil: place for ranked in self._ranked.values() for place, pupil in enumerate(ranked)}

    @cached_property
    def _middle(self) -> Mapping[int, Counter[Week]]:
        """The weeks of each band's pupils but for as many at either end as are left out of it."""
        found: dict[int, Counter[Week]] = {band: Counter() for band in self._ranked}
        for band, ranked in self._ranked.items():
            ends = (len(ranked) - 1) // 4
            for pupil in ranked[ends : len(ranked) - ends]:
                for week, number in self._weeks(pupil).items():
                    found[band][week] += number
        return found

    def _weeks(self, pupil: int) -> dict[Week, int]:
        """A pupil's weeks, those with no day away among them."""
        away = self.away[pupil]
        return {**away, (0, False): self.held[pupil] - sum(away.values())}

"""How days away lie in weeks: as single days that break many, or together in few."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import comb

_PRIOR = 5
"""So many weeks whose days are missed one as often as another are added to what other pupils' weeks show."""

Week = tuple[int, bool]
"""What a week was to a pupil: how many days of it they were away, and whether it is so."""


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

    def count(self, pupil: int) -> int:
        """How many of a pupil's weeks are so."""
        return sum(number for (_, is_so), number in self.away[pupil].items() if is_so)

    def usual(self, pupil: int) -> float:
        """About how many of a pupil's weeks would be so, by others' weeks; quick, to tell who stands out."""
        others = self._others(pupil)
        so = sum(number for (_, is_so), number in others.items() if is_so)
        return _days(self.away[pupil]) * so / max(_days(others), 1)

    def likely(self, pupil: int, could: int) -> tuple[list[float], list[float]]:
        """How likely a week is that is not so, and one that is, each by its days away and to one scale.

        It is told by the pupils who were away about as often, and of them by the middle half by the share of
        their weeks that are so, because others with such a pattern are no measure of it. A few weeks of which
        any day is missed as often as another are added, so that what nobody has done yet is rare and not
        impossible.

        Args:
            pupil: one with a day away.
            could: on how many days they could have come.
        """
        others, rate = self._others(pupil), _days(self.away[pupil]) / could
        numbers = range(self.longest + 1)
        found = [[float(others[number, is_so]) for number in numbers] for is_so in (False, True)]
        for number in numbers:
            by_chance = comb(self.longest, number) * rate**number * (1 - rate) ** (self.longest - number)
            found[number in self.so][number] += _PRIOR * by_chance
        return found[0], found[1]

    def _others(self, pupil: int) -> Counter[Week]:
        """The weeks of the middle half of a pupil's band, the pupil left out.

        Where the pupil stands in an end that is left out anyway, the one nearest to it is left out too.
        """
        name = _band(self.away[pupil])
        ranked, found = self._ranked[name], self._middle[name].copy()
        first = (len(ranked) - 1) // 4
        place = min(max(ranked.index(pupil), first), len(ranked) - 1 - first)
        found.subtract(self._weeks(ranked[place]))
        return found

    @cached_property
    def _ranked(self) -> Mapping[int, list[int]]:
        """The pupils of each band, in the order of how many of their weeks are so, for days missed."""
        found: dict[int, list[int]] = {}
        for pupil in sorted(self.away, key=lambda one: (self.count(one) / _days(self.away[one]), one)):
            found.setdefault(_band(self.away[pupil]), []).append(pupil)
        return found

    @cached_property
    def _middle(self) -> Mapping[int, Counter[Week]]:
        """The weeks of each band's pupils but for as many at either end as are left out of it."""
        found: dict[int, Counter[Week]] = {name: Counter() for name in self._ranked}
        for name, ranked in self._ranked.items():
            ends = (len(ranked) - 1) // 4
            for pupil in ranked[ends : len(ranked) - ends]:
                found[name].update(self._weeks(pupil))
        return found

    def _weeks(self, pupil: int) -> dict[Week, int]:
        """A pupil's weeks, those with no day away among them."""
        away = self.away[pupil]
        return {**away, (0, False): self.held[pupil] - sum(away.values())}


def _days(weeks: Mapping[Week, int]) -> int:
    return sum(days * number for (days, _), number in weeks.items())


def _band(weeks: Mapping[Week, int]) -> int:
    """Which band a pupil is in by their days away: each goes twice as far as the one before."""
    return _days(weeks).bit_length()

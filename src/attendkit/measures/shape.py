"""The school's own shape: how often its pupils do something on each day, one pupil or two left out.

Days are numbered from 0 in order, and a set of days is a whole number with the bit of each day in it, so that
counting a pupil's Fridays is one `&` and one count of bits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

_PRIOR = 20
"""The school's whole rate is given the weight of this many pupils on each day, so that in a small register
one pupil away does not make a day unlike the others."""


def day_set(days: Iterable[int]) -> int:
    """A set of days as one whole number."""
    return sum(1 << day for day in days)


def days_in(days: int) -> Iterator[int]:
    """The days of a set, in order."""
    while days:
        lowest = days & -days
        yield lowest.bit_length() - 1
        days ^= lowest


def day_sets(frame: pl.DataFrame, whole: int = 0) -> dict[int, int]:
    """Each pupil's set of days, from rows of pupil and day, each once.

    `whole` is how many days there are, where most pupils have nearly all of them: that is quicker.
    """
    every, full = set(range(whole)), (1 << whole) - 1
    lists = frame.group_by("pupil", maintain_order=True).agg("day").iter_rows()
    if whole:
        return {pupil: full ^ day_set(every.difference(days)) for pupil, days in lists}
    return {pupil: day_set(days) for pupil, days in lists}


@dataclass(frozen=True)
class Shape:
    """How many pupils did something on each day, out of how many who could have.

    `did` and `could` have one number a day, in pupils.
    """

    did: tuple[int, ...]
    could: tuple[int, ...]
    _typical: dict[int, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def rate(self) -> float:
        """The share over all days."""
        return sum(self.did) / max(sum(self.could), 1)

    def odds(self, days: int, *leave_out: int) -> list[float]:
        """The odds of each of a set of days, without one pupil or two, as multiples of the school's rate.

        Args:
            days: days on which those left out could have.
            leave_out: the days on which each of them did.
        """
        return [
            self._odds(day, sum(did >> day & 1 for did in leave_out), len(leave_out)) for day in days_in(days)
        ]

    def typical(self, days: int) -> float:
        """The school's rate on a set of days as a multiple of its rate on all of them, nobody left out."""
        if days not in self._typical:
            could = sum(self.could[day] for day in days_in(days))
            did = sum(self.did[day] for day in days_in(days))
            self._typical[days] = did / (could * self.rate) if did else 0.0
        return self._typical[days]

    def _odds(self, day: int, did: int, pupils: int) -> float:
        rate = (self.did[day] - did + _PRIOR * self.rate) / (self.could[day] - pupils + _PRIOR)
        return rate / max(1 - rate, 1e-6) / self.rate


@dataclass(frozen=True)
class Share:
    """How many of the school's days away were of some sort, in each school week or on each date.

    `of_sort` and `days` are counted in pupils' days; `group` says which week or date a day is in.
    """

    of_sort: tuple[int, ...]
    days: tuple[int, ...]
    group: tuple[int, ...]

    def chances(self, days: int, own_sort: int) -> list[float]:
        """The chance of each of a pupil's days away to be of the sort, by the other pupils' days.

        Args:
            days: the pupil's own days away.
            own_sort: those of them that are of the sort.
        """
        whole_sort = sum(self.of_sort) - own_sort.bit_count()
        whole = whole_sort / max(sum(self.days) - days.bit_count(), 1)
        in_group = [self.group[day] for day in days_in(days)]
        sorts = [self.group[day] for day in days_in(own_sort)]
        return [
            (self.of_sort[g] - sorts.count(g) + _PRIOR * whole) / (self.days[g] - in_group.count(g) + _PRIOR)
            for g in in_group
        ]

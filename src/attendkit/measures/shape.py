"""The school's own shape: how often its pupils do something on each day, one pupil or two left out.

Days are numbered from 0 in order, and a set of days is a whole number with the bit of each day in it, so that
counting a pupil's Fridays is one `&` and one count of bits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

_PRIOR = 5
"""The school's whole rate is given the weight of this many pupils on each day, so that in a small register
one pupil away does not make a day unlike the others."""


def day_set(days: Iterable[int]) -> int:
    """A set of days as one whole number."""
    return sum(map((1).__lshift__, days))


def days_in(days: int) -> list[int]:
    """The days of a set, in order."""
    return [day for day, bit in enumerate(bin(days)[:1:-1]) if bit == "1"]


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
    _sums: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _odds: dict[tuple[int, int], list[float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def rate(self) -> float:
        """The share over all days."""
        return self._whole[0] / max(self._whole[1], 1)

    @cached_property
    def _whole(self) -> tuple[int, int]:
        return sum(self.did), sum(self.could)

    def odds(self, days: int, *leave_out: int) -> list[float]:
        """The odds of each of a set of days, without one pupil or two, as multiples of the school's rate.

        Args:
            days: days on which those left out could have.
            leave_out: the days on which each of them did.
        """
        found: list[float] = []
        for did in range(len(leave_out) + 1):
            odds = self._without(did, len(leave_out))
            found += [odds[day] for day in days_in(_of_exactly(did, leave_out) & days)]
        return found

    def _without(self, did: int, pupils: int) -> list[float]:
        """The odds of each day without so many pupils, of whom so many did."""
        if (did, pupils) not in self._odds:
            rates = [
                (all_did - did + _PRIOR * self.rate) / (could - pupils + _PRIOR)
                for all_did, could in zip(self.did, self.could, strict=True)
            ]
            self._odds[did, pupils] = [rate / max(1 - rate, 1e-6) / self.rate for rate in rates]
        return self._odds[did, pupils]

    def usual(self, among: int, own: int, could: int) -> float:
        """About how many of a pupil's own days would fall among some, by everybody else's days.

        Quick and near, to tell what needs `odds` from what does not. All three are sets, `among` of any days.
        """
        if among not in self._sums:
            self._sums[among] = tuple(
                sum(counts[day] for day in days_in(among)) for counts in (self.did, self.could)
            )
        did, could_in_all = self._sums[among]
        inside = could & among
        rate = self._smoothed(did - (own & inside).bit_count(), could_in_all, inside.bit_count())
        every = self._smoothed(self._whole[0] - own.bit_count(), self._whole[1], could.bit_count())
        return own.bit_count() * inside.bit_count() * rate / (could.bit_count() * every)

    def _smoothed(self, did: int, could: int, days: int) -> float:
        return (did + _PRIOR * self.rate * days) / (could - days + _PRIOR * days)


def _of_exactly(number: int, sets: Sequence[int]) -> int:
    """The days that are in exactly so many of one set or two; with none, those in neither."""
    first, second = (*sets, 0)[:2]
    return (~(first | second), first ^ second, first & second)[number]


@dataclass(frozen=True)
class Share:
    """How many of the school's days away were of some sort, by pupils who were away about as often.

    `of_sort` and `days` are counted in pupils' days, one number a `band` of days away. Who is away more often
    has fewer days away that stand alone, so a share over everybody would be nobody's.
    """

    of_sort: Mapping[int, int]
    days: Mapping[int, int]

    @cached_property
    def _whole(self) -> tuple[int, int]:
        return sum(self.of_sort.values()), sum(self.days.values())

    def chance(self, days: int, of_sort: int) -> float:
        """The chance of one of a pupil's days away to be of the sort, by the other pupils of their band.

        The share of all bands has the weight of a few days, and one day of the sort and one that is not are
        added to it (Laplace), so that what nobody else has done yet is rare and not impossible.

        Args:
            days: how many days the pupil was away.
            of_sort: how many of them were of the sort.
        """
        whole_of_sort, whole_days = self._whole
        whole = (whole_of_sort - of_sort + 1) / (whole_days - days + 2)
        mine = band(days)
        rate = self.of_sort.get(mine, 0) - of_sort + _PRIOR * whole
        return rate / (self.days[mine] - days + _PRIOR)


def band(days: int) -> int:
    """Which band a number of days away is in: each goes half as far again as the one before, or nearly."""
    return (days * days).bit_length()

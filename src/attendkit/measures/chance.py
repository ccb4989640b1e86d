"""How likely a count is by chance: exact tests, and how many false findings a run may hold.

Every probability is summed over all the ways that the pupil's own number of absences could have fallen:
nothing here is an approximation, and nothing draws at random.
"""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
from math import comb
from operator import mul


def placed(among: Sequence[float], others: Sequence[float], events: int) -> list[float]:
    """The chance that 0, 1, 2, ... of a pupil's `events` fall on some days rather than the others.

    Each event takes a day of its own, a day being taken in proportion to its odds. With all odds alike this
    is the hypergeometric distribution; otherwise it is independent days with those odds, given their sum.

    Args:
        among: the odds of each of the days asked about, to any scale.
        others: the odds of each other day, to the same scale.
        events: how many days were taken in all; at most the number of days.
    """
    inside, outside = _symmetric(among, events), _symmetric(others, events)
    least = events - (len(outside) - 1)
    ways = [
        inside[x] * outside[events - x] if least <= x < len(inside) else 0.0
        for x in range(min(events, len(among)) + 1)
    ]
    every = sum(ways)
    return [way / every for way in ways]


def about_at_least(count: int, among: int, days: int, events: int, share: float) -> float:
    """About the chance that `count` or more of `events` fall among some days, as if those had one odds.

    It is near `placed`, to tell what needs that from what does not (Fisher's noncentral distribution).

    Args:
        count: how many did.
        among: the number of days asked about, of `days` in all.
        days: the number of days.
        events: how many days were taken.
        share: what share of the events commonly falls among the days asked about.
    """
    others = days - among
    if not others or not 0 < share < 1:
        return 0.0
    ratio = share * others / ((1 - share) * among)
    numbers = range(max(0, events - others), min(among, events) + 1)
    ways = [comb(among, x) * comb(others, events - x) * ratio**x for x in numbers]
    return sum(ways[count - numbers.start :]) / sum(ways)


def _symmetric(odds: Sequence[float], most: int) -> list[float]:
    """The elementary symmetric sums of some odds, from that of none to that of `most` of them."""
    sums = [1.0]
    for one in odds:
        highest = [one * sums[-1]] if len(sums) <= most else []
        sums = [1.0, *[b + one * a for a, b in pairwise(sums)], *highest]
    return sums


def tossed(chances: Sequence[float]) -> list[float]:
    """The chance that 0, 1, 2, ... of some independent events happen: the Poisson binomial distribution."""
    found = [1.0]
    for one in chances:
        stays = [p * (1 - one) for p in found]
        moves = [p * one for p in found]
        found = [a + b for a, b in zip([*stays, 0.0], [0.0, *moves], strict=True)]
    return found


def weeks_so(plain: Sequence[float], so: Sequence[float], weeks: int, days: int) -> list[float]:
    """The chance that 0, 1, 2, ... of some weeks are so, given how many days were away in all of them.

    Every week is drawn alike, and then only those ways are kept in which the days come to their sum.

    Args:
        plain: how likely, to any scale, a week is that is not so and has 0, 1, 2, ... days away.
        so: the same of a week that is so, which has a day away at least.
        weeks: how many weeks there are.
        days: how many days were away in all.
    """
    most = min(weeks, days)
    one = [1.0, *[0.0] * days]
    others, those = [_power(plain, weeks - most, one)], [one]
    for _ in range(most):
        others.append(_times(others[-1], plain))
        those.append(_times(those[-1][:-1], so[1:]))  # one day of each week that is so is out of the sum
    ways = [
        comb(weeks, count) * sum(map(mul, others[most - count], reversed(those[count])))
        for count in range(most + 1)
    ]
    every = sum(ways)
    return [way / every for way in ways]


def _power(each: Sequence[float], power: int, one: list[float]) -> list[float]:
    """A power of a polynomial, by squares; `one` is the power of 0, with the degree to cut off above."""
    if power == 0:
        return one
    half = _power(each, power // 2, one)
    squared = _times(half, half)
    return _times(squared, each) if power % 2 else squared


def _times(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """One polynomial by another, cut off above the degree of the first."""
    grown = [0.0] * len(one)
    for power, factor in enumerate(other[: len(one)]):
        if factor:
            grown[power:] = [sofar + factor * a for sofar, a in zip(grown[power:], one, strict=False)]
    return grown


def at_least(distribution: Sequence[float], count: int) -> float:
    """The chance of `count` or more."""
    return sum(distribution[count:])


def expected(distribution: Sequence[float]) -> float:
    """The count to expect."""
    return sum(count * chance for count, chance in enumerate(distribution))


def outranks(later: Sequence[float], earlier: Sequence[float]) -> float:
    """The chance that values drawn at random from all of them rank as high as the later ones do.

    The exact permutation test of the sum of ranks (Wilcoxon), ties at their middle rank. The sums of all
    choices are counted at once as the digits of one whole number, wide enough that none runs over.
    """
    values = [*later, *earlier]
    ranks = _doubled_ranks(values)
    width = len(values) + 1
    sums = [1] + [0] * len(later)
    for rank in ranks:
        shifts = [chosen << (rank * width) for chosen in sums]
        sums = [a + b for a, b in zip(sums, [0, *shifts[:-1]], strict=True)]
    high = sums[-1] >> (sum(ranks[: len(later)]) * width)
    return _digits(high, width) / comb(len(values), len(later))


def _doubled_ranks(values: Sequence[float]) -> list[int]:
    """Twice the rank of each value, so that the middle of a tie is whole."""
    below = {value: sum(other < value for other in values) for value in set(values)}
    return [2 * below[value] + values.count(value) + 1 for value in values]


def _digits(number: int, width: int) -> int:
    """The sum of a number's digits of `width` bits each."""
    total, mask = 0, (1 << width) - 1
    while number:
        total += number & mask
        number >>= width
    return total


@cache
def best_case(among: int, days: int, events: int) -> float:
    """The chance, with all days alike, of the most of `events` that can fall among `among` of `days`.

    It depends on nothing but how many days there were: whether to ask at all may be decided on it.
    """
    most = min(among, events)
    return comb(among, most) * comb(days - among, events - most) / comb(days, events)


def false_discovery_limit(chances: Sequence[float], percent: int) -> float:
    """The largest of some chances that may be called a finding, or -1 where none may.

    Benjamini and Hochberg (1995): of all that is found in this way at most `percent` in a hundred are
    expected to be false, whatever else is in the run. A chance at the limit is found.

    Args:
        chances: of everything that was tested, found or not.
        percent: false findings in a hundred found.
    """
    ranked = enumerate(sorted(chances), start=1)
    passing = (one for nth, one in ranked if one * len(chances) * 100 <= nth * percent)
    return list(accumulate(passing, max, initial=-1.0))[-1]

"""The exact tests, each against every way that it could have come out; and the false discovery rate."""

from fractions import Fraction
from itertools import product
from math import comb, isclose, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import patterns as oracle

from attendkit.measures.chance import (
    about_at_least,
    at_least,
    best_case,
    expected,
    false_discovery_limit,
    outranks,
    placed,
    tossed,
    weeks_so,
)

ODDS = st.lists(st.fractions(Fraction(1, 20), 20, max_denominator=20), max_size=5)
CHANCES = st.lists(st.fractions(0, 1, max_denominator=20), max_size=7)
MINUTES = st.lists(st.integers(1, 6), min_size=1, max_size=6)


def same(got: list[float], expected_: list[Fraction]) -> bool:
    return len(got) == len(expected_) and all(
        isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(got, expected_, strict=True)
    )


@given(ODDS, ODDS, st.data())
@settings(max_examples=150, deadline=None)
def test_days_taken_by_their_odds_are_every_way_of_taking_them(
    among: list[Fraction], others: list[Fraction], data: st.DataObject
) -> None:
    events = data.draw(st.integers(0, len(among) + len(others)))
    got = placed([float(one) for one in among], [float(one) for one in others], events)
    assert same(got, oracle.placed_by_trying(among, others, events))


def test_days_all_alike_are_hypergeometric() -> None:
    got = placed([3.0] * 10, [3.0] * 40, 9)
    assert isclose(got[7], comb(10, 7) * comb(40, 2) / comb(50, 9))
    assert isclose(expected(got), 9 * 10 / 50)


def test_a_day_likelier_for_everybody_is_less_of_a_wonder() -> None:
    alike = at_least(placed([1.0] * 10, [1.0] * 40, 9), 5)
    likelier = at_least(placed([3.0] * 10, [1.0] * 40, 9), 5)
    assert likelier > 5 * alike


def test_many_days_neither_overflow_nor_lose_their_sum() -> None:
    got = placed([0.5] * 180, [2.0] * 210, 190)
    assert isclose(sum(got), 1)
    assert all(0 <= one <= 1 for one in got)


@pytest.mark.parametrize("count", [0, 3, 7, 9])
def test_days_of_two_odds_need_no_more_than_the_estimate(count: int) -> None:
    share = 10 * 3 / (10 * 3 + 40)
    exactly = at_least(placed([3.0] * 10, [1.0] * 40, 9), count)
    assert isclose(about_at_least(count, 10, 50, 9, share), exactly)


def test_what_cannot_be_estimated_is_worked_out() -> None:
    assert about_at_least(3, 10, 10, 3, 0.5) == 0.0  # there is no other day
    assert about_at_least(3, 10, 50, 9, 0.0) == about_at_least(3, 10, 50, 9, 1.0) == 0.0


WEIGHTS = st.lists(st.integers(1, 9), min_size=3, max_size=4)


@given(WEIGHTS, WEIGHTS, st.integers(1, 4), st.data())
@settings(max_examples=80, deadline=None)
def test_weeks_are_every_way_in_which_the_days_come_to_their_sum(
    plain: list[int], so: list[int], weeks: int, data: st.DataObject
) -> None:
    so[0] = 0  # a week that is so has a day away
    most = weeks * (max(len(plain), len(so)) - 1)
    days = data.draw(st.integers(0, most))
    ways = [Fraction(0)] * (min(weeks, days) + 1)
    sorts = [(n, False, w) for n, w in enumerate(plain)] + [(n, True, w) for n, w in enumerate(so) if w]
    for drawn in product(sorts, repeat=weeks):
        if sum(n for n, _, _ in drawn) == days:
            ways[sum(is_so for _, is_so, _ in drawn)] += prod(w for _, _, w in drawn)
    assert same(weeks_so(plain, so, weeks, days), [way / sum(ways) for way in ways])


@given(CHANCES)
@settings(max_examples=100, deadline=None)
def test_independent_events_are_every_way_they_could_turn_out(chances: list[Fraction]) -> None:
    assert same(tossed([float(one) for one in chances]), oracle.tossed_by_trying(chances))


@given(MINUTES, MINUTES)
@settings(max_examples=150, deadline=None)
def test_ranks_are_compared_with_every_choice(later: list[int], earlier: list[int]) -> None:
    tried = oracle.outranks_by_trying(later, earlier)
    assert isclose(outranks(later, earlier), tried)
    assert isclose(oracle.outranks(later, earlier), tried)


def test_all_later_above_all_earlier_is_one_choice_of_many() -> None:
    assert isclose(outranks([9, 9, 8], [1, 2, 2, 3]), 1 / comb(7, 3))
    assert outranks([1, 1], [1, 1]) == 1


@pytest.mark.parametrize(("among", "days", "events"), [(10, 50, 9), (3, 10, 5), (5, 5, 2), (0, 6, 2)])
def test_the_best_case_is_the_last_of_the_distribution(among: int, days: int, events: int) -> None:
    spread = oracle.placed_by_trying(
        [Fraction(1)] * among, [Fraction(1)] * min(days - among, 7), min(events, 3)
    )
    if days - among <= 7 and events <= 3:
        assert isclose(best_case(among, days, events), spread[-1])
    assert isclose(best_case(among, days, events), placed([1.0] * among, [1.0] * (days - among), events)[-1])


@given(st.lists(st.floats(0, 1), max_size=30), st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_what_is_found_is_what_benjamini_and_hochberg_find(chances: list[float], percent: int) -> None:
    limit = false_discovery_limit(chances, percent)
    assert [one <= limit for one in chances] == oracle.benjamini_hochberg(chances, percent)


def test_both_sides_of_the_limit() -> None:
    at = [0.0125, 0.02, 0.8, 0.9]  # the first at 1/4 and the second under 2/4 of 5%
    assert false_discovery_limit(at, 5) == 0.02
    assert false_discovery_limit([0.0126, 0.0251, 0.8, 0.9], 5) == -1
    assert false_discovery_limit([0.02, 0.024, 0.8, 0.9], 5) == 0.024  # the second carries the first
    assert false_discovery_limit([], 5) == -1

"""Days away in weeks: whom a pupil is compared with, and how likely their weeks make each sort of week."""

from collections import Counter
from math import isclose

from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.measures.chance import expected, weeks_so
from attendkit.measures.weeks import Likely, Week, Weeks

HELD = 10
ONES: dict[Week, int] = {(1, True): 5}
PAIRS: dict[Week, int] = {(2, True): 2, (1, True): 1}
LONG: dict[Week, int] = {(5, False): 1}


def weeks(*pupils: dict[Week, int]) -> Weeks:
    """Pupils with ten weeks each, of five days, any day away breaking them."""
    return Weeks(dict.fromkeys(range(len(pupils)), HELD), dict(enumerate(pupils)), 5, range(1, 5))


def parts(school: Weeks, pupil: int, could: int = 50) -> tuple[list[float], list[float]]:
    likely = school.likely(pupil, could)
    return likely.plain, likely.so


def test_weeks_that_are_so_are_counted() -> None:
    both = weeks(ONES, {**LONG, (1, True): 2})
    assert (both.count(0), both.count(1)) == (5, 2)


def test_who_has_nobody_to_be_compared_with_is_compared_with_days_anywhere() -> None:
    plain, so = parts(weeks(ONES), 0)
    each = 5 * 5 / 50 / 5  # five weeks, five days in fifty
    assert isclose(plain[0], 5 * (1 - each) ** 5)
    assert isclose(so[1], 5 * 5 * each * (1 - each) ** 4)
    assert so[0] == so[5] == 0.0
    assert isclose(sum(plain) + sum(so), 5)


def test_others_who_were_away_about_as_often_are_the_measure_and_oneself_is_not() -> None:
    plain, so = parts(weeks(ONES, LONG, LONG, {(1, True): 3}), 0)
    alone, alone_so = parts(weeks(ONES), 0)
    assert [round(a - b, 9) for a, b in zip(plain, alone, strict=True)] == [18, 0, 0, 0, 0, 2]
    assert so == alone_so  # three days are not about five


def test_of_five_others_the_one_at_either_end_is_left_out() -> None:
    """Whoever is asked about, and wherever they stand themselves."""
    most: dict[Week, int] = {(1, True): 7}
    school = weeks(PAIRS, most, LONG, PAIRS, PAIRS, most)
    for pupil in (1, 5):
        plain, so = parts(school, pupil, 10_000)
        assert (round(so[2]), round(so[1]), round(plain[5])) == (6, 3, 0)
    _, so = parts(school, 0, 10_000)
    assert (round(so[2]), round(so[1])) == (4, 9)  # two pairs and one of the two who are so most


def test_who_has_fewer_weeks_so_than_most_of_their_band_is_seldom_so() -> None:
    school = weeks(ONES, PAIRS, LONG, LONG, ONES)
    assert [school.seldom_so(pupil) for pupil in range(5)] == [False, False, True, True, False]
    assert not weeks(LONG, ONES).seldom_so(0)  # of two nobody can say


@given(st.lists(st.dictionaries(st.tuples(st.integers(1, 5), st.booleans()), st.integers(1, 3), min_size=1)))
@settings(max_examples=60, deadline=None)
def test_the_middle_half_is_that_of_everybody_else(pupils: list[dict[Week, int]]) -> None:
    school = Weeks(dict.fromkeys(range(len(pupils)), 40), dict(enumerate(pupils)), 5, range(1, 5))
    for pupil, mine in enumerate(pupils):
        days = sum(n * number for (n, _), number in mine.items())
        alike = [
            other
            for other in range(len(pupils))
            if other != pupil
            and sum(n * x for (n, _), x in pupils[other].items()).bit_length() == days.bit_length()
        ]
        alike.sort(key=lambda n: school.count(n) / sum(k * x for (k, _), x in pupils[n].items()))
        middle = alike[len(alike) // 4 : len(alike) - len(alike) // 4]
        expected = sum((Counter(pupils[other]) for other in middle), Counter[Week]())
        _, so = parts(school, pupil, 10**9)
        assert [round(so[n]) for n in (1, 2, 3, 4, 5)] == [expected[n, True] for n in (1, 2, 3, 4, 5)]


def test_what_is_about_the_most_is_near_what_is_exactly_so() -> None:
    plain, so = [50.0, 1, 1, 1, 1, 2], [0.0, 20, 14, 8, 3, 0]
    spread = weeks_so(plain, so, 30, 20)
    usual = expected(spread)
    deviation = sum(chance * (n - usual) ** 2 for n, chance in enumerate(spread)) ** 0.5
    assert abs(Likely(plain, so).about(30, 20, 0) - usual) < deviation / 3
    assert abs(Likely(plain, so).about(30, 20, 2) - usual - 2 * deviation) < deviation / 2

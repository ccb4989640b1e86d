"""Rates of groups, and which groups strangers may be told of."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.measures.groups import UNKNOWN, Group, Small, memberships, rates
from attendkit.measures.sessions import difference, percent

PUPILS = pl.DataFrame({"pupil": [0, 1, 2, 3], "sex": ["F", "M", None, "F"], "eal": [None] * 4})
FIGURES = pl.DataFrame(
    {
        "pupil": [0, 1, 2, 3],
        "possible": [10, 10, 100, 0],
        "present": [8, 10, 95, 0],
        "absent": [2, 0, 5, 0],
        "authorised": [2, 0, 0, 0],
        "unauthorised": [0, 0, 5, 0],
        "late": [0, 1, 0, 0],
        "missing": [0, 0, 0, 6],
        "persistent": [True, False, False, False],
        "severe": [False] * 4,
    }
)


def members(*types: str) -> pl.DataFrame:
    return memberships(PUPILS, {name: pl.lit("all") if name == "school" else pl.col(name) for name in types})


def test_each_type_parts_all_the_pupils_and_one_that_nobody_told_is_left_out() -> None:
    told = members("school", "sex", "eal").sort("group_type", "group", "pupil")
    assert told.rows() == [
        *((pupil, "school", "all") for pupil in range(4)),
        (0, "sex", "F"),
        (3, "sex", "F"),
        (1, "sex", "M"),
        (2, "sex", UNKNOWN),
    ]


def test_a_group_adds_up_and_so_do_those_known_not_to_be_in_it() -> None:
    told = {row["group"]: row for row in rates(FIGURES, members("school", "sex")).to_dicts()}
    girls = told["F"]
    assert (girls["pupils"], girls["enrolments"], girls["possible"], girls["present"]) == (2, 1, 10, 8)
    assert (girls["persistent"], girls["missing"]) == (1, 6)
    assert (girls["rest_possible"], girls["rest_present"]) == (10, 10)
    assert (told["all"]["possible"], told["all"]["rest_possible"]) == (120, 0)
    assert told[UNKNOWN]["rest_possible"] is None


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "said"),
    [(1, 16, 2, "6.25"), (1, 16, 1, "6.3"), (1, 3, 1, "33.3"), (1999, 2000, 1, "100.0"), (0, 0, 1, None)],
)
def test_a_percentage_is_rounded_half_up_to_any_decimal(
    part: int, whole: int, decimals: int, said: str | None
) -> None:
    frame = pl.DataFrame({"present": [part], "possible": [whole]})
    assert frame.select(percent(decimals=decimals)).item() == said


@pytest.mark.parametrize(
    ("numbers", "decimals", "said"),
    [
        ((9, 10, 8, 10), 2, "10.00"),
        ((8, 10, 9, 10), 2, "-10.00"),
        ((1, 3, 1, 3), 2, "0.00"),
        ((10_001, 20_000, 1, 2), 2, "0.01"),  # half of a hundredth, up
        ((9_999, 20_000, 1, 2), 2, "-0.01"),  # and down the other way, by the size of it
        ((9_999, 20_000, 1, 2), 1, "0.0"),  # no minus before nothing
        ((1, 2, 0, 0), 2, None),
    ],
)
def test_a_difference_is_exact_before_it_is_rounded(
    numbers: tuple[int, int, int, int], decimals: int, said: str | None
) -> None:
    frame = pl.DataFrame(dict(zip("abcd", ([n] for n in numbers), strict=True)))
    assert frame.select(difference("a", "b", "c", "d", decimals)).item() == said


# What strangers may be told --------------------------------------------------------------------------


def grouped(**types: str) -> dict[Group, frozenset[int]]:
    """Groups from a string of letters for each type, a letter a pupil."""
    found: dict[Group, set[int]] = {}
    for name, letters in types.items():
        for pupil, group in enumerate(letters):
            found.setdefault((name, group), set()).add(pupil)
    return {group: frozenset(inside) for group, inside in found.items()}


def left_out(**types: str) -> set[str]:
    return {group for _, group in Small(grouped(**types), 5).hidden()}


@pytest.mark.parametrize(
    ("types", "gone"),
    [
        ({"sen": "KKKKKNNNNNN"}, set()),  # five are enough
        ({"sen": "KKKKNNNNNN"}, {"K"}),  # four are not; with no whole told there is nothing to take from
        ({"school": "AAAAAAAAAA", "sen": "KKKKNNNNNN"}, {"K", "N"}),  # four, by taking away
        ({"school": "AAAAAAAAAAAAAAA", "sen": "EEEEKKKKKNNNNNN"}, {"E", "K"}),  # the smaller beside it
        ({"school": "A" * 15, "sen": "EKKNNNNNNNNNNNN"}, {"E", "K", "N"}),  # one and two are still three
        ({"school": "A" * 15, "sen": "EEEKKNNNNNNNNNN"}, {"E", "K"}),  # three and two are five
        ({"school": "A" * 15, "sen": "EEKKNNNNNNNNNNN"}, {"E", "K", "N"}),  # two and two are not
        ({"school": "AAA"}, {"A"}),  # nothing at all of three pupils
        ({"fsm": "YYYYYNNNNN", "fsm6": "yyyyyyynnn"}, {"Y", "n"}),  # two had meals before and not now
        (
            {"fsm": "Y" * 5 + "N" * 9, "fsm6": "y" * 9 + "n" * 5},
            {"Y", "n"},
        ),  # four had: n is inside N by four
        ({"fsm": "Y" * 5 + "N" * 10, "fsm6": "y" * 10 + "n" * 5}, set()),  # five had
    ],
)
def test_a_small_group_goes_with_what_would_give_it_away(types: dict[str, str], gone: set[str]) -> None:
    assert left_out(**types) == gone


def test_groups_within_groups_are_guarded_at_every_level() -> None:
    """Year 13 has four pupils. With Year 12 left out too, nobody can have them from the sixth form."""
    cohort, year = "c" * 12 + "s" * 10, "7" * 6 + "8" * 6 + "2" * 6 + "3" * 4
    assert left_out(school="A" * 22, cohort=cohort, year=year) == {"2", "3"}


def worked_out(groups: Mapping[Group, frozenset[int]], told: Iterable[Group], wanted: Group) -> bool:
    """Whether a group is a sum and difference of those told: by elimination, in fractions."""
    size = 1 + max(pupil for inside in groups.values() for pupil in inside)
    rows: list[list[Fraction]] = []
    for group in told:
        row = reduced([Fraction(pupil in groups[group]) for pupil in range(size)], rows)
        if any(row):
            rows.append(row)
    return not any(reduced([Fraction(pupil in groups[wanted]) for pupil in range(size)], rows))


def reduced(row: list[Fraction], rows: list[list[Fraction]]) -> list[Fraction]:
    for other in rows:
        at = next(place for place, value in enumerate(other) if value)
        if row[at]:
            times = row[at] / other[at]
            row = [value - times * taken for value, taken in zip(row, other, strict=True)]
    return row


def letters(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=size, max_size=size)


@given(letters("789", 14), letters("EKN", 14), letters("YyN", 14), st.integers(2, 5))
@settings(max_examples=60, deadline=None)
def test_no_small_group_can_be_worked_out(year: str, sen: str, fsm: str, least: int) -> None:
    groups = grouped(school="A" * 14, year=year, sen=sen, fsm=fsm)
    hidden = Small(groups, least).hidden()
    told = sorted(set(groups) - hidden)
    small = [group for group, inside in groups.items() if len(inside) < least]
    assert set(small) <= hidden
    assert [group for group in small if worked_out(groups, told, group)] == []

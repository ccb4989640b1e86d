"""Who is taken for siblings, and who is not."""

from typing import Any

import polars as pl
import pytest

from attendkit.measures.siblings import siblings
from attendkit.register.model import CONTACTS


def pairs(*contacts: dict[str, Any]) -> list[tuple[int, int]]:
    rows = [{name: contact.get(name) for name in CONTACTS} for contact in contacts]
    return siblings(pl.DataFrame(rows, schema=CONTACTS))


def two(**shared: str) -> list[tuple[int, int]]:
    return pairs({"pupil": 4, **shared}, {"pupil": 1, **shared})


@pytest.mark.parametrize(
    "shared",
    [
        {"mobile": "07700 900123", "surname": "Bell"},
        {"home": "01632 960123", "surname": "Bell"},
        {"email": "bell@example.org"},
        {"address": "12 Mill Lane\nHarrowmere", "postcode": "CV99 1AA"},
        {"address": "12 Mill Lane\nHarrowmere", "surname": "Bell"},
    ],
)
def test_what_shows_a_household(shared: dict[str, str]) -> None:
    assert two(**shared) == [(1, 4)]


@pytest.mark.parametrize(
    "shared",
    [
        {"surname": "Bell"},
        {"surname": "Bell", "postcode": "CV99 1AA"},
        {"mobile": "07700 900123"},
        {"work": "01632 960123", "surname": "Bell"},
        {"mobile": "0770", "surname": "Bell"},
        {"address": "", "postcode": "CV99 1AA", "surname": "Bell"},
        {"address": "12 Mill Lane\nHarrowmere"},
        {"email": "none", "surname": "Bell"},
    ],
)
def test_what_does_not(shared: dict[str, str]) -> None:
    assert two(**shared) == []


def test_the_same_number_under_two_surnames_is_a_digit_mistyped() -> None:
    number = "07700 900123"
    assert (
        pairs(
            {"pupil": 0, "mobile": number, "surname": "Bell"},
            {"pupil": 1, "mobile": number, "surname": "Orr"},
        )
        == []
    )


def test_however_a_number_or_an_address_is_written() -> None:
    one = {"pupil": 0, "mobile": "+44 7700 900123", "surname": "O'Dowd"}
    other = {"pupil": 1, "mobile": "07700900123", "surname": "ODOWD"}
    assert pairs(one, other) == [(0, 1)]
    one = {"pupil": 0, "address": "12, Mill Lane", "postcode": "CV99 1AA"}
    other = {"pupil": 1, "address": "12 mill lane", "postcode": "cv991aa"}
    assert pairs(one, other) == [(0, 1)]


def test_six_may_share_a_number_and_seven_may_not() -> None:
    def sharing(number: int) -> list[dict[str, Any]]:
        return [{"pupil": n, "email": "home@example.org"} for n in range(number)]

    assert len(pairs(*sharing(6))) == 15
    assert pairs(*sharing(7)) == []


def test_two_contacts_of_one_pupil_are_no_siblings() -> None:
    assert pairs(*[{"pupil": 0, "email": "bell@example.org"}] * 2) == []

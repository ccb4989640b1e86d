"""Unique pupil numbers: what makes one sound. JSON and remarks that steer no terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendkit.model import (
    UPN_LETTERS,
    Session,
    json_text,
    unsteered,
    upn_fault,
    upn_is_temporary,
    upn_text,
)


def checked(body: str) -> str:
    """A UPN with the check letter that the DfE's weights give: character by character, by hand."""
    total = 0
    for place, character in enumerate(body, start=2):
        value = "0123456789".find(character)
        total += place * (value if value >= 0 else "ABCDEFGHJKLMNPQRTUVWXYZ".index(character))
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[total % 23] + body


BODIES = st.from_regex(r"[0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True)


@given(BODIES)
def test_the_right_check_letter_is_sound_and_every_other_is_not(body: str) -> None:
    right = checked(body)
    assert upn_fault(right) is None
    assert {upn_fault(letter + body) for letter in UPN_LETTERS if letter != right[0]} == {"upn_check_letter"}


@given(BODIES, st.integers(1, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, step: int) -> None:
    upn = checked(body)
    wrong = str((int(upn[place]) + step) % 10)
    assert upn_fault(upn[:place] + wrong + upn[place + 1 :]) == "upn_check_letter"


@pytest.mark.parametrize(
    "upn",
    [
        "",
        "A",
        "H80120000100",
        "H8012000010011",
        "I801200001001",
        "h801200001001",
        "180120000100H",
        "H80120000A001",
        "H80120000100S",
        "H8012000٠1001",
        "H801200001 01",
    ],
)
def test_what_is_not_shaped_like_a_upn_is_said_to_be_so(upn: str) -> None:
    assert upn_fault(upn) == "upn_format"


def test_a_upn_is_compared_in_capitals_without_spaces() -> None:
    assert upn_text(" h801 2000 01001\u00a0") == "H801200001001"
    assert upn_text("Ｈ801200001001") == "H801200001001"


def test_a_temporary_upn_ends_in_a_letter() -> None:
    permanent, temporary = checked("801200001001"), checked("80120000100A")
    assert upn_fault(permanent) is None
    assert upn_fault(temporary) is None
    assert not upn_is_temporary(permanent)
    assert upn_is_temporary(temporary)


def test_sessions_sort_in_the_order_of_the_day() -> None:
    assert sorted([Session.PM, Session.AM]) == [Session.AM, Session.PM]
    assert [session.name for session in Session] == ["AM", "PM"]


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\ufeff"])
def test_json_steers_no_terminal_and_means_the_same(sign: str) -> None:
    text = json_text({"name": f"Zoë{sign}[31m"})
    assert sign not in text
    assert "Zoë" in text
    assert json.loads(text) == {"name": f"Zoë{sign}[31m"}


def test_a_remark_steers_no_terminal() -> None:
    assert unsteered("a\x1b[2J\x9bb\n\tZoë\u202e") == "a?[2J?b\n\tZoë?"

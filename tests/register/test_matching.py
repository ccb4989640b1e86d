from datetime import date
from typing import Any

import polars as pl
import pytest

from attendkit.register.matching import Identity, Match, Roll, better_adno, better_upn, fold_text
from attendkit.register.model import PUPILS

UPN_A = "T999400126001"
UPN_B = "G999400126002"
TEMPORARY = "R99940012601A"
BAD_LETTER = "A999400126001"
BORN = date(2014, 10, 30)


def roll_of(*identities: Identity) -> Roll:
    roll = Roll()
    for identity in identities:
        roll.add(identity)
    roll.settle()
    return roll


def found(roll: Roll, **said: Any) -> Match:
    return roll.find(Identity(**said))


FULL = Identity(UPN_A, "004512", "m-1", "Okonjo", "Ada", BORN, "7A1")


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ({"upn": UPN_A}, "upn"),
        ({"upn": f" {UPN_A.lower()} "}, "upn"),
        ({"adno": "004512"}, "adno"),
        ({"mis_id": "m-1"}, "mis_id"),
        ({"surname": "Okonjo", "forename": "Ada", "dob": BORN}, "name_dob"),
        ({"surname": "OKONJO", "forename": "ada", "tutor": "7a1"}, "name_tutor"),
        ({"surname": "Okonjo", "forename": "Ada"}, "name"),
        ({"upn": UPN_A, "adno": "004512", "surname": "Renamed", "forename": "Ada"}, "upn"),
    ],
)
def test_a_pupil_is_found_by_the_strongest_key_given(said: dict[str, Any], by: str) -> None:
    assert found(roll_of(FULL), **said) == Match(0, by=by)


@pytest.mark.parametrize(
    "said",
    [
        {"upn": UPN_B},
        {"adno": "004513"},
        {"surname": "Okonjo", "forename": "Ida", "dob": BORN},
        {"surname": "Okonjo", "forename": "Ada", "tutor": "8A1"},
    ],
)
def test_nobody_is_found_by_a_key_that_differs(said: dict[str, Any]) -> None:
    assert found(roll_of(FULL), **said) == Match(None)


@pytest.mark.parametrize("said", [{}, {"dob": BORN}, {"tutor": "7A1"}, {"surname": " ", "adno": ""}])
def test_a_row_without_a_key_is_refused(said: dict[str, Any]) -> None:
    assert found(roll_of(FULL), **said) == Match(None, "no_pupil_key")


@pytest.mark.parametrize(
    "said",
    [
        {"adno": "004513", "mis_id": "m-1"},
        {"adno": "004513", "surname": "Okonjo", "forename": "Ada", "dob": BORN},
        {"dob": date(2015, 1, 1), "surname": "Okonjo", "forename": "Ada", "tutor": "7A1"},
    ],
)
def test_a_weaker_key_never_matches_across_a_contradiction_on_a_stronger_one(said: dict[str, Any]) -> None:
    assert found(roll_of(FULL), **said) == Match(None)


def test_a_row_with_one_pupils_upn_and_anothers_admission_number_is_refused() -> None:
    roll = roll_of(FULL, Identity(upn=UPN_B, adno="004513"))
    assert found(roll, upn=UPN_B, adno="004512") == Match(None, "ambiguous_pupil", "adno")
    assert found(roll, upn=UPN_B, adno="004513") == Match(1, by="upn")
    assert found(roll, upn=UPN_B, adno="004514") == Match(1, by="upn")


def test_an_unknown_upn_does_not_make_a_second_pupil_of_a_known_admission_number() -> None:
    assert found(roll_of(FULL), upn=UPN_B, adno="004512") == Match(None, "ambiguous_pupil", "adno")


def test_two_pupils_of_one_name_and_group_are_a_refusal() -> None:
    namesakes = roll_of(
        Identity(adno="1", surname="Fox", forename="Sam", tutor="7A1"),
        Identity(adno="2", surname="Fox", forename="Sam", tutor="7A1"),
        Identity(adno="3", surname="Fox", forename="Sam", tutor="7A2"),
    )
    assert found(namesakes, surname="Fox", forename="Sam", tutor="7A1").reason == "ambiguous_pupil"
    assert found(namesakes, surname="Fox", forename="Sam").reason == "ambiguous_pupil"
    assert found(namesakes, surname="Fox", forename="Sam", tutor="7A2") == Match(2, by="name_tutor")
    assert found(namesakes, adno="2", surname="Fox", forename="Sam", tutor="7A1") == Match(1, by="adno")


def test_identifiers_of_two_pupils_who_cannot_be_one_are_a_refusal() -> None:
    roll = roll_of(Identity(upn=UPN_A, adno="1"), Identity(adno="2"))
    assert found(roll, upn=UPN_A, adno="2").reason == "ambiguous_pupil"


def test_identifiers_of_two_pupils_who_can_be_one_prove_that_they_are() -> None:
    roll = roll_of(Identity(upn=UPN_A), Identity(adno="2"))
    assert found(roll, upn=UPN_A, adno="2") == Match(0, by="upn", also=(1,))
    roll.merge(0, 1)
    assert len(roll) == 1
    assert found(roll, adno="2") == Match(0, by="adno")


def test_a_bare_name_matches_only_where_nothing_more_is_known() -> None:
    known_by_name = roll_of(Identity(surname="Fox", forename="Sam"))
    assert found(known_by_name, adno="9", surname="Fox", forename="Sam", tutor="7A1") == Match(0, by="name")
    known_by_number = roll_of(Identity(adno="8", surname="Fox", forename="Sam"))
    assert found(known_by_number, mis_id="x", surname="Fox", forename="Sam", tutor="7A1") == Match(None)


def test_a_damaged_upn_identifies_only_when_no_other_key_does() -> None:
    roll = roll_of(Identity(upn=BAD_LETTER, adno="1"), Identity(adno="2"))
    assert found(roll, upn=BAD_LETTER) == Match(0, by="upn_unsound")
    assert found(roll, upn=BAD_LETTER, adno="2") == Match(1, by="adno")
    assert found(roll, upn=BAD_LETTER, adno="3") == Match(None)
    assert found(roll_of(FULL), upn=UPN_A[:-1], adno="004512") == Match(0, by="adno")


def test_a_temporary_upn_gives_way_to_the_permanent_one() -> None:
    roll = roll_of(Identity(upn=TEMPORARY, adno="1"))
    assert found(roll, upn=UPN_A, adno="1") == Match(0, by="adno")
    roll.learn(0, Identity(upn=UPN_A))
    assert found(roll, upn=UPN_A) == Match(0, by="upn")
    assert found(roll, upn=TEMPORARY) == Match(None)
    roll.learn(0, Identity(upn=TEMPORARY))
    assert found(roll, upn=UPN_A) == Match(0, by="upn")


def test_two_temporary_upns_contradict_each_other() -> None:
    roll = roll_of(Identity(upn="R99940012601A", adno="1"))
    assert found(roll, upn="U99940012602B", adno="1") == Match(None, "ambiguous_pupil", "adno")


def test_leading_zeros_are_added_between_files_and_never_inside_one() -> None:
    roll = Roll()
    roll.add(Identity(adno="0012"))
    assert found(roll, adno="12") == Match(None)
    roll.settle()
    assert found(roll, adno="12") == Match(0, by="adno_padded")
    assert found(roll, adno="0012") == Match(0, by="adno")


def test_zeros_are_not_added_across_another_name_or_onto_two_pupils_or_to_letters() -> None:
    roll = roll_of(Identity(adno="0012", surname="Fox", forename="Sam"))
    assert found(roll, adno="12", surname="Hare", forename="Sam") == Match(None)
    two = roll_of(Identity(adno="0012"), Identity(adno="012"))
    assert found(two, adno="12") == Match(None)
    assert found(roll_of(Identity(adno="1E5")), adno="100000") == Match(None)
    assert found(roll_of(Identity(adno="0A5")), adno="A5") == Match(None)


def test_an_exact_number_is_preferred_to_one_with_zeros_added() -> None:
    roll = roll_of(Identity(adno="0012"), Identity(adno="12"), Identity(adno="1E5"))
    assert [found(roll, adno=adno).pupil for adno in ("0012", "12", "1E5", "1e5")] == [0, 1, 2, 2]


def test_learning_replaces_an_old_name_and_fills_in_what_was_unknown() -> None:
    roll = roll_of(Identity(adno="1", surname="Fox", forename="Sam", tutor="7A1"))
    roll.learn(0, Identity(surname="Hare", mis_id="m"))
    assert found(roll, mis_id="m").pupil == 0
    assert found(roll, surname="Hare", forename="Sam", tutor="7A1").pupil == 0
    assert found(roll, surname="Fox", forename="Sam", tutor="7A1").pupil is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Neill", "O'NEILL"),
        ("Siân", "Sia\u0302n"),
        ("de\u00a0Souza", "De  Souza "),
        ("Llewellyn‑Ffoulkes", "Llewellyn-Ffoulkes"),
    ],
)
def test_names_that_differ_only_in_how_they_are_typed_are_one(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


def test_names_that_differ_in_an_accent_are_two() -> None:
    assert fold_text("Zoe") != fold_text("Zoë")


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (None, BAD_LETTER, BAD_LETTER),
        (UPN_A, BAD_LETTER, UPN_A),
        (BAD_LETTER, UPN_A, UPN_A),
        (TEMPORARY, UPN_A, UPN_A),
        (UPN_A, TEMPORARY, UPN_A),
        (UPN_A, UPN_B, UPN_B),
        (UPN_A, None, UPN_A),
    ],
)
def test_the_better_upn_is_kept(old: str | None, new: str | None, kept: str) -> None:
    assert better_upn(old, new) == kept


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [("0012", "12", "0012"), ("12", "0012", "0012"), ("12", "13", "13"), (None, "5", "5"), ("5", None, "5")],
)
def test_an_admission_number_keeps_its_zeros(old: str | None, new: str | None, kept: str) -> None:
    assert better_adno(old, new) == kept


def test_a_roll_starts_from_the_pupils_of_a_register() -> None:
    pupils = pl.DataFrame([{"pupil": 7, "adno": "1", "surname": "Fox", "forename": "Sam"}], schema=PUPILS)
    roll = Roll(pupils)
    assert found(roll, adno="01") == Match(7, by="adno_padded")
    assert roll.add(Identity(adno="2")) == 8

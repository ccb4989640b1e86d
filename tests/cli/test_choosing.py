"""Which pupils the officer means, and that an error never says a name back."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.cli.choosing import chosen, one_pupil
from attendkit.cli.options import Asked
from attendkit.errors import NotFoundError
from attendkit.register.model import PUPILS

_ROWS: tuple[Mapping[str, Any], ...] = (
    {
        "upn": "Q823456789012",
        "adno": "0012",
        "surname": "O’Brien",
        "forename": "Amy",
        "year": 7,
        "tutor": "7E1",
    },
    {
        "upn": "A823456789013",
        "adno": "0013",
        "surname": "Lee",
        "forename": "Tobias",
        "year": 9,
        "tutor": "9W1",
    },
    {
        "upn": "B823456789014",
        "adno": "0014",
        "surname": "Leeming",
        "forename": "Jo",
        "year": 9,
        "tutor": "9W1",
    },
    {"upn": None, "adno": "0015", "surname": "Quill", "forename": "Amy", "preferred": "Mim", "year": 9},
    {"upn": None, "adno": None, "surname": "Müller", "forename": "Zoë", "year": 8, "tutor": "8E 2"},
)


@pytest.fixture(scope="module")
def pupils() -> pl.DataFrame:
    rows = [{"pupil": n, "key": f"key{n}", "college": "Egret", **row} for n, row in enumerate(_ROWS)]
    return pl.DataFrame(rows, schema=PUPILS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Q823456789012", 0),
        ("q823456789012", 0),
        ("q8234 5678 9012", 0),
        ("0013", 1),
        ("O'Brien", 0),
        ("o’brien", 0),
        ("obrien, amy", 0),
        ("O'Brien, Amy", 0),
        ("Amy O'Brien", 0),
        ("Lee", 1),
        ("Leem", 2),
        ("lee tobias", 1),
        ("Mim Quill", 3),
        ("mu\u0308ller", 4),
        ("ZOË", 4),
        ("muller", 4),
        ("zoe MULLER", 4),
        ("14", 2),
        ("012", 0),
        ("2", None),
        ("00", None),
        ("", None),
        ("   ", None),
    ],
)
def test_a_pupil_is_found_by_number_or_by_name_as_people_write_it(
    text: str, number: int | None, pupils: pl.DataFrame
) -> None:
    if number is None:
        with pytest.raises(NotFoundError):
            one_pupil(text, pupils)
    else:
        assert one_pupil(text, pupils) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("lukasz", 0),
        ("wisniewska", 0),
        ("sorensen", 1),
        ("sørensen", 1),
        ("ana", None),
        ("aná", 2),
        ("42", 2),
    ],
)
def test_a_name_is_found_without_its_accents_and_what_is_typed_in_full_wins(
    text: str, number: int | None
) -> None:
    said = (("Wiśniewska", "Łukasz", "0042"), ("Sørensen", "Anani", "0043"), ("Peel", "Anáis", "42"))
    rows = [
        {"pupil": n, "key": f"k{n}", "surname": surname, "forename": forename, "adno": adno}
        for n, (surname, forename, adno) in enumerate(said)
    ]
    among = pl.DataFrame(rows, schema=PUPILS)
    if number is None:
        with pytest.raises(NotFoundError, match="2 pupils"):
            one_pupil(text, among)
    else:
        assert one_pupil(text, among) == number


def test_several_are_listed_by_number_and_tutor_group_and_never_by_name(pupils: pl.DataFrame) -> None:
    with pytest.raises(NotFoundError) as refused:
        one_pupil("amy", pupils)
    assert refused.value.candidates == ("0012, year 7, 7E1", "0015, year 9, no group")
    assert "amy" not in str(refused.value).lower()


def test_a_name_nobody_has_is_not_said_back(pupils: pl.DataFrame) -> None:
    with pytest.raises(NotFoundError) as refused:
        one_pupil("Tatiana Grosvenor", pupils)
    assert "Grosvenor" not in str(refused.value)


@given(name=st.text(max_size=12))
@settings(max_examples=60)
def test_whatever_is_asked_it_is_one_pupil_or_a_refusal_without_names(
    name: str, pupils: pl.DataFrame
) -> None:
    try:
        assert one_pupil(name, pupils) in range(len(_ROWS))
    except NotFoundError as refused:
        told = " ".join((str(refused), *refused.candidates)).lower()
        assert not [row["surname"] for row in _ROWS if str(row["surname"]).lower() in told]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (Asked(), None),
        (Asked(year=[9]), {1, 2, 3}),
        (Asked(year=[7, 8]), {0, 4}),
        (Asked(tutor=["9w1"]), {1, 2}),
        (Asked(tutor=["8e  2"]), {4}),
        (Asked(college=["egret"], year=[7]), {0}),
        (Asked(year=[9], pupil=["Quill"]), {3}),
        (Asked(year=[7], pupil=["amy"]), {0}),
        (Asked(pupil=["Quill", "0012"]), {0, 3}),
    ],
)
def test_filters_leave_the_pupils_that_all_of_them_mean(
    asked: Asked, numbers: set[int] | None, pupils: pl.DataFrame
) -> None:
    assert chosen(asked, pupils) == numbers


def test_a_pupil_is_looked_for_inside_the_other_filters(pupils: pl.DataFrame) -> None:
    with pytest.raises(NotFoundError, match="No pupil answers"):
        chosen(Asked(year=[7], pupil=["Quill"]), pupils)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(year=[12]), "No pupil is in year 12. Write it as the register has it."),
        (Asked(college=["Egert"]), "No pupil is in college Egert. Did you mean Egret?"),
        (Asked(tutor=["9W"]), "No pupil is in tutor 9W. Did you mean 9W1?"),
    ],
)
def test_a_group_with_nobody_in_it_is_a_slip_and_not_an_empty_list(
    asked: Asked, said: str, pupils: pl.DataFrame
) -> None:
    with pytest.raises(NotFoundError) as refused:
        chosen(asked, pupils)
    assert str(refused.value).partition(": ")[2] == said

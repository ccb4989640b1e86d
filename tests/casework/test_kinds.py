"""Every kind of entry: one model, from which options, questions and files are made."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from attendkit.casework.kinds import KINDS, Kind
from attendkit.cli.entering import parameters

EVERY = sorted(KINDS)

SHARED = {"pupil", "school", "on", "at", "by"}
"""The words that every command of the log has for itself."""


def made(kind: str, **said: Any) -> Kind:
    return KINDS[kind].model_validate(said)


def fault(kind: str, **said: Any) -> str:
    with pytest.raises(ValidationError) as wrong:
        made(kind, **said)
    return str(wrong.value.errors()[0]["msg"])


@pytest.mark.parametrize("kind", EVERY)
def test_a_kind_says_what_it_is_for_in_one_line_and_describes_every_field(kind: str) -> None:
    model = KINDS[kind]
    assert model.purpose().endswith(".")
    assert len(model.purpose()) <= 100
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("kind", EVERY)
def test_no_field_has_the_name_of_an_option_that_every_command_has(kind: str) -> None:
    assert SHARED & set(KINDS[kind].model_fields) == set()


@pytest.mark.parametrize("kind", EVERY)
def test_every_field_is_an_option(kind: str) -> None:
    options = [parameter.name for parameter in parameters(KINDS[kind])]
    assert options == [*KINDS[kind].model_fields, "on", "at", "by"]


@pytest.mark.parametrize("kind", EVERY)
def test_what_a_kind_does_not_know_is_refused(kind: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        made(kind, shoe_size=7)


def test_a_code_is_one_of_the_registers_in_capitals() -> None:
    assert made("call", outcome="reason", code=" c1 ").model_dump()["code"] == "C1"
    assert "not an attendance code" in fault("call", outcome="reason", code="ZZ")


@pytest.mark.parametrize("written", ["2026-11-09", "09/11/2026", "9/11/2026", date(2026, 11, 9)])
def test_a_date_is_read_as_a_person_writes_it(written: object) -> None:
    assert made("hold", why="bereavement", until=written).model_dump()["until"] == date(2026, 11, 9)


@pytest.mark.parametrize("written", ["09/11/26", "11/31/2026", "soon", "2026-02-30"])
def test_what_is_no_date_is_refused_without_saying_it_again(written: str) -> None:
    said = fault("hold", why="bereavement", until=written)
    assert "not a date" in said
    assert written not in said


def test_a_target_is_sessions_or_a_percentage_and_a_punctual_one_only_sessions() -> None:
    days = {"first": "2026-11-02", "last": "2026-12-18"}
    made("target-set", target="attendance", **days, most=0)
    made("target-set", target="legal", **days, percent=100)
    assert "one of the two" in fault("target-set", target="attendance", **days)
    assert "one of the two" in fault("target-set", target="attendance", **days, most=3, percent=95)
    assert "lates" in fault("target-set", target="punctuality", **days, percent=95)


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("target-set", {"target": "legal", "most": 1}),
        ("timetable-agreed", {"parent": "x", "decided": "x", "times": "x"}),
        ("notice-issued", {"parent": "x"}),
        ("leave-requested", {"parent": "x", "why": "holiday"}),
        ("evidence-asked", {}),
        ("evidence-received", {"what": "letter"}),
    ],
)
def test_days_are_in_order_and_one_day_is_enough(kind: str, rest: dict[str, Any]) -> None:
    made(kind, first="2026-11-02", last="2026-11-02", **rest)
    assert "before" in fault(kind, first="2026-11-03", last="2026-11-02", **rest)


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("call", {"outcome": "no-answer"}, "no-answer"),
        ("call", {"outcome": "reason", "code": "i", "to": "Mother"}, "reason; I; to Mother"),
        ("message", {"sent": True, "until": "2026-11-20"}, "absence-line; sent; until 20 November 2026"),
        ("case-opened", {"why": "lates", "barriers": ("bus", "sleep")}, "lates; barriers bus, sleep"),
        (
            "letter",
            {"letter": "severe", "findings": ("abc",), "facts": "d", "files": ("f.pdf",)},
            "severe; post",
        ),
    ],
)
def test_an_entry_tells_itself_in_one_line(kind: str, said: dict[str, Any], told: str) -> None:
    assert made(kind, **said).told() == told


def test_only_the_safeguarding_systems_number_is_kept_of_a_concern() -> None:
    assert list(KINDS["myconcern"].model_fields) == ["reference"]

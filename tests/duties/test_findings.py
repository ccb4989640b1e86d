"""A finding checks itself when it is made, and keeps its name while its facts stay the same."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from attendkit.findings import Evidence, Finding, counted, in_days, long_date
from attendkit.model import Session
from attendkit.rules import Rulebook, RuleVersion

ON = date(2026, 11, 20)


def piece(day: date = ON, session: Session = Session.AM, code: str = "O", row: int = 2) -> Evidence:
    return Evidence(date=day, session=session, code=code, file="Mon.csv", row=row)


def rule(**overrides: Any) -> RuleVersion:
    return Rulebook({"bands": overrides} if overrides else None).rule("bands", ON)


def finding(*evidence: Evidence, **fields: Any) -> Finding:
    made = {"duty": "bands", "pupil": "A1", "on": ON, "says": "Said.", "rule": rule()}
    return Finding(**{**made, "evidence": evidence, **fields})


def test_a_finding_counts_its_evidence() -> None:
    both = finding(piece(), piece(session=Session.PM), of=2)
    assert (both.count, both.of) == (2, 2)


@pytest.mark.parametrize(
    ("evidence", "fields", "fault"),
    [
        ((), {}, "at least one piece of evidence"),
        ((piece(date(2026, 11, 21)),), {}, "after the day looked from"),
        ((piece(), piece(code="I")), {}, "counted twice"),
        ((piece(), piece(session=Session.PM)), {"of": 1}, "cannot be out of 1"),
    ],
)
def test_a_finding_that_does_not_hold_together_is_refused(
    evidence: tuple[Evidence, ...], fields: dict[str, int], fault: str
) -> None:
    with pytest.raises(ValidationError, match=fault):
        finding(*evidence, **fields)


def test_a_findings_name_is_its_facts_and_not_the_day_or_the_row() -> None:
    first = finding(piece(), on=ON)
    again = finding(piece(row=9), on=date(2026, 11, 27), says="Said later.")
    assert first.id == again.id
    for other in (finding(piece(code="N")), finding(piece(), pupil="A2"), finding(piece(), duty="late")):
        assert other.id != first.id


@pytest.mark.parametrize(
    ("sessions", "words"),
    [(0, "0 days"), (1, "half a day"), (2, "1 day"), (3, "1.5 days"), (4, "2 days"), (25, "12.5 days")],
)
def test_sessions_are_told_in_days(sessions: int, words: str) -> None:
    assert in_days(sessions) == words


def test_a_number_has_its_noun_and_a_date_its_weekday() -> None:
    assert [counted(n, "pupil") for n in (0, 1, 2, 1450)] == [
        "0 pupils",
        "1 pupil",
        "2 pupils",
        "1,450 pupils",
    ]
    assert counted(2, "child", "children") == "2 children"
    assert long_date(date(2026, 11, 2)) == "Monday 2 November 2026"

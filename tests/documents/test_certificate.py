"""The certificate of attendance: the register's own figures, every session, and the head teacher's place."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from tests.drawn import view

from attendkit.documents.certificate import certificate
from attendkit.findings import View

DRAWN = """
2026-11-09  Amy  // O/ // /U //
2026-11-16  Amy  NN // II -/ //
2026-11-09  Ben  // // // // //

{facts}
"""
FIRST, LAST = date(2026, 11, 9), date(2026, 11, 20)


def looked_at(facts: str = "", on: date = LAST, **school: Any) -> View:
    return view(DRAWN.format(facts=facts), on, school={"name": "Harrowmere", **school})


def words(pdf: bytes) -> str:
    told = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(told.replace("\u00a0", " ").split())


def test_it_tells_every_session_and_the_registers_own_figures() -> None:
    told = words(certificate(looked_at(), 0, FIRST, LAST))
    assert (
        "Possible Attended Authorised absence Unauthorised absence of these, U Attendance 19 13 2 4 1 68.42%"
        in told
    )
    assert r"9 Nov 2026 / \ O \ / \ / U / \ 16 Nov 2026 N N / \ I I · \ / \ " in told
    assert "O Absent in other or unknown circumstances" in told
    assert "1 session marked · had no mark and is in no figure" in told
    assert "Education Act 1996, s.566(1)(c) and (2)" in told


def test_only_the_dates_asked_for_are_counted() -> None:
    told = words(certificate(looked_at(), 0, date(2026, 11, 10), date(2026, 11, 10)))
    assert "2 1 0 1 0 50.00%" in told
    assert "U is an arrival" not in told
    assert "16 Nov" not in told


def test_a_day_that_has_not_come_is_not_certified() -> None:
    told = words(certificate(looked_at(on=date(2026, 11, 13)), 0, FIRST, LAST))
    assert "10 8 0 2 1 80.00%" in told
    assert "nothing after 13 Nov 2026" in told


def test_a_pupil_without_a_session_has_no_percentage() -> None:
    told = words(certificate(looked_at(), 1, date(2026, 11, 18), LAST))
    assert "0 0 0 0 0 0" in told


@pytest.mark.parametrize(
    ("head", "signs"),
    [({"name": "Mr Lind", "role": "Headteacher"}, "Mr Lind, Headteacher"), (None, "Head teacher")],
)
def test_the_head_teacher_signs_and_nobody_else(head: dict[str, str] | None, signs: str) -> None:
    school: dict[str, Any] = {
        "officer": {"name": "Mrs Okafor"},
        **({"signatories": {"head": head}} if head else {}),
    }
    told = words(certificate(looked_at(**school), 0, FIRST, LAST))
    assert f"correct. {signs} Date" in told
    assert "Okafor" not in told


@pytest.mark.parametrize(
    ("born", "says"),
    [
        ("2011-08-31", "throughout"),
        ("2010-09-01", "throughout"),
        ("2010-08-31", "no: it ended on 26 Jun 2026"),
        ("", "not in the register"),
    ],
)
def test_it_says_whether_the_pupil_is_of_compulsory_school_age(born: str, says: str) -> None:
    told = words(certificate(looked_at(f"Amy: born {born}" if born else ""), 0, FIRST, LAST))
    assert says in told


def test_the_same_register_makes_the_same_bytes() -> None:
    assert certificate(looked_at(), 0, FIRST, LAST) == certificate(looked_at(), 0, FIRST, LAST)

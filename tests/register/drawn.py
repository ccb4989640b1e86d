"""Exports drawn by hand: one line a pupil, one word a session."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from attendkit.register.model import CONTACTS, MARKS, PUPILS, Delta, Register, empty

MONDAY = date(2026, 11, 16)


def export(
    drawn: Mapping[str, str] | None = None,
    *,
    first: date = MONDAY,
    who: Mapping[str, Mapping[str, Any]] | None = None,
    contacts: Sequence[tuple[str, str]] = (),
    file: str = "marks.csv",
    notes: Mapping[str, str] | None = None,
    **said: Any,
) -> Delta:
    """An export: `drawn` is pupil to codes, two a day from `first`, "." for a session not in the file.

    A pupil's name here is the admission number unless `who` says otherwise. `contacts` are pairs of pupil
    and mobile number; `notes` is a pupil's comment on every mark.
    """
    drawn, who = drawn or {}, who or {}
    names = list(dict.fromkeys([*drawn, *who, *(name for name, _ in contacts)]))
    marks = [
        {
            "pupil": names.index(name),
            "date": first + timedelta(days=at // 2),
            "session": at % 2 + 1,
            "code": code,
            "comment": (notes or {}).get(name),
            "source": 0,
            "row": 2 + 100 * names.index(name) + at,
            "column": 6,
        }
        for name, codes in drawn.items()
        for at, code in enumerate(codes.split())
        if code != "."
    ]
    called = [
        {"pupil": names.index(name), "priority": at, "mobile": mobile, "source": 0, "row": 2 + at}
        for at, (name, mobile) in enumerate(contacts)
    ]
    people = [{"pupil": at, **who.get(name, {"adno": name})} for at, name in enumerate(names)]
    content = repr((marks, called, people, said))
    settled = {"digest": hashlib.sha256(content.encode()).hexdigest(), "layout": "long", **said}
    return Delta(
        file=file,
        pupils=pl.DataFrame(people, schema=PUPILS),
        marks=pl.DataFrame(marks, schema=MARKS) if marks else empty(MARKS),
        contacts=pl.DataFrame(called, schema=CONTACTS) if called else empty(CONTACTS),
        **settled,
    )


def pupil_list(who: Mapping[str, Mapping[str, Any]], *, file: str = "pupils.csv") -> Delta:
    """A pupil list: name to what it says of the pupil."""
    return export(who={name: {"adno": name, **said} for name, said in who.items()}, file=file, roll=True)


def codes(register: Register, key: str, first: date = MONDAY, days: int = 1) -> str:
    """A pupil's codes as `export` draws them."""
    number = numbers(register)[key]
    marks = register.marks.filter(pl.col("pupil") == number)
    told = {(row["date"], row["session"]): row["code"] for row in marks.iter_rows(named=True)}
    sessions = [(first + timedelta(days=day), session) for day in range(days) for session in (1, 2)]
    return " ".join(told.get(session, ".") for session in sessions)


def numbers(register: Register) -> dict[str, int]:
    """Each pupil's number by key."""
    return dict(register.pupils.select("key", "pupil").iter_rows())


def field(register: Register, key: str, name: str) -> Any:
    """One field of one pupil."""
    return register.pupils.filter(pl.col("key") == key)[name].item()

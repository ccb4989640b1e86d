"""The pupils in an export: who each row is about, and what the export says of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from attendkit.model import Problem, Severity, upn_fault, upn_text
from attendkit.read.shape import WHO
from attendkit.read.table import Table
from attendkit.register.matching import Identity, Roll, fold_text, unpadded
from attendkit.register.model import PUPILS, empty
from attendkit.validate.dates import Order, written
from attendkit.validate.distinct import distinct_rows, spread

_JOIN = "\x1f"
_DATES = ("dob", "admitted", "left")
_FLAGS = tuple(name for name, dtype in PUPILS.items() if dtype == pl.Boolean)
_NO = frozenset({"", "n", "no", "false", "0", "none", "not eligible", "no longer looked after", "never", "-"})
_STATUS = {
    "c": "C",
    "current": "C",
    "single": "C",
    "m": "M",
    "main": "M",
    "s": "S",
    "subsidiary": "S",
    "g": "G",
    "guest": "G",
}
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E[+-]\d+", re.IGNORECASE)
_AS_DATE = re.compile(r"\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{2}|\d{4}-\d{2}-\d{2}.*")


@dataclass(frozen=True)
class People:
    """Who is in a file.

    `of_line` has `line`, `pupil` (null where it cannot be said) and `who_reason`. `pupils` is as
    `register.model.PUPILS`, numbered from 0. `named_only` are the pupils known by no identifier.
    """

    of_line: pl.DataFrame
    pupils: pl.DataFrame
    named_only: frozenset[int]
    warnings: tuple[Problem, ...]


def people_in(
    people: pl.DataFrame, tables: Sequence[Table], order: Order, newest: pl.DataFrame | None = None
) -> People:
    """Who each line is about.

    `people` is a shape's, whose lines are numbered from 0; `newest` has `line` and `day`, so that the newest
    row speaks for a pupil's name and group.
    """
    fields = [name for name in WHO if name in people.columns]
    keys = people.select(key=pl.concat_str(fields or [pl.lit("")], separator=_JOIN))
    place = distinct_rows(keys, ["key"])[1]
    distinct = _distinct(people.select(fields), people["row"], place, newest)
    said = [_said(row, order) for row in distinct.select(fields or "row").iter_rows(named=True)]
    found, reasons = _numbered(said) if all_different(said) else _matched(said)
    distinct = distinct.with_columns(
        pupil=pl.Series(found, dtype=pl.UInt32), who_reason=pl.Series(reasons, dtype=pl.String)
    )
    return People(
        of_line=people.select("line", "row", *spread(distinct.select("pupil", "who_reason"), place)),
        pupils=_pupils(distinct, said),
        named_only=_named_only(found, said),
        warnings=_upn_warnings(people, distinct, tables[0])
        + _tutor_warnings(people, tables[0])
        + _zeros_warnings(distinct, said, tables[0]),
    )


def _distinct(
    told: pl.DataFrame, row: pl.Series, place: pl.Series, newest: pl.DataFrame | None
) -> pl.DataFrame:
    """What the lines tell of pupils, each once, with the first `row` and the newest `day` of it."""
    lines = pl.DataFrame([place.alias("place"), row]).group_by("place")
    days = pl.DataFrame(schema={"place": place.dtype, "day": pl.Date})
    if newest is not None:
        own = place.gather(newest["line"]).alias("place")
        days = newest.select(own, "day").group_by("place").agg(pl.col("day").max())
    first = place.arg_unique().sort()
    each = lines.agg(pl.col("row").min()).join(days, on="place", how="left").sort("place")
    return told[first].hstack(each.select("row", "day"))


def all_different(said: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every line has an admission number and no two share an identifier: then each is one pupil.

    It is so in most exports, and spares asking who each of a school's pupils could be.
    """
    adnos = [unpadded(fold_text(who["adno"]) or "") for who in said]
    upns = [fold_text(who["upn"]) for who in said if who["upn"]]
    ids = [fold_text(who["mis_id"]) for who in said if who["mis_id"]]
    distinct = len(set(adnos)) + len(set(upns)) + len(set(ids))
    return all(adnos) and distinct == len(adnos) + len(upns) + len(ids)


def _numbered(said: Sequence[Mapping[str, Any]]) -> tuple[list[int | None], list[str]]:
    return list(range(len(said))), [""] * len(said)


def _matched(said: Sequence[Mapping[str, Any]]) -> tuple[list[int | None], list[str]]:
    """Each line's pupil, or None and why it cannot be said."""
    roll = Roll()
    pupils: list[int | None] = []
    reasons: list[str] = []
    moved: dict[int, int] = {}
    for who in said:
        identity = Identity.of(who)
        match = roll.find(identity)
        pupil = match.pupil
        if pupil is not None:
            for gone in match.also:
                roll.merge(pupil, gone)
                moved[gone] = pupil
            roll.learn(pupil, identity)
        elif not match.reason:
            pupil = roll.add(identity)
        pupils.append(pupil)
        reasons.append(match.reason)
    numbers: dict[int, int] = {}
    return [None if p is None else numbers.setdefault(_kept(p, moved), len(numbers)) for p in pupils], reasons


def _kept(pupil: int, moved: Mapping[int, int]) -> int:
    while pupil in moved:
        pupil = moved[pupil]
    return pupil


def _said(row: Mapping[str, str], order: Order) -> dict[str, Any]:
    """One line's cells as a pupil's values; None for what it does not say."""
    text = {name: (row.get(name) or "").strip() or None for name in WHO}
    said: dict[str, Any] = dict(text)
    if text["name"] and not text["surname"]:
        said["surname"], said["forename"] = split_name(text["name"])
    said["upn"] = upn_text(text["upn"]) if text["upn"] else None
    for name in _DATES:
        said[name] = _day(text[name], order)
    for name in _FLAGS:
        said[name] = None if name not in row else flag(row[name])
    said["year"] = _year(text["year"])
    said["status"] = _status(text["status"])
    said["sen"] = _sen(text["sen"])
    return said


def split_name(name: str) -> tuple[str, str | None]:
    """Surname and forename of a name in one cell.

    "Surname, Forename" and "SURNAME Forename" say which is which. Any other order cannot be assumed, and
    the whole name is kept as the surname.
    """
    surname, comma, forename = name.rpartition(",")
    if comma:
        return surname.strip(), forename.strip() or None
    words = name.split()
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and words[: len(capitals)] == capitals and len(capitals) < len(words):
        return " ".join(capitals), " ".join(words[len(capitals) :])
    return name, None


def flag(text: str | None) -> bool:
    """Whether a characteristic's cell says yes. A status in words ("Looked after") is a yes; blank is not."""
    return (text or "").strip().casefold() not in _NO


def _day(text: str | None, order: Order) -> date | None:
    found = written(text) if text else None
    return found.tried(order) if found else None


def _year(text: str | None) -> int | None:
    digits = re.search(r"\d+", text or "")
    if digits:
        return int(digits[0]) if int(digits[0]) < 20 else None
    return {"r": 0, "reception": 0, "n": -1, "nursery": -1}.get((text or "").casefold())


def _status(text: str | None) -> str | None:
    word = re.match(r"[A-Za-z]+", text or "")
    return _STATUS.get(word[0].casefold(), text) if word else text


def _sen(text: str | None) -> str | None:
    if text is None:
        return None
    plain = text.casefold()
    if plain in {"e", "s"} or plain.startswith(("e -", "ehc", "education, health", "statement")):
        return "E"
    if plain == "k" or plain.startswith(("k -", "sen support", "yes", "y")):
        return "K"
    return "N"


def _pupils(distinct: pl.DataFrame, said: list[dict[str, Any]]) -> pl.DataFrame:
    """One row a pupil: the newest line's word on each column that it fills."""
    columns = [name for name in PUPILS if name not in {"pupil", "key"}]
    schema = {name: PUPILS[name] for name in columns}
    values = pl.DataFrame([{name: who[name] for name in columns} for who in said], schema=schema)
    lines = values.with_columns(pupil=distinct["pupil"], day=distinct["day"], at=pl.int_range(pl.len()))
    lines = lines.filter(pl.col("pupil").is_not_null())
    if not lines.height:
        return empty(PUPILS)
    newest = (
        lines.sort("day", "at", nulls_last=False)
        .group_by("pupil")
        .agg(*(pl.col(name).drop_nulls().last() for name in columns))
        .sort("pupil")
    )
    return newest.with_columns(key=pl.lit(None, pl.String)).select(PUPILS.names()).cast(PUPILS)


def _named_only(found: list[int | None], said: list[dict[str, Any]]) -> frozenset[int]:
    known = {
        p
        for p, who in zip(found, said, strict=True)
        if who["upn"] or who["adno"] or who["mis_id"] or who["dob"]
    }
    return frozenset(p for p in found if p is not None) - frozenset(p for p in known if p is not None)


def _upn_warnings(people: pl.DataFrame, distinct: pl.DataFrame, table: Table) -> tuple[Problem, ...]:
    if "upn" not in people.columns:
        return ()
    faults = {upn: fault for upn in distinct["upn"].unique() if upn and (fault := upn_fault(upn_text(upn)))}
    says = {
        "upn_check_letter": "The check letter of this UPN does not fit its digits",
        "upn_format": "This is not the form of a UPN: a letter, eleven digits, and a digit or a letter",
    }
    bad = people.filter(pl.col("upn").is_in(list(faults)))
    return tuple(
        Problem(
            faults[upn],
            says[faults[upn]],
            row=row,
            column=table.heading("upn"),
            value=upn,
            remedy="Correct it in the system; the pupil is known by the other identifiers.",
            severity=Severity.WARNING,
        )
        for row, upn in bad.select("row", "upn").iter_rows()
    )


def _zeros_warnings(
    distinct: pl.DataFrame, said: Sequence[Mapping[str, Any]], table: Table
) -> tuple[Problem, ...]:
    """Admission numbers that are one but for the noughts in front, of two pupils with no two names."""
    first: dict[tuple[str, ...], int] = {}
    problems = []
    for (pupil, row), who in zip(distinct.select("pupil", "row").iter_rows(), said, strict=True):
        number = unpadded(fold_text(who["adno"]) or "")
        key = (number, *(fold_text(who[name]) or "" for name in ("surname", "forename")))
        if number and pupil is not None and first.setdefault(key, pupil) != pupil:
            problems.append(
                Problem(
                    "adno_zeros",
                    f"Another pupil has the number {number} with more or fewer noughts in front",
                    row=row,
                    column=table.heading("adno"),
                    value=who["adno"],
                    remedy="See whether they are one pupil: a spreadsheet drops the noughts.",
                    severity=Severity.WARNING,
                )
            )
    return tuple(problems)


def _tutor_warnings(people: pl.DataFrame, table: Table) -> tuple[Problem, ...]:
    """Tutor groups that a spreadsheet turned into numbers or dates: 7E1 is 7.00E+01 to Excel."""
    if "tutor" not in people.columns:
        return ()
    distinct = distinct_rows(people, ["tutor", "tutor_damage"])[0].filter(pl.col("tutor") != "")
    worded = any(re.search("[A-Za-z]", tutor) for tutor, damage in distinct.iter_rows() if not damage)
    faults = {row: fault for row in distinct.iter_rows() if (fault := _tutor_fault(*row, worded=worded))}
    said = people.select("row", "tutor", "tutor_damage")
    bad = said.filter(pl.col("tutor").is_in([tutor for tutor, _ in faults]))
    return tuple(
        Problem(
            faults[tutor, damage],
            "A spreadsheet has changed this tutor group",
            row=row,
            column=table.heading("tutor"),
            value=tutor,
            remedy="Export again, and open the file without letting Excel convert it.",
            severity=Severity.WARNING,
        )
        for row, tutor, damage in bad.iter_rows()
        if (tutor, damage) in faults
    )


def _tutor_fault(tutor: str, damage: str, *, worded: bool) -> str:
    if _SCIENTIFIC.fullmatch(tutor) or (damage == "excel_number" and worded):
        return "excel_number"
    dated = damage == "excel_date" or (not damage and worded and _AS_DATE.fullmatch(tutor))
    return "excel_date" if dated else ""

"""A certificate of attendance, laid out for the head teacher to sign (R18.4)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from attendkit.documents.cells import day_text, tidy
from attendkit.documents.registers import NOT_TAKEN, boxes, key_of_codes
from attendkit.documents.typesetting import report_pdf
from attendkit.findings import View, counted
from attendkit.measures.sessions import percent, totals
from attendkit.rules import RuleVersion
from attendkit.terms import school_age_ends

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TOLD = {
    "possible": "Possible",
    "present": "Attended",
    "authorised": "Authorised absence",
    "unauthorised": "Unauthorised absence",
    "late_after_close": "of these, U",
    "percent": "Attendance",
}


def certificate(view: View, pupil: int, first: date, last: date) -> bytes:
    """The certificate of one pupil for some dates, as PDF: every session, the figures, and a place to sign.

    It is evidence only when the head teacher has signed it, so nobody else's name stands under it.
    """
    who = view.everyone.pupils.filter(pl.col("pupil") == pupil).row(0, named=True)
    marks = view.register.marks.filter(
        pl.col("pupil") == pupil, pl.col("date").is_between(first, min(last, view.on))
    )
    rule = view.rule("attendance-certificate")
    days = marks["date"].unique().sort().to_list()
    weekdays = _WEEKDAYS[: max((day.weekday() for day in days), default=4) + 1]
    weekdays = weekdays if len(weekdays) > 5 else _WEEKDAYS[:5]
    signatory = view.school.signatories.get("head")
    values = {
        "title": f"Certificate of attendance, {day_text(first)} to {day_text(last)}",
        "school": tidy(view.school.name),
        "under": _under(rule),
        "says": "Particulars of the attendance of the pupil named below"
        f" from {day_text(first)} to {day_text(last)}, both included.",
        "pupil": list(_particulars(who, first, last)),
        "dates": f"{day_text(first)} to {day_text(last)}",
        "totals": list(_totals(marks)),
        "weekdays": weekdays,
        "weeks": _weeks(marks, days, weekdays),
        "key": list(key_of_codes(marks, last)),
        "notes": list(_notes(view, marks, last)),
        "signs": f"{tidy(signatory.name)}, {tidy(signatory.role) or 'Head teacher'}"
        if signatory
        else "Head teacher",
        "foot": f"From the attendance register as attendkit holds it, {view.register.digest[:16]},"
        f" on {day_text(view.on)}.",
    }
    return report_pdf("reports/certificate.typ", values, view.on, view.school.folder)


def _under(rule: RuleVersion) -> str:
    return f"{rule.citation.text()}: {rule.says[0].lower()}{rule.says[1:]}"


def _particulars(who: Mapping[str, Any], first: date, last: date) -> Iterator[tuple[str, str]]:
    yield "Name", " ".join(tidy(part) for part in (who["forename"], who["surname"]) if part)
    born: date | None = who["dob"]
    yield "Date of birth", day_text(born) if born else "not in the register"
    for name, column in (("Unique pupil number", "upn"), ("Admission number", "adno")):
        if who[column]:
            yield name, tidy(who[column])
    group = " ".join(filter(None, (f"Year {who['year']}" if who["year"] else "", tidy(who["tutor"] or ""))))
    yield "Year and tutor group", group or "not in the register"
    yield "On the admission register", _on_roll(who["admitted"], who["left"])
    if born:
        yield "Of compulsory school age", _of_school_age(born, first, last)


def _on_roll(admitted: date | None, left: date | None) -> str:
    since = f"since {day_text(admitted)}" if admitted else "yes; the first day is not in the register"
    return f"{since}, until {day_text(left)}" if left else since


def _of_school_age(born: date, first: date, last: date) -> str:
    ends = school_age_ends(born)
    if last <= ends:
        return "throughout"
    return f"until {day_text(ends)}" if first <= ends else f"no: it ended on {day_text(ends)}"


def _totals(marks: pl.DataFrame) -> Iterator[tuple[str, str]]:
    figures = totals(marks).with_columns(percent=percent())
    row = figures.row(0, named=True) if figures.height else dict.fromkeys(_TOLD, 0)
    for name, told in _TOLD.items():
        value = row[name]
        yield told, f"{value}%" if name == "percent" and value else "none" if value is None else str(value)


def _weeks(marks: pl.DataFrame, days: Sequence[date], weekdays: Sequence[str]) -> list[list[str]]:
    """A row a week: its first day, then the two codes of each weekday."""
    codes = boxes(marks)
    weeks = sorted({day - timedelta(days=day.weekday()) for day in days})
    rows = []
    for monday in weeks:
        row = [day_text(monday)]
        for at in range(len(weekdays)):
            row += next(
                (box for (_, day), box in codes.items() if day == monday + timedelta(days=at)), ("", "")
            )
        rows.append(row)
    return rows


def _notes(view: View, marks: pl.DataFrame, last: date) -> Iterator[str]:
    missing = int(totals(marks)["missing"].sum())
    if missing:
        yield f"{counted(missing, 'session')} marked {NOT_TAKEN} had no mark and is in no figure."
    if last > view.on:
        yield f"There is nothing after {day_text(view.on)}, the day this was made."
    if "U" in marks["code"].cast(pl.String):
        yield "U is an arrival after the register closed, which counts as an unauthorised absence."

"""A pupil list: one row a pupil, with groups, roll dates and characteristics."""

import polars as pl

from attendkit.model import Problem, Severity
from attendkit.read.layouts.rows import data_rows
from attendkit.read.shape import IDENTITY, people_of
from attendkit.read.table import Table
from attendkit.validate.dates import Order, decide_by_numbers, written

_DATES = ("dob", "admitted", "left")


def listed(table: Table) -> tuple[pl.DataFrame, tuple[Problem, ...], tuple[str, ...]]:
    """The lines of a pupil list (as `Shape.people`), the rows refused, and remarks."""
    body, remarks, cut, _ = data_rows(table, [])
    people = people_of(table, body)
    known = [pl.col(name) for name in IDENTITY if name in people.columns]
    nobody = people.filter(pl.all_horizontal(*(column == "" for column in known)))
    problems = tuple(
        Problem(
            "no_pupil_key",
            "Nothing in this row says which pupil it is about.",
            row=row,
            column=table.heading("upn", "adno", "mis_id", "surname", "name"),
            remedy="Export again with UPN or admission number.",
        )
        for row in nobody["row"]
    )
    kept = people.filter(~pl.all_horizontal(*(column == "" for column in known)))
    return kept, cut + problems, remarks


def order_of(people: pl.DataFrame) -> Order:
    """Which of day and month comes first in a pupil list: day first, unless a number over 12 denies it."""
    texts = [text for name in _DATES if name in people.columns for text in people[name].unique() if text]
    proved = decide_by_numbers(found for text in texts if (found := written(text)))
    return (proved and proved.order) or "dmy"


def bad_dates(people: pl.DataFrame, table: Table, order: Order) -> tuple[Problem, ...]:
    """A warning for each date of birth or roll date that is no date: the pupil is loaded without it."""
    problems = []
    for name in _DATES:
        if name not in people.columns:
            continue
        for row, text in people.select("row", name).filter(pl.col(name) != "").iter_rows():
            found = written(text)
            if found is None or found.tried(order) is None:
                problems.append(
                    Problem(
                        "bad_date",
                        f"{text!r} is not a date",
                        row=row,
                        column=table.heading(name),
                        value=text,
                        remedy="The pupil is loaded without it. Correct it in the system.",
                        severity=Severity.WARNING,
                    )
                )
    return tuple(problems)

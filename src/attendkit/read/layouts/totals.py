"""Totals and no sessions: possible, present, authorised, unauthorised. Kept to be compared, never loaded."""

import re

import polars as pl

from attendkit.model import Problem
from attendkit.read.layouts.rows import data_rows
from attendkit.read.shape import people_of
from attendkit.read.table import Table

FIGURES = (
    "possible",
    "present_total",
    "authorised_total",
    "unauthorised_total",
    "late_total",
    "late_after_total",
    "missing_total",
    "percent",
)


def totals_of(table: Table) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """`sheet`, `line`, `row`, the columns about pupils, and the figures that the table has, as text.

    And the row that the file stops in.
    """
    body, _, cut, _ = data_rows(table, [])
    known = [name for name in FIGURES if name in table.fields]
    figures = body.select(*(table.text(table.fields[name]).alias(name) for name in known))
    return people_of(table, body).hstack(figures), cut


def is_census(table: Table) -> bool:
    """Whether there is a column a code, as in the school census: `T_Reason_C`, or `/`, `B`, `C`, ..."""
    reasons = [heading for heading in table.headings if re.fullmatch(r"T_Reason_\w+", heading)]
    letters = [heading for heading in table.headings if re.fullmatch(r"[A-Z/\\#]\d?", heading)]
    return len(reasons) >= 3 or len(letters) >= 5

"""Reports that may lie on a desk: pupils by their initials, their numbers left out, contacts held back.

Every form of a report is made from a report and a view, so what is taken out of these two is on no screen,
in no file and in no JSON. It happens after the duty has counted: no figure changes and no row moves. What is
left (tutor group, marks, figures) still points at a child for whoever knows the school: it is less to lose,
and not anonymous.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal, get_origin

import polars as pl

from attendkit.findings import Report, View
from attendkit.model import Problem

HIDDEN = "hidden"
"""What stands in place of what is held back."""

_NAMES = ("surname", "forename", "preferred", "title", "name")
_NUMBERS = ("upn", "adno", "mis_id", "dob", "sex", "ethnicity")
_REACHED_AT = ("mobile", "home", "work", "email", "address", "postcode", "salutation")
_NOT_TYPED = frozenset({"letter", "code", "finding", "findings", "facts", "files"})
"""Fields of the log that attendkit or a list fills in."""

_SHORT = 5  # letters: less than that may be a part of any word
_TOLD = frozenset(
    {"call", "contacts", "contact", "parent", "parents", "comment", "comments", "note", *_REACHED_AT}
)
"""Columns of a report whose text is what somebody typed about a person."""


def initialled(report: Report, view: View) -> tuple[Report, View]:
    """A report and its view without names, numbers, contacts, and what people typed into the log."""
    typed = _typed(report, view)
    hidden = replace(
        report,
        rows=_without(report.rows, typed),
        shown=None if report.shown is None else _without(report.shown, typed),
        found=_without(report.found, typed),
        problems=without_cells(report.problems),
    )
    return hidden, by_initials(view)


def by_initials(view: View) -> View:
    """A view in which each pupil and contact is known by initials, and a pupil by the register's number.

    Those numbers are this register's own and mean nothing anywhere else. Two pupils of one tutor group with
    the same initials are told apart by them.
    """
    register = view.register
    nobody = pl.lit(None)
    pupils = register.pupils.with_columns(
        *(_initial(pl.col(name)).alias(name) for name in ("surname", "forename", "preferred")),
        *(nobody.cast(register.pupils.schema[name]).alias(name) for name in _NUMBERS),
        key=pl.col("pupil").cast(pl.String),
    )
    only = tuple(_who(part, view) for part in view.only)
    contacts = register.contacts.with_columns(
        *(_initial(pl.col(name)).alias(name) for name in ("surname", "forename")),
        *(_held_back(pl.col(name)).alias(name) for name in _REACHED_AT),
    )
    hidden = replace(register, pupils=pupils, contacts=contacts)
    return replace(view, register=hidden, only=only, logged=tuple, written=tuple)


def _who(only: str, view: View) -> str:
    """A filter in words; one by a pupil's number says the register's own instead."""
    if not only.startswith("Pupil "):
        return only
    return f"Pupil {', '.join(map(str, sorted(view.chosen or ())))}"


def _typed(report: Report, view: View) -> list[str]:
    """What people typed into the log in their own words, which may name anybody; the longest first."""
    said: set[str] = set()
    as_written = report.duty == "log-show" and view.options.get("all")
    for entry in view.written() if as_written else view.logged():
        body: Any = entry.body
        for name, field in type(body).model_fields.items():
            if name not in _NOT_TYPED and get_origin(field.annotation) is not Literal:
                value = getattr(body, name)
                said.update(one for one in (value if isinstance(value, tuple) else (value,)) if _words(one))
    return sorted(said, key=lambda text: (-len(text), text))


def _words(value: Any) -> bool:
    return isinstance(value, str) and any(map(str.isalpha, value))


def _without(table: pl.DataFrame, typed: Sequence[str]) -> pl.DataFrame:
    return table.with_columns(
        _cell(pl.col(name), name, kind, typed).alias(name) for name, kind in table.schema.items()
    )


def _cell(value: pl.Expr, name: str, kind: Any, typed: Sequence[str]) -> pl.Expr:
    """One column with what is personal in it held back, however deep it lies."""
    if isinstance(kind, pl.List):
        return value.list.eval(_cell(pl.element(), name, kind.inner, typed))
    if isinstance(kind, pl.Struct):
        fields = {field.name: field.dtype for field in kind.fields}
        inside = "contacts" if "numbers" in fields else name
        return pl.struct(
            _field(value.struct.field(one), inside, (one, dtype), typed).alias(one)
            for one, dtype in fields.items()
        )
    if kind != pl.String:
        return value
    return _held_back(value) if name in _TOLD else _unsaid(value, typed)


def _field(value: pl.Expr, inside: str, field: tuple[str, Any], typed: Sequence[str]) -> pl.Expr:
    name, kind = field
    if inside == "contacts" and name in _NAMES:
        return value.str.replace_all(r"(\p{L})[\p{L}\p{M}'’]*\.?", "$1.").str.to_uppercase()
    if inside == "contacts" and name == "numbers":
        return value.list.eval(_held_back(pl.element()))
    return _cell(value, name, kind, typed)


def _unsaid(value: pl.Expr, typed: Sequence[str]) -> pl.Expr:
    """Text with whatever was typed held back: a short word only where it stands by itself."""
    long = [text for text in typed if len(text) >= _SHORT]
    short = [text for text in typed if len(text) < _SHORT]
    if long:
        value = value.str.replace_many(long, [HIDDEN] * len(long), leftmost=True)
    if short:
        value = value.str.replace_all(rf"\b(?:{'|'.join(map(re.escape, short))})\b", HIDDEN)
    return value


def _held_back(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_not_null()).then(pl.lit(HIDDEN))


def _initial(name: pl.Expr) -> pl.Expr:
    return name.str.strip_chars().str.slice(0, 1).str.to_uppercase()


def without_cells(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems without what stands in the cells that they are about, which may be a name."""
    return tuple(_without_cell(problem) for problem in problems)


def _without_cell(problem: Problem) -> Problem:
    if not problem.value:
        return problem
    quoted = re.compile(rf"(?<!\w){re.escape(problem.value)}(?!\w)")
    return replace(problem, value=HIDDEN, message=quoted.sub(HIDDEN, problem.message))

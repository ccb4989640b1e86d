"""The audit of coding: marks that do not agree with a rule, with the pupil, or with each other."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import polars as pl

from attendkit.duties.coding.looked import Check, Looked
from attendkit.duties.coding.table import CHECKS
from attendkit.errors import BadArgumentError, NoRuleError
from attendkit.findings import (
    SESSION_NAME,
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    counted,
    gathered,
    long_date,
    session_name,
)
from attendkit.register.model import MARKS, empty
from attendkit.rules import RuleVersion

__all__ = ["CHECKS", "ROWS", "Check", "coding"]

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "check": pl.Enum([check.name for check in CHECKS]),
        "first": pl.Date(),
        "first_session": SESSION_NAME,
        "last": pl.Date(),
        "last_session": SESSION_NAME,
        "sessions": pl.UInt32(),
        "code": pl.String(),
        "says": pl.String(),
        "fix": pl.String(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("check", "Check"),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("first", "From", Kind.DATE),
    Column("first_session", "From session", narrow=True),
    Column("last", "To", Kind.DATE),
    Column("last_session", "To session", narrow=True),
    Column("sessions", "Sessions", Kind.NUMBER),
    Column("code", "Mark", Kind.CODE),
    Column("fix", "What to do", narrow=True),
)

_FOUND = pl.Schema({**MARKS, "check": pl.UInt32(), "span": pl.Int64()})
"""Every mark found: `check` is its place in the table, `span` tells the rows of one pupil apart."""

_ROW = ("check", "pupil", "span")


def coding(view: View) -> Report:
    """Everything the checks find in the academic year's marks, check by check; `check` asks for one alone.

    A check compares pupils with the whole school, whatever filters there are, and sees no mark from before
    the first day of its rule. What it finds need not be wrong: the row says where to look and what to do.

    Rows: `ROWS`, one a pupil and check, and for marks in a row one a row of them. first and last are the
    first and the last mark found, sessions how many; a pupil without a mark to show has none.
    """
    looked = Looked(view.everyone)
    asked = {check.name for check in _asked(view)}
    checks = [(place, check) for place, check in enumerate(CHECKS) if check.name in asked]
    found = pl.concat([empty(_FOUND), *_run(looked, checks)])
    if view.chosen is not None:
        found = found.filter(pl.col("pupil").is_in(sorted(view.chosen)))
    rows = _rows(view, found)
    said = rows.select(*_ROW, "says", of=pl.lit(None), rule=_of_check([c.rule for c in CHECKS]))
    findings, evidence = gathered(said, found.filter(pl.col("date").is_not_null()), by=_ROW)
    return Report(
        duty="coding",
        title=f"Coding to look at on {long_date(view.on)}",
        on=view.on,
        rows=rows.with_columns(check=_of_check([c.name for c in CHECKS])).select(ROWS.names()).cast(ROWS),
        columns=_COLUMNS,
        counts=_counts(rows, checks),
        found=findings,
        evidence=evidence,
        notes=tuple(_notes(view, rows, checks)),
    )


def _asked(view: View) -> Sequence[Check]:
    """The checks asked for, without those whose rule was not in force yet.

    Raises:
        BadArgumentError: there is no such check.
    """
    name = view.options.get("check") or ""
    named = {check.name: check for check in CHECKS}
    if name and name not in named:
        like = get_close_matches(name, named)
        raise BadArgumentError(
            f"There is no check called {name!r}.",
            where="--check",
            remedy=f"Did you mean {like[0]}?" if like else f"Choose from {', '.join(named)}.",
        )
    return [check for check in CHECKS if name in {"", check.name} and _rule(view, check)]


def _rule(view: View, check: Check) -> RuleVersion | None:
    """The check's rule, or None before its first day."""
    try:
        return view.rule(check.rule)
    except NoRuleError:
        return None


def _run(looked: Looked, checks: Sequence[tuple[int, Check]]) -> Iterator[pl.DataFrame]:
    """What each check finds, as `_FOUND`."""
    for place, check in checks:
        rule = looked.view.rule(check.rule)
        marks = check.finds(looked, rule)
        if marks.is_empty():
            continue
        span = pl.col("span") if "span" in marks.columns else pl.lit(0)
        in_force = pl.col("date").is_null() | (pl.col("date") >= rule.since)
        yield marks.filter(in_force).select(*MARKS, check=pl.lit(place, pl.UInt32), span=span.cast(pl.Int64))


def _rows(view: View, found: pl.DataFrame) -> pl.DataFrame:
    """One row a check, pupil and span, in the order of the table and then by tutor group and name."""
    rows = (
        found.sort(*_ROW, "date", "session")
        .group_by(_ROW, maintain_order=True)
        .agg(
            pl.col("date").first().alias("first"),
            session_name().first().alias("first_session"),
            pl.col("date").last().alias("last"),
            session_name().last().alias("last_session"),
            pl.col("date").count().alias("sessions"),
            pl.col("code").cast(pl.String).drop_nulls().unique(maintain_order=True).str.join(", "),
        )
        .join(view.order, on="pupil")
        .sort("check", "by_tutor", "by_name", "first", "span")
    )
    said = [_sentence(row, CHECKS[row["check"]]) for row in rows.iter_rows(named=True)]
    fix = _of_check([check.fix for check in CHECKS])
    return rows.with_columns(says=pl.Series(said, dtype=pl.String), fix=fix)


def _of_check(words: Sequence[str]) -> pl.Expr:
    """What the table has for each check, by its place."""
    return pl.col("check").replace_strict(dict(enumerate(words)), return_dtype=pl.String)


def _sentence(row: Mapping[str, Any], check: Check) -> str:
    """One sentence, filled from the marks: how many, of which code, when, and what is odd about them."""
    if not row["sessions"]:
        return f"{check.says[:1].upper()}{check.says[1:]}."
    when = f"on {long_date(row['first'])}"
    if row["first"] != row["last"]:
        when = f"from {long_date(row['first'])} to {long_date(row['last'])}"
    return f"{counted(row['sessions'], 'session')} of {row['code']} {when}: {check.says}."


def _counts(rows: pl.DataFrame, checks: Sequence[tuple[int, Check]]) -> dict[str, Any]:
    each = dict(rows["check"].value_counts().iter_rows())
    return {
        "found": rows.height,
        "pupils": rows["pupil"].n_unique(),
        "sessions": int(rows["sessions"].sum()),
        "checks_made": len(checks),
        "checks": {check.name: each[place] for place, check in checks if place in each},
    }


def _notes(view: View, rows: pl.DataFrame, checks: Sequence[tuple[int, Check]]) -> Iterator[str]:
    """What to do about each check that found something, and which of them the school has changed."""
    finds = set(rows["check"])
    for place, check in checks:
        if place in finds:
            yield f"{check.name}: {check.fix}"
    yield from changed_rules(view, *(check.rule for _, check in checks))
    if not view.school.registers and "coding-u-before-close" in {check.rule for _, check in checks}:
        yield "When registers open and close is not set, so U is not compared with minutes late."

"""Files that are not registers: pupil lists, contacts, and totals."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from attendkit.model import Problem
from attendkit.read.export import Export
from attendkit.read.layouts.contacts import contact_groups, contact_lines, pupil_columns
from attendkit.read.layouts.pupils import bad_dates, listed, order_of
from attendkit.read.layouts.rows import data_rows
from attendkit.read.layouts.totals import FIGURES, totals_of
from attendkit.read.marks import Settings
from attendkit.read.people import people_in
from attendkit.read.shape import people_of
from attendkit.read.table import Table
from attendkit.register import Delta
from attendkit.register.matching import Identity, Roll
from attendkit.register.model import CONTACTS, MARKS, empty

_TOTALS = (
    "This holds totals and no sessions, so there is nothing to load. "
    "Export the marks themselves: one row a pupil, date and session."
)


def pupils_export(base: Export, table: Table, settings: Settings) -> Export:
    """A pupil list: the pupils, and their contacts where it has columns for them."""
    base = _about(base, table, "pupils")
    lines, problems, remarks = listed(table)
    if not lines.height and not problems:
        return replace(base, reject_reason="no_rows", explanation="There is a header and nothing under it.")
    order = settings.order or order_of(lines)
    people = people_in(lines, (table,), order)
    lost = _lost(lines, people.of_line, table)
    contacts = empty(CONTACTS)
    if contact_groups(table):
        body = table.body.filter(pl.col("row").is_in(lines["row"].implode()))
        contacts = _numbered(contact_lines(table, body).contacts, people.of_line)
    return replace(
        base,
        outcome="pupils",
        errors=problems + lost,
        warnings=people.warnings + bad_dates(lines, table, order),
        remarks=base.remarks + remarks,
        pupils=people.pupils.height,
        delta=Delta(
            file=base.file,
            digest=base.digest,
            layout="pupils",
            pupils=people.pupils,
            marks=empty(MARKS),
            contacts=contacts,
            roll=True,
            quarantined=len(problems) + len(lost),
        ),
    )


def contacts_export(base: Export, table: Table, known: Sequence[pl.DataFrame], settings: Settings) -> Export:
    """Contacts. Where pupils are known, a contact of somebody else is refused: `unknown_pupil`."""
    base = _about(base, table, "contacts")
    body, remarks, cut, _ = data_rows(table, [])
    if not body.height and not cut:
        return replace(base, reject_reason="no_rows", explanation="There is a header and nothing under it.")
    theirs = replace(table, fields=pupil_columns(table))
    lines = people_of(theirs, body)
    people = people_in(lines, (theirs,), settings.order or order_of(lines))
    unknown = _unknown(people.pupils, known)
    refused = cut + _lost(lines, people.of_line, theirs) + _strangers(lines, people.of_line, theirs, unknown)
    told = contact_lines(table, body)
    contacts = _numbered(told.contacts, people.of_line).filter(~pl.col("pupil").is_in(sorted(unknown)))
    kept = people.pupils.filter(~pl.col("pupil").is_in(sorted(unknown)))
    bad_rows = {problem.row for problem in refused}
    warnings = tuple(w for w in told.warnings + people.warnings if w.row not in bad_rows)
    return replace(
        base,
        outcome="contacts",
        errors=refused,
        warnings=warnings,
        remarks=base.remarks + remarks + told.remarks,
        pupils=kept.height,
        contacts=_counts(contacts, sum(w.reason == "bad_email" for w in warnings), refused, known),
        delta=Delta(
            file=base.file,
            digest=base.digest,
            layout="contacts",
            pupils=kept,
            marks=empty(MARKS),
            contacts=contacts,
            quarantined=len(refused),
        ),
    )


def summary_export(base: Export, table: Table) -> Export:
    """Totals and no sessions: kept to compare with, never loaded."""
    base = _about(base, table, "totals")
    figures, cut = totals_of(table)
    if not figures.height and not cut:
        return replace(base, reject_reason="no_rows", explanation="There is a header and nothing under it.")
    people = people_in(figures.drop(FIGURES, strict=False), (table,), "dmy")
    named = figures.join(people.of_line.select("line", "pupil"), on="line", how="left", maintain_order="left")
    return replace(
        base,
        outcome="summary",
        explanation=_TOTALS,
        pupils=figures.height,
        summaries=named,
        errors=cut,
        people=people.pupils,
    )


def _about(base: Export, table: Table, layout: str) -> Export:
    sheets = () if base.encoding else (table.grid.name,)
    return replace(base, layout=layout, header_row=table.header_row, sheets=sheets)


def _lost(lines: pl.DataFrame, of_line: pl.DataFrame, table: Table) -> tuple[Problem, ...]:
    """Rows that are about nobody, or about one of two pupils."""
    says = {
        "no_pupil_key": "Nothing in this row says which pupil it is about.",
        "ambiguous_pupil": "Two pupils fit this row.",
    }
    bad = of_line.filter(pl.col("who_reason") != "").join(
        lines.select("line"), on="line", maintain_order="left"
    )
    return tuple(
        Problem(
            reason,
            says[reason],
            row=row,
            column=table.heading("upn", "adno", "mis_id", "surname", "name"),
            remedy="Export again with UPN or admission number.",
        )
        for row, reason in bad.select("row", "who_reason").iter_rows()
    )


def _unknown(pupils: pl.DataFrame, known: Sequence[pl.DataFrame]) -> set[int]:
    """The pupils that none of the lists and registers has; nobody, where there is nothing to look in."""
    if not any(frame.height for frame in known):
        return set()
    rolls = []
    for frame in known:
        roll = Roll(frame)
        roll.settle()
        rolls.append(roll)
    return {
        row["pupil"]
        for row in pupils.iter_rows(named=True)
        if all(roll.find(Identity.of(row)).pupil is None for roll in rolls)
    }


def _strangers(
    lines: pl.DataFrame, of_line: pl.DataFrame, table: Table, unknown: set[int]
) -> tuple[Problem, ...]:
    name = next((n for n in ("adno", "upn", "mis_id") if n in lines.columns), "")
    rows = lines.join(of_line.select("line", "pupil"), on="line", maintain_order="left")
    rows = rows.filter(pl.col("pupil").is_in(sorted(unknown)))
    return tuple(
        Problem(
            "unknown_pupil",
            "No such pupil in the marks or pupil files, or in the register.",
            row=row["row"],
            column=table.heading(name),
            value=row.get(name, ""),
            remedy="Read the pupil list again, or correct the number.",
        )
        for row in rows.iter_rows(named=True)
    )


def _numbered(contacts: pl.DataFrame, of_line: pl.DataFrame) -> pl.DataFrame:
    """Contacts with their pupil's number; those of a row about nobody are left out (and reported)."""
    joined = contacts.join(of_line.select("line", "pupil"), on="line", maintain_order="left")
    return (
        joined.filter(pl.col("pupil").is_not_null())
        .with_columns(source=pl.lit(0, pl.UInt16))
        .select(CONTACTS.names())
        .cast(CONTACTS)
    )


def _counts(
    contacts: pl.DataFrame, bad_email: int, refused: tuple[Problem, ...], known: Sequence[pl.DataFrame]
) -> dict[str, int]:
    no_phone = pl.all_horizontal(pl.col("mobile", "home", "work").is_null())
    counts = contacts.select(
        contacts=pl.len(),
        with_pr=pl.col("parental_responsibility").sum(),
        court_order=pl.col("court_order").sum(),
        no_email=pl.col("email").is_null().sum(),
        no_mobile=pl.col("mobile").is_null().sum(),
        no_phone=no_phone.sum(),
        pupils=pl.col("pupil").n_unique(),
        correspondence=pl.col("correspondence").sum(),
    ).row(0, named=True)
    told = {name: int(number or 0) for name, number in counts.items()}
    told["bad_email"] = bad_email
    told["unknown_pupil"] = sum(problem.reason == "unknown_pupil" for problem in refused)
    if known:
        largest = max(frame.height for frame in known)
        told["pupils_without_contact"] = max(largest - told["pupils"], 0)
    return told

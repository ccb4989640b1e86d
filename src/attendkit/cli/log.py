"""`log`: an entry added or corrected, or a sheet of them read back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attendkit.cli.entering import At, By, On, body_of, changes_of, now, numbered, refuse_to_come, signed
from attendkit.cli.options import Asked, takes
from attendkit.errors import BadArgumentError, Exit

if TYPE_CHECKING:
    import polars as pl

    from attendkit.casework.entry import Entry

Number = Annotated[
    int,
    typer.Argument(metavar="ENTRY", parser=numbered, help="Its number, as `attendkit log show` has it."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="What it should have said, by the option's name: --set outcome=no-answer. Repeatable.",
    ),
]
StrikeOut = Annotated[
    str | None, typer.Option("--strike-out", metavar="WHY", help="It should not be there at all, and why.")
]
SheetFile = Annotated[Path, typer.Argument(metavar="FILE", help="The sheet: .xlsx or .csv.")]

_ENOUGH = tuple(frozenset({what, whose}) for what in ("outcome", "kind") for whose in ("key", "upn", "adno"))
"""The columns by which a sheet of entries is known."""


def add(kind: str, pupil: str, given: dict[str, Any], asked: Asked) -> Exit:
    """Write one entry about a pupil, and say what was written."""
    from attendkit.casework import Log
    from attendkit.casework.following import refuse_out_of_order
    from attendkit.cli.choosing import one_pupil
    from attendkit.cli.naming import named
    from attendkit.cli.opening import open_school
    from attendkit.register.days import calendar_for

    opened = open_school(asked.school)
    register = opened.store().register()
    pupils = register.pupils
    number = one_pupil(pupil, pupils)
    key = next(key for at, key in pupils.select("pupil", "key").iter_rows() if at == number)
    sign = signed(given, opened)
    refuse_to_come(kind, sign.on, register.last)
    body = named(body_of(kind, given), number, register.contacts)
    log = Log.until(sign.on, opened.logged(), pupils, contacts=register.contacts)
    refuse_out_of_order(log, number, kind, body, calendar_for(opened.school, register))
    entry = opened.casework().add(kind, key, body, by=sign.by, on=sign.on, at=now(), when=sign.when)
    _say(entry, pupils, asked)
    return Exit.DONE


@takes("school", "initials")
def correct(  # noqa: PLR0913  (an option each)
    *,
    entry: Number,
    changes: Changes = None,
    strike_out: StrikeOut = None,
    on: On = None,
    at: At = None,
    by: By = None,
    asked: Asked,
) -> Exit:
    """Correct an entry.

    The entry stays in the log as it was written. What it should have said is a new entry, and only that
    one counts. What is not said again stays as it was.
    """
    from attendkit.casework.kinds import KINDS
    from attendkit.cli.naming import named
    from attendkit.cli.opening import open_school

    opened = open_school(asked.school)
    log = opened.casework()
    was = next((one for one in log.every_entry() if one.id == entry), None)
    if was is None:
        raise BadArgumentError(
            f"There is no entry {entry}.", where="ENTRY", remedy="`attendkit log show` lists them."
        )
    if strike_out is not None and not strike_out.strip():
        raise BadArgumentError(
            "This says nothing.", where="--strike-out", remedy="Say why the entry should not be there."
        )
    sign = signed({"on": on, "at": at, "by": by}, opened, was)
    kind, said = was.kind, changes_of(was.body, changes or ())
    refuse_to_come(kind, sign.on, opened.store().register().last)
    if strike_out is not None:
        kind, said = "struck-out", {"why": strike_out}
    register = opened.store().register()
    numbers = dict(register.pupils.select("key", "pupil").iter_rows())
    body = KINDS[kind](**said) if strike_out else body_of(kind, {}, said)
    if changes and was.pupil in numbers:
        body = named(body, numbers[was.pupil], register.contacts)
    if (body, sign.on, sign.when, by or was.by) == (was.body, was.on, was.when, was.by):
        raise BadArgumentError(
            "This changes nothing of the entry.",
            where=f"entry {entry}",
            remedy="Say what it should have said with --set, --on, --at or --by, or --strike-out and why.",
        )
    added = log.add(kind, was.pupil, body, by=sign.by, on=sign.on, at=now(), when=sign.when, corrects=entry)
    _say(added, register.pupils, asked)
    return Exit.DONE


@takes("school", "initials")
def import_(*, file: SheetFile, on: On = None, by: By = None, asked: Asked) -> Exit:
    """Read a call sheet back.

    The workbook that `attendkit absences --xlsx` wrote, filled in; or a CSV with the same columns; or a list
    of entries of any kind, with the columns Kind, Day, and UPN or Adno, and one for each option of the kinds
    in it. It is taken in whole or not at all: what is wrong is named by its cell. A row that was read before
    changes nothing, and one that was changed since corrects what it said.
    """
    from attendkit.casework.sheet import KNOWN, Reader, Row, column_of, keys_of, names_of
    from attendkit.cli.opening import open_school
    from attendkit.documents.initials import without_cells
    from attendkit.documents.problems import grouped
    from attendkit.documents.table import print_problems, screen
    from attendkit.findings import counted
    from attendkit.read.filled import read_filled

    opened = open_school(asked.school)
    rows = [Row(*row) for row in read_filled(file, column_of, KNOWN, _ENOUGH)]
    told = opened.store().register().pupils.to_dicts()
    sign = signed({"on": on, "at": None, "by": by}, opened)
    reader = Reader(file.name, keys_of(told), names_of(told), on, sign.by, now())
    sheet = reader.sheet(rows)
    if sheet.problems:
        problems = without_cells(sheet.problems) if asked.initials else sheet.problems
        print_problems(screen(sys.stdout), grouped(problems), named=False)
        sys.stdout.write(f"Nothing of {file.name} was logged.\n")
        return Exit.PROBLEMS
    added = opened.casework().add_all(sheet.entries)
    before = len(sheet.entries) - len(added)
    corrections = [entry for entry in added if entry.corrects]
    new = counted(len(added) - len(corrections), "entry", "entries")
    sys.stdout.write(f"{new} logged from {file.name}.\n")
    for entry in corrections:
        sys.stdout.write(f"  Entry {entry.corrects} is corrected by entry {entry.id}: its row was changed.\n")
    sys.stdout.write(f"  {before} of its rows were read before, {sheet.blank} have nothing to log.\n")
    return Exit.DONE


def _say(entry: "Entry", pupils: "pl.DataFrame", asked: Asked) -> None:
    """What was written, about whom: the officer sees at once if it is the wrong pupil."""
    from attendkit.documents.initials import HIDDEN

    whose = [row for row in pupils.iter_rows(named=True) if row["key"] == entry.pupil]
    long = 1 if asked.initials else None
    who = "".join(
        f"{(row['surname'] or '')[:long]}, {(row['forename'] or '')[:long]} ({row['tutor'] or 'no group'}): "
        for row in whose
    )
    when = f" at {entry.when:%H:%M}" if entry.when else ""
    day = f"{entry.on:%A} {entry.on.day} {entry.on:%B %Y}"
    sys.stdout.write(f"Entry {entry.id}: {entry.kind} on {day}{when}, by {entry.by}.\n")
    sys.stdout.write(f"  {who}{HIDDEN if asked.initials else entry.body.told()}\n")

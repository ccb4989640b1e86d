"""The day at a glance: what is due out of every duty in the table, one line each."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from attendkit.duties import DUTIES, Duty
from attendkit.errors import NoRuleError
from attendkit.findings import EVIDENCE, FOUND, Column, Report, View, counted, long_date
from attendkit.register.backups import months_missing
from attendkit.register.model import empty

_COLUMNS = (Column("due", "Due"), Column("run", "Run", hangs=True))
"""The command hangs under what is due: it is there to be copied, so no screen may cut it."""

_ROWS = pl.Schema(
    {
        "duty": pl.String(),
        "figure": pl.String(),
        "number": pl.UInt32(),
        "due": pl.String(),
        "run": pl.String(),
    }
)


def today(view: View) -> Report:
    """A line for each duty with something to do today, by the figures that the table names as `due`.

    Rows: duty, due (its figures in words) and run (the command that lists them). The figures are the duty's
    own counts, so that no line can disagree with the list behind it.
    """
    look = replace(view, options={})
    rows, notes = list(_backups(view)), []
    rests_on = ("register-backup",) if rows else ()
    for duty in (duty for duty in DUTIES if duty.due):
        try:
            counts = duty.load()(look).counts
        except NoRuleError as error:
            notes.append(f"{duty.name} is left out. {error.what}")
            continue
        run = f"attendkit {duty.words} --on {view.on}"
        rows += [(duty.name, name, number, due, run) for name, number, due in _due(duty, counts)]
    return Report(
        duty="today",
        title=f"Due on {long_date(view.on)}",
        on=view.on,
        rows=pl.DataFrame(rows, schema=_ROWS, orient="row"),
        columns=_COLUMNS,
        counts={},
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=tuple(notes),
        rests_on=rests_on,
    )


def _backups(view: View) -> Iterator[tuple[str, str, int, str, str]]:
    """A line about the months whose backup is due and not there, where there are any (R7.4)."""
    if view.school.folder is None:
        return
    missing = months_missing(view.school, view.calendar, view.register.imports, view.on)
    if missing:
        due = counted(len(missing), "monthly backup due", "monthly backups due")
        yield "backup", "missing", len(missing), due, "attendkit backup --if-due"


def _due(duty: Duty, counts: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    """The figures of a duty that are something to do: name, number and words."""
    for name, one, several in duty.due:
        figure: Any = counts
        for part in name.split("."):
            figure = figure[part]
        if figure:
            yield name, figure, counted(figure, one, several)

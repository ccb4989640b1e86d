"""One pupil on one screen: the report of the duty `pupil` in words, which its pages use too."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from attendkit.documents.cells import NO_MARK, PARTED, day_text, filled, tidy, words
from attendkit.documents.problems import grouped
from attendkit.documents.shown import heading_lines, with_names
from attendkit.documents.table import print_labelled, print_problems, print_text, screen
from attendkit.documents.weeks import Weeks, heads, weeks_of
from attendkit.findings import Report, View, counted
from attendkit.model import MISSING

_LABEL, _WEEK = 7, 3  # cells across
_INDENT = 15
_MOST = 12

_STYLES: Mapping[str, str] = {
    "approved_educational_activity": "cyan",
    "authorised_absence": "yellow",
    "unauthorised_absence": "bold red",
    "not_possible": "dim",
    MISSING: "reverse",
}
KEY = "Each cell is a code; attendkit codes lists them. - is a session that nobody marked."
"""What stands under a calendar."""


def print_profile(report: Report, view: View, stdout: TextIO, width: int | None = None) -> None:
    """Print each pupil: who, what is said of them, figures, the calendar, and what stands behind it."""
    console = screen(stdout, width)
    title, under = heading_lines(report, view)
    for place, row in enumerate(pupils_of(report, view)):
        if place:
            console.print()
        print_text(console, who(row), style="bold")
        for line in filled([title, *under.split(PARTED)], console.width):
            print_text(console, line, style="dim")
        for name, text in facts(row, view):
            print_labelled(console, name, text, "dim", indent=_INDENT)
        console.print()
        _print_calendar(console, weeks_of(row["calendar"]))
        print_text(console, KEY, style="dim")
        console.print()
        for name, lines in sections(row, view):
            for number, line in enumerate(lines):
                print_labelled(console, "" if number else name, line, "dim", indent=_INDENT)
    if report.rows.is_empty():
        print_text(console, "No pupils to list.")
    for note in report.notes:
        print_text(console, note)
    print_problems(console, grouped(report.problems))


def pupils_of(report: Report, view: View) -> Iterator[Mapping[str, Any]]:
    """The report's rows with the pupils' names."""
    yield from with_names(report.rows, view).iter_rows(named=True)


def who(row: Mapping[str, Any]) -> str:
    """A pupil on one line: name, tutor group, year, college, number."""
    year = f"Year {row['year']}" if row["year"] else ""
    parts = (row["name"], row["tutor"], year, row["college"], row["adno"] and f"No. {row['adno']}")
    return PARTED.join(tidy(part) for part in parts if part)


def facts(row: Mapping[str, Any], view: View) -> Iterator[tuple[str, str]]:
    """The figures, and what may come, in words."""
    if row["flags"]:
        yield "Flags", ", ".join(row["flags"])
    missed = f"missed {row['missed']} of {counted(row['possible'], 'possible session')}"
    percent = f", attendance {row['percent']}%" if row["percent"] else ""
    yield "Band", f"{words(row['band'])}: {missed}{percent}"
    kinds = (
        f"authorised {row['authorised']}, unauthorised {row['unauthorised']}",
        f"not possible {row['not_possible']}, {NO_MARK} {row['missing']}",
        f"late {row['late']}, late after close {row['late_after_close']}",
        f"open N {row['n_codes']}",
    )
    yield "Sessions", PARTED.join(kinds)
    last = day_text(row["last_on_site"], view.on) if row["last_on_site"] else "not this year or last"
    yield "Away", f"{counted(row['days_in_a_row'], 'school day')} in a row, last on site {last}"
    yield "What may come", "; ".join(_projected(row, view))


def _projected(row: Mapping[str, Any], view: View) -> Iterator[str]:
    if row["sessions_in_hand"] is None:
        yield "not known without this year's term dates"
        return
    until = day_text(row["in_hand_until"], view.on)
    yield f"{counted(row['sessions_in_hand'], 'session')} in hand to {until} before persistent absence"
    if row["crosses_on"]:
        yield f"could cross on {day_text(row['crosses_on'], view.on)} if every session is missed"
    if row["recovers_on"]:
        yield f"could be out of it on {day_text(row['recovers_on'], view.on)} if every session is attended"
    if row["cannot_recover"]:
        yield "cannot be out of it by the end of the year"


def sections(row: Mapping[str, Any], view: View) -> Iterator[tuple[str, Sequence[str]]]:
    """What stands behind the figures, a line each; of long lists the first: the oldest N, else the latest."""
    on = view.on
    yield "Said by", [f"{one['duty']}: {tidy(one['says'])}" for one in row["says"]]
    for what, lines in groupby(row["logged"], key=itemgetter("what")):
        yield what, [tidy(one["says"]) for one in lines]
    late = [f"{_when(one, on)} {one['code']}{_minutes(one)}" for one in reversed(row["lates"])]
    spans = [
        f"{day_text(one['since'], on)} to {day_text(one['until'], on)}, {counted(one['sessions'], 'session')}"
        for one in row["absences"]
        if one["sessions"] > 1
    ]
    unsettled = [
        f"{_when(one, on)}, settle by {day_text(one['deadline'], on)}{', overdue' * one['overdue']}"
        for one in row["open_n"]
    ]
    for name, parts in (("Open N", unsettled), ("Late", late), ("Absences", spans)):
        yield name, _some(parts, "later" if name == "Open N" else "earlier")
    yield "Contacts", [_contact(one) for one in row["contacts"]]
    yield (
        "Rests on",
        [f"{tidy(one['file'])}: {counted(one['sessions'], 'session')}" for one in row["imports"]],
    )


def _some(parts: Sequence[str], others: str) -> list[str]:
    shown = list(islice(parts, _MOST))
    more = [f"and {len(parts) - _MOST} {others}"] if len(parts) > _MOST else []
    return ["; ".join((*shown, *more))] if shown else []


def _when(one: Mapping[str, Any], on: Any) -> str:
    return f"{day_text(one['date'], on)} {one['session']}"


def _minutes(one: Mapping[str, Any]) -> str:
    return f" {one['minutes']} min" if one["minutes"] else ""


def _contact(one: Mapping[str, Any]) -> str:
    hold = "HOLD: court order, read it before any contact" if one["hold"] else ", ".join(one["numbers"])
    return tidy(f"{one['name']} ({one['relationship'] or 'contact'}) {hold}")


def _print_calendar(console: Console, weeks: Weeks) -> None:
    """The weeks in as many blocks as the screen needs."""
    across = max(1, (console.width - _LABEL) // _WEEK)
    for first in range(0, len(weeks.mondays), across):
        block = weeks.part(first, across)
        for line in zip(*heads(block), strict=True):
            told = "".join(text.ljust(_WEEK) for text in line)
            console.print(Text(f"{'':{_LABEL}}{told}".rstrip(), "dim"), soft_wrap=True)
        for name, cells in block.rows:
            line_of_cells = Text(name.ljust(_LABEL))
            for cell in cells:
                code = cell.code if cell else ""
                line_of_cells.append(code, _STYLES.get(cell.category, "") if cell else "")
                line_of_cells.append(" " * (_WEEK - len(code)))
            line_of_cells.rstrip()
            console.print(line_of_cells, soft_wrap=True)

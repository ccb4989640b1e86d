"""The table of duties: one line each. The command line, the docs and the tests are made from it.

Nothing here imports Polars: a duty's function is found by name when it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attendkit.findings import Report, View


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a duty's own: `--name`. `kind` is bool (a flag), str, int, date or Path.

    `choices` are its words. With `argument` it is given by its place and not by its name. `writes` is the format that a flag asks for, where it is one of the duty's own papers. `reads` is the
    list that a file holds, where the option names one of the officer's own: the duty is given what it says.
    One that is `required` must be given on the command line.
    """

    name: str
    help: str
    kind: type = bool
    default: object = False
    choices: tuple[str, ...] = ()
    writes: str = ""
    reads: str = ""
    argument: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: its command name, the heading it stands under in `--help`, and one line of help.

    `module` is its module in this package; the module's function of the same name, with dashes as
    underscores, takes a `View` and gives back a `Report`. `due` are figures of its counts that are something
    to do today: each a name (`sessions.AM` for one within another), and what one and several of them are.
    `flags` says that to be in its list is a judgement on the pupil. With `history` it is given, under that
    name, every word that any import had on a mark.
    """

    name: str
    group: str
    help: str
    module: str
    options: tuple[Option, ...] = ()
    due: tuple[tuple[str, str, str], ...] = ()
    flags: bool = False
    history: bool = False

    def load(self) -> "Callable[[View], Report]":
        """The duty's function, imported now."""
        found: Callable[[View], Report] = getattr(
            import_module(f"attendkit.duties.{self.module}"), self.name.replace("-", "_")
        )
        return found


SETTING_UP = "Setting up and reading exports"
EVERY_DAY = "Every day"
EVERY_WEEK = "Every week"
WATCHING = "Watching"

_SESSION = Option("session", "AM or PM; the latest one with marks if left out.", str, "", ("AM", "PM"))

DUTIES: tuple[Duty, ...] = (
    Duty(
        "absences",
        EVERY_DAY,
        "Today's absent pupils for first-day calling: no reason given first.",
        "absences",
        (
            Option("session", "AM or PM only; the whole day if left out.", str, "", ("AM", "PM")),
            Option("xlsx", "Write the call sheet: a workbook to fill in while ringing.", writes="call-sheet"),
        ),
    ),
    Duty(
        "missing-registers",
        EVERY_DAY,
        "Tutor groups with no marks or some marks missing for a session.",
        "missing_registers",
    ),
    Duty(
        "fire-register",
        EVERY_DAY,
        "Who is on site now: unknown first and never assumed present.",
        "fire_register",
        (_SESSION,),
    ),
    Duty("late", EVERY_DAY, "Late today, with minutes, and the lateness ladder.", "late"),
    Duty(
        "ncode-report", EVERY_WEEK, "Every N still open, with its deadline, by tutor group.", "ncode_report"
    ),
    Duty(
        "bands",
        WATCHING,
        "Severe, persistent and at-risk absence, in whole sessions.",
        "bands",
        (Option("all", "Every pupil, not only those on or below a line."),),
    ),
    Duty(
        "penalties",
        WATCHING,
        "Who has reached 10 unauthorised sessions in 10 school weeks.",
        "penalties",
        (
            Option("all", "Also those on the way there, the nearest first."),
            Option("notices", "A list of the penalty notices issued so far.", Path, None, reads="notices"),
        ),
        flags=True,
    ),
    Duty(
        "returns",
        WATCHING,
        "What the council is owed: attendance, sickness, new pupil and deletion returns.",
        "returns",
        (Option("all", "Also those on the way to an attendance or sickness return."),),
        flags=True,
    ),
    Duty(
        "cme",
        WATCHING,
        "Pupils away without explanation, by school day, and what to do on it.",
        "cme",
        flags=True,
    ),
    Duty(
        "changes",
        SETTING_UP,
        "Marks that one import said and a later one says otherwise, and what that overturns.",
        "changes",
        (
            Option(
                "since", "Changes made from this day on; all of them if left out.", date, None, argument=True
            ),
        ),
        history=True,
    ),
)


def duty(name: str) -> Duty:
    """The duty of that name."""
    return next(d for d in DUTIES if d.name == name)

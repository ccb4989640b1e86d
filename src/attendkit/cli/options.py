"""The options that commands share, each declared once."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer

from attendkit.errors import BadArgumentError, Exit

LOOK = "Which school, which day, which pupils"
READ = "Reading exports"
WRITE = "Writing"

Command = Callable[..., Exit]
"""What every command is: options in, exit code out."""


def today() -> date:
    """The day it is here, by this computer's clock."""
    return datetime.now(tz=UTC).astimezone().date()


def day(text: str, where: str = "--on") -> date:
    """A date as the officer writes it: 2026-11-20 or 20/11/2026.

    Raises:
        BadArgumentError: it is neither, or there is no such day.
    """
    try:
        if "/" in text:  # strptime wants all four digits of a year, so 20/11/26 is not the year 26
            return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  (a day has no time zone)
        return date.fromisoformat(text)
    except ValueError:
        raise BadArgumentError(
            f"{text!r} is not a date.", where=where, remedy="Write it as 2026-11-20 or 20/11/2026."
        ) from None


def periods(text: str) -> dict[str, Literal["AM", "PM"]]:
    """Which period of a file is which session, from `AM=1,PM=5`: the period's name to AM or PM.

    Raises:
        BadArgumentError: it is written some other way.
    """
    sessions: dict[str, Literal["AM", "PM"]] = {}
    for pair in text.split(","):
        session, _, period = (part.strip() for part in pair.partition("="))
        if session.upper() not in {"AM", "PM"} or not period:
            raise BadArgumentError(
                f"{text!r} does not say which period is AM and which is PM.",
                where="--sessions",
                remedy="Write it as AM=1,PM=5 with the periods' names as the file has them.",
            )
        sessions[period] = "AM" if session.upper() == "AM" else "PM"
    return sessions


SchoolFolder = Annotated[
    Path | None,
    typer.Option(
        "--school",
        metavar="DIR",
        help="The school's folder: this one or the nearest above it with attendkit.toml if left out,"
        " else $ATTENDKIT_SCHOOL.",
        rich_help_panel=LOOK,
    ),
]
On = Annotated[
    date | None,
    typer.Option(
        "--on",
        metavar="DATE",
        parser=day,
        help="The day to look from: 2026-11-20 or 20/11/2026. Today if left out.",
        rich_help_panel=LOOK,
    ),
]
Years = Annotated[
    list[int] | None,
    typer.Option("--year", metavar="YEAR", help="Only this year group. Repeatable.", rich_help_panel=LOOK),
]
Colleges = Annotated[
    list[str] | None,
    typer.Option("--college", metavar="NAME", help="Only this college. Repeatable.", rich_help_panel=LOOK),
]
Tutors = Annotated[
    list[str] | None,
    typer.Option("--tutor", metavar="GROUP", help="Only this tutor group. Repeatable.", rich_help_panel=LOOK),
]
Pupils = Annotated[
    list[str] | None,
    typer.Option(
        "--pupil",
        metavar="PUPIL",
        help="Only this pupil: UPN, admission number, or as much of the name as only one has. Repeatable.",
        rich_help_panel=LOOK,
    ),
]
Exports = Annotated[
    list[Path] | None,
    typer.Option(
        "--export",
        metavar="FILE",
        help="Work straight from this export and leave the register alone. Repeatable.",
        rich_help_panel=READ,
    ),
]
Dates = Annotated[
    Literal["dmy", "mdy"] | None,
    typer.Option(
        "--dates",
        metavar="ORDER",
        help="dmy or mdy: the order of day and month, where a file cannot prove it.",
        rich_help_panel=READ,
    ),
]
Sessions = Annotated[
    dict[str, Literal["AM", "PM"]] | None,
    typer.Option(
        "--sessions",
        metavar="AM=1,PM=5",
        parser=periods,
        help="Which periods are the AM and PM registers, where a file has lessons only.",
        rich_help_panel=READ,
    ),
]
Password = Annotated[
    str | None,
    typer.Option("--password", metavar="WORD", help="What opens a protected workbook.", rich_help_panel=READ),
]
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="NAME", help="Read with this profile of attendkit.toml.", rich_help_panel=READ
    ),
]
Format = Annotated[
    Literal["table", "json", "csv", "xlsx", "html", "pdf", "docx"],
    typer.Option(
        "--format", metavar="FORMAT", help="table, json, csv, xlsx, html, pdf or docx.", rich_help_panel=WRITE
    ),
]
ScreenFormat = Annotated[
    Literal["table", "json"],
    typer.Option("--format", metavar="FORMAT", help="table or json.", rich_help_panel=WRITE),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="PATH",
        help="Where to write it. A table, JSON and CSV go to the screen if left out; anything else"
        " goes to out/<date>/ in the school's folder.",
        rich_help_panel=WRITE,
    ),
]

Initials = Annotated[
    bool,
    typer.Option(
        "--initials",
        help="Pupils by their initials, without their numbers, and no contact's name or number.",
        rich_help_panel=WRITE,
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the officer asked to look at, in the words of the shared options.

    A command says with `takes` which of them it has.
    """

    school: SchoolFolder = None
    on: On = None
    year: Years = None
    college: Colleges = None
    tutor: Tutors = None
    pupil: Pupils = None
    export: Exports = None
    dates: Dates = None
    sessions: Sessions = None
    password: Password = None
    profile: ProfileName = None
    initials: Initials = False


EVERYTHING: tuple[str, ...] = tuple(field.name for field in fields(Asked))
"""What a duty takes: all the shared options."""

_LEFT_OUT = {"initials": False}
"""What a shared option is when it is left out, where that is not None."""

ANSWERS = ("school", "on", "dates", "sessions", "password", "profile")
"""What a command about files takes: the school, the day, and answers to what a file cannot prove."""


def takes(*names: str) -> Callable[[Command], Command]:
    """Give a command these of the shared options; its function gets them as one `asked`."""
    hints = get_type_hints(Asked, include_extras=True)

    def of(function: Command) -> Command:
        @wraps(function)
        def run(**given: Any) -> Exit:
            asked = Asked(**{name: given.pop(name) for name in names})
            return function(asked=asked, **given)

        own = [p for p in signature(function, eval_str=True).parameters.values() if p.name != "asked"]
        shared = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=_LEFT_OUT.get(name), annotation=hints[name])
            for name in names
        ]
        run.__signature__ = Signature([*own, *shared])  # type: ignore[attr-defined]
        run.__annotations__ = {}
        return run

    return of

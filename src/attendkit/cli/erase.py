"""`erase`: a pupil who may no longer be kept, out of every part of the register and of the log."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from getpass import getuser
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated

import typer

from attendkit.cli.opening import EXPORTS, OUT, Opened, open_school
from attendkit.cli.options import Asked, ScreenFormat, takes, today
from attendkit.cli.printing import print_json
from attendkit.errors import BadArgumentError, Exit

if TYPE_CHECKING:
    from attendkit.casework.store import Casework
    from attendkit.findings import View
    from attendkit.register.store import Erasure

PupilName = Annotated[
    str,
    typer.Argument(metavar="PUPIL", help="UPN, admission number, or as much of the name as only one has."),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Who asked, and why. Not the pupil's name.")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who does it: the officer of attendkit.toml, else you."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without being asked again.")]

_KEYS = ("key", "upn", "adno", "mis_id")


@dataclass(frozen=True, slots=True)
class Done:
    """What was erased, in rows over all imports and in entries, and what is left for a person to destroy."""

    last_entry: str
    keep_until: str
    marks: int
    pupils: int
    contacts: int
    entries: int
    left: tuple[str, ...]


@takes("school")
def erase(  # noqa: PLR0913 - each is an option
    *,
    pupil: PupilName,
    asked: Asked,
    why: Why = "End of retention.",
    by: By = None,
    yes: Yes = False,
    form: ScreenFormat = "table",
) -> Exit:
    """Erase a pupil.

    Refused while the pupil is on roll and until every entry has been kept for as long as `attendkit rules
    register-retention` says. The journal and the log keep their chains and say that something was erased,
    when and by whom, and not about whom. Exports, papers and backups that still name the pupil are listed:
    they are for you to destroy. The exit code is 1 when there are any.
    """
    from attendkit.cli.choosing import one_pupil
    from attendkit.cli.looking import view_of

    opened = open_school(asked.school)
    view = view_of(opened.store().register(), asked, opened)
    number = one_pupil(pupil, view.register.pupils)
    casework = opened.casework()
    entries = entries_about(casework, view, number)
    last, until = _may_be_erased(opened, view, number, casework, entries)
    if not yes:
        typer.confirm("This cannot be undone. Erase everything about this pupil?", abort=True, err=True)
    now = datetime.now(tz=UTC)
    # The log first: once the register has forgotten the pupil nobody could say whose entries they were.
    casework.erase(entries, why, by=by or opened.school.officer.name or getuser(), on=today(), at=now)
    erasure = opened.store().erase(number, now)
    left = tuple(_left(opened, erasure))
    done = Done(
        last.isoformat(),
        until.isoformat(),
        erasure.marks,
        erasure.pupils,
        erasure.contacts,
        len(entries),
        left,
    )
    if form == "json":
        print_json({"command": "erase", "school": opened.school.name, **asdict(done)})
    else:
        _print(done)
    return Exit.PROBLEMS if left else Exit.DONE


def entries_about(casework: "Casework", view: "View", pupil: int) -> Sequence[int]:
    """The numbers of the entries about a pupil, under any number that they may know the pupil by."""
    who = view.register.pupils.filter(view.register.pupils["pupil"] == pupil)
    keys = {key for key in who.select(_KEYS).row(0) if key}
    return [entry.id for entry in casework.every_entry() if entry.pupil in keys]


def _may_be_erased(
    opened: Opened, view: "View", pupil: int, casework: "Casework", entries: Sequence[int]
) -> tuple[date, date]:
    """The day of the last entry, and the first on which it may be destroyed.

    Raises:
        BadArgumentError: the pupil is on roll, or that day is yet to come.
    """
    from attendkit.register.backups import keep_until
    from attendkit.register.retention import kept_by, last_entry

    if pupil in view.on_roll["pupil"]:
        raise BadArgumentError(
            "This pupil is on roll.",
            where="the pupil asked for",
            remedy="Take in a pupil list with the last day on roll, if there is one.",
        )
    logged = [
        day for entry in casework.every_entry() if entry.id in entries for day in (entry.on, entry.at.date())
    ]
    made = [last_entry(pupil, view.register.pupils, opened.store().history()), *logged]
    last = max((day for day in made if day), default=view.on)
    rule = kept_by(view.rulebook, last)
    until = keep_until(last, rule.number("years"))
    if until > today():
        raise BadArgumentError(
            f"The last entry about this pupil is of {last}, and entries are kept for {rule.number('years')}"
            f" years ({rule.citation.text()}).",
            where="the pupil asked for",
            remedy=f"Ask again from {until}.",
        )
    return last, until


def _left(opened: Opened, erasure: "Erasure") -> Iterator[str]:
    """What erasing cannot reach: exports as they came, papers made from them, and backups."""
    from attendkit.register.backups import FOLDER

    folder = opened.store().folder.parent
    exports = folder / EXPORTS
    for path in sorted(exports.iterdir()) if exports.is_dir() else ():
        if path.is_file() and sha256(path.read_bytes()).hexdigest() in erasure.files:
            yield f"{EXPORTS}/{path.name}: names the pupil. All that the register took from it is kept."
    days = [path for path in (folder / OUT).glob("*") if path.is_dir()]
    if days:
        yield f"{OUT}/: papers of {len(days)} days, any of which may name the pupil."
    backups = [path for path in (folder / FOLDER).glob("*") if path.is_dir()]
    if backups:
        yield f"{FOLDER}/: {len(backups)} copies. `attendkit backup list` says which may be destroyed when."


def _print(done: Done) -> None:
    from attendkit.documents.table import print_labelled, print_text, screen
    from attendkit.findings import counted

    console = screen(sys.stdout)
    rows = (
        f"{counted(done.marks, 'mark')}, {counted(done.contacts, 'contact')} and "
        f"{counted(done.pupils, 'line')} of the pupil's own, over all imports; "
        f"{counted(done.entries, 'entry', 'entries')} of the log"
    )
    print_text(console, f"Erased: {rows}.")
    print_text(console, f"The last entry was of {done.last_entry}, to be kept until {done.keep_until}.")
    if done.left:
        print_text(console, "Still to be destroyed by you:")
    for line in done.left:
        print_labelled(console, "", line, indent=2)

"""`backup`: the month's copy of the registers, the keys it is encrypted to, and what is held."""

import getpass
import os
import platform
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from attendkit.cli.options import Asked, ScreenFormat, takes, today
from attendkit.cli.printing import nearby, remark
from attendkit.errors import BadArgumentError, Exit
from attendkit.terms import plain_date

if TYPE_CHECKING:
    from attendkit.backup.making import Made
    from attendkit.backup.sealing import Seal
    from attendkit.cli.opening import Opened
    from attendkit.register.backups import Month

PASSPHRASE = "ATTENDKIT_PASSPHRASE"  # noqa: S105 - the variable's name
"""The environment variable that a passphrase may stand in, for a job that nobody watches."""

_GIVE_BACK = ("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
"""Has Polars give memory back as soon as it is free. It is read as Polars is loaded, which is after this."""

What = Annotated[
    Literal["month", "list", "key"],
    typer.Argument(
        metavar="[list|key]",
        help="list: the months held and missing, and until when each is kept. key: make a key pair."
        " Left out: make the month's backup.",
    ),
]
MonthName = Annotated[
    str | None,
    typer.Option(
        "--month", metavar="MONTH", help="2026-10: as the register stood then. This month if left out."
    ),
]
ByPassphrase = Annotated[
    bool,
    typer.Option(
        "--passphrase", help=f"Encrypt with a passphrase, from ${PASSPHRASE} or asked for, not to keys."
    ),
]
Unencrypted = Annotated[
    bool,
    typer.Option("--unencrypted", help="Leave it open to whoever has the file. Print it, or lock it away."),
]
IfDue = Annotated[
    bool,
    typer.Option(
        "--if-due", help="Make what is due by today and is not held: for a job that runs every day."
    ),
]
Schedule = Annotated[
    bool,
    typer.Option(
        "--schedule", help="Print what has this computer do it: a Task Scheduler file and a cron line."
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="With key: where to write it, such as on a memory stick."),
]


@takes("school", "on", "initials")
def backup(  # noqa: PLR0913 - one option a choice
    *,
    what: What = "month",
    month: MonthName = None,
    passphrase: ByPassphrase = False,
    unencrypted: Unencrypted = False,
    if_due: IfDue = False,
    schedule: Schedule = False,
    out: KeyFile = None,
    form: ScreenFormat = "table",
    asked: Asked,
) -> Exit:
    """Make the month's backup.

    The admission and attendance registers with contacts, changes and casework, as CSV and as PDF, in one
    encrypted ZIP. It is read back from the disk, opened, and every pupil counted again before it takes its
    name; one line says so. Run again while nothing has changed, it changes nothing. docs/backup.md has more.
    """
    os.environ.setdefault(*_GIVE_BACK)
    from attendkit.cli.opening import open_school
    from attendkit.cli.taking import read_new

    opened = open_school(asked.school)
    if what == "key":
        return _make_key(opened, out, (asked.on or today()).isoformat())
    opened.store()  # refuses where there is no school's folder
    if what == "list":
        from attendkit.cli.backup_list import print_list

        return print_list(opened, asked.on or today(), form)
    if schedule:
        return _print_schedule(opened)
    seal = _seal(opened, by_passphrase=passphrase, unencrypted=unencrypted)
    read_new(asked, opened, opened.store())
    for each in _months(opened, asked, month, if_due=if_due):
        _make(opened, each, seal, asked)
    return Exit.DONE


def _months(opened: "Opened", asked: Asked, named: str | None, *, if_due: bool) -> "Sequence[Month]":
    from attendkit.register.backups import Month, backups_folder, months_due, months_held
    from attendkit.register.days import calendar_for

    on = asked.on or today()
    if not if_due:
        return [Month.named(named) if named else Month.of(on)]
    register = opened.store().register()
    held = months_held(backups_folder(opened.school))
    due = months_due(calendar_for(opened.school, register), register.imports, on)
    return [month for month in due if month not in held]


def _make(opened: "Opened", month: "Month", seal: "Seal", asked: Asked) -> None:
    from attendkit.backup.contents import source
    from attendkit.backup.making import make
    from attendkit.documents.table import print_text, screen
    from attendkit.register.backups import backups_folder

    on = asked.on or today()
    if month.first > on:
        raise BadArgumentError(
            f"{month.words} has not begun.", where="--month", remedy="Name this month or one before it."
        )
    folder = opened.folder or Path()
    made = make(source(folder, opened.school, month), backups_folder(opened.school), seal, on=on, by=_by())
    print_text(screen(sys.stdout), _summary(made))
    if made.says["read_after_the_month"]:
        remark(f"Nothing had been read by the end of {month.words}: this is what was read since.")


def _summary(made: "Made") -> str:
    register = made.says["register"]
    how = "held already, and sound" if made.already else "made, read back, opened and counted"
    return (
        f"{nearby(made.folder)}: {register['pupils']:,} pupils, {register['sessions']:,} sessions,"
        f" {register['sessions_missing']:,} without a mark; {how}."
        f" Keep it until {plain_date(date.fromisoformat(made.says['keep_until']))}."
    )


def _by() -> str:
    """Who made it and where, as far as the computer knows (R7.4)."""
    try:
        who = getpass.getuser()
    except (OSError, KeyError, ImportError):
        who = "somebody"
    return f"{who} on {platform.node()}"


def _seal(opened: "Opened", *, by_passphrase: bool, unencrypted: bool) -> "Seal":
    from attendkit.backup.sealing import Seal

    recipients = opened.school.backup.recipients
    if unencrypted:
        remark("This backup is NOT encrypted: whoever has the file can read every name in it.")
        return Seal()
    if by_passphrase:
        return Seal(passphrase=asked_passphrase(twice=True))
    if not recipients:
        raise BadArgumentError(
            "There is no key to encrypt the backup to.",
            where="attendkit.toml, [backup] recipients",
            remedy="Make one with `attendkit backup key --out FILE`, or give --passphrase.",
        )
    if len(recipients) == 1:
        remark("One key only: if it is lost, so is every backup. `attendkit backup key` makes a second.")
    return Seal(recipients)


def asked_passphrase(*, twice: bool = False) -> str:
    """The passphrase, from the environment or asked for; never from a file or the command line.

    Raises:
        BadArgumentError: there is none, and nobody to ask.
    """
    if given := os.environ.get(PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise BadArgumentError(
            "There is nobody to ask for the passphrase.", where="--passphrase", remedy=f"Set ${PASSPHRASE}."
        )
    answer: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return answer


def _make_key(opened: "Opened", out: Path | None, made: str) -> Exit:
    from attendkit.backup.sealing import new_key
    from attendkit.documents.saving import save

    if out is None:
        raise BadArgumentError(
            "Say where to write the key.",
            where="attendkit backup key",
            remedy="Give --out FILE, on a memory stick.",
        )
    if out.exists():
        raise BadArgumentError(
            "There is a file here already, and a key is never written over.",
            where=str(out),
            remedy="Name another.",
        )
    if opened.folder and out.resolve().is_relative_to(opened.folder.resolve()):
        raise BadArgumentError(
            "A key that lies beside the backups protects nothing.",
            where=str(out),
            remedy="Write it somewhere else, such as on a memory stick.",
        )
    pair = new_key(made)
    save(out, pair.file.encode())
    recipients = [*opened.school.backup.recipients, pair.public]
    sys.stdout.write(_HOW_TO_KEEP.format(out=nearby(out), recipients=_listed(recipients)))
    return Exit.DONE


def _listed(recipients: Sequence[str]) -> str:
    return "".join(f'    "{one}",\n' for one in recipients)


_HOW_TO_KEEP = """\
Written: {out}
It is the secret half of a key: it opens every backup made from now on.

  1. Keep it away from this computer and from the backups: on a memory stick in
     the school's safe. Print it too: it is three short lines, and can be typed
     in again.
  2. Make a second one for somebody else, such as the head teacher. Any one of
     them opens a backup; if all of them are lost, nobody ever can.
  3. Put the public halves, which are no secret, into attendkit.toml:

[backup]
recipients = [
{recipients}]
"""


def _print_schedule(opened: "Opened") -> Exit:
    from attendkit.backup.schedule import cron_line, task

    program = Path(sys.argv[0]).resolve()
    arguments = ["backup", "--if-due", "--school", str((opened.folder or Path()).resolve())]
    sys.stdout.write(task(program, arguments))
    remark("Windows: save the lines above as backup.xml, then in a terminal:")
    remark("  schtasks /create /tn attendkit-backup /xml backup.xml")
    remark("Elsewhere: `crontab -e`, and this line:")
    remark(f"  {cron_line(program, arguments)}")
    return Exit.DONE

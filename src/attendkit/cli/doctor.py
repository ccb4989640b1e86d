"""`doctor`: is everything in order, and what to do where it is not."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attendkit.cli.checks import EXIT, Check, State
from attendkit.cli.options import Asked, ScreenFormat, takes, today
from attendkit.cli.printing import print_json
from attendkit.errors import DamagedError, Exit

if TYPE_CHECKING:
    from attendkit.cli.opening import Opened
    from attendkit.findings import View


Deep = Annotated[
    bool,
    typer.Option(
        "--deep", help="Every byte of the register and the log, and make again what can be made again."
    ),
]
CrashTest = Annotated[
    Path | None,
    typer.Option(
        "--crash-test",
        metavar="FOLDER",
        help="Is this disk or network drive safe? Writers of a made-up register and log are killed in it"
        " for a minute; nothing else is looked at or touched.",
    ),
]


@takes("school", "on", "initials")
def doctor(
    *, asked: Asked, form: ScreenFormat = "table", deep: Deep = False, crash_test: CrashTest = None
) -> Exit:
    """Look the school's folder over.

    The folders, attendkit.toml, the register's own checksums, the age of the last import, sessions without
    a mark, and pupils with too few emergency contacts (listed by --format json). The exit code is 1 when
    something wants attention and 5 when the register or the log is damaged.
    """
    from attendkit.cli.opening import open_school

    on = asked.on or today()
    if crash_test is not None:
        from attendkit.cli.soundness import crashed

        name, checks = "", [*crashed(crash_test)]
    else:
        opened = open_school(asked.school)
        name, checks = opened.school.name, [*_checks(asked, opened, on, deep=deep)]
    if form == "json":
        seen = [replace(check, pupils=()) for check in checks] if asked.initials else checks
        found = [asdict(check) for check in seen]
        print_json({"command": "doctor", "school": name, "on": on.isoformat(), "checks": found})
    else:
        _print(checks)
    worst = max((check.state for check in checks), key=list(State).index)
    return EXIT[worst]


def _print(checks: Sequence[Check]) -> None:
    from attendkit.documents.table import print_labelled, screen

    console = screen(sys.stdout)
    for check in checks:
        style = {State.FINE: "green", State.ATTENTION: "yellow", State.DAMAGED: "red"}[check.state]
        print_labelled(console, check.state, f"{check.name}: {check.says}", style, indent=11)
        if check.remedy:
            print_labelled(console, "", check.remedy, indent=11)


def _checks(asked: Asked, opened: "Opened", on: date, *, deep: bool) -> Iterator[Check]:
    yield from _folder_checks(opened, on)
    yield from _letters(opened)
    if deep:
        from attendkit.cli.soundness import every_byte

        yield from every_byte(opened)
    else:
        yield from _log(opened)
    yield from _register_checks(asked, opened)


def _log(opened: "Opened") -> Iterator[Check]:
    """Whether the log, where there is one, is as it was written."""
    from attendkit.findings import counted

    casework = opened.casework()
    problems = casework.check()
    if not problems and not casework.path.is_file():
        return
    for problem in problems:
        yield Check("log", State.DAMAGED, problem.message, problem.remedy)
    if not problems:
        entries = len(casework.every_entry())
        yield Check("log", State.FINE, f"{counted(entries, 'entry', 'entries')}, each as it was written.")


def _folder_checks(opened: "Opened", on: date) -> Iterator[Check]:
    from attendkit.cli.init import FOLDERS

    folder = opened.store().folder.parent
    absent = [name for name in FOLDERS if not (folder / name).is_dir()]
    if absent:
        yield Check("folders", State.ATTENTION, f"Not there: {', '.join(absent)}.", f"Make them in {folder}.")
    elif os.name == "posix" and (open_ones := [n for n in FOLDERS if (folder / n).stat().st_mode & 0o077]):
        yield Check(
            "folders",
            State.ATTENTION,
            f"Others who use this computer can look into: {', '.join(open_ones)}.",
            f"chmod 700 {' '.join(str(folder / name) for name in open_ones)}",
        )
    else:
        yield Check("folders", State.FINE, "All there, and private.")
    end = max((term.last for term in opened.school.terms), default=None)
    if end and end <= on:
        yield Check(
            "terms",
            State.ATTENTION,
            f"The last one ends on {end.day} {end:%B %Y}; later days are taken as Monday to Friday.",
            "Put the real end of term, or the next term, into attendkit.toml.",
        )
    elif end:
        yield Check("terms", State.FINE, f"{len(opened.school.terms)} in attendkit.toml.")
    else:
        yield Check(
            "terms",
            State.ATTENTION,
            "No term dates, so days without marks are taken as Monday to Friday.",
            "Add [[terms]] to attendkit.toml from the school's published dates.",
        )


def _letters(opened: "Opened") -> Iterator[Check]:
    """What a run of letters that was stopped had left, which is taken away."""
    from attendkit.documents.letters.sending import PENDING, alone

    casework = opened.casework()
    folder = casework.path.parent
    if not (folder / PENDING).is_file():
        return
    try:
        with alone(folder, casework) as left:
            says = f"A run was stopped: {len(left)} files that it had not logged yet were removed."
    except DamagedError as error:
        says = error.what
    yield Check("letters", State.ATTENTION, says, "Write them again: `attendkit letters plan` has them.")


def _register_checks(asked: Asked, opened: "Opened") -> Iterator[Check]:
    from attendkit.cli.looking import view_of
    from attendkit.cli.taking import read_new
    from attendkit.findings import counted

    store = opened.store()
    try:
        damage = store.check()
        read_new(asked, opened, store)
        view = view_of(store.register(), asked, opened)
    except DamagedError as error:
        yield Check("register", State.DAMAGED, error.what, error.remedy)
        return
    for problem in damage:
        yield Check("register", State.DAMAGED, f"{problem.file}: {problem.message}", problem.remedy)
    if not damage:
        imports = counted(view.register.files_read.height, "import")
        yield Check("register", State.FINE, f"{imports}, all as they were written.")
    yield _last_marks(view)
    yield _missing_sessions(view)
    yield _contacts(view)
    yield from _strangers(view)
    yield _backups(view)


def _strangers(view: "View") -> Iterator[Check]:
    """Entries of the log about pupils whom the register does not know."""
    try:
        strangers = view.casework.strangers
    except DamagedError:
        return  # the look at the log says so
    if strangers:
        yield Check(
            "log",
            State.ATTENTION,
            f"{len(strangers):,} about pupils whom the register does not know by the number they had then.",
            "Take the pupil list in; --format json lists the numbers.",
            tuple(sorted({entry.pupil for entry in strangers})),
        )


def _backups(view: "View") -> Check:
    from attendkit.register.backups import backups_folder, months_held, months_missing

    missing = months_missing(view.school, view.calendar, view.register.imports, view.on)
    if missing:
        says = f"Due and not there: {', '.join(month.words for month in missing)}."
        return Check("backups", State.ATTENTION, says, "Make them with `attendkit backup --if-due`.")
    held = months_held(backups_folder(view.school))
    newest = f" The last is of {max(held).words}; `attendkit verify` looks into it." if held else ""
    return Check("backups", State.FINE, f"None is due.{newest}")


def _last_marks(view: "View") -> Check:
    last = view.register.last
    if last is None:
        return Check("marks", State.ATTENTION, "None yet.", "Take an export in: attendkit ingest FILE")
    age = view.calendar.age(last, view.on)
    says = f"The last are of {last.day} {last:%B %Y}, {age} school {'day' if age == 1 else 'days'} ago."
    if age > 1:
        return Check("marks", State.ATTENTION, says, "Put today's export into exports/, or ingest it.")
    return Check("marks", State.FINE, says)


def _missing_sessions(view: "View") -> Check:
    import polars as pl

    from attendkit.model import MISSING

    since = view.calendar.half_term_of(view.on)
    missing = view.marks.filter(pl.col("code") == MISSING, pl.col("date") >= since).height
    says = f"{missing:,} without a mark since {since.day} {since:%B %Y}."
    if missing:
        return Check("sessions", State.ATTENTION, says, "`attendkit missing-registers` says whose they are.")
    return Check("sessions", State.FINE, says)


def _contacts(view: "View") -> Check:
    import polars as pl

    from attendkit.measures.contacts import reachable

    if view.register.contacts.is_empty():
        return Check("contacts", State.ATTENTION, "None have been read.", "Take the contacts export in.")
    rule = view.rule("emergency-contacts")
    least = rule.number("at_least")
    few = (
        view.on_roll.join(reachable(view.register.contacts), on="pupil", how="left")
        .filter(pl.col("reachable").fill_null(0) < least)
        .sort("key")
    )
    whose = f"{few.height:,} of {view.on_roll.height:,} pupils have fewer than {least} that can be rung"
    says = f"{whose} ({rule.citation.text()})."
    if few.height:
        remedy = "Ask for more: --format json lists the pupils by number."
        return Check("contacts", State.ATTENTION, says, remedy, tuple(few["key"]))
    return Check("contacts", State.FINE, says)

"""The commands, each under its heading and built only when it is asked for."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any

import typer

from attendkit import __version__
from attendkit.cli.groups import Line, duty_line, function_of, group_of
from attendkit.duties import CASEWORK, DUTIES, EVERY_DAY, EVERY_WEEK, PAPERS, SETTING_UP, WATCHING

_KEEPING = "Keeping the register"


def _lines() -> Iterable[Line]:
    yield _line("init", SETTING_UP, "Set up a school's folder, proposing what an export shows.", "init")
    yield _line("check", SETTING_UP, "Read exports and say what is in them and what is wrong.", "exports")
    yield _line("ingest", SETTING_UP, "The same, then into the register.", "exports")
    yield _line("codes", SETTING_UP, "What an attendance code means and how it counts.", "law")
    yield _line("rules", SETTING_UP, "What a rule says, since when, and where it is written.", "law")
    yield _line("doctor", SETTING_UP, "Is everything in order, and what to do if not.", "doctor")
    for heading in (SETTING_UP, EVERY_DAY, EVERY_WEEK, WATCHING):
        yield from (duty_line(duty) for duty in DUTIES if duty.group == heading)
    yield _line("why", WATCHING, "The proof of any figure: every mark, its source, and the law.", "why")
    yield _line("certificate", _KEEPING, "A pupil's attendance, for the head teacher to sign.", "certificate")
    yield _line(
        "backup", _KEEPING, "The month's copy of the registers: encrypted, read back, counted.", "backup"
    )
    yield _line(
        "verify", _KEEPING, "Whether a backup is as it was written, and can be relied on.", "backup_copies"
    )
    yield _line("restore", _KEEPING, "A backup as a school's folder again, in a new place.", "backup_copies")
    yield _line(
        "export-person",
        _KEEPING,
        "All that is held about one pupil, for a subject access request.",
        "export_person",
    )
    yield _line("erase", _KEEPING, "A pupil who may no longer be kept, out of every part.", "erase")
    yield Line("letters", PAPERS, "Letters home: plan, write, read over.", _letters)
    yield _group("log", "Write down what was done, and read it back.")
    yield _group("case", "A pupil's open case: barriers, actions, reviews, outcome.")
    yield _group("target", "Targets for attendance and punctuality, and how they stand.")
    yield _group("loa", "Leave of absence: asked for, decided, returned from.")
    yield _group("notice", "Penalty notices and Notices to Improve.")
    yield _group("ehe", "Home education: the notice, the exit form, the day.")
    yield _group("court", "Hearings, and what came of them.")


def _letters() -> Mapping[str, Line]:
    found: Mapping[str, Line] = function_of("letters", "lines")()()
    return found


def _line(name: str, heading: str, says: str, module: str) -> Line:
    return Line(name, heading, says, function_of(module, name.replace("-", "_")))


def _group(name: str, says: str) -> Line:
    return Line(name, CASEWORK, says, lambda: function_of("casework", "lines_of")()(name))


COMMANDS: Mapping[str, Line] = {line.name: line for line in _lines()}
"""Every command in the order of `attendkit --help`."""


def every_command() -> Mapping[str, Line]:
    """Every command by the words that ask for it, those of a group after the group."""
    return {words: line for top in COMMANDS.values() for words, line in _with_its_own(top)}


def _with_its_own(top: Line) -> Iterable[tuple[str, Line]]:
    yield top.name, top
    if top.heading in {CASEWORK, PAPERS}:
        yield from ((f"{top.name} {line.name}", line) for line in top.make().values())


@cache
def command_line() -> Any:
    """The whole command line, ready to be called with arguments."""
    app = typer.Typer(cls=group_of(COMMANDS), rich_markup_mode=None)
    app.callback()(attendkit)
    return typer.main.get_command(app)


def _print_version(asked: bool) -> None:  # noqa: FBT001  (typer's signature)
    if asked:
        typer.echo(f"attendkit {__version__}")
        raise typer.Exit


def attendkit(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which version this is."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error. May stand anywhere on the line.")
    ] = False,
) -> None:
    """The register of an English secondary school, from its exports to the morning's and Friday's work.

    Nothing leaves this computer without `--send`. Every figure can be asked for its proof with
    `attendkit why`.
    """

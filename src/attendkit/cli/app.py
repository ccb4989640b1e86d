"""The commands, each under its heading and built only when it is asked for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from itertools import groupby
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from attendkit import __version__
from attendkit.cli.options import LOOK, READ, WRITE
from attendkit.duties import DUTIES, EVERY_DAY, EVERY_WEEK, SETTING_UP, WATCHING, duty
from attendkit.errors import BadArgumentError


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `attendkit --help`.

    `module` is the module of this package with the command's function, or empty for a duty.
    """

    name: str
    heading: str
    help: str
    module: str = ""

    def function(self) -> Callable[..., Any]:
        """The function behind the command, imported now."""
        if not self.module:
            from attendkit.cli.duties import command_of

            return command_of(duty(self.name))
        found: Callable[..., Any] = getattr(import_module(f"attendkit.cli.{self.module}"), self.name)
        return found


def _entries() -> Iterable[Entry]:
    yield Entry("init", SETTING_UP, "Set up a school's folder, proposing what an export shows.", "init")
    yield Entry("check", SETTING_UP, "Read exports and say what is in them and what is wrong.", "exports")
    yield Entry("ingest", SETTING_UP, "The same, then into the register.", "exports")
    yield Entry("codes", SETTING_UP, "What an attendance code means and how it counts.", "law")
    yield Entry("rules", SETTING_UP, "What a rule says, since when, and where it is written.", "law")
    yield Entry("doctor", SETTING_UP, "Is everything in order, and what to do if not.", "doctor")
    for heading in (SETTING_UP, EVERY_DAY, EVERY_WEEK, WATCHING):
        yield from (Entry(d.name, heading, d.help) for d in DUTIES if d.group == heading)
    yield Entry("why", WATCHING, "The proof of any figure: every mark, its source, and the law.", "why")


COMMANDS: Mapping[str, Entry] = {entry.name: entry for entry in _entries()}
"""Every command in the order of `attendkit --help`."""


class _Command(TyperCommand):
    """A command whose options stand under headings, in plain text that any console shows."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        params = [param for param in self.get_params(ctx) if not getattr(param, "hidden", False)]
        headings = ("Arguments", "Options", LOOK, READ, WRITE)
        ordered = sorted(params, key=lambda param: headings.index(_heading(param)))
        for heading, group in groupby(ordered, key=_heading):
            with formatter.section(heading):
                formatter.write_dl([param.get_help_record(ctx) for param in group])


def _heading(param: Any) -> str:
    plain = "Arguments" if param.param_type_name == "argument" else "Options"
    return getattr(param, "rich_help_panel", None) or plain


class _Commands(TyperGroup):
    """Every command by name. `--help` needs their lines only, so none of them is built for it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (typer's signature)
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None if ctx.resilient_parsing else _no_such(cmd_name)
        if cmd_name not in self.commands:
            self.commands[cmd_name] = _built(COMMANDS[cmd_name])
        return self.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  (typer's signature)
        for heading, entries in groupby(COMMANDS.values(), key=lambda entry: entry.heading):
            with formatter.section(heading):
                formatter.write_dl([(entry.name.ljust(17), entry.help) for entry in entries])


def _no_such(name: str) -> NoReturn:
    like = get_close_matches(name, COMMANDS)
    meant = f"Did you mean `attendkit {like[0]}`?" if like else "`attendkit --help` lists them."
    raise BadArgumentError(f"There is no command {name!r}.", remedy=meant)


def _built(entry: Entry) -> Any:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    function = entry.function()
    details = (function.__doc__ or "").partition("\n\n")[2]
    app.command(entry.name, cls=_Command, help=f"{entry.help}\n\n{details}")(function)
    return typer.main.get_command(app)


@cache
def command_line() -> Any:
    """The whole command line, ready to be called with arguments."""
    app = typer.Typer(cls=_Commands, rich_markup_mode=None)
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

    Nothing leaves this computer. Every figure can be asked for its proof with `attendkit why`.
    """

"""Commands under headings, each built only when it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from itertools import groupby
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from attendkit.cli.options import LOOK, READ, WRITE
from attendkit.duties import Duty
from attendkit.errors import BadArgumentError


@dataclass(frozen=True, slots=True)
class Line:
    """One line of `--help`: a command, the heading it stands under, and what gives its function or group."""

    name: str
    heading: str
    help: str
    make: Callable[[], Any]


def function_of(module: str, name: str) -> Callable[[], Any]:
    """What imports a command's function from a module of this package, when it is asked for."""
    return lambda: getattr(import_module(f"attendkit.cli.{module}"), name)


def duty_line(duty: Duty) -> Line:
    """The line of a duty: its last word names it in its group."""
    name = duty.words.rpartition(" ")[2]
    return Line(name, duty.group, duty.help, lambda: function_of("duties", "command_of")()(duty))


class Commands(TyperGroup):
    """Commands by name. `--help` needs their lines only, so none of them is built for it."""

    lines: Mapping[str, Line] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (typer's signature)
        """Their names, in the order of the help."""
        return list(self.lines)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One command, built now."""
        if cmd_name not in self.lines:
            return None if ctx.resilient_parsing else self._no_such(ctx, cmd_name)
        if cmd_name not in self.commands:
            self.commands[cmd_name] = built(self.lines[cmd_name])
        return self.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  (typer's signature)
        """Their lines under their headings."""
        wide = max(map(len, self.lines), default=0)
        for heading, entries in groupby(self.lines.values(), key=lambda entry: entry.heading):
            with formatter.section(heading):
                formatter.write_dl([(entry.name.ljust(wide), entry.help) for entry in entries])

    def _no_such(self, ctx: Any, name: str) -> NoReturn:
        like = get_close_matches(name, self.lines)
        meant = f"Did you mean `{ctx.command_path} {like[0]}`?" if like else ""
        raise BadArgumentError(
            f"There is no command {name!r}.",
            where="" if ctx.parent is None else ctx.command_path,
            remedy=meant or f"`{ctx.command_path} --help` lists them.",
        )


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


def group_of(lines: Mapping[str, Line]) -> type[Commands]:
    """A group with these commands, to be given to Typer as its class."""
    return type("Group", (Commands,), {"lines": lines})


def group(line: Line, lines: Mapping[str, Line]) -> Any:
    """A command that only holds others."""
    app = typer.Typer(cls=group_of(lines), add_completion=False, rich_markup_mode=None)

    @app.callback(help=line.help, invoke_without_command=True)
    def _its_help(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    made: Any = typer.main.get_command(app)
    made.name = line.name
    return made


def built(line: Line) -> Any:
    """A line's command, ready to be called."""
    made = line.make()
    if isinstance(made, Mapping):
        return group(line, made)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    details = (made.__doc__ or "").partition("\n\n")[2]
    app.command(line.name, cls=_Command, help=f"{line.help}\n\n{details}")(made)
    return typer.main.get_command(app)

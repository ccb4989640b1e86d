"""A command for every line of the table of duties: nothing here knows any one of them."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from attendkit.cli.options import EVERYTHING, Asked, Command, Format, Out, takes
from attendkit.cli.printing import nearby, remark
from attendkit.duties import Duty, Option
from attendkit.errors import Exit

if TYPE_CHECKING:
    from attendkit.findings import Report, View
    from attendkit.model import Problem

_FILES_ONLY = ("xlsx", "html")


def command_of(duty: Duty) -> Command:
    """The command of one duty: its own options and all the shared ones."""

    def run(*, asked: Asked, form: str, out: Path | None, **given: Any) -> Exit:
        own = {option.name: given[_python(option)] or option.default for option in duty.options}
        asked_for = [option.writes for option in duty.options if option.writes and own[option.name]]
        return _write(duty, asked, own, (*asked_for, form)[0], out)

    parameters = [
        Parameter("asked", Parameter.KEYWORD_ONLY),
        *(_parameter(_python(option), _annotated(option), option.default or None) for option in duty.options),
        _parameter("form", Format, "table"),
        _parameter("out", Out, None),
    ]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return takes(*EVERYTHING)(run)


def _write(duty: Duty, asked: Asked, own: Mapping[str, Any], form: str, out: Path | None) -> Exit:
    from attendkit.cli.looking import look
    from attendkit.model import Severity

    view, opened, problems = look(asked, own)
    view, doubts = with_lists(duty, view)
    report = duty.load()(view)
    report = replace(report, problems=(*report.problems, *problems, *doubts))
    for path in _papers(report, view, form, out, opened.out(view.on)):
        remark(f"Written: {nearby(path)}")
    doubtful = any(problem.severity is Severity.ERROR for problem in report.problems)
    return Exit.PROBLEMS if doubtful else Exit.DONE


def with_lists(duty: Duty, view: "View") -> tuple["View", tuple["Problem", ...]]:
    """The view with the officer's own lists read, where an option names a file of one, and their bad rows."""
    from attendkit.read.notices import read_notices

    readers = {"notices": read_notices}
    read: dict[str, Any] = {}
    doubts: list[Problem] = []
    for option in duty.options:
        if option.reads and view.options.get(option.name):
            read[option.name], bad = readers[option.reads](view.options[option.name], view.register.pupils)
            doubts += bad
    return replace(view, options={**view.options, **read}), tuple(doubts)


def _papers(report: "Report", view: "View", form: str, out: Path | None, day: Path) -> tuple[Path, ...]:
    """Write a report as asked: in the duty's own papers where it has some, else by the shared writer."""
    from attendkit.documents import write
    from attendkit.documents.papers import PAPERS

    name, papers = PAPERS.get((report.duty, form), ("", None))
    if papers and (out is None or out.suffix == Path(name).suffix):
        return papers(report, view, out or day / name)
    if out is None and form in _FILES_ONLY:
        out = day / f"{report.duty}.{form}"
    return write(report, view, form, out, sys.stdout)


def _python(option: Option) -> str:
    return option.name.replace("-", "_")


def _parameter(name: str, hint: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=hint, default=default)


def _annotated(option: Option) -> Any:
    kind: Any = Literal[option.choices] if option.choices else option.kind
    if option.kind is not bool:
        return Annotated[
            kind | None, typer.Option(f"--{option.name}", metavar=_metavar(option), help=option.help)
        ]
    return Annotated[bool, typer.Option(f"--{option.name}", help=option.help)]


def _metavar(option: Option) -> str:
    return "FILE" if option.reads else "|".join(option.choices) or option.name.upper()

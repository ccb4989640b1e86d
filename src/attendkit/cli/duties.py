"""A command for every line of the table of duties: nothing here knows any one of them."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from inspect import Parameter, Signature
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from attendkit.cli.options import EVERYTHING, Asked, Command, Format, Out, day, takes
from attendkit.cli.printing import nearby, remark
from attendkit.duties import Duty, Option
from attendkit.errors import BadArgumentError, Exit

if TYPE_CHECKING:
    from attendkit.documents.papers import Papers
    from attendkit.findings import Report, View
    from attendkit.model import Problem

_FILES_ONLY = ("xlsx", "html", "pdf", "docx")

_OTHER_PROGRAMS = frozenset({"doc", "xls", "ods", "odt"})
"""Endings of files that a program would try, and fail, to open as its own."""


def command_of(duty: Duty) -> Command:
    """The command of one duty: its own options and all the shared ones."""

    def run(*, asked: Asked, form: str, out: Path | None, **given: Any) -> Exit:
        own: dict[str, Any] = {
            option.name: given[_python(option)] or option.default for option in duty.options
        }
        asked = replace(asked, pupil=[own["pupil"]]) if own.get("pupil") else asked
        asked_for = [option.writes for option in duty.options if option.writes and own[option.name]]
        return _write(duty, asked, own, (*asked_for, _meant(form, out))[0], out)

    parameters = [
        Parameter("asked", Parameter.KEYWORD_ONLY),
        *(_parameter(_python(option), _annotated(option), _default(option)) for option in duty.options),
        _parameter("form", Format, "table"),
        _parameter("out", Out, None),
    ]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    shared = [name for name in EVERYTHING if name not in {option.name for option in duty.options}]
    return takes(*shared)(run)


def _write(duty: Duty, asked: Asked, own: Mapping[str, Any], form: str, out: Path | None) -> Exit:
    from attendkit.cli.looking import look
    from attendkit.model import Severity

    view, opened, problems = look(asked, own, history=duty.history)
    view, doubts = with_lists(duty, view, asked)
    report = duty.load()(view)
    report = replace(report, problems=(*report.problems, *problems, *doubts))
    if asked.initials:
        from attendkit.documents.initials import initialled

        report, view = initialled(report, view)
    named = ("initials",) if asked.initials else ()
    papers = _papers(duty, report, view, form, out, opened.out(view.on), (*view.only, *named))
    for path in papers.written:
        remark(f"Written: {nearby(path)}")
    for path in papers.removed:
        remark(f"Removed, because all of it is settled: {nearby(path)}")
    for line in papers.told:
        remark(line)
    doubtful = any(problem.severity is Severity.ERROR for problem in report.problems)
    done = Exit.PROBLEMS if doubtful else Exit.DONE
    if own.get("send"):
        from attendkit.cli.sending import send_drafts

        return max(done, send_drafts(papers.written, view.school))
    return done


def with_lists(duty: Duty, view: "View", asked: Asked | None = None) -> tuple["View", tuple["Problem", ...]]:
    """The view with the officer's own lists read, where an option names a file of one, and their bad rows."""
    given = [option for option in duty.options if option.reads and view.options.get(option.name)]
    if not given:
        return view, ()
    from attendkit.cli.reading import answers_of
    from attendkit.read.figures import read_figures
    from attendkit.read.notices import read_notices
    from attendkit.rules.policy import read_policy

    answers = answers_of(asked or Asked())
    with_answers = partial(read_figures, answers=answers, profiles=view.school.profiles, on=view.on)
    readers: Mapping[str, Callable[..., Any]] = {
        "notices": read_notices,
        "figures": with_answers,
        "policy": lambda path, _: (read_policy(path), ()),
    }
    read: dict[str, Any] = {}
    doubts: list[Problem] = []
    for option in given:
        read[option.name], bad = readers[option.reads](view.options[option.name], view.register.pupils)
        doubts += bad
    return replace(view, options={**view.options, **read}), tuple(doubts)


def _papers(  # noqa: PLR0913, PLR0917  (the last three are where it goes, together)
    asked: Duty,
    report: "Report",
    view: "View",
    form: str,
    out: Path | None,
    folder: Path,
    some: tuple[str, ...],
) -> "Papers":
    """Write a report as asked: in the duty's own papers where it has some, else by the shared writer."""
    from attendkit.documents import write
    from attendkit.documents.papers import PAPERS, Papers

    name, papers = PAPERS.get((report.duty, form), ("", None))
    if papers and (out is None or out.suffix == Path(name).suffix):
        return papers(report, view, out or folder / _named(name, some))
    if out is None and form in _FILES_ONLY:
        parts = (*_asked_for(asked, view), *some)
        out = folder / _named(f"{asked.name}.{form}", parts)
    return Papers(write(report, view, form, out, sys.stdout))


def _meant(form: str, out: Path | None) -> str:
    """The format that a file's name asks for where none was asked for by itself: Excel refuses a table.

    Raises:
        BadArgumentError: the name asks for a format that no report comes in.
    """
    ending = out.suffix.lower().removeprefix(".") if out else ""
    if form != "table":
        return form
    if ending in _OTHER_PROGRAMS:
        raise BadArgumentError(
            f"A report cannot be written as .{ending}.",
            where=f"--out {out}",
            remedy="Name it .txt, .json, .csv, .xlsx, .html, .pdf or .docx.",
        )
    return ending if ending in get_args(get_args(Format)[0]) else form


def _asked_for(asked: Duty, view: "View") -> tuple[str, ...]:
    """The words that a duty was asked for by their place, such as a meeting's kind. A pupil is a filter."""
    words = (o for o in asked.options if o.argument and o.kind is str and o.name != "pupil")
    return tuple(str(view.options[o.name]) for o in words if view.options.get(o.name))


def _named(name: str, parts: tuple[str, ...]) -> str:
    """A default file name with the filters in it, so that a part never takes the place of the whole."""
    from attendkit.documents.saving import file_stem

    about, some = Path(name).stem, "-".join(parts).replace(" ", "-").lower()
    words = some if some.startswith(f"{about}-") else "-".join(filter(None, (about, some)))
    return f"{file_stem(words)}{Path(name).suffix}"


def _python(option: Option) -> str:
    name = option.name.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


def _parameter(name: str, hint: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=hint, default=default)


def _default(option: Option) -> object:
    return Parameter.empty if option.required else option.default or None


def _annotated(option: Option) -> Any:
    kind: Any = Literal[option.choices] if option.choices else option.kind
    kind = list[str] if kind is list else kind
    given: dict[str, Any] = {"help": option.help}
    if option.kind is date:
        given["parser"] = partial(day, where=_name(option))
    if option.argument:
        place = typer.Argument(metavar=_metavar(option), **given)
        return Annotated[kind if option.required else kind | None, place]
    if option.kind is bool:
        return Annotated[bool, typer.Option(_name(option), **given)]
    return Annotated[kind | None, typer.Option(_name(option), metavar=_metavar(option), **given)]


def _name(option: Option) -> str:
    return option.name.upper() if option.argument else f"--{option.name}"


def _metavar(option: Option) -> str:
    return "FILE" if option.kind is Path else "|".join(option.choices) or option.name.upper()

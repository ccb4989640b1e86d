"""A command for every line of the table of duties: nothing here knows any one of them."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from attendkit.cli.options import EVERYTHING, Asked, Command, Format, Out, takes
from attendkit.cli.printing import remark
from attendkit.duties import Duty, Option
from attendkit.errors import Exit

_FILES_ONLY = ("xlsx", "html")


def command_of(duty: Duty) -> Command:
    """The command of one duty: its own options and all the shared ones."""

    def run(*, asked: Asked, form: str, out: Path | None, **own: Any) -> Exit:
        return _write(duty, asked, own, form, out)

    parameters = [
        Parameter("asked", Parameter.KEYWORD_ONLY),
        *(_parameter(option.name, _annotated(option), option.default) for option in duty.options),
        _parameter("form", Format, "table"),
        _parameter("out", Out, None),
    ]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return takes(*EVERYTHING)(run)


def _write(duty: Duty, asked: Asked, own: Mapping[str, Any], form: str, out: Path | None) -> Exit:
    from attendkit.cli.looking import look
    from attendkit.documents import write
    from attendkit.model import Severity

    view, opened, problems = look(asked, own)
    report = duty.load()(view)
    report = replace(report, problems=(*report.problems, *problems))
    if out is None and form in _FILES_ONLY:
        out = opened.out(view.on) / f"{duty.name}.{form}"
    for path in write(report, view, form, out, sys.stdout):
        remark(f"Written: {path}")
    doubtful = any(problem.severity is Severity.ERROR for problem in report.problems)
    return Exit.PROBLEMS if doubtful else Exit.DONE


def _parameter(name: str, hint: Any, default: object) -> Parameter:
    return Parameter(name.replace("-", "_"), Parameter.KEYWORD_ONLY, annotation=hint, default=default)


def _annotated(option: Option) -> Any:
    kind: Any = Literal[option.choices] if option.choices else option.kind
    if option.kind is not bool:
        kind |= None
    return Annotated[kind, typer.Option(f"--{option.name}", help=option.help)]

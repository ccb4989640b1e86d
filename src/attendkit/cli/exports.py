"""`check` and `ingest`: what an export holds, what is wrong with it, and into the register."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attendkit.cli.options import ANSWERS, Asked, ScreenFormat, takes
from attendkit.cli.printing import print_json
from attendkit.errors import Exit

if TYPE_CHECKING:
    from attendkit.model import Problem
    from attendkit.read import Export
    from attendkit.register.store import Summary

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="One or more exports, CSV or XLSX.")]

Again = Annotated[
    bool,
    typer.Option("--again", help="Take a file's word once more, over what later imports changed since."),
]
New = Annotated[
    bool, typer.Option("--new-pupils", help="Take in a file that names nobody whom the register knows.")
]

_REFUSED = ("reject", "needs_answer")


@takes(*ANSWERS, "initials")
def check(*, files: Files, asked: Asked, form: ScreenFormat = "table") -> Exit:
    """Say what is in exports.

    Nothing is loaded. The exit code is 1 when there are problems in the data, and 2 when a file cannot be
    read or needs an answer.
    """
    from attendkit.cli.opening import open_school
    from attendkit.cli.reading import read

    opened = open_school(asked.school)
    exports = _shown(read(files, asked, opened, opened.store() if opened.folder else None), asked)
    if form == "json":
        print_json({"files": [export.as_json() for export in exports]})
    else:
        from attendkit.documents.screen import print_exports

        print_exports(exports, sys.stdout)
    return _worst(exports)


@takes(*ANSWERS, "initials")
def ingest(
    *, files: Files, asked: Asked, form: ScreenFormat = "table", again: Again = False, new_pupils: New = False
) -> Exit:
    """Take exports into the register.

    The same file twice changes nothing. What is wrong in a file is listed and kept out, and the rest of it
    is taken in. The exit code is 1 when there are problems in the data, and 2 when a file cannot be read or
    needs an answer.
    """
    from attendkit.cli.opening import open_school
    from attendkit.cli.reading import read
    from attendkit.cli.taking import take_in

    opened = open_school(asked.school)
    store = opened.store()
    exports = read(files, asked, opened, store)
    taken = take_in(exports, store, again=again, new_pupils=new_pupils)
    exports = _shown(exports, asked)
    if asked.initials:
        taken = {digest: _without_cells(summary) for digest, summary in taken.items()}
    if form == "json":
        print_json(
            {"files": [one.as_json() | {"register": _taken(taken.get(one.digest))} for one in exports]}
        )
    else:
        from attendkit.documents.screen import print_ingested

        print_ingested(exports, taken, sys.stdout)
    refused = [problem for summary in taken.values() for problem in summary.problems]
    return _worst(exports, refused)


def _shown(exports: list["Export"], asked: Asked) -> list["Export"]:
    """The exports as they may be shown: with --initials, without what stands in the cells complained of."""
    if not asked.initials:
        return exports
    from attendkit.documents.initials import without_cells

    return [
        replace(one, errors=without_cells(one.errors), warnings=without_cells(one.warnings))
        for one in exports
    ]


def _without_cells(summary: "Summary") -> "Summary":
    from attendkit.documents.initials import without_cells

    return replace(summary, problems=without_cells(summary.problems))


def _worst(exports: Sequence["Export"], refused: Sequence["Problem"] = ()) -> Exit:
    from attendkit.model import Severity

    if any(export.outcome in _REFUSED for export in exports):
        return Exit.BAD_INPUT
    problems = [*refused, *(error for export in exports for error in export.errors)]
    return Exit.PROBLEMS if any(one.severity is Severity.ERROR for one in problems) else Exit.DONE


def _taken(summary: "Summary | None") -> dict[str, Any] | None:
    from attendkit.documents.contract import problem_json

    if summary is None:
        return None
    told = asdict(summary) | {"problems": [problem_json(problem) for problem in summary.problems]}
    del told["file"], told["digest"]
    return told

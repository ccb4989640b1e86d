"""`letters check`: every wording filled in for a pupil who does not exist, measured and read over."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TextIO

from attendkit.documents.letters.lint import lint, size
from attendkit.documents.letters.madeup import letter
from attendkit.documents.letters.parts import check_parts
from attendkit.documents.table import print_labelled, screen
from attendkit.documents.typesetting import CannotSetError
from attendkit.duties.letters.table import LETTERS, LetterKind
from attendkit.errors import BadArgumentError
from attendkit.findings import View, counted
from attendkit.model import Problem

_WIDE = max(len(kind.name) for kind in LETTERS) + 2


@dataclass(frozen=True)
class Checked:
    """One wording: its size, in words and years of age, and what is wrong with it."""

    name: str
    words: int = 0
    longest: int = 0
    age: str = ""
    problems: tuple[Problem, ...] = ()


def checked(view: View) -> tuple[Checked, ...]:
    """Every wording, the school's own first, filled in for the made-up pupil and read over."""
    return tuple(_checked(kind, view) for kind in LETTERS)


def checked_json(rows: Sequence[Checked]) -> dict[str, Any]:
    """What was found as plain values."""
    return {"letters": [asdict(row) for row in rows]}


def print_checked(rows: Sequence[Checked], stdout: TextIO) -> None:
    """Print a line a wording, and under it what is wrong."""
    console = screen(stdout)
    for row in rows:
        style = "yellow" if row.problems else "green"
        print_labelled(console, row.name, "; ".join(_said(row)), style, indent=_WIDE)
        for problem in row.problems:
            print_labelled(console, "", problem.message, indent=_WIDE)
        for remedy in dict.fromkeys(problem.remedy for problem in row.problems):
            print_labelled(console, "", remedy, indent=_WIDE)
    wrong = sum(bool(row.problems) for row in rows)
    said = f"{counted(wrong, 'wording')} to mend." if wrong else "All as they should be."
    print_labelled(console, "", f"{counted(len(rows), 'wording')}. {said}", indent=0)


def _said(row: Checked) -> Iterator[str]:
    if not row.age:
        yield "cannot be filled in"
        return
    yield f"{row.words} words"
    yield f"longest sentence {row.longest}"
    yield f"reads at {row.age}"


def _checked(kind: LetterKind, view: View) -> Checked:
    try:
        made = letter(kind, view)
        check_parts(made)
        problems = lint(made, legal=kind.legal)
    except BadArgumentError as error:
        return Checked(
            kind.name, problems=(Problem("wording", error.what, file=error.where, remedy=error.remedy),)
        )
    except CannotSetError:
        problem = Problem("wording", "It cannot be set as PDF.", remedy="Take out what it cannot print.")
        return Checked(kind.name, problems=(problem,))
    words, longest, age = size(made)
    return Checked(kind.name, words, longest, f"{age:.1f}", problems)

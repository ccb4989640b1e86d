"""Exports on their way in: read with the officer's answers, and refused in words."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from attendkit.cli.opening import Opened
from attendkit.cli.options import Asked, today
from attendkit.errors import BadArgumentError, NeedsAnswerError, UnreadableError
from attendkit.model import Problem
from attendkit.register.folding import Folded, empty_register, fold
from attendkit.register.store import Store

if TYPE_CHECKING:
    from attendkit.read import Answers, Export


def read(
    named: Sequence[Path], asked: Asked, opened: Opened, store: Store | None = None, *, on: date | None = None
) -> list["Export"]:
    """The exports, read with the officer's answers and the school's profiles.

    Marks after `on` are marks of the future: the day asked for, or today, if left out.

    Raises:
        BadArgumentError: a file is not there, or is a folder.
    """
    from attendkit.read import read_exports  # a command on the register alone never needs it

    paths = [path for one in named for path in _files(one)]
    roll = store.register().pupils if store else None
    profiles, day = opened.school.profiles, on or asked.on or today()
    with _bar(paths):
        return read_exports(paths, answers_of(asked), profiles, on=day, roll=roll)


def answers_of(asked: Asked) -> "Answers":
    """What the officer answers about a file: its dates, its sessions, its password, its profile."""
    from attendkit.read import Answers

    return Answers(
        dates=asked.dates, sessions=asked.sessions or {}, password=asked.password, profile=asked.profile
    )


def not_before_today(asked: Asked) -> date:
    """Looking back from an earlier day does not make the marks since then marks of the future."""
    return max(asked.on or today(), today())


def _files(path: Path) -> Sequence[Path]:
    """The file itself; where there is none and its name is a pattern, what it stands for.

    A Windows console leaves `*.csv` to the program.
    """
    if path.is_file():
        return [path]
    matching = sorted(path.parent.glob(path.name)) if "*" in path.name else []
    if not matching:
        raise BadArgumentError(
            "This is a folder, not an export." if path.is_dir() else "There is no such file.",
            where=str(path),
            remedy="Check the name; a name with spaces or brackets goes in quotes.",
        )
    return [one for one in matching if one.is_file()]


def refusal(export: "Export") -> UnreadableError | NeedsAnswerError | None:
    """Why nothing of an export may be loaded, as an error; None when it may."""
    if export.outcome == "reject":
        return UnreadableError(
            f"This cannot be read as an export ({export.reject_reason}).",
            reason=export.reject_reason or "",
            where=export.file,
            remedy=export.explanation,
        )
    if export.outcome == "needs_answer":
        return NeedsAnswerError(
            "This could be read in two ways, and only you can say which.",
            question=export.question or "",
            where=export.file,
            remedy=export.explanation,
        )
    return None


def register_of(paths: Sequence[Path], asked: Asked, opened: Opened) -> tuple[Folded, tuple[Problem, ...]]:
    """A register made from exports alone and kept nowhere, and what is wrong with them.

    Raises:
        UnreadableError: one of them cannot be read.
        NeedsAnswerError: one of them could be read in two ways.
    """
    exports = read(paths, asked, opened, on=not_before_today(asked))
    for export in exports:
        if error := refusal(export):
            raise error
    folded = fold([export.delta for export in exports if export.delta is not None], empty_register())
    problems = [problem for export in exports for problem in (*export.errors, *export.warnings)]
    return folded, (*problems, *folded.problems)


@contextmanager
def _bar(paths: Sequence[Path]) -> Iterator[None]:
    """A moving bar on stderr while exports are read, if it takes over a second and somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with_bar = Progress(*columns, console=Console(stderr=True), transient=True)
    with_bar.add_task(f"Reading {len(paths)} exports" if len(paths) > 1 else "Reading 1 export", total=None)
    after_a_second = Timer(1.0, with_bar.start)
    after_a_second.start()
    try:
        yield
    finally:
        after_a_second.cancel()
        with_bar.stop()

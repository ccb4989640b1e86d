"""From the shared options to the view a duty looks at."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import polars as pl

from attendkit.cli.choosing import chosen
from attendkit.cli.opening import Opened, open_school
from attendkit.cli.options import Asked, today
from attendkit.cli.reading import register_of
from attendkit.cli.taking import read_new
from attendkit.errors import BadArgumentError
from attendkit.findings import View, either
from attendkit.model import Problem
from attendkit.register import Register
from attendkit.register.days import calendar_for
from attendkit.rules import Rulebook


def look(
    asked: Asked, options: Mapping[str, Any] | None = None, *, history: bool = False
) -> tuple[View, Opened, tuple[Problem, ...]]:
    """What a duty may look at, where it came from, and the problems met in reading it.

    With `history` its options hold, under that name, every word that any import had on a mark.

    Raises:
        BadArgumentError: nothing was ever read, so that an empty list would be mistaken for good news.
    """
    opened = open_school(asked.school)
    register, problems, told = _register(asked, opened)
    if register.pupils.is_empty():
        raise BadArgumentError(
            "There is nothing to look at yet: no pupil has been read.",
            where=", ".join(map(str, asked.export or ())) or str(opened.folder),
            remedy="Give a register or a pupil list with --export."
            if asked.export
            else "Take a register in with `attendkit ingest FILE...`, or save it in the folder exports/.",
        )
    given = {**(options or {}), **({"history": told()} if history else {})}
    return view_of(register, asked, opened, given), opened, problems


def view_of(
    register: Register, asked: Asked, opened: Opened, options: Mapping[str, Any] | None = None
) -> View:
    """A register as seen from the day asked for, with the pupils that the filters leave."""
    on = asked.on or today()
    seen = register.until(on)
    some = chosen(asked, register.pupils)
    return View(
        register=seen,
        calendar=calendar_for(opened.school, register),
        rulebook=Rulebook(opened.school.rules),
        school=opened.school,
        on=on,
        chosen=some,
        options=options or {},
        only=tuple(_only(asked, register.pupils, some, (options or {}).get("session"))),
        logged=cache(opened.logged),
        written=cache(opened.written),
    )


def _only(
    asked: Asked, pupils: pl.DataFrame, some: frozenset[int] | None, session: str | None
) -> Iterator[str]:
    """The filters in words, a pupil by number: a default file name is made of them too."""
    groups = (("Year", asked.year), ("College", asked.college), ("Tutor group", asked.tutor))
    for name, wanted in groups:
        if wanted:
            yield f"{name} {either([str(one) for one in wanted])}"
    if asked.pupil:
        numbers = pupils.filter(pl.col("pupil").is_in(sorted(some or ()))).select(pl.coalesce("adno", "key"))
        yield f"Pupil {either(numbers.to_series().to_list())}"
    if session:
        yield f"{session} session"


def _register(
    asked: Asked, opened: Opened
) -> tuple[Register, tuple[Problem, ...], Callable[[], pl.DataFrame]]:
    """The register, what is wrong with the exports it was made from, and what tells its history."""
    if not asked.export:
        store = opened.store()
        problems = read_new(asked, opened, store)
        return store.register(), problems, store.history
    folded, problems = register_of(asked.export, asked, opened)
    return folded.register, problems, folded.history

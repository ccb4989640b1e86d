"""Letters already written whose facts have changed since: the register says otherwise now (R7.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from attendkit.casework.entry import Entry
from attendkit.duties.letters.planning import occasions_of
from attendkit.duties.letters.sight import Sight
from attendkit.duties.letters.table import LETTERS
from attendkit.findings import View
from attendkit.model import Session

_NAMES = frozenset(kind.name for kind in LETTERS)


@dataclass(frozen=True)
class Stale:
    """A letter that no longer says what the register and the log say of its own day.

    `due` is whether one of its name would still be written; if so, with other figures.
    """

    pupil: int
    entry: Entry
    due: bool


def stale(view: View) -> Iterator[Stale]:
    """The letters in the log, of the pupils looked at, that were written on facts that have changed since.

    A letter's day may not have been over when it was written, so its facts hold if they were those of the
    end of that day, of its morning, or of the day before.
    """
    looked_at = set(view.pupils["pupil"])
    days: dict[date, list[tuple[int, Entry]]] = {}
    for pupil in view.casework.whose("letter"):
        for entry in view.casework.of(pupil, "letter"):
            body: Any = entry.body
            if pupil in looked_at and body.facts and body.letter in _NAMES:
                days.setdefault(entry.on, []).append((pupil, entry))
    for on, letters in days.items():
        yield from _of_day(view, on, letters)


def _of_day(view: View, on: date, letters: Sequence[tuple[int, Entry]]) -> Iterator[Stale]:
    """The stale ones of one day's letters."""
    left, due = list(letters), None
    for marks in _moments(view, on):
        found = _digests(view, on, marks, left)
        due = found if due is None else due
        left = [
            (pupil, entry)
            for pupil, entry in left
            if _facts(entry) not in found.get(pupil, {}).get(_name(entry), ())
        ]
        if not left:
            return
    for pupil, entry in left:
        yield Stale(pupil, entry, due=_name(entry) in (due or {}).get(pupil, {}))


def _moments(view: View, on: date) -> Iterator[pl.DataFrame]:
    """The register's marks as they may have stood when a letter of that day was written."""
    marks = view.register.marks
    yield marks.filter(pl.col("date") <= on)
    yield marks.filter((pl.col("date") < on) | (pl.col("session") == Session.AM), pl.col("date") <= on)
    yield marks.filter(pl.col("date") < on)


def _digests(
    view: View, on: date, marks: pl.DataFrame, letters: Sequence[tuple[int, Entry]]
) -> Mapping[int, Mapping[str, frozenset[str]]]:
    """What the letters due on that day would say now: by pupil and letter, the digests of their facts.

    There may be several of one name, such as after two meetings.
    """
    then = replace(
        view,
        register=replace(view.register, marks=marks),
        on=on,
        chosen=frozenset(pupil for pupil, _ in letters),
        options={},
    )
    sight = Sight(then)
    found: dict[int, dict[str, frozenset[str]]] = {}
    for one in occasions_of(sight, sorted({_name(entry) for _, entry in letters})):
        digest = one.digest(sight.missed.figures(one.pupil))
        theirs = found.setdefault(one.pupil, {})
        theirs[one.letter.name] = theirs.get(one.letter.name, frozenset()) | {digest}
    return found


def _name(entry: Entry) -> str:
    body: Any = entry.body
    name: str = body.letter
    return name


def _facts(entry: Entry) -> str:
    body: Any = entry.body
    digest: str = body.facts
    return digest

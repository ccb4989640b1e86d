"""Which pupils the officer means: by year, college, tutor group, or one pupil by number or name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import polars as pl

from attendkit.cli.options import Asked
from attendkit.errors import NotFoundError
from attendkit.model import upn_text
from attendkit.register.matching import fold_text, unpadded

_WORD = re.compile(r"[^\W\d_]{3}")
"""Three letters on end: no UPN or admission number has them, and every name does."""

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)
"""Letters that are no letter with an accent, and what is typed for them."""

_KNOWN = ("pupil", "upn", "adno", "surname", "forename", "preferred", "year", "tutor", "college", "key")


def chosen(asked: Asked, pupils: pl.DataFrame) -> frozenset[int] | None:
    """The register's numbers of the pupils that every filter leaves, or None where there is no filter.

    Raises:
        NotFoundError: a year, college or tutor group has nobody in it, or a pupil is not there or could be
            several.
    """
    left: frozenset[int] | None = None
    groups: tuple[tuple[str, Iterable[Any] | None], ...] = (
        ("year", asked.year),
        ("college", asked.college),
        ("tutor", asked.tutor),
    )
    for column, wanted in groups:
        if wanted:
            left = _both(left, frozenset().union(*(_in_group(pupils, column, one) for one in wanted)))
    if asked.pupil:
        among = pupils if left is None else pupils.filter(pl.col("pupil").is_in(sorted(left)))
        left = frozenset(one_pupil(text, among) for text in asked.pupil)
    return left


def one_pupil(text: str, pupils: pl.DataFrame) -> int:
    """The register's number of the pupil meant by a UPN, an admission number, or part of a name.

    A whole surname or whole name wins over a part of one, so that Lee is found beside Leeming. An admission
    number may be typed without its leading zeros, and a name without its accents; what is typed in full wins.

    Raises:
        NotFoundError: nobody answers to it, or several do: they are listed by number and tutor group.
    """
    rows = list(pupils.select(_KNOWN).iter_rows(named=True))
    number = fold_text(text) or ""
    by_number = [row for row in rows if upn_text(text) == row["upn"] or number == fold_text(row["adno"])]
    by_short = [row for row in rows if number and unpadded(number) == unpadded(fold_text(row["adno"]) or "")]
    for hits in (by_number, by_short, *_by_name(_as_typed(text), rows)):
        if len(hits) == 1:
            pupil: int = hits[0]["pupil"]
            return pupil
        if hits:
            raise _several(hits)
    # What was asked for is most likely a name, so it is not said again.
    raise NotFoundError(
        "No pupil answers to that.",
        where="the pupil asked for",
        remedy="Give the UPN, the admission number, or part of the name as the register has it.",
    )


def _by_name(asked: str, rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """Whom a name may mean: whole names before parts, and each as it is written before without accents."""
    plain = _unaccented(asked)
    if asked:
        yield [row for row in rows if asked in _whole_names(row)]
        if asked != plain:  # a part without accents may be one that has them, so that alone it proves nothing
            yield [row for row in rows if any(asked in name for name in _whole_names(row))]
        names = [(row, {*map(_unaccented, _whole_names(row))}) for row in rows]
        yield [row for row, each in names if plain in each]
        yield [row for row, each in names if any(plain in name for name in each)]


def _unaccented(name: str) -> str:
    """A folded name in letters that every keyboard has: Wiśniewska is wisniewska, Łukasz lukasz."""
    letters = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _whole_names(row: dict[str, Any]) -> set[str]:
    surname, forename, preferred = (_as_typed(row[k]) for k in ("surname", "forename", "preferred"))
    both = {f"{first} {surname}" for first in (forename, preferred)}
    return {surname, f"{surname}, {forename}", f"{surname} {forename}", *both} - {""}


def _as_typed(name: str | None) -> str:
    """A name as it is compared with what is typed in a hurry: O'Brien and O’Brien are OBrien."""
    return (fold_text(name) or "").replace("'", "")


def _several(hits: Sequence[dict[str, Any]]) -> NotFoundError:
    lines = (
        f"{_number(row)}, year {row['year'] or '?'}, {row['tutor'] or 'no group'}"
        for row in sorted(hits, key=lambda row: (row["year"] or 0, row["tutor"] or "", row["key"]))
    )
    return NotFoundError(
        f"{len(hits)} pupils answer to that.",
        where="the pupil asked for",
        remedy="Ask again with one of these numbers.",
        candidates=tuple(lines),
    )


def _number(row: dict[str, Any]) -> str:
    """What a pupil may be asked for by and is no name, whatever a file with its columns mixed up holds."""
    known = (row["adno"], row["upn"], row["key"])
    numbers = (text for text in known if text and any(map(str.isdigit, text)) and not _WORD.search(text))
    return next(numbers, "without a number")


def _in_group(pupils: pl.DataFrame, column: str, wanted: str | int) -> frozenset[int]:
    there = {str(value): value for value in pupils[column].unique().sort() if value is not None}
    named = [value for text, value in there.items() if fold_text(text) == fold_text(str(wanted))]
    if not named:
        # Only what looks like it is said: in a file with its columns mixed up, a group may be a name.
        like = ", ".join(get_close_matches(str(wanted), there, cutoff=0.5))
        meant = f"Did you mean {like}?" if like else "Write it as the register has it."
        raise NotFoundError(f"No pupil is in {column} {wanted}.", where=f"--{column}", remedy=meant)
    return frozenset(pupils.filter(pl.col(column).is_in(named))["pupil"])


def _both(one: frozenset[int] | None, other: frozenset[int]) -> frozenset[int]:
    return other if one is None else one & other

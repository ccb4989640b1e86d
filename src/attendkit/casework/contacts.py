"""Who is meant by a parent or contact that an entry names, as the register writes the name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from attendkit.register.matching import fold_text

NAMED = ("parent", "contact")
"""The fields of a kind that name a contact of the pupil."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of a pupil: the name in full, the relationship, and what either may be called by."""

    name: str
    relationship: str
    called: frozenset[str]

    @property
    def initials(self) -> str:
        """What tells them from another of that relationship in a list that names nobody."""
        return " ".join(f"{word[0]}." for word in self.name.split())


def contacts_of(contacts: pl.DataFrame, pupils: Iterable[int]) -> Mapping[int, Sequence[Contact]]:
    """The contacts of pupils (`register.model.CONTACTS`) in the school's order of priority."""
    found: dict[int, list[Contact]] = {}
    theirs = contacts.filter(pl.col("pupil").is_in(list(pupils)))
    for row in theirs.sort("pupil", "priority", "row", nulls_last=True).iter_rows(named=True):
        found.setdefault(row["pupil"], []).append(_contact(row))
    return found


def meant(text: str, contacts: Sequence[Contact]) -> Contact | None:
    """The one contact that a text means: by name, with or without title and forename, or by relationship.

    None where nobody answers to it, or several do who are not written alike.
    """
    asked = _folded(text)
    whole = [one for one in contacts if asked == _folded(one.name)]
    hits = whole or [one for one in contacts if asked and asked in one.called]
    return hits[0] if len({one.name for one in hits}) == 1 else None


def _contact(row: Mapping[str, Any]) -> Contact:
    title, forename, surname = (row[name] for name in ("title", "forename", "surname"))
    ways = ((title, forename, surname), (forename, surname), (title, surname), (surname,))
    names = [" ".join(filter(None, way)) for way in ways]
    called = {_folded(name) for name in (*names, row["relationship"] or "")} - {""}
    return Contact(names[0], row["relationship"] or "", frozenset(called))


def _folded(text: str) -> str:
    return " ".join((fold_text(text) or "").replace(".", " ").split())

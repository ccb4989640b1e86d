"""The log as a duty looks at it: the entries that count, up to a day, by pupil and kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.casework.contacts import NAMED, contacts_of, meant

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

_KEYS = ("mis_id", "adno", "upn", "key")
"""What an entry may know a pupil by, the surest last: a UPN may have come after the entry was written."""


@dataclass(frozen=True)
class Log:
    """The entries that count and happened up to a day, in the order they happened.

    One that says no time of day happened after everything of its day and pupil that was written before it.
    `pupils` are the register's numbers by every key that an entry may know a pupil by. What the entries
    amount to (a case open, a target met) is folded from them when it is asked for, and stored nowhere.
    `written` gives every entry as it was written, and is asked only where it matters what was struck out.
    """

    on: date
    entries: "tuple[Entry, ...]" = ()
    pupils: Mapping[str, int] = field(default_factory=dict)
    written: "Callable[[], Iterable[Entry]]" = tuple

    @classmethod
    def until(
        cls,
        on: date,
        entries: "Iterable[Entry]",
        pupils: pl.DataFrame,
        written: "Callable[[], Iterable[Entry]]" = tuple,
        contacts: pl.DataFrame | None = None,
    ) -> "Log":
        """The log as it stood at the end of a day, by the pupils of a register (`register.model.PUPILS`).

        With its contacts, whoever an entry names by another of their names, or as Mother, has the register's.
        """
        counted = [one for one in entries if one.on <= on]
        numbers = _numbers(pupils) if counted else {}
        if contacts is not None and not contacts.is_empty():
            counted = _by_register(counted, numbers, contacts)
        return cls(on, _as_happened(counted, numbers), numbers, written)

    def of(self, pupil: int, *kinds: str) -> "tuple[Entry, ...]":
        """A pupil's entries by the register's number, of these kinds or of any, oldest first."""
        theirs = self._by_pupil.get(pupil, ())
        return tuple(one for one in theirs if one.kind in kinds) if kinds else tuple(theirs)

    def latest(self, pupil: int, *kinds: str) -> "Entry | None":
        """A pupil's last entry of these kinds."""
        theirs = self.of(pupil, *kinds)
        return theirs[-1] if theirs else None

    def kind(self, *kinds: str) -> "tuple[Entry, ...]":
        """Everybody's entries of these kinds, oldest first."""
        return tuple(one for one in self.entries if one.kind in kinds)

    def whose(self, *kinds: str) -> tuple[int, ...]:
        """The pupils with an entry of these kinds, by the register's numbers."""
        return tuple(pupil for pupil in self._by_pupil if self.of(pupil, *kinds))

    def held(self, pupil: int) -> "tuple[Entry, ...]":
        """The holds on a pupil that stand on the day: not lifted and not past their last day."""
        standing: dict[tuple[str, str], Entry] = {}
        for entry in self.of(pupil, "hold", "hold-lifted"):
            body: Any = entry.body
            about = (body.why, " ".join(body.contact.casefold().split()))
            if entry.kind == "hold":
                standing[about] = entry
            else:
                standing.pop(about, None)
        return tuple(one for one in standing.values() if _goes_on(one, self.on))

    def struck(self, pupil: int, kind: str) -> "tuple[Entry, ...]":
        """A pupil's entries of a kind that were struck out, in the order written."""
        return tuple(one for one in self._struck if one.kind == kind and self.pupils.get(one.pupil) == pupil)

    @cached_property
    def _struck(self) -> "tuple[Entry, ...]":
        from attendkit.casework.entry import struck_out  # noqa: PLC0415  (a school without a log never needs it)

        return struck_out(self.written())

    @cached_property
    def strangers(self) -> "tuple[Entry, ...]":
        """Entries about a pupil whom the register does not know by the key they were written with."""
        return tuple(one for one in self.entries if one.pupil and one.pupil not in self.pupils)

    @cached_property
    def _by_pupil(self) -> "Mapping[int, Sequence[Entry]]":
        found: dict[int, list[Entry]] = {}
        for entry in self.entries:
            if (pupil := self.pupils.get(entry.pupil)) is not None:
                found.setdefault(pupil, []).append(entry)
        return found


def _by_register(
    entries: "Sequence[Entry]", pupils: Mapping[str, int], contacts: pl.DataFrame
) -> "list[Entry]":
    """Entries with whom they name as the register writes them, where one contact is meant."""
    naming = {one.id: name for one in entries for name in NAMED if getattr(one.body, name, "")}
    about = {pupils[one.pupil] for one in entries if one.id in naming and one.pupil in pupils}
    people = contacts_of(contacts, about)
    found = []
    for one in entries:
        name = naming.get(one.id, "")
        who = meant(getattr(one.body, name), people.get(pupils.get(one.pupil, -1), ())) if name else None
        found.append(replace(one, body=one.body.model_copy(update={name: who.name})) if who else one)
    return found


def _goes_on(hold: "Entry", on: date) -> bool:
    body: Any = hold.body
    return body.until is None or body.until >= on


def _as_happened(entries: "Iterable[Entry]", pupils: Mapping[str, int]) -> "tuple[Entry, ...]":
    """Entries by day and time, each without a time at the latest that was written for its pupil before it."""
    latest: dict[tuple[date, int | str], time] = {}
    placed: list[tuple[date, time, int, Entry]] = []
    for entry in sorted(entries, key=lambda one: one.root):
        there = entry.on, pupils.get(entry.pupil, entry.pupil)
        before = latest.get(there, time.min)
        when = before if entry.when is None else entry.when
        latest[there] = max(before, when)
        placed.append((entry.on, when, entry.root, entry))
    return tuple(entry for *_, entry in sorted(placed, key=lambda one: one[:3]))


def _numbers(pupils: pl.DataFrame) -> dict[str, int]:
    """The register's number of each pupil by each of their keys; a key of two pupils is nobody's."""
    numbers: dict[str, int] = {}
    for key in _KEYS:
        once = pupils.filter(pl.col(key).is_not_null(), pl.col(key).is_unique()).select(key, "pupil")
        numbers |= dict(once.iter_rows())
    return numbers

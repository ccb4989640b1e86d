"""One entry of the log, and the digest that ties it to the one before it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from attendkit.casework.kinds.kind import Kind

START = "0" * 64
"""What stands before the first entry, and the head of a log without any."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that somebody did: about whom, when, what, and who says so.

    `on` is the day it happened and `when` the time of that day, where that was said; `at` is when it was
    written down. `pupil` is the register's key, or empty where it is about the whole school. `corrects` is
    the number of the entry that this one replaces, and `root` that of the first of them: the number that
    later entries know it by. `source` names the sheet and row it was read from. `digest` covers all of it
    and the digest before it.
    """

    id: int
    at: datetime
    on: date
    by: str
    pupil: str
    kind: str
    body: Kind
    corrects: int | None
    digest: str
    when: time | None = None
    source: str = ""
    root: int = 0


@dataclass(frozen=True, slots=True)
class New:
    """An entry to be added: what `Entry` has, before it has a number.

    Where it was read from a sheet, `source` is the digest of what its row says and `row` that of its place.
    """

    kind: str
    pupil: str
    body: Kind
    by: str
    on: date
    at: datetime
    when: time | None = None
    corrects: int | None = None
    source: str = ""
    row: str = ""


def corrected(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that count: each one's last correction, in the place of the first, and none struck out."""
    standing = (versions[-1] for _, versions in sorted(_versions(entries).items()))
    return tuple(entry for entry in standing if entry.kind != "struck-out")


def struck_out(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that were struck out, as they stood before it, in the order first written."""
    chains = (versions for _, versions in sorted(_versions(entries).items()))
    return tuple(versions[-2] for versions in chains if versions[1:] and versions[-1].kind == "struck-out")


def _versions(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Each entry and its corrections in the order written, by the number of the first of them."""
    roots: dict[int, int] = {}
    versions: dict[int, list[Entry]] = {}
    for entry in entries:
        root = roots.get(entry.corrects, entry.corrects) if entry.corrects else entry.id
        roots[entry.id] = root
        versions.setdefault(root, []).append(replace(entry, root=root))
    return versions


def digest_of(parts: Sequence[str | int | None]) -> str:
    """The SHA-256 of some values in order, told apart whatever they hold."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()

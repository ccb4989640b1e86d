"""A sheet that is read again: which of its rows are new, which changed, and which were read before."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from attendkit.casework.entry import New

_SHEET = "sheet"
_CLOSED = ("struck-out", "erased")


@dataclass
class _Read:
    """A row that was read before: the last entry that stands in its place, and what the row last said."""

    last: int
    kind: str = ""
    row: str = ""
    says: str = ""


def source_of(new: New) -> str:
    """What the log keeps of where an entry came from: the digest of what its row said, and of the row."""
    if not new.row:
        return new.source
    after = f" {new.corrects}" if new.corrects else ""  # a row may come to say again what it said before
    return f"{_SHEET} {new.source} {new.row}{after}"


def unread(entries: Sequence[New], logged: Sequence[Mapping[str, Any]]) -> Iterator[New]:
    """The entries of a sheet that are not in the log yet; one whose row was changed, as a correction.

    A row is known by what it says wherever it stands, so that a sheet may be sorted; where it says something
    else, by its place. What was corrected by hand since stays so until its row is changed. An entry that was
    struck out is not corrected: its row, changed, is an entry of its own.

    Args:
        entries: of one sheet, each with its `row`; those without one are known by their `source` alone.
        logged: every entry of the log as `id`, `corrects`, `kind` and `source`, oldest first. The kind of one
            that was erased is `erased`.
    """
    read = _read(logged)
    known = {one.says for one in read} | {entry["source"] for entry in logged}
    said = {new.source for new in entries}
    places: dict[str, list[_Read]] = {}
    for one in read:
        if one.row and one.kind not in _CLOSED and one.says not in said:
            places.setdefault(one.row, []).append(one)
    for new in entries:
        if new.source and new.source in known:
            continue
        known.add(new.source)
        changed = places.get(new.row)
        yield replace(new, corrects=changed.pop(0).last) if changed else new


def _read(logged: Sequence[Mapping[str, Any]]) -> Collection[_Read]:
    """What was read before, each with all that corrects it."""
    roots: dict[int, int] = {}
    read: dict[int, _Read] = {}
    for entry in logged:
        root = roots[entry["id"]] = roots.get(entry["corrects"], entry["id"])
        one = read.setdefault(root, _Read(entry["id"]))
        one.last, one.kind = entry["id"], entry["kind"]
        sheet, *parts = entry["source"].split(" ")
        if sheet == _SHEET:  # a log of an earlier attendkit has the digest of what it said alone
            one.says, one.row = parts[0], parts[1] if len(parts) > 1 else ""
    return read.values()

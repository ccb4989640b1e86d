"""Making a month's backup: written aside, proved from the disk, and only then given its name."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from attendkit.backup.archive import packed
from attendkit.backup.contents import Source, contents
from attendkit.backup.copies import nonsense, read_copy
from attendkit.backup.held import STEM, Held, held
from attendkit.backup.instructions import beside
from attendkit.backup.manifest import Files, read_manifest, sha256, with_manifest
from attendkit.backup.sealing import Opener, Seal
from attendkit.errors import DamagedError
from attendkit.register.files import explained, private_folder, put_in_place, sync_folder, write_whole

_WAIT = 60.0
"""Seconds to wait for another backup that is being made."""


@dataclass(frozen=True)
class Made:
    """A backup that holds a month: its folder, what its manifest says, and whether it was there `already`."""

    folder: Path
    says: dict[str, Any]
    already: bool


def make(source: Source, backups: Path, seal: Seal, *, on: date, by: str) -> Made:
    """Make a month's backup, and come back when it was read from the disk, opened, counted and named.

    Made again while nothing has changed, it is left as it is. Where something has, the new one takes a name
    beside the old one: nothing is ever written over.

    Raises:
        BadArgumentError: there is no key to encrypt to, or this computer cannot encrypt.
        DamagedError: it cannot be written, or what was read from the disk is not what was written.
    """
    with _alone(backups):
        if there := _there(source, backups, seal):
            return Made(there.folder, dict(there.says), already=True)
        place = _free(backups, source)
        closed = _closed(source, seal, {"made": on.isoformat(), "by": by})
        school = source.folder
        del source  # a year of it and of its files is most of the memory there is to spare
        aside = backups / f".{place.name}.{os.getpid()}.tmp"
        with explained(backups, "The backup"):
            _write(closed.files, aside)
            _prove(aside, closed, school)
            put_in_place(aside, place)
            sync_folder(backups)
    return Made(place, dict(read_manifest(closed.files, str(place)).says), already=False)


@dataclass(frozen=True)
class _Closed:
    """A backup's files before they are on the disk, what opens it, and the digest of what is then there."""

    files: Files
    opener: Opener
    digest: str


def _there(source: Source, backups: Path, seal: Seal) -> Held | None:
    """The backup that this one would be again, if it is there and as it was written."""
    alike = (one for one in held(backups) if one.month == source.month and one.made_from == source.name)
    return next(
        (one for one in alike if one.ending == seal.ending and not read_copy(one.folder).faults()), None
    )


def _closed(source: Source, seal: Seal, made: Mapping[str, str]) -> _Closed:
    files = contents(source)
    inner = read_manifest(files, str(source.folder))
    zipped = packed(files)
    del files
    sealed, opener = seal.closed(zipped)
    name = f"{STEM}{source.month}{seal.ending}"
    outer = with_manifest(
        {name: sealed, "RESTORE.txt": _instructions(name, source, seal).encode()},
        {**inner.says, "holds": inner.digest, **made},
    )
    return _Closed(outer, opener, sha256(zipped))


def _instructions(name: str, source: Source, seal: Seal) -> str:
    sealed = bool(seal.recipients or seal.passphrase)
    return beside(name, source.month.words, sealed=sealed, passphrase=bool(seal.passphrase))


def _write(files: Files, folder: Path) -> None:
    private_folder(folder)
    for name, content in files.items():
        write_whole(folder / name, content)


def _prove(folder: Path, closed: _Closed, school: Path) -> None:
    """Read the backup from the disk, open it, and count every pupil again.

    Raises:
        DamagedError: it is not what was written, or does not come out as it should.
    """
    copy = read_copy(folder)
    whole = dict(copy.files) == dict(closed.files) and copy.sealed is not None
    if not (whole and copy.sealed and sha256(closed.opener(copy.sealed[1])) == closed.digest):
        raise _not_proved(folder, "What was read back from the disk is not what was written.")
    if found := nonsense(copy.opened(closed.opener), str(folder), school):
        raise _not_proved(folder, found[0].message)


def _not_proved(folder: Path, what: str) -> DamagedError:
    return DamagedError(
        f"The backup was not made: {what[0].lower()}{what[1:]}",
        where=str(folder.parent),
        remedy="Look at the disk, and make it again on another one.",
    )


def _free(backups: Path, source: Source) -> Path:
    """A name that no backup has: the month, or the month and a number."""
    number = 2
    place = backups / str(source.month)
    while place.exists():
        place = backups / f"{source.month}.{number}"
        number += 1
    return place


@contextmanager
def _alone(backups: Path) -> Iterator[None]:
    """Be the only command that makes a backup here, and clear away what one that was killed left behind."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only the maker of a backup needs it

    with explained(backups, "The backup"):
        private_folder(backups)
        lock = FileLock(backups / ".lock", timeout=_WAIT, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise DamagedError(
                "Another attendkit command is making a backup here.",
                where=str(backups),
                remedy="Nothing was changed. Wait until it is done and run this again.",
            ) from None
    try:
        _clear(backups)
        yield
    finally:
        _clear(backups)
        lock.release()


def _clear(backups: Path) -> None:
    for left in backups.glob(".*.tmp"):
        with suppress(OSError):  # it has no name that counts, and the next one tries again
            shutil.rmtree(left)

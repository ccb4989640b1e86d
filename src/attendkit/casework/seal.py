"""The digest of a log's whole file, kept beside it.

The chain proves every entry. A SQLite file also has bytes that belong to none (its header, the free part of
each page), and a bad disk does not choose: the seal covers them. It names the last entry it was made after,
so that one left behind by a killed command is only old and accuses nobody.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from attendkit.register.files import sealed, unsealed, write_whole


def seal_of(path: Path) -> Path:
    """Where the seal of a log is kept."""
    return path.with_suffix(".seal")


def write_seal(path: Path, head: str) -> None:
    """Seal a log's file as it stands after the entry with the digest `head`.

    A folder in which it cannot be written does without: the entry is safe already.
    """
    with suppress(OSError):
        write_whole(seal_of(path), sealed(f"{head} {_digest(path)}".encode("ascii")))


def seal_fault(path: Path, head: str) -> tuple[Path, str] | None:
    """Which file is wrong and how, of a log whose chain is whole; None where neither is.

    A log without a seal, or with one of an earlier entry, has nothing wrong that could be known here.
    """
    try:
        told = unsealed(seal_of(path).read_bytes())
    except OSError:
        return None
    if told is None:
        return seal_of(path), "This file is not as it was written."
    after, _, digest = told.decode("ascii").partition(" ")
    if after == head and digest != _digest(path):
        return path, "A byte of the file changed where no entry stands."
    return None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""The manifest of a set of files: what each must be, and how one that is not is named.

A set has two files about the others. `manifest.json` holds the digest of every other file but `SHA256SUMS`,
and under `digest` its own; `SHA256SUMS` says the same again in the form that `sha256sum -c` reads. A byte
changed anywhere disagrees with one of the two and agrees with the other, so the file that it is in is known.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from attendkit.errors import DamagedError
from attendkit.model import Problem

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"

VERSION = 1
"""The version of the format. Every later attendkit reads every earlier one."""

_REMEDY = "Do not rely on this copy. Use another copy of it, or another month's, and make a new backup now."

Files = Mapping[str, bytes]
"""Files by name, with `/` between folders."""


@dataclass(frozen=True)
class Manifest:
    """What a set of files is: `says` about all of it, and the SHA-256 of each file by name."""

    says: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of everything else in it: the name of the whole set."""
        return sha256(_text({**self.says, "files": dict(self.files)}))

    def text(self) -> bytes:
        """`manifest.json`, for people and programs."""
        return _text({**self.says, "files": dict(self.files), "digest": self.digest})

    def sums(self) -> bytes:
        """`SHA256SUMS`, as `sha256sum -c` reads it."""
        every = {**self.files, MANIFEST: sha256(self.text())}
        return "".join(f"{every[name]}  {name}\n" for name in sorted(every)).encode()


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def with_manifest(files: Files, says: Mapping[str, Any]) -> dict[str, bytes]:
    """The files, in order, and the two about them."""
    manifest = manifest_of(files, says)
    return {**files, MANIFEST: manifest.text(), SUMS: manifest.sums()}


def manifest_of(files: Files, says: Mapping[str, Any]) -> Manifest:
    """The manifest of some files."""
    return Manifest(
        {"format": "attendkit backup", "version": VERSION, **says},
        {name: sha256(files[name]) for name in sorted(files)},
    )


def read_manifest(files: Files, where: str) -> Manifest:
    """The manifest in a set of files, if it is as it was written.

    Raises:
        DamagedError: it is missing or changed, or a later attendkit wrote it.
    """
    if MANIFEST not in files:
        raise DamagedError(f"{MANIFEST} is missing.", where=where, remedy=_REMEDY)
    manifest = _parsed(files[MANIFEST])
    if manifest is None:
        raise DamagedError(f"{MANIFEST} is not as it was written.", where=where, remedy=_REMEDY)
    if manifest.says.get("version", 0) > VERSION:
        raise DamagedError(
            f"A later attendkit made this, in version {manifest.says['version']} of its format.",
            where=where,
            remedy="Read it with that attendkit, or by hand as its RESTORE.txt says.",
        )
    return manifest


def faults(files: Files, where: str) -> tuple[Problem, ...]:
    """Every file that is not as it was written, is missing, or should not be there, each by name."""
    try:
        manifest = read_manifest(files, where)
    except DamagedError as error:
        told = _told_without_manifest(files) if files.get(SUMS) else ()
        return (_fault(where, error.what), *(_fault(where, what) for what in told))
    return tuple(_fault(where, what) for what in _faults(files, manifest))


def _faults(files: Files, manifest: Manifest) -> Iterator[str]:
    if SUMS not in files:
        yield f"{SUMS} is missing."
    elif files[SUMS] != manifest.sums():
        yield f"{SUMS} is not as it was written."
    for name, digest in manifest.files.items():
        if name not in files:
            yield f"{name} is missing."
        elif sha256(files[name]) != digest:
            yield f"{name} is not as it was written."
    for name in sorted(set(files) - {*manifest.files, MANIFEST, SUMS}):
        yield f"{name} is not part of this backup."


def _told_without_manifest(files: Files) -> Iterator[str]:
    """What `SHA256SUMS` alone can tell, where the manifest is not to be relied on."""
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if name == MANIFEST:
            continue
        if name not in files:
            yield f"{name} is missing."
        elif sha256(files[name]) != digest:
            yield f"{name} is not as it was written."


def _parsed(text: bytes) -> Manifest | None:
    try:
        said = json.loads(text)
        manifest = Manifest(
            {name: said[name] for name in said if name not in {"files", "digest"}}, said["files"]
        )
        return manifest if manifest.text() == text else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _fault(where: str, what: str) -> Problem:
    return Problem(reason="damaged", message=what, file=where, remedy=_REMEDY)


def _text(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()

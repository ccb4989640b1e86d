"""The backups that are held: of which months, and until when each must be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from attendkit.backup.manifest import MANIFEST, read_manifest
from attendkit.errors import AttendkitError
from attendkit.register.backups import Month

STEM = "attendkit-"
"""How the name of the file with the registers begins."""

_TOLD = {"month", "register", "made_from", "last_entry", "keep_until"}
"""What the manifest of a month's backup says, among other things."""


@dataclass(frozen=True)
class Held:
    """A backup by its folder and what its manifest says of it; nothing else of it is read.

    `fault` says why it cannot be relied on, where its manifest alone shows that.
    """

    folder: Path
    month: Month
    says: Mapping[str, Any]
    fault: str = ""

    @property
    def made_from(self) -> str:
        """The digest of what it was made from."""
        return str(self.says.get("made_from", ""))

    @property
    def ending(self) -> str:
        """What its file's name ends with: how it is encrypted."""
        name = next((name for name in self.says.get("files", ()) if name.startswith(STEM)), "")
        return name.removeprefix(f"{STEM}{self.month}")

    @property
    def keep_until(self) -> date | None:
        """The first day on which it may be destroyed; None where its manifest cannot say."""
        told = self.says.get("keep_until")
        return date.fromisoformat(told) if told else None


def held(backups: Path) -> tuple[Held, ...]:
    """Every backup in a folder, by month and then in the order they were made."""
    folders = [path for path in backups.glob("[0-9]*") if path.is_dir()] if backups.is_dir() else []
    found = [one for path in folders if (one := _held(path))]
    return tuple(sorted(found, key=lambda one: (one.month, _number(one.folder))))


def _held(folder: Path) -> Held | None:
    try:
        month = Month.named(folder.name.partition(".")[0])
    except AttendkitError:
        return None
    try:
        told = (folder / MANIFEST).read_bytes()
    except OSError as error:
        return Held(folder, month, {}, f"{MANIFEST} cannot be read: {error.strerror}.")
    try:
        manifest = read_manifest({MANIFEST: told}, str(folder))
    except AttendkitError as error:
        return Held(folder, month, {}, error.what)
    fault = "" if manifest.says.keys() >= _TOLD else f"{MANIFEST} is not a month's."
    return Held(folder, month, {**manifest.says, "files": tuple(manifest.files)}, fault)


def _number(folder: Path) -> int:
    text = folder.name.partition(".")[2]
    return int(text) if text.isdecimal() else 1

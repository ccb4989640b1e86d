"""Where a command starts: the school's folder, its settings, its store, and the day."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attendkit.errors import BadArgumentError
from attendkit.school import School, find_school, load_school

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendkit.casework.entry import Entry
    from attendkit.casework.store import Casework
    from attendkit.register.store import Store

EXPORTS, REGISTER, OUT = "exports", "register", "out"
"""The folders of a school that commands read and write."""

CASEWORK = "casework.db"
"""The school's log of what people did."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A school's folder and settings. `folder` is None when working from exports alone."""

    folder: Path | None
    school: School

    def store(self) -> "Store":
        """The school's register on disk.

        Raises:
            BadArgumentError: there is no school's folder to hold one.
        """
        if self.folder is None:
            raise BadArgumentError(
                "There is no school's folder here, so there is no register to look at.",
                where=str(Path.cwd()),
                remedy="Give an export with --export FILE, or set a folder up with `attendkit init`.",
            )
        from attendkit.register.store import Store

        return Store(self._inside(REGISTER))

    def casework(self) -> "Casework":
        """The school's log on disk.

        Raises:
            BadArgumentError: there is no school's folder to hold one.
        """
        if self.folder is None:
            raise BadArgumentError(
                "There is no school's folder here, so there is no log of casework.",
                where=str(Path.cwd()),
                remedy="Name the folder with --school, or set one up with `attendkit init`.",
            )
        from attendkit.casework.store import Casework

        return Casework(self._inside(CASEWORK))

    def logged(self) -> "Sequence[Entry]":
        """The entries that count; none, at no cost, where nothing was ever logged."""
        return self.casework().entries() if self._has_log() else ()

    def written(self) -> "Sequence[Entry]":
        """Every entry as it was written, corrected ones too."""
        return self.casework().every_entry() if self._has_log() else ()

    def _has_log(self) -> bool:
        if self.folder is None:
            return False
        log = self.folder / CASEWORK
        return log.is_file() or log.with_suffix(".seal").exists()  # a seal alone: the log was lost

    def out(self, on: date) -> Path:
        """Where everything made for a day goes.

        Raises:
            BadArgumentError: a link there leads out of the school's folder.
        """
        return self._inside(OUT) / on.isoformat()

    def _inside(self, name: str) -> Path:
        """A place in the school's folder that is written to.

        Raises:
            BadArgumentError: it is a link that leads out of the folder, to who knows whose.
        """
        path = (self.folder or Path()) / name
        if path.is_symlink() and not path.resolve().is_relative_to((self.folder or Path()).resolve()):
            raise BadArgumentError(
                "This is a link that leads out of the school's folder.",
                where=str(path),
                remedy="Put the real folder here: what is written must be private, and this may not be.",
            )
        return path


def open_school(asked: Path | None) -> Opened:
    """The school's folder and settings, found as `--school` says."""
    folder = find_school(asked)
    return Opened(folder, load_school(folder))

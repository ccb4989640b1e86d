"""A school's folder made again from a backup, in a new place, and proved before it is given its name."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import Any

from attendkit.backup.copies import Copy, not_as_told, write_school
from attendkit.backup.manifest import faults, read_manifest
from attendkit.backup.sealing import Opener
from attendkit.errors import BadArgumentError, DamagedError
from attendkit.model import Problem
from attendkit.register.files import explained, private_folder, put_in_place, sync_folder


def restore(
    copy: Copy, folder: Path, opener: Opener | None = None, also: Sequence[str] = ()
) -> dict[str, Any]:
    """Make a school's folder from a copy, and give what the copy's manifest says.

    `also` are folders that it should have though there is nothing to restore in them.

    Raises:
        BadArgumentError: there is something at that place already.
        DamagedError: the copy is damaged, or the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadArgumentError(
            "There is something here already, and nothing is ever restored over it.",
            where=str(folder),
            remedy="Name a folder that is not there yet.",
        )
    where, folder = str(copy.place), folder.absolute()
    _refuse(copy.faults(), where)
    files = copy.opened(opener)
    _refuse(faults(files, where), where)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        with explained(folder, "The school's folder"):
            _clear(folder)
            write_school(files, aside)
            for name in also:
                private_folder(aside / name)
        _refuse(not_as_told(files, aside, where), where)
        with explained(folder, "The school's folder"):
            if folder.is_dir():
                folder.rmdir()
            put_in_place(aside, folder)
            sync_folder(folder.parent)
    finally:
        with suppress(OSError):  # it is gone when all went well
            shutil.rmtree(aside)
    return dict(read_manifest(files, where).says)


def _refuse(found: Sequence[Problem], where: str) -> None:
    if found:
        raise DamagedError(found[0].message, where=where, remedy=found[0].remedy)


def _clear(folder: Path) -> None:
    """Clear away what a command that was killed had restored so far."""
    for left in folder.parent.glob(f".{escape(folder.name)}.*.tmp"):
        shutil.rmtree(left)

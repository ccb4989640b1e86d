"""A private folder to put a copy into for a moment, and the clearing away of what a kill left behind."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX, _SUFFIX = ".attendkit-", ".tmp"
_OLD = 3600
"""Seconds after which nobody can be using one any more."""


@contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """A new folder, removed at the end: in the school's folder, where the same things lie, if that is given.

    Where that may only be read, or none is given, it is in the computer's folder for temporary files.
    """
    place = beside if beside and _may_write(beside) else Path(tempfile.gettempdir())
    _clear(place)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, suffix=_SUFFIX, dir=place) as made:
        yield Path(made)


def _may_write(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _clear(place: Path) -> None:
    for left in place.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):  # somebody else's, or gone by now
            if time.time() - left.stat().st_mtime > _OLD:
                shutil.rmtree(left)

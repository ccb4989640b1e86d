"""A ZIP whose bytes depend on the files in it and on nothing else, and the careful reading of one."""

import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from attendkit.backup.manifest import Files
from attendkit.errors import DamagedError

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP can hold."""

_UNIX = 3
_PRIVATE = 0o100600 << 16
_LEVEL = 6
_MOST = 2_000_000_000
"""Bytes that a backup may unpack to: fifty times a school's year."""


def packed(files: Files) -> bytes:
    """The files as a ZIP: sorted, dated 1980, readable by their owner only."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = _UNIX, _PRIVATE
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, _LEVEL)
    return content.getvalue()


def unpacked(content: bytes, where: str) -> dict[str, bytes]:
    """The files of a ZIP, in memory.

    Raises:
        DamagedError: it is no whole ZIP, unpacks to far too much, or names a file outside its own folder.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = [entry.filename for entry in entries]
            if len(set(names)) < len(names) or not all(map(_stays_inside, names)):
                raise _damaged("It holds two files of one name, or one that would be put elsewhere", where)
            if sum(entry.file_size for entry in entries) > _MOST:
                raise _damaged("It would unpack to more than any school's registers", where)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise _damaged("It cannot be unpacked", where) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise _damaged("It cannot be unpacked", where) from error


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not (path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name)


def _damaged(what: str, where: str) -> DamagedError:
    return DamagedError(
        f"{what}.", where=where, remedy="Use another copy of this backup, or another month's."
    )

"""Files with children's names in them: whole or not at all, and nobody else's to read."""

import re
from collections.abc import Collection
from itertools import count
from pathlib import Path

from attendkit.documents.cells import tidy
from attendkit.errors import BadArgumentError
from attendkit.register.files import private_folder, write_whole

_NOT_IN_A_FILE_NAME = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])( *)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for its devices, whatever ending they have."""

_LONGEST_STEM = 60  # characters: a file name may hold 255 bytes, and a letter may take four


def save(path: Path, content: bytes) -> Path:
    """Write a file so that it is either the old one or the new one, private to its owner.

    Raises:
        BadArgumentError: the path is a folder, or the disk or another program will not let it be written.
    """
    if path.is_dir():
        raise BadArgumentError(
            "This is a folder, not a file.", where=str(path), remedy="Give `--out` the name of a file in it."
        )
    try:
        private_folder(path.parent)
        write_whole(path, content)
    except PermissionError:
        raise BadArgumentError(
            "This file cannot be written: it is open in another program, or its folder is read-only.",
            where=str(path),
            remedy="Close it in Excel and try again, or choose another place with `--out`.",
        ) from None
    except OSError as error:
        raise BadArgumentError(
            f"This file cannot be written: {error.strerror or error}.",
            where=str(path),
            remedy="Make room there, or choose another place with `--out`.",
        ) from None
    return path


def remove(path: Path) -> Path:
    """Remove a file that an earlier run wrote.

    Raises:
        BadArgumentError: another program or the folder's permissions will not let it be removed.
    """
    try:
        path.unlink()
    except OSError as error:
        raise BadArgumentError(
            f"This file of an earlier run cannot be removed: {error.strerror or error}.",
            where=str(path),
            remedy="Close it in Excel and try again.",
        ) from None
    return path


def file_stem(text: str, taken: Collection[str] = ()) -> str:
    """A name that Windows accepts for a file, from a tutor group's such as `10/A:1`.

    `taken` are the stems already used, of which none may differ by capitals only.
    """
    stem = _NOT_IN_A_FILE_NAME.sub("-", tidy(text))[:_LONGEST_STEM].strip(" .") or "unnamed"
    if _DEVICE.fullmatch(stem):
        stem = f"_{stem}"
    folded = {name.casefold() for name in taken}
    choices = (stem if n == 1 else f"{stem} ({n})" for n in count(1))
    return next(choice for choice in choices if choice.casefold() not in folded)

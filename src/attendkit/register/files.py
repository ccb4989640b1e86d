"""Writing files that are whole or not there, for children's data: private, in one step, on the disk."""

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attendkit.errors import DamagedError

_REMEDIES = {
    errno.ENOSPC: "The disk is full. Free some space and run the command again; nothing read before is lost.",
    errno.EDQUOT: "Your share of the disk is full. Free some space and run the command again.",
    errno.EACCES: "You may not write here. Ask for write access to this folder.",
    errno.EPERM: "You may not write here. Ask for write access to this folder.",
    errno.EROFS: "This disk can only be read. Copy the school's folder to one that can be written.",
    errno.ENAMETOOLONG: "Move the school's folder to a place with a shorter name, such as C:\\attendkit.",
    errno.ELOOP: "This is a link to a file elsewhere, and nothing is written through one. Take it away.",
    errno.EIO: "The disk or the network drive failed. Nothing read before is lost: run the command again"
    " when it is back.",
    errno.ENETUNREACH: "The network drive is gone. Run the command again when it is back.",
    errno.EHOSTDOWN: "The network drive is gone. Run the command again when it is back.",
    errno.ESTALE: "The network drive went and came back. Run the command again.",
}

_LONGEST_ON_WINDOWS = 259
"""Characters in a path, unless Windows was told otherwise."""

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ()
"""Seconds to wait, again and again, for a program that looks at each new file and lets go of it at once."""


@contextmanager
def explained(path: Path, what: str = "The register") -> Iterator[None]:
    """Turn a failure of the disk into an error that says what to do.

    Raises:
        DamagedError: what was to be written cannot be written safely.
    """
    try:
        yield
    except OSError as error:
        raise DamagedError(
            f"{what} cannot be written: {error.strerror or error}.",
            where=str(path),
            remedy=remedy_for(error),
        ) from error


def remedy_for(error: OSError) -> str:
    """What to do about a failure of the disk."""
    path = str(error.filename or "")
    if os.name == "nt" and len(path) > _LONGEST_ON_WINDOWS:  # which Windows calls a file that is not there
        return _REMEDIES[errno.ENAMETOOLONG]
    return _REMEDIES.get(error.errno or 0, "Check the disk and run the command again.")


def private_folder(path: Path) -> None:
    """Make a folder that only its owner may open, and those above it, where they are not there."""
    if not path.is_dir():
        private_folder(path.parent)  # mkdir(parents=True) would leave these open to everybody
        path.mkdir(mode=0o700, exist_ok=True)
        sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even if the power goes."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | ONE_FILE, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(temporary, path)
    except OSError:
        with suppress(OSError):  # the first error is the one to report
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def put_in_place(temporary: Path, path: Path) -> None:
    """Rename a file over another one, or a folder to a new name.

    On Windows that fails while any program has one of them open, as one that looks for viruses does.

    Raises:
        PermissionError: one still has it open after a second and a half.
    """
    for pause in _PAUSES:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    temporary.replace(path)


def sealed(content: bytes) -> bytes:
    """Content under its own SHA-256, so that a byte that changed on the disk is seen when it is read."""
    return hashlib.sha256(content).hexdigest().encode("ascii") + b"\n" + content


def unsealed(file: bytes) -> bytes | None:
    """What was sealed, or None where the file is not as it was written."""
    content = file.partition(b"\n")[2]
    return content if file == sealed(content) else None


def other_than_written(folder: Path) -> Iterator[Path]:
    """The files in a folder and below that are not as they were written, in the order of their names.

    A Parquet file is named by its digest, and JSON is sealed. Any other file must speak for itself.
    """
    for path in sorted(folder.rglob("*")):
        match path.suffix:
            case ".parquet" if path.is_file():
                if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
                    yield path
            case ".json" if path.is_file():
                if unsealed(path.read_bytes()) is None:
                    yield path


def sync_folder(folder: Path) -> None:
    """Put a folder's own entries on the disk. Windows does so by itself and cannot be asked to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


ONE_FILE = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
"""How a file is opened to be written: as bytes, and never through a link to a file elsewhere."""

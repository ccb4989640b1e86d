"""Copies as they lie on a disk: read into memory, opened, and looked over in two depths.

The depth of bytes asks whether every file is as it was written; it needs no key. The depth of sense asks
whether the registers can be had from it: every pupil is counted again from the CSV alone, and the school's
folder is restored into a place of its own and compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from attendkit.backup.archive import unpacked
from attendkit.backup.contents import CASEWORK, REGISTER, SCHOOL
from attendkit.backup.held import STEM
from attendkit.backup.manifest import MANIFEST, Files, Manifest, faults, read_manifest
from attendkit.backup.scratch import scratch
from attendkit.backup.sealing import Opener, is_sealed, wants_passphrase
from attendkit.backup.tables import recounted, rows_in, told_figures
from attendkit.casework.store import Casework
from attendkit.errors import BadArgumentError, DamagedError
from attendkit.findings import counted
from attendkit.model import Problem
from attendkit.register.files import private_folder, write_whole
from attendkit.register.store import Store

_REMEDY = "Do not rely on this copy. Make a new backup now, and report this: its bytes are sound."


@dataclass(frozen=True)
class Copy:
    """A copy: where it is, and its files. `outer` is a backup's folder; None where `files` was given bare.

    `sealed` is the file with the registers, by name and bytes, where they are not open in the folder itself.
    """

    place: Path
    files: Files
    sealed: tuple[str, bytes] | None = None

    def faults(self) -> tuple[Problem, ...]:
        """Every file that is changed, missing or strange, by name. A bare ZIP is its own only file."""
        return faults(self.files, str(self.place)) if self.files else ()

    @property
    def needs(self) -> str:
        """What must be given to open it: `key`, `passphrase`, or an empty text."""
        if self.sealed is None or not is_sealed(self.sealed[1]):
            return ""
        return "passphrase" if wants_passphrase(self.sealed[1]) else "key"

    def opened(self, opener: Opener | None = None) -> Files:
        """The files with the registers.

        Raises:
            DamagedError: it cannot be decrypted or unpacked.
        """
        if self.sealed is None:
            return self.files
        name, content = self.sealed
        where = str(self.place / name) if self.files else str(self.place)
        try:
            return unpacked(opener(content) if opener and self.needs else content, where)
        except DamagedError as error:
            raise DamagedError(error.what, where=where, remedy=error.remedy) from None


def read_copy(place: Path) -> Copy:
    """A copy on a disk: a backup's folder, what was unpacked from one, or the one file out of it.

    Raises:
        BadArgumentError: there is none of these.
    """
    if place.is_file():
        return Copy(place, {}, (place.name, place.read_bytes()))
    if not place.is_dir():
        raise BadArgumentError(
            "There is no such backup.",
            where=str(place),
            remedy="`attendkit backup list` names those there are.",
        )
    files = {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    inside = [name for name in files if name.startswith(STEM) and "/" not in name]
    if not inside and MANIFEST not in files:
        raise BadArgumentError(
            "This folder holds no backup.",
            where=str(place),
            remedy="`attendkit backup list` names those there are.",
        )
    return Copy(place, files, (inside[0], files[inside[0]]) if inside else None)


def nonsense(files: Files, where: str, beside: Path | None = None) -> tuple[Problem, ...]:
    """What does not come out of a copy as its manifest says: counted and restored from the copy alone.

    It is restored into a folder of its own for a moment: in the school's folder, if `beside` says that.
    """
    if found := faults(files, where):
        return found
    with scratch(beside) as place:
        write_school(files, place / "school")
        return not_as_told(files, place / "school", where)


def not_as_told(files: Files, folder: Path, where: str) -> tuple[Problem, ...]:
    """The same of a copy whose every byte is sound, and of the school's folder that was restored from it."""
    manifest = read_manifest(files, where)
    try:
        says = [*_other_school(folder, manifest), *_miscounted(files, manifest)]
    except (KeyError, TypeError, AttributeError):
        says = [f"{MANIFEST} does not say what a backup's must."]
    return tuple(Problem(reason="damaged", message=one, file=where, remedy=_REMEDY) for one in says)


def write_school(files: Files, folder: Path) -> None:
    """Write the school's folder that a copy holds, private to its owner.

    Raises:
        OSError: it cannot be written.
    """
    private_folder(folder)
    for name, content in files.items():
        if name.startswith(SCHOOL):
            path = folder / name.removeprefix(SCHOOL)
            private_folder(path.parent)
            write_whole(path, content)


def _miscounted(files: Files, manifest: Manifest) -> Iterator[str]:
    says = manifest.says
    try:
        there = {name: rows_in(files[name]) for name in says["rows"]}
        again, told = recounted(files), told_figures(files)
    except (pl.exceptions.PolarsError, KeyError):
        yield "The registers' CSV cannot be counted."
        return
    for name, rows in says["rows"].items():
        if there[name] != rows:
            yield f"{name} has {there[name]:,} rows and not {rows:,}."
    if not again.equals(told):
        differing = again.join(told, on=again.columns, how="anti", nulls_equal=True).height
        whose = counted(differing, "pupil")
        yield f"The figures of {whose}, counted again from the CSV, are not those that it says."
    if again.drop("pupil", "academic_year").sum().row(0, named=True) != says["figures"]:
        yield f"All pupils' figures together are not those that {MANIFEST} says."


def _other_school(folder: Path, manifest: Manifest) -> Iterator[str]:
    says = manifest.says
    try:
        register = Store(folder / REGISTER).register()
    except DamagedError as error:
        yield error.what
        return
    if register.digest != says["register"]["digest"]:
        yield "The register that it restores is not the one that was backed up."
    log = Casework(folder / CASEWORK)
    if (digest := says["casework"]["digest"]) and (log.check() or log.head() != digest):
        yield "The casework that it restores is not the one that was backed up."

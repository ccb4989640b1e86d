"""`verify` and `restore`: what a backup is worth, found out and used."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attendkit.cli.backup import asked_passphrase
from attendkit.cli.options import Asked, ScreenFormat, takes
from attendkit.cli.printing import nearby, print_json, remark
from attendkit.errors import BadArgumentError, DamagedError, Exit

if TYPE_CHECKING:
    from attendkit.backup.copies import Copy
    from attendkit.backup.sealing import Opener
    from attendkit.model import Problem

Backups = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[BACKUP...]",
        help="A backup's folder, what was unpacked from it, or the file in it; all held ones if left out.",
    ),
]
OneBackup = Annotated[
    Path,
    typer.Argument(metavar="BACKUP", help="A backup's folder, what was unpacked from it, or the file in it."),
]
NewFolder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The new school's folder. It may not be there yet.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The key file that opens it. A passphrase is asked for."),
]
OnlyBytes = Annotated[
    bool,
    typer.Option("--bytes", help="Only ask whether every file is as it was written, which needs no key."),
]


@takes("school")
def verify(
    *,
    backups: Backups = None,
    key: KeyFile = None,
    only_bytes: OnlyBytes = False,
    form: ScreenFormat = "table",
    asked: Asked,
) -> Exit:
    """Verify backups.

    Two depths. Bytes: every file is as it was written, and none is missing or added; a file that is not is
    named. Sense: it is opened, every pupil is counted again from its CSV alone, and the school's folder is
    restored into a place of its own and compared. The exit code is 5 when a backup is damaged.
    """
    from attendkit.backup.copies import read_copy

    looked = [_looked_over(read_copy(place), key, only_bytes=only_bytes) for place in backups or _held(asked)]
    if form == "json":
        from attendkit.documents.contract import problem_json

        told = [
            {"backup": str(copy.place), "depth": depth, "problems": [problem_json(one) for one in found]}
            for copy, depth, found in looked
        ]
        print_json({"command": "verify", "backups": told})
    else:
        for copy, depth, found in looked:
            _print(copy, depth, found)
    return Exit.DAMAGED if any(found for _, _, found in looked) else Exit.DONE


@takes()
def restore(*, backup: OneBackup, folder: NewFolder, key: KeyFile = None, asked: Asked) -> Exit:  # noqa: ARG001
    """Restore a backup.

    Makes a new school's folder in which every command gives the figures that it gave then: the register with
    all its history, the casework, attendkit.toml and templates. Nothing is ever restored over a folder that
    is there.
    """
    from attendkit.backup.copies import read_copy
    from attendkit.backup.restoring import restore as restored
    from attendkit.cli.init import FOLDERS

    copy = read_copy(backup)
    says = restored(copy, folder, _opener(copy, key), FOLDERS)
    register = says["register"]
    sys.stdout.write(
        f"Restored: {nearby(folder)} as {says['school'] or 'the school'} stood at the end of {says['month']}:"
        f" {register['pupils']:,} pupils, {register['sessions']:,} sessions, every figure counted again.\n"
    )
    remark(f"Go on with it by `attendkit today --school {nearby(folder)}`.")
    return Exit.DONE


def _held(asked: Asked) -> Sequence[Path]:
    from attendkit.backup.held import held
    from attendkit.cli.opening import open_school
    from attendkit.register.backups import backups_folder

    opened = open_school(asked.school)
    folder = backups_folder(opened.school)
    there = [one.folder for one in held(folder)]
    if not there:
        raise BadArgumentError(
            "No backup is held.",
            where=str(folder),
            remedy="Make one with `attendkit backup`, or name its folder.",
        )
    return there


def _looked_over(
    copy: "Copy", key: Path | None, *, only_bytes: bool
) -> "tuple[Copy, str, tuple[Problem, ...]]":
    """How deep a copy was looked into, and what was found."""
    from attendkit.backup.copies import nonsense
    from attendkit.model import Problem

    found = copy.faults()
    if found or only_bytes or (copy.needs == "key" and key is None):
        return copy, "bytes", found
    try:
        return copy, "sense", nonsense(copy.opened(_opener(copy, key)), str(copy.place))
    except DamagedError as error:
        return copy, "sense", (Problem("damaged", error.what, file=error.where, remedy=error.remedy),)


def _print(copy: "Copy", depth: str, found: "Sequence[Problem]") -> None:
    from attendkit.documents.table import print_text, screen

    console, place = screen(sys.stdout), nearby(copy.place)
    for problem in found:
        print_text(console, f"{place}: DAMAGED: {problem.message}")
        remark(f"What to do: {problem.remedy}")
    if found:
        return
    if depth == "sense":
        print_text(console, f"{place}: sound: every byte, and every pupil counted again from the copy alone.")
    else:
        print_text(console, f"{place}: every byte is as it was written. It was not opened.")
        if copy.needs == "key":
            remark("Give --key FILE to open it and count every pupil again.")


def _opener(copy: "Copy", key: Path | None) -> "Opener | None":
    from attendkit.backup.sealing import with_key, with_passphrase

    if copy.needs == "passphrase":
        return with_passphrase(asked_passphrase())
    if copy.needs == "key" and key is None:
        raise BadArgumentError(
            "It is encrypted to the school's keys.",
            where=str(copy.place),
            remedy="Give the file of one of them with --key FILE.",
        )
    return with_key(key.read_text(encoding="utf-8"), str(key)) if key and copy.needs else None

"""`export-person`: everything held about one pupil, for a subject access request."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attendkit.cli.erase import PupilName, entries_about
from attendkit.cli.opening import OUT, Opened
from attendkit.cli.options import Asked, takes
from attendkit.cli.printing import nearby, remark
from attendkit.errors import BadArgumentError, Exit, NoRuleError

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry
    from attendkit.findings import View

Folder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FOLDER", help="A new folder for it; out/<date>/person-<number>/ if left out."
    ),
]


@takes("school", "on")
def export_person(*, pupil: PupilName, out: Folder = None, asked: Asked) -> Exit:
    """Export a person.

    Every mark and every change to it, contacts, casework, the letters that were sent about this pupil
    alone, and what each list says of the pupil: CSV, a page to read, and a note on what is about other
    people and must be looked at before it goes out. Written private to you.
    """
    from attendkit.cli.choosing import one_pupil
    from attendkit.cli.looking import look
    from attendkit.documents import write
    from attendkit.documents.person import findings_file, person_files
    from attendkit.documents.saving import save
    from attendkit.duties import duty

    view, opened, _ = look(asked)
    number = one_pupil(pupil, view.register.pupils)
    folder = _empty(out or opened.out(view.on) / f"person-{_number(view, number)}")
    casework = opened.casework()
    about = set(entries_about(casework, view, number))
    entries = [entry for entry in casework.every_entry() if entry.id in about]
    others = [entry for entry in casework.every_entry() if entry.id not in about]
    papers, left_out = _papers(opened, entries, others, _numbers(view, number))
    told = person_files(view, number, opened.store().history(), entries, [*papers], left_out)
    for name, content in told.items():
        save(folder / name, content)
    one = replace(view, chosen=frozenset({number}))
    save(folder / "findings.csv", findings_file(_said(one)))
    page = duty("pupil").load()(one)
    for form in ("html", "pdf"):
        write(page, one, form, folder / f"pupil.{form}", StringIO())
    for name, path in papers.items():
        save(folder / "papers" / name, path.read_bytes())
    if left_out:
        remark("Left out, because they are not about this pupil alone: see READ-ME.txt.")
    remark(f"Written: {nearby(folder)}. READ-ME.txt in it says what to look at before it goes out.")
    return Exit.DONE


def _number(view: "View", pupil: int) -> str:
    """The admission number, as a name that a folder can have; else the register's own."""
    from attendkit.documents.saving import file_stem

    found = dict(view.register.pupils.select("pupil", "adno").iter_rows())[pupil]
    return file_stem(found or str(pupil))


def _empty(folder: Path) -> Path:
    """The folder to write to: with nothing in it, so that nothing of another day or person is sent with it.

    Raises:
        BadArgumentError: there is something in it, or it is a link to another folder.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise BadArgumentError(
            "There is something here already.",
            where=str(folder),
            remedy="Take it away, or name a new folder with --out.",
        )
    return folder


def _numbers(view: "View", pupil: int) -> frozenset[str]:
    """What a letter about the pupil has in its file's name: the admission number, or the register's key."""
    who = view.register.pupils.filter(view.register.pupils["pupil"] == pupil)
    return frozenset(number for number in who.select("adno", "upn", "key").row(0) if number)


def _papers(
    opened: Opened, entries: Sequence["Entry"], others: Iterable["Entry"], numbers: frozenset[str]
) -> tuple[dict[str, Path], list[str]]:
    """The letters about this pupil alone that are still in the school's out/, by the name to give them.

    Also the names of those that are left out. A file that the log names with another pupil too is one of
    them, such as the pile of a tutor group, and so is one without the pupil's number in its name: nobody but
    a person who reads it can say whom it is about.
    """
    from attendkit.documents.saving import file_stem

    root = opened.store().folder.parent
    shared = {path for _, path in _named(root, others)}
    papers: dict[str, Path] = {}
    left_out: list[str] = []
    for entry, path in {path: (entry, path) for entry, path in _named(root, entries)}.values():
        if not path.is_relative_to(root.resolve() / OUT) or not path.is_file():
            remark(f"A paper of entry {entry.id} is no longer in {OUT}/: look for it elsewhere.")
        elif path in shared or not numbers & set(re.findall(r"\w+", path.stem)):
            left_out.append(path.relative_to(root.resolve()).as_posix())
        else:
            stem = file_stem(path.stem, [Path(name).stem for name in papers])
            papers[f"{stem}{path.suffix}"] = path
    return papers, left_out


def _named(root: Path, entries: Iterable["Entry"]) -> Iterator[tuple["Entry", Path]]:
    """Every file that letters of the log name, with the entry that does."""
    for entry in entries:
        if entry.kind == "letter":
            body: Any = entry.body
            yield from ((entry, (root / name).resolve()) for name in body.files)


def _said(view: "View") -> Iterator[dict[str, Any]]:
    """What each duty that looks at pupils says of this one."""
    from attendkit.duties import DUTIES

    for duty in (duty for duty in DUTIES if duty.flags or duty.asks):
        try:
            found = duty.load()(replace(view, options={})).found
        except NoRuleError:  # before the law had such a rule, nobody could be on its list
            continue
        for says, rule in found.select("says", "rule").iter_rows():
            yield {"list": duty.name, "says": says, "rule": rule}

"""`export-person`: everything held about one pupil, for a subject access request."""

from collections.abc import Iterator, Sequence
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

    Every mark and every change to it, contacts, casework, the papers that were sent, and what each list
    says of the pupil: CSV, a page to read, and a note on what is about other people and must be looked at
    before it goes out. Written private to you.
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
    theirs = set(entries_about(casework, view, number))
    entries = [entry for entry in casework.every_entry() if entry.id in theirs]
    papers = list(_papers(opened, entries))
    names = [path.name for path in papers]
    for name, content in person_files(view, number, opened.store().history(), entries, names).items():
        save(folder / name, content)
    one = replace(view, chosen=frozenset({number}))
    save(folder / "findings.csv", findings_file(_said(one)))
    write(duty("pupil").load()(one), one, "html", folder / "pupil.html", StringIO())
    for path in papers:
        save(folder / "papers" / path.name, path.read_bytes())
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


def _papers(opened: Opened, entries: Sequence["Entry"]) -> Iterator[Path]:
    """The papers that letters of the log name, where they are still in the school's out/ folder."""
    out = (opened.store().folder.parent / OUT).resolve()
    for entry in entries:
        if entry.kind != "letter":
            continue
        body: Any = entry.body
        for name in body.files:
            path = (out.parent / name).resolve()
            if path.is_relative_to(out) and path.is_file():
                yield path
            else:
                remark(f"A paper of entry {entry.id} is no longer in {OUT}/: look for it elsewhere.")


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

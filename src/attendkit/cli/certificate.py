"""`certificate`: pupils' attendance for the head teacher's signature."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attendkit.cli.options import EVERYTHING, Asked, day, takes
from attendkit.cli.printing import nearby, remark
from attendkit.errors import BadArgumentError, Exit

if TYPE_CHECKING:
    from attendkit.findings import View

Names = Annotated[
    list[str],
    typer.Argument(metavar="PUPIL...", help="UPN, admission number, or as much of the name as only one has."),
]
First = Annotated[
    date, typer.Option("--from", metavar="DATE", parser=partial(day, where="--from"), help="The first day.")
]
Last = Annotated[
    date, typer.Option("--to", metavar="DATE", parser=partial(day, where="--to"), help="The last day.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The folder to write them into; out/<date>/ if left out."),
]


@takes(*(name for name in EVERYTHING if name not in {"pupil", "initials"}))
def certificate(*, pupils: Names, first: First, last: Last, out: Folder = None, asked: Asked) -> Exit:
    """Certify attendance.

    A PDF a pupil: every session of the dates asked for with its code, the figures, and a place for the head
    teacher to sign. Signed, it is evidence of what it states (Education Act 1996, s.566). Nobody else's
    signature will do.
    """
    from attendkit.cli.choosing import one_pupil
    from attendkit.cli.looking import look
    from attendkit.documents.certificate import certificate as laid_out
    from attendkit.documents.saving import file_stem, save

    if last < first:
        raise BadArgumentError(
            "The last day is before the first.", where="--to", remedy="Give the two the other way round."
        )
    view, opened, _ = look(asked)
    _refuse_days_to_come(view, last)
    if not view.school.signatories.get("head"):
        remark("attendkit.toml names no head teacher ([signatories.head]): write the name in by hand.")
    chosen = [one_pupil(text, view.pupils) for text in pupils]
    numbers = {pupil: adno or key for pupil, adno, key in view.pupils.select("pupil", "adno", "key").rows()}
    written: Sequence[Path] = [
        save(
            (out or opened.out(view.on))
            / f"{file_stem(f'certificate-{numbers[pupil]}-{first}-to-{last}')}.pdf",
            laid_out(view, pupil, first, last),
        )
        for pupil in chosen
    ]
    for path in written:
        remark(f"Written: {nearby(path)}")
    return Exit.DONE


def _refuse_days_to_come(view: "View", last: date) -> None:
    """Refuse to certify days that the register does not reach: nobody can sign for them.

    Raises:
        BadArgumentError: the last day is after the last one with a mark, up to the day looked from.
    """
    reached = max((day for day in view.register.marks["date"].unique() if day <= view.on), default=None)
    if reached is None or last > reached:
        until = f"Give `--to {reached}`, or take" if reached else "Take"
        raise BadArgumentError(
            "The register has no marks up to this day, and only what it has can be certified.",
            where=f"--to {last}",
            remedy=f"{until} in a later export first.",
        )

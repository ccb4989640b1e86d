"""`why`: the proof of a figure."""

import sys
from typing import Annotated

import typer

from attendkit.cli.options import EVERYTHING, Asked, ScreenFormat, takes
from attendkit.cli.printing import print_json
from attendkit.duties import DUTIES
from attendkit.errors import Exit

_RULES = [rule for duty in DUTIES for rule in duty.proves]

PupilName = Annotated[
    str,
    typer.Argument(metavar="PUPIL", help="UPN, admission number, or as much of the name as only one has."),
]
FigureName = Annotated[
    str,
    typer.Argument(
        metavar="FIGURE",
        help="possible, present, absent, missed, authorised, unauthorised, percent, band, late,"
        " late_after_close, minutes_late, n_codes, open_n, missing, not_possible, days_in_a_row,"
        f" {', '.join(_RULES[:-1])} or {_RULES[-1]}.",
    ),
]


@takes(*(name for name in EVERYTHING if name != "pupil"))
def why(*, pupil: PupilName, figure: FigureName, asked: Asked, form: ScreenFormat = "table") -> Exit:
    """Prove a figure.

    Every session it counts, each with its code and the file and row it was read from; what was left out
    and why; and the paragraph of law or guidance that makes it count.
    """
    from attendkit.cli.choosing import one_pupil
    from attendkit.cli.looking import look
    from attendkit.documents.contract import proof_json
    from attendkit.documents.screen import print_proof
    from attendkit.duties.why import prove

    view, _, _ = look(asked)
    proof = prove(view, one_pupil(pupil, view.pupils), figure)
    if asked.initials:
        from attendkit.documents.initials import by_initials

        view = by_initials(view)
    if form == "json":
        print_json(proof_json(proof, view))
    else:
        print_proof(proof, view, sys.stdout)
    return Exit.DONE

"""Letters on paper: PDF/UA-1 by Typst, one file a letter or one file for a pile to be printed at once."""

from collections.abc import Sequence
from typing import Any

from attendkit.documents.charts import svg
from attendkit.documents.letters.layout import values
from attendkit.documents.letters.wording import Letter
from attendkit.documents.typesetting import pdf_in_any_font
from attendkit.model import Problem, Severity
from attendkit.school import School

_LAYOUT = "letters/layout/letter.typ"
_OWN_FONTS = Problem(
    "fonts",
    "The fonts that come with attendkit have not all of this letter's signs: this computer's were used.",
    remedy="Look at it before it goes out. On another computer it may look otherwise.",
    severity=Severity.WARNING,
)


def letter_pdf(letter: Letter) -> tuple[bytes, Problem | None]:
    """One letter as PDF, with a warning where only this computer's own fonts have all of its letters.

    Raises:
        CannotSetError: no font on this computer has them, or it cannot be set for another reason.
    """
    return pile_pdf([letter], letter.subject)


def pile_pdf(letters: Sequence[Letter], title: str) -> tuple[bytes, Problem | None]:
    """Letters of one school and day as one PDF, each on a page of its own, in their order.

    Raises:
        CannotSetError: one of them cannot be set.
    """
    first = letters[0]
    content, own_fonts = pdf_in_any_font(_LAYOUT, _values(letters, title), first.on, first.school.folder)
    return content, _OWN_FONTS if own_fonts else None


def _values(letters: Sequence[Letter], title: str) -> dict[str, Any]:
    school = letters[0].school
    return {
        "title": title,
        "author": school.name,
        "window": school.window.model_dump(),
        "letters": [_drawn(values(letter), school) for letter in letters],
    }


def _drawn(letter: dict[str, Any], school: School) -> dict[str, Any]:
    """The values of a letter with its charts drawn, since Typst runs no macros of Jinja's."""
    for block in letter["blocks"]:
        if block["kind"] == "picture":
            block["svg"] = svg(block["chart"], school.folder)
    return letter

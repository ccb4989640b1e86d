"""The proof: one page to print, fold and put in an envelope, before a hundred letters are."""

from collections.abc import Mapping
from datetime import date

from attendkit.documents.typesetting import report_pdf
from attendkit.school import School

_LAYOUT = "letters/layout/proof.typ"
_LINES = (
    "Mr and Mrs A. Longest-Imaginable-Surname",
    "The second line of the address",
    "The third line",
    "The fourth line",
    "The fifth line",
    "The sixth line",
    "AN1 2BC",
)
_STEPS = (
    "Print this page on the printer that prints the letters, at its actual size: not “fit to page”.",
    "Measure the black line on the right. If it is not 40 millimetres long, the printer changes the size.",
    "Fold the page in three, at the two short lines on the left, with the address outwards.",
    "Put it in an envelope and shake it down, up, left and right. All seven lines must show each time.",
    "If they do not, measure what the window shows however you shake it, and set `window` in attendkit.toml.",
)


def proof_pdf(school: School, on: date) -> bytes:
    """A page with an address of seven lines where the letters have theirs, and how to try it, as PDF.

    Raises:
        BadArgumentError: the layout is not sound.
    """
    window = school.window.model_dump()
    values = {
        "title": "Does the address show in the window?",
        "author": school.name or "Letters",
        "window": window,
        "lines": _LINES,
        "steps": _STEPS,
        "foot": f"Now, in millimetres from the edges of the paper: {_set(window)}.",
    }
    return report_pdf(_LAYOUT, values, on, school.folder)


def _set(window: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {size}" for name, size in window.items())

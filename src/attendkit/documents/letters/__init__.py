"""Letters: one wording each, filled in once, written as PDF, Word, e-mail, page and text.

A wording is Markdown with Jinja (`templates/letters/<name>.md`). `render` makes a `Letter` of it and of facts
about one pupil, and the writers put that on paper: the words are in one place, and no two forms disagree.
"""

from attendkit.documents.letters.wording import Letter, render, uses
from attendkit.documents.letters.writing import (
    FORMS,
    Letters,
    Written,
    made,
    write_eml,
    write_html,
    write_letters,
    write_pdf,
    write_pile,
    write_text,
    write_word,
)

__all__ = [
    "FORMS",
    "Letter",
    "Letters",
    "Written",
    "made",
    "render",
    "uses",
    "write_eml",
    "write_html",
    "write_letters",
    "write_pdf",
    "write_pile",
    "write_text",
    "write_word",
]

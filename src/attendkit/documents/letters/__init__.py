"""Letters: one wording each, filled in once, written as PDF, Word, e-mail, page and text.

A wording is Markdown with Jinja (`templates/letters/<name>.md`); `render` makes a `Letter` of it and a parent's
facts, and the writers put that on paper. So the words are changed in one place and no two forms can disagree.
"""

from attendkit.documents.letters.wording import Letter, render, uses

__all__ = ["Letter", "render", "uses"]

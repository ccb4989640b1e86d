"""Letters as files: every form by one function each, and one bad letter costs that letter only."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from attendkit.documents.letters.wording import Letter
from attendkit.documents.saving import save
from attendkit.documents.typesetting import CannotSetError
from attendkit.errors import BadArgumentError
from attendkit.model import Problem


@dataclass(frozen=True)
class Written:
    """The files that were written, and what was wrong with which.

    A file with a problem of severity `error` was not written; with a warning it was. No problem names
    anybody: the caller knows what the file is about.
    """

    paths: tuple[Path, ...]
    problems: tuple[tuple[Path, Problem], ...] = ()


Letters = Mapping[Path, Letter]
"""Letters by the file that each is to be."""


_AT_ONCE = 8
"""Files on their way to the disk at one time: each waits until it is there, and so they wait together."""

_MAKERS = {
    "pdf": ("paper", "letter_pdf"),
    "docx": ("word", "letter_docx"),
    "eml": ("mail", "letter_eml"),
    "html": ("mail", "letter_html"),
    "txt": ("plain", "letter_text"),
}

FORMS = tuple(_MAKERS)
"""What a letter may be written as, by the ending of its file."""


def write_pdf(letters: Letters) -> Written:
    """Write each letter as PDF/UA-1.

    A letter with signs that the shipped fonts lack is set with this computer's own, with a warning; where
    these lack them too, it alone is not written.
    """
    return write_letters(letters, "pdf")


def write_word(letters: Letters) -> Written:
    """Write each letter as a Word file on the school's letterhead."""
    return write_letters(letters, "docx")


def write_eml(letters: Letters) -> Written:
    """Write each letter as an e-mail draft to its one parent; one whose address is none is not written."""
    return write_letters(letters, "eml")


def write_html(letters: Letters) -> Written:
    """Write each letter as a page that stands by itself."""
    return write_letters(letters, "html")


def write_text(letters: Letters) -> Written:
    """Write each letter as plain text."""
    return write_letters(letters, "txt")


def write_letters(letters: Letters, form: str) -> Written:
    """Write each letter in one of `FORMS`. They are told of in their order.

    Raises:
        BadArgumentError: a file cannot be written, which would be so for the others too.
    """
    problems: list[tuple[Path, Problem]] = []
    with ThreadPoolExecutor(_AT_ONCE) as disk:
        saved = [
            disk.submit(save, path, content)
            for path, letter in letters.items()
            if (content := _content(letter, form, path, problems))
        ]
        return Written(tuple(file.result() for file in saved), tuple(problems))


def _content(letter: Letter, form: str, path: Path, problems: list[tuple[Path, Problem]]) -> bytes:
    """The bytes of one letter, and none where it cannot be written; what is wrong with it is noted."""
    try:
        content, problem = made(letter, form)
    except (CannotSetError, BadArgumentError) as error:
        content, problem = b"", _problem(error)
    if problem:
        problems.append((path, problem))
    return content


def write_pile(letters: Letters, path: Path, title: str) -> Written:
    """Write letters as one PDF to be printed at once, each on a page of its own; bad ones are left out.

    The problems name the file that each letter would be by itself.
    """
    pile_pdf = import_module("attendkit.documents.letters.paper").pile_pdf
    try:
        content, _ = pile_pdf(list(letters.values()), title)
    except CannotSetError:
        good, problems = _sorted_out(letters)
        if not good:
            return Written((), problems)
        content, _ = pile_pdf(good, title)
        return Written((save(path, content),), problems)
    return Written((save(path, content),))


def made(letter: Letter, form: str) -> tuple[bytes, Problem | None]:
    """One letter in one of `FORMS`, with a warning where there is one.

    Raises:
        CannotSetError: no font on this computer has all of its signs.
        BadArgumentError: a layout is not sound, or an e-mail address is none.
    """
    module, name = _MAKERS[form]
    content = getattr(import_module(f"attendkit.documents.letters.{module}"), name)(letter)
    return content if isinstance(content, tuple) else (content, None)


def _sorted_out(letters: Letters) -> tuple[list[Letter], tuple[tuple[Path, Problem], ...]]:
    """The letters that can be set, and what is wrong with the others."""
    good, problems = [], []
    for path, letter in letters.items():
        try:
            made(letter, "pdf")
        except CannotSetError as error:
            problems.append((path, _problem(error)))
        else:
            good.append(letter)
    return good, tuple(problems)


def _problem(error: CannotSetError | BadArgumentError) -> Problem:
    """Why a letter was not written. What Typst says may quote the letter, so it is not said again."""
    if isinstance(error, BadArgumentError):
        return Problem("letter", error.what, file=error.where, remedy=error.remedy)
    return Problem(
        "letter",
        "This letter cannot be set as PDF: no font on this computer has all of its signs.",
        remedy="Write it in Word (`--format docx`), or install a font that has them.",
    )

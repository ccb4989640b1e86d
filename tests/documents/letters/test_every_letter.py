"""Every letter that attendkit comes with, about sixty pupils: a page each, plain, and exact."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from tests.documents.accessible import faults
from tests.documents.drawn import view
from tests.documents.letters.names import ARABIC, CHINESE, NAMES, ON, SCHOOL, facts
from tests.documents.letters.test_names import as_read, has_font, squashed

from attendkit.documents.letters import Letter, made, madeup, render
from attendkit.documents.letters.lint import lint
from attendkit.documents.letters.paper import pile_pdf
from attendkit.duties.letters.table import LETTERS, LetterKind

LONGEST = max(NAMES, key=lambda name: len("".join(name)))


@cache
def likely(kind: LetterKind) -> Mapping[str, Any]:
    """What a letter of this kind says besides."""
    return madeup.facts(kind, replace(view(), school=SCHOOL))


def about(kind: LetterKind, name: tuple[str, str]) -> Letter:
    """A letter of this kind about this pupil, whatever else it says."""
    given = likely(kind)
    who = facts(*name)
    return render(
        kind.name, {**given, "child": {**given["child"], **who["child"]}, "parent": who["parent"]}, SCHOOL, ON
    )


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_it_keeps_the_house_rules(kind: LetterKind) -> None:
    assert lint(about(kind, ("Amy", "Lee")), legal=kind.legal) == ()


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_it_has_every_name_as_it_is(kind: LetterKind) -> None:
    for name in NAMES:
        text = squashed(made(about(kind, name), "txt")[0].decode())
        assert squashed(f"Ms {name[1]}") in text
        assert squashed(name[0]) in text


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_it_is_a_page_for_each_name_with_all_that_names_the_pupil_exact(kind: LetterKind) -> None:
    names = tuple(name for name in NAMES if name not in CHINESE or has_font(name))
    letters = [about(kind, name) for name in names]
    content, problem = pile_pdf(letters, "A pile")
    assert (problem is not None) == any(name in CHINESE for name in names)
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) == len(names)
    for name, letter, page in zip(names, letters, pages, strict=True):
        text = squashed(page.extract_text())
        told = naming(letter, name)
        assert any(squashed(f"Ms {name[1]}") in as_read(part) for part in told)
        assert [part for part in told if as_read(part) not in text and not turned(part, name, text)] == []


def naming(letter: Letter, name: tuple[str, str]) -> list[str]:
    """All that a letter says with a pupil's forename or surname in it: paragraphs, and lines of lists."""
    text = "\n".join(made(letter, "txt")[0].decode().splitlines())
    parts = re.split(r"\n\n|^- ", text, flags=re.MULTILINE)
    return [part for part in parts if name[0] in part or name[1] in part]


def turned(part: str, name: tuple[str, str], text: str) -> bool:
    """Whether it is a line that begins with a name written from right to left, which turns the line round.

    A file has such a line as it stands on paper, with what is beside the name on its other side; each word of
    it is exact. No other line is let off.
    """
    words = re.findall(r"\w+", part)
    return name in ARABIC and part.startswith(name[0]) and all(word in text for word in words)


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_it_can_be_read_out(kind: LetterKind) -> None:
    content, _ = made(about(kind, LONGEST), "pdf")
    assert faults(content) == []

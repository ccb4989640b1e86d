"""Every letter that attendkit comes with, about sixty pupils: a page each, plain, and exact."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from tests.documents.accessible import faults
from tests.documents.drawn import view
from tests.documents.letters.names import CHINESE, NAMES, ON, SCHOOL, facts
from tests.documents.letters.test_names import squashed

from attendkit.documents.letters import Letter, made, madeup, render
from attendkit.documents.letters.lint import lint
from attendkit.documents.letters.paper import pile_pdf
from attendkit.duties.letters.table import LETTERS, LetterKind

LONGEST = max(NAMES, key=lambda name: len("".join(name)))
SETTABLE = tuple(name for name in NAMES if name not in CHINESE)


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
def test_it_is_a_page_for_each_name(kind: LetterKind) -> None:
    content, problem = pile_pdf([about(kind, name) for name in SETTABLE], "A pile")
    assert problem is None
    assert len(PdfReader(BytesIO(content)).pages) == len(SETTABLE)


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_it_can_be_read_out_and_is_exact_on_paper(kind: LetterKind) -> None:
    content, _ = made(about(kind, LONGEST), "pdf")
    assert faults(content) == []
    text = squashed(PdfReader(BytesIO(content)).pages[0].extract_text())
    assert all(squashed(part) in text for part in (LONGEST[0], f"Ms {LONGEST[1]}"))

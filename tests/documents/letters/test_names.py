"""Sixty names in every form that a letter takes: the text exact, a page each, and nothing but text."""

import email
import email.policy
import re
from email.message import EmailMessage
from functools import cache
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader
from tests.documents.accessible import faults, structure
from tests.documents.letters.names import CHINESE, NAMES, facts, letter
from tests.documents.test_page import Tags

from attendkit.documents.letters import made
from attendkit.documents.letters.lint import lint
from attendkit.documents.typesetting import CannotSetError

Name = tuple[str, str]


@cache
def has_font(name: Name) -> bool:
    """Whether this computer can set a name at all: attendkit ships no Chinese, which is as big as itself."""
    try:
        made(letter(facts(*name)), "pdf")
    except CannotSetError:
        return False
    return True


def squashed(text: str) -> str:
    """A text without its spaces, since every form breaks its lines elsewhere."""
    return "".join(text.split())


def as_read(text: str) -> str:
    """A text as pypdf reads it: a letter that is set with its accents apart is read once for each of them."""
    marks = re.compile(r"(.[\u0300-\u036f]+)")
    return squashed(marks.sub(lambda found: found[1] * len(found[1]), text))


def said(name: Name) -> list[str]:
    """What a letter about this pupil says in four places."""
    forename, surname = name
    return [
        f"{forename} has missed 4.5 days of school",
        f"Dear Ms {surname},",
        f"on any day that {forename} cannot come",
        f"{forename} has missed 4.5 days of school since Thursday 3 September 2026.",
    ]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_text_page_and_word_have_each_name_as_it_is(name: Name) -> None:
    one = letter(facts(*name))
    page = "".join(Tags(made(one, "html")[0].decode()).texts)
    document = Document(BytesIO(made(one, "docx")[0]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    word = "".join([*(line.text for line in document.paragraphs), *cells])
    for form in (made(one, "txt")[0].decode(), page, word):
        for part in (*said(name), f"Ms {name[1]}"):
            assert squashed(part) in squashed(form)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_draft_has_each_name_as_it_is_and_goes_to_one_parent(name: Name) -> None:
    draft = email.message_from_bytes(made(letter(facts(*name)), "eml")[0], policy=email.policy.default)
    assert isinstance(draft, EmailMessage)
    assert draft["Subject"] == f"{name[0]} has missed 4.5 days of school"
    (parent,) = draft["To"].addresses
    assert (parent.display_name, parent.addr_spec) == (f"Ms {name[1]}", "parent@example.org")
    for kind in ("plain", "html"):
        body = draft.get_body((kind,))
        assert body is not None
        content = body.get_content()
        text = "".join(Tags(content).texts) if kind == "html" else content
        for part in said(name):
            assert squashed(part) in squashed(text)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_paper_has_each_name_as_it_is_on_one_page(name: Name) -> None:
    if not has_font(name):
        assert name in CHINESE, "the shipped fonts have every other name's signs"
        return
    content, problem = made(letter(facts(*name)), "pdf")
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) == 1
    text = squashed(reader.pages[0].extract_text())
    for part in said(name):
        assert as_read(part) in text
    assert (problem is not None) == (name in CHINESE)
    assert faults(content) == []


def test_a_letter_is_read_out_in_the_order_of_its_page() -> None:
    content, _ = made(letter(), "pdf")
    assert structure(content)[:6] == ["Document", "P", "P", "P", "P", "H1"]
    assert set(structure(content)[6:]) == {"P", "Strong"}


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_breaks_a_house_rule(name: Name) -> None:
    if has_font(name):
        assert lint(letter(facts(*name))) == ()

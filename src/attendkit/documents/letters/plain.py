"""Letters as text: what an e-mail shows where it shows no HTML, and what a screen shows."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from attendkit.documents.letters.blocks import (
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Run,
    Space,
    Table,
    words,
)
from attendkit.documents.letters.layout import about, addressed, letterhead, picture
from attendkit.documents.letters.wording import Letter

WIDTH = 72
"""Cells across: what mail programs leave unbroken when somebody answers."""


def letter_text(letter: Letter) -> bytes:
    """The whole letter as plain text in UTF-8, its paragraphs wrapped, a line end last."""
    head = ("\n".join(lines) for lines in ([letter.school.name, *letterhead(letter)], addressed(letter)))
    parts = [*head, "\n".join(about(letter)), letter.subject, body_text(letter)]
    return "\n\n".join(part for part in parts if part).encode() + b"\n"


def body_text(letter: Letter) -> str:
    """What the letter says, without head and address."""
    return "\n\n".join("\n".join(_lines(block, letter)) for block in letter.blocks)


def _lines(block: Block, letter: Letter) -> Iterator[str]:
    match block:
        case Heading(_, runs) | Paragraph(runs):
            yield from _wrapped(runs)
        case Items(entries, first):
            for place, entry in enumerate(entries):
                mark = "- " if first is None else f"{first + place}. "
                yield from _wrapped(entry, mark)
        case Table():
            yield from _table(block)
        case Picture():
            chart = picture(block, letter)
            yield from wrap(f"{chart['title']}. {chart['says']} {chart['read']}.", WIDTH)
        case Space():
            yield ""


def _table(table: Table) -> Iterator[str]:
    """A line a row, each cell after its heading: columns do not line up in every mail program."""
    for row in table.rows:
        cells = zip(map(words, table.heads), map(words, row), strict=True)
        told = ", ".join(f"{head}: {cell}" if head else cell for head, cell in cells)
        yield from wrap(told, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)


def _wrapped(runs: Sequence[Run], mark: str = "") -> Iterator[str]:
    indent = " " * len(mark)
    for line in words(runs).split("\n"):
        yield from wrap(
            line,
            WIDTH,
            initial_indent=mark,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        mark = indent

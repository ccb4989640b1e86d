"""The wording of a letter as plain blocks: read from Markdown once, written as PDF, Word, e-mail and text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from attendkit.errors import BadArgumentError

CHART = "chart"
"""How a block of a chart begins: three backticks and this word, and in the next line the chart's name."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. A line end in it is a new line on paper."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a letter. The first heading of a wording is its subject and no block."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered where `first` is a number. Each entry is text, without lists of its own."""

    entries: tuple[tuple[Run, ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings, its rows, and for each column whether it stands on the right."""

    heads: tuple[tuple[Run, ...], ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, by its name among the letter's facts."""

    chart: str


@dataclass(frozen=True, slots=True)
class Space:
    """Room for a name to be signed in, written as a line of three stars."""


Block = Heading | Paragraph | Items | Table | Picture | Space


def words(runs: Sequence[Run]) -> str:
    """The text of runs without their styles."""
    return "".join(run.text for run in runs)


def blocks(markdown: str, where: str) -> tuple[Block, ...]:
    """The blocks of a wording.

    Raises:
        BadArgumentError: the wording has something that no letter has, such as a quotation or an HTML tag.
    """
    tree = SyntaxTreeNode(_parser().parse(markdown))
    return tuple(_block(node, where) for node in tree.children)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _block(node: SyntaxTreeNode, where: str) -> Block:
    block: Block
    match node.type:
        case "heading":
            block = Heading(int(node.tag[1:]), _runs(node, where))
        case "paragraph":
            block = Paragraph(_runs(node, where))
        case "bullet_list":
            block = Items(tuple(_entries(node, where)))
        case "ordered_list":
            block = Items(tuple(_entries(node, where)), int(node.attrs.get("start", 1)))
        case "table":
            block = _table(node, where)
        case "fence" if node.info.strip() == CHART:
            block = Picture(node.content.strip())
        case "hr":
            block = Space()
        case _:
            raise _refused(node, where)
    return block


def _entries(node: SyntaxTreeNode, where: str) -> Iterator[tuple[Run, ...]]:
    for entry in node.children:
        if [part.type for part in entry.children] != ["paragraph"]:
            raise _refused(entry, where)
        yield _runs(entry.children[0], where)


def _table(node: SyntaxTreeNode, where: str) -> Table:
    head, *body = node.children
    heads = head.children[0].children
    rows = [row.children for part in body for row in part.children]
    return Table(
        tuple(_runs(cell, where) for cell in heads),
        tuple(tuple(_runs(cell, where) for cell in row) for row in rows),
        tuple(str(cell.attrs.get("style", "")).endswith("right") for cell in heads),
    )


def _runs(node: SyntaxTreeNode, where: str) -> tuple[Run, ...]:
    """The text inside a block: neighbours in one style are one run."""
    joined: list[Run] = []
    inside = (run for inline in node.children for run in _inside(inline, where))
    for run in filter(lambda run: run.text, inside):
        before = joined[-1] if joined else None
        if before and (before.bold, before.italic) == (run.bold, run.italic):
            joined[-1] = Run(before.text + run.text, run.bold, run.italic)
        else:
            joined.append(run)
    return tuple(joined)


def _inside(node: SyntaxTreeNode, where: str, *, bold: bool = False, italic: bool = False) -> Iterator[Run]:
    match node.type:
        case "text" | "text_special":
            yield Run(node.content, bold, italic)
        case "softbreak":
            yield Run(" ", bold, italic)
        case "hardbreak":
            yield Run("\n", bold, italic)
        case "inline" | "strong" | "em":
            style = {"bold": bold or node.type == "strong", "italic": italic or node.type == "em"}
            for part in node.children:
                yield from _inside(part, where, **style)
        case _:
            raise _refused(node, where)


_NAMES = {
    "blockquote": "a quotation",
    "code_block": "a line that begins with four spaces",
    "code_inline": "text between backticks",
    "fence": "a block between backticks that is no chart",
    "image": "a picture",
    "link": "a link: write the address out, so that it can be read on paper",
    "list_item": "more than one paragraph in an entry of a list",
}


def _refused(node: SyntaxTreeNode, where: str) -> BadArgumentError:
    return BadArgumentError(
        f"A letter cannot have {_NAMES.get(node.type, node.type)}.",
        where=where,
        remedy="Letters have headings, paragraphs, bold, italic, lists, tables and charts.",
    )

"""A letter as plain values for the layouts: the same ones for PDF, page and e-mail."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attendkit.documents.cells import tidy
from attendkit.documents.letters.blocks import Block, Heading, Items, Paragraph, Picture, Run, Space, Table
from attendkit.documents.letters.wording import Letter
from attendkit.errors import BadArgumentError
from attendkit.findings import long_date


def values(letter: Letter) -> dict[str, Any]:
    """What a layout may use of one letter: texts, numbers, and lists and dicts of them."""
    return {
        "school": tidy(letter.school.name),
        "letterhead": letterhead(letter),
        "to": addressed(letter),
        "about": about(letter),
        "subject": letter.subject,
        "blocks": [_block(block, letter) for block in letter.blocks],
    }


def letterhead(letter: Letter) -> list[str]:
    """The lines under the school's name at the head of a letter."""
    school = letter.school
    lines = (", ".join(school.address), " · ".join(filter(None, (school.phone, school.website))))
    return [tidy(line) for line in lines if line]


def addressed(letter: Letter) -> list[str]:
    """The lines that show in the window: whom the letter goes to, and where."""
    lines = (str(letter.parent.get("name", "")), *map(str, letter.parent.get("address", ())))
    return [said for line in lines if (said := tidy(line).strip())]


def about(letter: Letter) -> list[str]:
    """The lines beside the address: the date, and the school's reference where there is one."""
    reference = tidy(str(letter.facts.get("reference", "")))
    return [long_date(letter.on), *([f"Our reference: {reference}"] if reference else [])]


def picture(block: Picture, letter: Letter) -> Mapping[str, Any]:
    """A chart that the wording shows, as the facts have it.

    Raises:
        BadArgumentError: there is no such chart among the facts.
    """
    charts: Mapping[str, Any] = letter.facts.get("charts", {})
    if block.chart not in charts:
        raise BadArgumentError(
            f"There is no chart {block.chart!r} for this letter.",
            where=f"templates/letters/{letter.name}.md",
            remedy=f"It has: {', '.join(charts)}." if charts else "It has no charts.",
        )
    chart: Mapping[str, Any] = charts[block.chart]
    return chart


def _block(block: Block, letter: Letter) -> dict[str, Any]:
    match block:
        case Heading(level, runs):
            return {"kind": "heading", "level": level, "runs": _runs(runs)}
        case Paragraph(runs):
            return {"kind": "paragraph", "runs": _runs(runs)}
        case Items(entries, first):
            return {"kind": "items", "entries": [_runs(entry) for entry in entries], "first": first}
        case Table():
            return {"kind": "table", **_table(block)}
        case Picture():
            chart = picture(block, letter)
            return {"kind": "picture", "chart": chart}
        case Space():
            return {"kind": "space"}


def _table(block: Table) -> dict[str, Any]:
    return {
        "heads": [_runs(head) for head in block.heads],
        "rows": [[_runs(cell) for cell in row] for row in block.rows],
        "right": list(block.right),
    }


def _runs(runs: Sequence[Run]) -> list[dict[str, Any]]:
    return list(_styled(runs))


def _styled(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    for run in runs:
        yield {"lines": run.text.split("\n"), "bold": run.bold, "italic": run.italic}

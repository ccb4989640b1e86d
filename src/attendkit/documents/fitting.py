"""How a table fits a screen: which columns stay, and how wide each one is."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from attendkit.findings import Column, Kind

GAP = 2
"""Cells between two columns."""

_COMFORTABLE = 24  # a text column is cut to this before a narrow column goes
_SHORTEST = 8  # and to this before any other column goes


@dataclass(frozen=True, slots=True)
class Fit:
    """The columns that fit, by their place in the report, with their widths, and the headings left out."""

    places: tuple[int, ...]
    widths: tuple[int, ...]
    left_out: tuple[str, ...]


def fit(columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int) -> Fit:
    """The columns that `width` cells have room for. The first column always stays.

    Long text is shortened to a comfortable length; then narrow columns go, the last of them first; then
    text is shortened further; then other columns go, from the right. What room is left over goes to the
    first column, then to text, then to headings. A narrow column with nothing in it takes no room.
    """
    wants = [_want(column, [row[place] for row in texts]) for place, column in enumerate(columns)]
    comfortable = _at_most(columns, wants, _COMFORTABLE)
    shortest = _at_most(columns, wants, _SHORTEST)
    kept = [place for place, want in enumerate(wants) if want]
    _drop(kept, [place for place in kept if columns[place].narrow], comfortable, width)
    _drop(kept, list(kept), shortest, width)
    start = comfortable if _total(comfortable, kept) <= width else shortest
    sizes = {place: min(start[place], width) for place in kept}
    spare = width - _total(start, kept)
    whose = [comfortable[:1], comfortable, wants, [cell_len(column.heading) for column in columns]]
    for goal in whose:
        spare = _lengthen(sizes, goal, spare)
    gone = tuple(c.heading for place, c in enumerate(columns) if place not in sizes and wants[place])
    return Fit(tuple(sizes), tuple(sizes.values()), gone)


def _want(column: Column, cells: Sequence[str]) -> int:
    """How wide a column would be; nothing for a narrow one that is empty all the way down."""
    if column.narrow and not any(cells):
        return 0
    return max(1, _longest_word(column.heading), max(map(cell_len, cells), default=0))


def _longest_word(heading: str) -> int:
    return max(map(cell_len, heading.split(" ")), default=1)


def _at_most(columns: Sequence[Column], wants: Sequence[int], most: int) -> list[int]:
    """Each column's width with text cut to `most`, but never below its heading's longest word."""
    return [
        min(want, max(most, _longest_word(column.heading))) if column.kind is Kind.TEXT else want
        for want, column in zip(wants, columns, strict=True)
    ]


def _total(sizes: Sequence[int], kept: Sequence[int]) -> int:
    return sum(sizes[place] for place in kept) + GAP * (len(kept) - 1)


def _drop(kept: list[int], may_go: Sequence[int], sizes: Sequence[int], width: int) -> None:
    for place in reversed(may_go):
        if place and _total(sizes, kept) > width:
            kept.remove(place)


def _lengthen(sizes: dict[int, int], goal: Sequence[int], spare: int) -> int:
    """Give the spare cells to the shortest columns first, up to the goal; what is over is given back."""
    while spare > 0 and (able := [n for n, size in sizes.items() if n < len(goal) and size < goal[n]]):
        sizes[min(able, key=lambda place: sizes[place])] += 1
        spare -= 1
    return spare

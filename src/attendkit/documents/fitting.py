"""How a table fits a screen: which columns stay, and how wide each one is."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from attendkit.findings import Column, Kind

_GAP = 2  # cells between two columns
_SHORTEST = 6  # a text column is never cut below this
_LONGEST = 48  # nor given more than this while others need the room


@dataclass(frozen=True, slots=True)
class Fit:
    """The columns that fit, by their place in the report, with their widths, and those left out."""

    places: tuple[int, ...]
    widths: tuple[int, ...]
    left_out: tuple[str, ...]


def fit(columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int) -> Fit:
    """The columns that `width` cells have room for.

    Narrow columns go first, the last of them before the others; then long text is shortened; then columns
    go from the right. The first column always stays.
    """
    wants = [_want(column, [row[n] for row in texts]) for n, column in enumerate(columns)]
    leasts = [
        min(want, max(_SHORTEST, _longest_word(c.heading))) if c.kind is Kind.TEXT else want
        for want, c in zip(wants, columns, strict=True)
    ]
    kept = list(range(len(columns)))
    for needs, goes in ((wants, _narrow(columns)), (leasts, [*range(len(columns) - 1, 0, -1)])):
        for place in goes:
            if _total(needs, kept) > width and place in kept:
                kept.remove(place)
    sizes = _shared(kept, wants, leasts, columns, width)
    gone = tuple(c.heading for n, c in enumerate(columns) if n not in kept)
    return Fit(tuple(kept), tuple(sizes), gone)


def _narrow(columns: Sequence[Column]) -> list[int]:
    return [n for n in range(len(columns) - 1, 0, -1) if columns[n].narrow]


def _want(column: Column, cells: Sequence[str]) -> int:
    longest = max(map(cell_len, cells), default=0)
    return max(1, _longest_word(column.heading), min(longest, _LONGEST))


def _longest_word(heading: str) -> int:
    return max(map(cell_len, heading.split()), default=1)


def _total(sizes: Sequence[int], kept: Sequence[int]) -> int:
    return sum(sizes[n] for n in kept) + _GAP * (len(kept) - 1)


def _shared(
    kept: Sequence[int], wants: Sequence[int], leasts: Sequence[int], columns: Sequence[Column], width: int
) -> list[int]:
    """Take from the widest text columns until they fit; give what is over to headings of two words."""
    sizes = {n: wants[n] for n in kept}
    over = _total(wants, kept) - width
    while over > 0 and (able := [n for n in kept if sizes[n] > leasts[n]]):
        sizes[max(able, key=lambda n: sizes[n])] -= 1
        over -= 1
    if over > 0:
        sizes[kept[0]] = max(1, sizes[kept[0]] - over)
    for n in kept:
        more = min(cell_len(columns[n].heading) - sizes[n], -over)
        if more > 0:
            sizes[n] += more
            over += more
    return [sizes[n] for n in kept]

"""Problems in data, told once each: "Mark 'ZZ' is not a code: 412 rows, first at row 5"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attendkit.documents.cells import tidy
from attendkit.findings import counted
from attendkit.model import Problem, Severity

MOST_KINDS = 30
"""How many kinds of problem are told one by one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that say the same thing of the same file: the first of them, and how many there are."""

    first: Problem
    rows: int

    @property
    def line(self) -> str:
        """The problem in one sentence, with how often it occurs and where first."""
        said = tidy(self.first.message).rstrip(".")
        return f"{said}: {place}" if (place := self._place()) else f"{said}."

    @property
    def remedy(self) -> str:
        """What to do about it, or an empty text."""
        return tidy(self.first.remedy)

    def _place(self) -> str:
        column = f", column {tidy(self.first.column)}" if self.first.column else ""
        if self.first.row is None:
            return f"{counted(self.rows, 'time')}{column}" if self.rows > 1 else column.lstrip(", ")
        if self.rows == 1:
            return f"row {self.first.row}{column}"
        return f"{counted(self.rows, 'row')}, first at row {self.first.row}{column}"


def grouped(problems: Iterable[Problem]) -> list[Group]:
    """Problems by what they say: errors before warnings, then the commonest first, then as they came."""
    same: dict[tuple[str, ...], list[Problem]] = {}
    for one in problems:
        same.setdefault((one.severity, one.file, one.reason, one.message, one.remedy), []).append(one)
    groups = [Group(min(alike, key=_row), len(alike)) for alike in same.values()]
    return sorted(groups, key=lambda g: (g.first.severity is not Severity.ERROR, -g.rows))


def shortened(groups: Sequence[Group]) -> tuple[Sequence[Group], str]:
    """The first kinds of problem, and a sentence on the rest where there are more than a person reads."""
    rest = groups[MOST_KINDS:]
    if not rest:
        return groups, ""
    rows = sum(group.rows for group in rest)
    kinds = counted(len(rest), "other kind")
    return groups[:MOST_KINDS], f"And {counted(rows, 'problem')} of {kinds}: `--format json` lists them all."


def _row(problem: Problem) -> int:
    return problem.row or 0

"""A report on the screen: figures first, then the table, then notes and problems.

Every line is plain `Text`, never markup, because a pupil may be called `[/]`. Lines are laid out here and
not by rich's own table, which takes half a second over a whole school.
"""

import shutil
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import zip_longest
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.control import strip_control_codes
from rich.text import Text

from attendkit.documents.cells import PARTED, filled, tidy, unbroken, wrapped
from attendkit.documents.charts import chart_lines
from attendkit.documents.fitting import GAP, fit
from attendkit.documents.problems import Group, grouped, shortened
from attendkit.documents.shown import Grid, count_grids, count_texts, heading_lines, right_aligned, shown
from attendkit.findings import Chart, Column, Kind, Report, View, counted
from attendkit.model import Severity

_HANG = 4  # cells before a line that hangs under its row
_LEFT_TO_RIGHT = "\u200e"  # after a name in Hebrew or Arabic, so that the next column is not turned round
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def screen(stdout: TextIO, width: int | None = None) -> Console:
    """A console that prints text as it is: no markup, no guessing at numbers, colour only on a terminal.

    A letter that the terminal's encoding lacks is shown as `?` and does not stop the command.
    """
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(errors="replace")
    size = width or shutil.get_terminal_size().columns
    return Console(file=stdout, width=size, markup=False, highlight=False, emoji=False)


def print_table(report: Report, view: View, stdout: TextIO, width: int | None = None) -> None:
    """Print a report so that no line is longer than the screen is wide."""
    console = screen(stdout, width)
    title, under = heading_lines(report, view)
    print_text(console, title, style="bold")
    for line in filled(under.split(PARTED), console.width):
        print_text(console, line, style="dim")
    for note in report.above:
        print_text(console, note, style="bold")
    for line in filled([f"{name}: {value}" for name, value in count_texts(report)], console.width):
        print_text(console, line)
    for grid in count_grids(report):
        console.print()
        _print_figures(console, grid)
    console.print()
    seen = shown(report, view)
    if seen.rows:
        print_grid(console, seen.columns, seen.texts)
    else:
        print_text(console, f"No {seen.about} to list.")
    for chart in report.charts:
        console.print()
        print_chart(console, chart)
    if report.notes:
        console.print()
    for note in report.notes:
        print_text(console, note)
    print_problems(console, grouped(report.problems))


def print_grid(console: Console, columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> None:
    """Print a table of texts, fitted to the screen, and say which columns there was no room for.

    A column with several lines in a cell, such as contacts to ring, or one that `hangs`, is under its row.
    """
    several = [any("\n" in row[place] for row in texts) for place in range(len(columns))]
    hung = [n for n, column in enumerate(columns) if n and (several[n] or column.hangs)]
    level = [place for place in range(len(columns)) if place not in hung]
    rows = [[row[place] for place in level] for row in texts]
    fitted = fit([columns[place] for place in level], rows, console.width)
    kept = [columns[level[place]] for place in fitted.places]
    _print_head(console, kept, fitted.widths)
    sides = [right_aligned(column) for column in kept]
    for row, whole in zip(rows, texts, strict=True):
        _out(console, _line([row[place] for place in fitted.places], fitted.widths, sides))
        for place in hung:
            _print_hung(console, columns[place].heading if len(hung) > 1 else "", whole[place])
    if fitted.left_out:
        print_text(console, f"Not shown at this width: {', '.join(fitted.left_out)}.", style="dim")


def _print_hung(console: Console, heading: str, text: str) -> None:
    """What hangs under a row, whole; named where several things do."""
    name = f"{' ' * _HANG}{heading}: " if heading else " " * _HANG
    for line in map(unbroken, text.splitlines()):
        print_labelled(console, name, line, indent=len(name))
        name = " " * len(name)


def _print_figures(console: Console, grid: Grid) -> None:
    """Figures of groups: a line a group, or where that is too wide for the screen a line a figure."""
    lines = [[grid.title, *grid.heads], *grid.rows]
    for across in (lines, [list(line) for line in zip(*lines, strict=True)]):
        columns = [Column(str(n), head, Kind.NUMBER if n else Kind.TEXT) for n, head in enumerate(across[0])]
        if not fit(columns, across[1:], console.width).left_out:
            break
    print_grid(console, columns, across[1:])


def _print_head(console: Console, columns: Sequence[Column], widths: Sequence[int]) -> None:
    heads = [wrapped(column.heading, size) for column, size in zip(columns, widths, strict=True)]
    sides = [right_aligned(column) for column in columns]
    for line in reversed(list(zip_longest(*(reversed(head) for head in heads), fillvalue=""))):
        _out(console, _line(line, widths, sides), "bold")
    _out(console, ("─" if console.encoding.startswith("utf") else "-") * _length(widths), "dim")


def print_chart(console: Console, chart: Chart) -> None:
    """Print a chart: its title, the picture in letters, and what it shows."""
    print_text(console, chart.title, style="bold")
    for line in chart_lines(chart, console.width, plain=not console.encoding.startswith("utf")):
        _out(console, line)
    print_text(console, chart.says)


def print_problems(console: Console, groups: Sequence[Group], *, named: bool = True) -> None:
    """Print problems, each kind once, with what to do about it under it, and its file where `named`."""
    if not groups:
        return
    console.print()
    total = sum(group.rows for group in groups)
    print_text(console, f"{counted(total, 'problem')} in the data", style="bold")
    first, rest = shortened(groups)
    for group in first:
        severity = group.first.severity
        place = f"{tidy(group.first.file)}: " if named and group.first.file else ""
        print_labelled(console, severity.value, f"{place}{group.line}", _COLOURS[severity])
        if group.remedy:
            print_labelled(console, "", group.remedy)
    if rest:
        print_text(console, rest)


def print_labelled(console: Console, name: str, text: str, style: str = "", *, indent: int = 9) -> None:
    """Print a word, and text that hangs to the right of it."""
    for line in wrapped(text, max(1, console.width - indent)):
        label = set_cell_size(name, indent)
        if name and style:
            console.print(Text.assemble((label, style), line), soft_wrap=True)
        else:
            _out(console, label + line)
        name = ""


def print_text(console: Console, text: str, style: str = "") -> None:
    """Print a sentence, wrapped to the screen."""
    for line in wrapped(text, console.width):
        _out(console, line, style)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    laid = [_cell(*one) for one in zip(cells, widths, right, strict=True)]
    return (" " * GAP).join(laid).rstrip()


def _cell(text: str, width: int, right: bool) -> str:  # noqa: FBT001  (the side)
    long = cell_len(text)
    if long > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
        long = cell_len(text)
    blank = " " * (width - long)
    turned = "" if text.isascii() or not any("\u0590" <= c <= "\u08ff" for c in text) else _LEFT_TO_RIGHT
    return f"{blank}{text}{turned}" if right else f"{text}{turned}{blank}"


def _length(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _out(console: Console, line: str, style: str = "") -> None:
    if style:
        console.out(line, style=style, highlight=False)
    else:  # rich would take as long over the lines of a whole school as all that went before
        console.file.write(f"{strip_control_codes(line)}\n")

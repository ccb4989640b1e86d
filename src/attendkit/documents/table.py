"""A report on the screen: figures first, then the table, then notes and problems.

Everything is shown as plain `Text`, never as markup, because a pupil may be called `[/]`.
"""

import shutil
from collections.abc import Iterable, Sequence
from typing import Literal, TextIO

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from attendkit.documents.cells import counted, tidy
from attendkit.documents.fitting import fit
from attendkit.documents.problems import Group, grouped
from attendkit.documents.shown import count_texts, heading_lines, right_aligned, shown
from attendkit.findings import Column, Report, View
from attendkit.model import Severity

_PARTED = " · "


def screen(stdout: TextIO, width: int | None = None) -> Console:
    """A console that prints text as it is: no markup, no guessing at numbers, colour only on a terminal."""
    size = width or shutil.get_terminal_size().columns
    return Console(file=stdout, width=size, markup=False, highlight=False, emoji=False, soft_wrap=False)


def print_table(report: Report, view: View, stdout: TextIO, width: int | None = None) -> None:
    """Print a report so that no line is longer than the screen is wide."""
    console = screen(stdout, width)
    title, under = heading_lines(report, view)
    console.print(Text(title, style="bold"))
    console.print(Text(under, style="dim"))
    for line in filled([f"{name} {value}" for name, value in count_texts(report)], console.width):
        console.print(Text(line))
    seen = shown(report, view)
    console.print()
    if seen.rows:
        print_grid(seen.columns, seen.texts, console)
    else:
        about = "pupils" if "pupil" in report.table.columns else "rows"
        console.print(Text(f"No {about} to list."))
    for note in report.notes:
        console.print(Text(note))
    print_problems(grouped(report.problems), console)


def print_grid(
    columns: Sequence[Column], texts: Sequence[Sequence[str]], console: Console, *, title: str = ""
) -> None:
    """Print a table of texts, fitted to the screen; say which columns there was no room for."""
    fitted = fit(columns, texts, console.width)
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), collapse_padding=True)
    for place, size in zip(fitted.places, fitted.widths, strict=True):
        column = columns[place]
        side: Literal["left", "right"] = "right" if right_aligned(column) else "left"
        head = Text(column.heading, no_wrap=False, overflow="fold")
        table.add_column(head, justify=side, width=size, no_wrap=True, overflow="ellipsis", vertical="bottom")
    for row in texts:
        table.add_row(*(Text(row[place]) for place in fitted.places))
    if title:
        console.print(Text(title, style="bold"))
    console.print(table)
    if fitted.left_out:
        names = ", ".join(fitted.left_out)
        console.print(Text(f"Not shown at this width: {names}.", style="dim"))


def print_problems(groups: Sequence[Group], console: Console) -> None:
    """Print problems, each kind once, with what to do about it under it."""
    if not groups:
        return
    console.print()
    total = sum(group.rows for group in groups)
    console.print(Text(f"{counted(total, 'problem')} in the data:", style="bold"))
    for group in groups:
        place = f"{group.first.file}: " if group.first.file else ""
        colour = "red" if group.first.severity is Severity.ERROR else "yellow"
        console.print(Text.assemble((group.first.severity.value, colour), f"  {tidy(place)}{group.line}"))
        if group.remedy:
            console.print(Padding(Text(group.remedy), (0, 0, 0, 9)))


def filled(parts: Iterable[str], width: int) -> list[str]:
    """Parts laid on lines no wider than `width`, broken between parts and never inside one."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(lines[-1]) + len(_PARTED) + cell_len(part) <= width:
            lines[-1] += _PARTED + part
        else:
            lines.append(part)
    return lines

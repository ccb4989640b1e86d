"""Where words go: results to stdout, remarks about the work to stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from attendkit.model import json_text, unsteered


def remark(text: str = "") -> None:
    """Say something about the work on stderr, which leaves stdout to the results."""
    sys.stderr.write(f"{unsteered(text)}\n")


def print_json(value: Any) -> None:
    """Write a result on stdout for a script: names as they are, keys in the order of docs/json.md."""
    sys.stdout.write(json_text(value))


def nearby(path: Path) -> Path:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


@contextmanager
def bar(doing: str) -> Iterator[None]:
    """A moving bar on stderr while something is done, if it takes over a second and somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with_bar = Progress(*columns, console=Console(stderr=True), transient=True)
    with_bar.add_task(doing, total=None)
    after_a_second = Timer(1.0, with_bar.start)
    after_a_second.start()
    try:
        yield
    finally:
        after_a_second.cancel()
        with_bar.stop()

"""`python -m benchmarks`: speeds, letters, hostile files, killed writers, flipped bytes, oracles, and more.

`python -m benchmarks speed` or another name in `_EACH` runs one of them.
"""

import importlib
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.speed import every_speed

_EACH = (
    "speed",
    "letters",
    "mutations",
    "hostile",
    "kills",
    "flips",
    "backups",
    "oracle",
    "patterns",
    "watching",
)


def print_speeds() -> int:
    """Measure every speed and print them in one table. 1 when one is over its limit."""
    table = Table("what", "s", "MB", "against", "s", "times", "at most", "", box=None, pad_edge=False)
    over = 0
    for held in every_speed():
        over += not held.holds
        table.add_row(
            held.what,
            f"{held.timed.seconds:.2f}",
            f"{held.timed.megabytes:.0f}",
            held.against,
            f"{held.yardstick.seconds:.2f}",
            f"{held.ratio:.2f}",
            f"{held.at_most:.2f}",
            Text("" if held.holds else "over"),
        )
    Console(width=120).print(table)
    return int(over > 0)


def main() -> int:
    """Run what the command line names, or all of it."""
    asked = sys.argv[1:] or list(_EACH)
    sys.argv[1:] = []
    return max(print_speeds() if name == "speed" else _run(name) for name in asked)


def _run(name: str) -> int:
    # Imported now and not before: the memory of a timed child is counted from its parent's.
    return int(importlib.import_module(f"benchmarks.{name}").main() or 0)


if __name__ == "__main__":
    sys.exit(main())

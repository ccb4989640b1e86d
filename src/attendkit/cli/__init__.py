"""The command line: parse, call, print. Nothing here is loaded before it is needed."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run attendkit on `argv` (the process's own arguments if left out) and exit.

    Exits with `errors.Exit`, or with `boundary.INTERRUPTED`, `boundary.PIPE_CLOSED` or `boundary.FAULT`.
    """
    from attendkit.cli.boundary import guarded

    sys.exit(guarded(list(sys.argv[1:] if argv is None else argv)))

"""Where words go: results to stdout, remarks about the work to stderr."""

import json
import sys
from pathlib import Path
from typing import Any


def remark(text: str = "") -> None:
    """Say something about the work on stderr, which leaves stdout to the results."""
    sys.stderr.write(f"{text}\n")


def print_json(value: Any) -> None:
    """Write a result on stdout for a script: names as they are, keys in the order of docs/json.md."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def nearby(path: Path) -> Path:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path

"""Where words go: results to stdout, remarks about the work to stderr."""

import json
import sys
from typing import Any


def remark(text: str = "") -> None:
    """Say something about the work on stderr, which leaves stdout to the results."""
    sys.stderr.write(f"{text}\n")


def print_json(value: Any) -> None:
    """Write a result on stdout for a script: names as they are, keys in the order of docs/json.md."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")

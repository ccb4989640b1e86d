"""The table of letters as a person reads it."""

from collections.abc import Iterator
from typing import Any, TextIO

from attendkit.documents.table import print_labelled, screen
from attendkit.duties.letters.table import LETTERS, LetterKind

_WIDE = max(len(kind.name) for kind in LETTERS) + 2


def print_letters(stdout: TextIO) -> None:
    """Print every letter: its name, when it is used, and what it needs, the gravest of a step first."""
    console = screen(stdout)
    for kind in LETTERS:
        print_labelled(console, kind.name, " ".join(_said(kind)), "bold", indent=_WIDE)


def letters_json() -> dict[str, Any]:
    """The table of letters as plain values."""
    return {
        "letters": [
            {
                "name": kind.name,
                "step": str(kind.step),
                "when": kind.when,
                "rests_on": list(kind.rests_on),
                "legal": kind.legal,
                "signed_by": kind.signed_by,
                "concern": kind.concern,
                "in_plan": bool(kind.rests_on) and not kind.asked_only,
                "say": {ask.name: ask.help for ask in kind.asks},
            }
            for kind in LETTERS
        ]
    }


def _said(kind: LetterKind) -> Iterator[str]:
    yield kind.when
    if kind.legal:
        yield "Legal."
    if not kind.rests_on or kind.asked_only:
        yield "Only by its name."
    if kind.asks:
        yield f"Say {', '.join(ask.name for ask in kind.asks)}."

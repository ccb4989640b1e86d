"""What a notice to improve must hold: eight parts, of which none may be missing (R17.11)."""

from collections.abc import Mapping, Sequence
from typing import Any

from attendkit.documents.letters.plain import letter_text
from attendkit.documents.letters.wording import Letter
from attendkit.errors import BadArgumentError

PARTS: Mapping[str, tuple[str, ...]] = {
    "the attendance and the absence that is not authorised": (
        "figures.missed_days",
        "figures.unauthorised_days",
    ),
    "the parent's duty": ("duty.says",),
    "the support so far": ("said.support",),
    "the support on offer": ("said.offer",),
    "the penalty notice that may follow": ("notice.first_early", "notice.first", "notice.second"),
    "the period": ("improve.first", "improve.last"),
    "what must change": ("improve.expects",),
    "when a step may come sooner": ("improve.early",),
}
"""Each part, and the facts that it is told by."""

NOTICE = "notice-to-improve"


def check_parts(letter: Letter) -> None:
    """Make sure that a notice to improve holds its eight parts. Other letters have none to hold.

    Raises:
        BadArgumentError: a part is missing from the wording, or is not known.
    """
    if letter.name != NOTICE:
        return
    text = " ".join(letter_text(letter).decode().split())
    for part, facts in PARTS.items():
        if any(not _told(letter.facts, fact.split("."), text) for fact in facts):
            raise BadArgumentError(
                f"A notice to improve must tell {part}, and this one does not.",
                where=f"templates/letters/{NOTICE}.md",
                remedy=f"Let the wording print {' and '.join(facts)}.",
            )


def _told(facts: Any, path: Sequence[str], text: str) -> bool:
    for name in path:
        facts = facts.get(name) if isinstance(facts, Mapping) else None
    return facts not in (None, "") and " ".join(str(facts).split()) in text

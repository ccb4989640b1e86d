"""The three weekly meetings: what each is called, which entry says that it was held, and its sections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SECTIONS: Mapping[str, str] = {
    "actions": "Actions overdue, and due this week",
    "targets": "Targets",
    "cases": "Open cases",
    "worse": "Moved to a worse band",
    "away": "Away without explanation",
    "unseen": "Not seen in person",
    "penalties": "At the threshold for a penalty notice",
    "returns": "Owed to the council",
    "timetables": "Part-time timetables",
    "next": "Suggested next step",
    "better": "Moved to a better band",
}
"""Every section of a pack by its name, as it is headed."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One kind of meeting: its title, the kind of meeting that the log has, and the sections of its pack.

    `apart` is whether each college has one of its own. `whom` says whom the sections named in `only` are
    about: everybody, those to be careful of, or those the council knows or is to know.
    """

    title: str
    logged: str
    sections: tuple[str, ...]
    apart: bool = False
    whom: Literal["all", "careful", "referred"] = "all"
    only: tuple[str, ...] = ()


MEETINGS: Mapping[str, Meeting] = {
    "college": Meeting(
        "College Leader meeting",
        "college",
        ("actions", "targets", "cases", "worse", "away", "unseen", "next", "better"),
        apart=True,
    ),
    "inclusion": Meeting(
        "Inclusion Panel",
        "inclusion-panel",
        ("actions", "cases", "unseen", "timetables", "away", "next", "worse", "better"),
        whom="careful",
        only=("next",),
    ),
    "was": Meeting(
        "Open-case meeting with the council",
        "council",
        ("actions", "targets", "cases", "penalties", "returns", "away", "next"),
        whom="referred",
        only=("actions", "targets", "cases", "next"),
    ),
}
"""The meetings by the word that asks for their packs."""

"""The three weekly meetings: what each is called, which entry says that it was held, and its sections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SECTIONS: Mapping[str, str] = {
    "actions": "Actions overdue, due this week, and settled since",
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
    """One kind of meeting: its title, what the log calls it, and its pack's sections, most important first.

    `apart` is whether each college has one of its own. `whom` says whom the sections named in `only` are
    about: everybody, those to be careful of, or those the council knows or is to know. `groups` is whether it
    looks at groups of pupils too.
    """

    title: str
    logged: str
    sections: tuple[str, ...]
    apart: bool = False
    whom: Literal["all", "careful", "referred"] = "all"
    only: tuple[str, ...] = ()
    groups: bool = False


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
        ("actions", "cases", "unseen", "next", "timetables", "away", "worse", "better"),
        whom="careful",
        only=("next",),
        groups=True,
    ),
    "was": Meeting(
        "Open-case meeting with the council",
        "council",
        ("actions", "targets", "cases", "next", "returns", "away", "penalties"),
        whom="referred",
        only=("actions", "targets", "cases", "next"),
    ),
}
"""The meetings by the word that asks for their packs."""

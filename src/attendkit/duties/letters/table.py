"""The table of letters: one line each. Plans, facts, checks and the docs are made from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attendkit.errors import BadArgumentError

OFFICER = "officer"
"""Who signs what needs nobody else's name."""

HEAD = "head"
"""Who signs legal letters and decisions on leave."""


class Step(StrEnum):
    """What a letter is for. Of the letters of one step a pupil is due for one at a time, the gravest."""

    ABSENCE = "absence"
    REASON = "reason"
    LATENESS = "lateness"
    CASEWORK = "casework"
    GOOD_NEWS = "good news"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that a letter says and no register or log holds: given with `--say NAME=WORDS`."""

    name: str
    help: str
    kind: type = str


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One letter: its name, which is its wording's too, when it is used, and what it needs.

    `rests_on` names the duties, rules or kinds of casework entries that give rise to it; with none of them
    it is in no plan, and written only when it is asked for by name, as is one that is `asked_only`. `legal`
    letters may be longer. `concern` letters are held back where a child is looked after, protected, agreed
    to be ill, or grieving; letters about a child's safety and answers to a parent are not of them. One that
    is not `on_roll_only` may go about a pupil who has left. `figures` are those of the year to date that it
    says, and `asks` what it says that somebody must give.
    """

    name: str
    step: Step
    when: str
    rests_on: tuple[str, ...] = ()
    legal: bool = False
    signed_by: str = OFFICER
    concern: bool = False
    asked_only: bool = False
    on_roll_only: bool = True
    figures: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()


_MISSED = ("since", "missed_days")
_OF_POSSIBLE = (*_MISSED, "possible_days")
_WITHOUT_LEAVE = (*_MISSED, "unauthorised_days")

_MEETING = (
    Ask("day", "the day of the meeting", date),
    Ask("time", "when it begins, such as 3.30pm"),
    Ask("place", "where it is"),
)

LETTERS: tuple[LetterKind, ...] = (
    LetterKind(
        "cme",
        Step.ABSENCE,
        "Away without explanation for as long as the council must be told of.",
        ("cme-referral",),
    ),
    LetterKind(
        "safe-and-well",
        Step.ABSENCE,
        "Not seen for some days, and nobody has said why.",
        ("letter-safe-and-well",),
    ),
    LetterKind(
        "penalty-warning",
        Step.ABSENCE,
        "The sessions of the penalty notice rule are reached, and none of them is still open.",
        ("penalty-notice",),
        legal=True,
        signed_by=HEAD,
        concern=True,
    ),
    LetterKind(
        "severe",
        Step.ABSENCE,
        "Half of school or more was missed.",
        ("bands",),
        concern=True,
        figures=_OF_POSSIBLE,
    ),
    LetterKind(
        "persistent-absence",
        Step.ABSENCE,
        "Persistently absent, as the DfE counts.",
        ("bands",),
        concern=True,
        figures=_OF_POSSIBLE,
    ),
    LetterKind(
        "at-risk",
        Step.ABSENCE,
        "Below the school's own line.",
        ("at-risk",),
        concern=True,
        figures=_OF_POSSIBLE,
    ),
    LetterKind(
        "first-concern",
        Step.ABSENCE,
        "The first days missed, before any line is crossed.",
        ("letter-first-concern",),
        concern=True,
        figures=_MISSED,
    ),
    LetterKind(
        "unexplained-absence",
        Step.REASON,
        "Nobody has said why a pupil was away: code N still open.",
        ("letter-unexplained",),
    ),
    LetterKind(
        "punctuality-meeting",
        Step.LATENESS,
        "Lateness has gone on: parents are asked in.",
        ("letter-punctuality",),
        concern=True,
    ),
    LetterKind(
        "punctuality",
        Step.LATENESS,
        "Late often in this half term.",
        ("letter-punctuality",),
        concern=True,
    ),
    LetterKind(
        "medical-evidence",
        Step.CASEWORK,
        "Evidence was asked for, because there is real doubt.",
        ("evidence-asked",),
        concern=True,
        figures=("since", "ill_days"),
    ),
    LetterKind(
        "meeting-invite",
        Step.CASEWORK,
        "Parents are asked to a meeting.",
        concern=True,
        asks=_MEETING,
        figures=_MISSED,
    ),
    LetterKind(
        "meeting-record", Step.CASEWORK, "A meeting was held: what was agreed.", ("meeting",), figures=_MISSED
    ),
    LetterKind(
        "attendance-target",
        Step.CASEWORK,
        "A target was agreed.",
        ("target-set",),
        concern=True,
        figures=_MISSED,
    ),
    LetterKind("target-met", Step.CASEWORK, "A target was met: good news.", ("target-reviewed",)),
    LetterKind("target-not-met", Step.CASEWORK, "A target was not met.", ("target-reviewed",), concern=True),
    LetterKind("home-visit", Step.CASEWORK, "Staff called at the home and nobody answered.", ("visit",)),
    LetterKind(
        "loa-approved",
        Step.CASEWORK,
        "Leave of absence was granted, in whole or in part.",
        ("leave-decided",),
        signed_by=HEAD,
    ),
    LetterKind(
        "loa-declined",
        Step.CASEWORK,
        "Leave of absence was declined: the reason, and the warning.",
        ("leave-decided",),
        legal=True,
        signed_by=HEAD,
    ),
    LetterKind(
        "loa-returned-late",
        Step.CASEWORK,
        "The leave has ended and the pupil has not come back.",
        ("leave-decided",),
    ),
    LetterKind(
        "notice-to-improve",
        Step.CASEWORK,
        "Support was offered and has not worked: the last chance before a penalty notice.",
        ("notice-to-improve",),
        legal=True,
        signed_by=HEAD,
        concern=True,
        asks=(
            Ask("support", "what support was given so far"),
            Ask("offer", "what further support is on offer"),
        ),
        figures=_WITHOUT_LEAVE,
    ),
    LetterKind(
        "pre-legal-meeting",
        Step.CASEWORK,
        "Parents are asked to the meeting before any legal step.",
        legal=True,
        signed_by=HEAD,
        concern=True,
        asks=_MEETING,
        figures=_WITHOUT_LEAVE,
    ),
    LetterKind(
        "ehe-information",
        Step.CASEWORK,
        "A parent has said, but not written, that a child will be taught at home.",
        ("ehe-notice",),
    ),
    LetterKind(
        "ehe-acknowledgement",
        Step.CASEWORK,
        "A parent has given written notice that a child will be taught at home.",
        ("ehe-notice",),
        on_roll_only=False,
    ),
    LetterKind(
        "ehe-removed",
        Step.CASEWORK,
        "A name was taken off the register for home education.",
        ("ehe-removed",),
        on_roll_only=False,
    ),
    LetterKind(
        "reduced-timetable",
        Step.CASEWORK,
        "A part-time timetable was agreed.",
        ("timetable-agreed",),
        signed_by=HEAD,
    ),
    LetterKind(
        "reduced-timetable-review",
        Step.CASEWORK,
        "A part-time timetable is due to be looked at again.",
        ("part-time-timetable",),
    ),
    LetterKind(
        "welcome-back",
        Step.TERM,
        "A fresh start, in the first week of a term, after much absence in the one before.",
        ("letter-fresh-start",),
    ),
    LetterKind(
        "improved",
        Step.GOOD_NEWS,
        "Hardly a session missed lately, by a pupil who had missed many.",
        ("letter-improved",),
    ),
    LetterKind(
        "term-information",
        Step.TERM,
        "For every parent in the first week of a term: whom to tell, dates, the law.",
        ("letter-fresh-start",),
        asked_only=True,
    ),
)
"""Every letter, the gravest of each step first."""


def said_of(names: Sequence[str], say: Sequence[str]) -> dict[Ask, str]:
    """What was given with `--say NAME=WORDS`, by what the letters of these names ask for.

    Raises:
        BadArgumentError: it is written some other way, or no letter asked for says such a thing.
    """
    asks = {ask.name: ask for name in names for ask in letter_kind(name).asks}
    said: dict[Ask, str] = {}
    for one in say:
        name, equals, words = one.partition("=")
        if not equals or name not in asks or not words.strip():
            known = ", ".join(asks) or "nothing"
            raise BadArgumentError(
                "This is not NAME=WORDS with a name that the letter has.",
                where=f"--say {name}",
                remedy=f"With --letter {' '.join(names) or 'NAME'} there is to be said: {known}.",
            )
        said[asks[name]] = words.strip()
    return said


def letter_kind(name: str) -> LetterKind:
    """The letter of that name.

    Raises:
        BadArgumentError: there is none.
    """
    for kind in LETTERS:
        if kind.name == name:
            return kind
    raise BadArgumentError(
        f"There is no letter called {name!r}.", where="--letter", remedy="`attendkit letters list` has them."
    )

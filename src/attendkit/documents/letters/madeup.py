"""Letters about a pupil who does not exist: what `letters check` reads over and `letters preview` shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from attendkit.documents.letters.facts import law_facts, people_facts
from attendkit.documents.letters.wording import Letter, render
from attendkit.duties.letters.table import LetterKind
from attendkit.findings import View
from attendkit.school import Officer, School, Signatory

_CHILD = {"forename": "Rowan", "surname": "Ashdown", "name": "Rowan Ashdown", "tutor": "9B", "year": 9}
_PARENT = {
    "name": "Ms Frances Ashdown",
    "salutation": "Ms Ashdown",
    "address": ["14 Weir Cottages", "Harrowmere", "CV99 3ZZ"],
    "email": "frances.ashdown@example.org",
}
_FIGURES = {
    "since": "Thursday 3 September 2026",
    "missed_days": "10.5 days",
    "missed_sessions": 21,
    "possible_days": "52 days",
    "possible_sessions": 104,
    "authorised_days": "4 days",
    "unauthorised_days": "6.5 days",
    "unauthorised_sessions": 13,
    "ill_days": "4 days",
    "lates": 6,
    "percent": "79.81%",
}
_SEVERE = {
    **_FIGURES,
    "missed_days": "28 days",
    "missed_sessions": 56,
    "authorised_days": "20 days",
    "unauthorised_days": "8 days",
    "unauthorised_sessions": 16,
    "percent": "46.15%",
}
_FEW = {
    **_FIGURES,
    "missed_days": "4.5 days",
    "missed_sessions": 9,
    "authorised_days": "3 days",
    "unauthorised_days": "1.5 days",
    "unauthorised_sessions": 3,
    "percent": "91.35%",
}
"""Figures of the letters about much and about little absence."""

_ABSENCES = [
    {"date": "Monday 9 November to Wednesday 11 November", "when": "3 days", "reason": "not authorised"},
    {"date": "Thursday 12 November", "when": "morning", "reason": "came after the register had closed"},
    {"date": "Friday 13 November", "when": "all day", "reason": "no reason given yet"},
    {"date": "Tuesday 17 November", "when": "afternoon", "reason": "authorised"},
]
_UNAUTHORISED = [
    *_ABSENCES[:2],
    {"date": "Monday 16 November", "when": "all day", "reason": "not authorised"},
]
_SEEN = "Thursday 12 November 2026"
_REPLY = "Friday 27 November 2026"
_MEETING = {"day": "Tuesday 1 December 2026", "time": "3.30pm", "place": "the school office"}
_LEAVE = {
    "asked": "Monday 2 November 2026",
    "first": "Monday 16 November 2026",
    "last": "Wednesday 18 November 2026",
    "until": "Wednesday 18 November 2026",
    "back": "Thursday 19 November 2026",
}
_DECIDED = {"decided": "Mr P. Lindqvist", "why": "It is for a family wedding abroad."}
_TARGET = {
    "first": "Monday 23 November 2026",
    "last": "Friday 18 December 2026",
    "aim": "miss no more than 2 days",
}
_BANDS = {"persistent_percent": 10, "severe_percent": 50}
_LATE = {"times": 11, "since": "Monday 2 November 2026", "after_close": 2}
_TIMETABLE = {"first": "Monday 9 November 2026", "review_by": "Monday 4 January 2027"}
_AGREED = {
    "last": "Friday 18 December 2026",
    "parent": "Ms Frances Ashdown",
    "decided": "Mr P. Lindqvist",
    "times": "Monday to Friday, 8.45am to 12.30pm",
}

_OWN: Mapping[str, Mapping[str, Any]] = {
    "cme": {"away": {"school_days": 10, "limit": 10, "last_seen": _SEEN, "tried": "6 times"}},
    "safe-and-well": {"away": {"school_days": 5, "limit": 10, "last_seen": _SEEN, "tried": "3 times"}},
    "penalty-warning": {
        "window": {
            "sessions": 10,
            "days": "5 days",
            "school_weeks": 10,
            "first": "Thursday 3 September 2026",
        },
        "absences": _UNAUTHORISED,
        "earlier": {"days": "half a day"},
    },
    "severe": {"bands": _BANDS, "figures": _SEVERE},
    "persistent-absence": {"bands": _BANDS, "absences": _ABSENCES[1:]},
    "at-risk": {
        "bands": _BANDS,
        "figures": _FEW,
        "ahead": {"days": "3 days", "until": "Friday 18 December 2026"},
    },
    "first-concern": {
        "figures": {**_FEW, "missed_days": "3 days", "missed_sessions": 6, "percent": "94.23%"}
    },
    "unexplained-absence": {
        "unexplained": {"days": "1.5 days", "deadline": _REPLY, "school_days": 5},
        "absences": _ABSENCES[1:3],
    },
    "punctuality-meeting": {"late": _LATE},
    "punctuality": {"late": _LATE, "register": {"opens": "8.40am", "closes": "9.10am"}},
    "medical-evidence": {"evidence": {"due": _REPLY, "first": "Monday 9 November 2026", "last": _SEEN}},
    "meeting-invite": {"said": _MEETING},
    "meeting-record": {
        "meeting": {
            "day": "Tuesday 17 November 2026",
            "agreed": "Rowan will see Mr Arkell each morning. We will look at the bus pass.",
            "present": "Ms Ashdown, Rowan and Mrs Okafor",
            "next": "Tuesday 8 December 2026",
        }
    },
    "attendance-target": {"target": {**_TARGET, "agreed": "Ms Ashdown"}},
    "target-met": {"target": {**_TARGET, "result": "1 day missed"}},
    "target-not-met": {"target": {**_TARGET, "result": "4.5 days missed"}},
    "home-visit": {"visit": {"day": "Friday 20 November 2026"}, "away": {"last_seen": _SEEN}},
    "loa-approved": {"leave": {**_LEAVE, **_DECIDED, "days": "3 days"}},
    "loa-declined": {"leave": {**_LEAVE, **_DECIDED}, "law": "leave-of-absence"},
    "loa-returned-late": {"leave": _LEAVE, "away": {"days": "2 days", "limit": 10}},
    "notice-to-improve": {
        "improve": {
            "first": "Monday 23 November 2026",
            "last": "Friday 15 January 2027",
            "school_weeks": 6,
            "early": "Monday 14 December 2026",
            "expects": "Rowan misses no day without leave.",
        },
        "said": {
            "support": "We met twice, and Rowan has a mentor.",
            "offer": "A shared breakfast each day, and help with the bus fare.",
        },
    },
    "pre-legal-meeting": {"said": _MEETING},
    "ehe-information": {"ehe": {"told": _SEEN, "think_days": 14}},
    "ehe-acknowledgement": {
        "ehe": {"told": _SEEN, "stated": "Monday 30 November 2026", "think_days": 14},
        "law": "home-education",
    },
    "ehe-removed": {"ehe": {"removed": "Tuesday 1 December 2026", "council_told": _REPLY}},
    "reduced-timetable": {"timetable": {**_TIMETABLE, **_AGREED}},
    "reduced-timetable-review": {"timetable": _TIMETABLE},
    "welcome-back": {"before": {"missed_days": "14 days"}},
    "improved": {
        "improved": {
            "since": "Monday 19 October 2026",
            "days_in": "20 days",
            "days_open": "20 days",
            "missed_before": "6 days",
        }
    },
    "term-information": {
        "term": {
            "first": "Thursday 3 September 2026",
            "last": "Friday 18 December 2026",
            "half_term": "Monday 26 October 2026 to Friday 30 October 2026",
        }
    },
}
"""What each letter says besides: the facts that it gets, each with a likely value."""


def facts(kind: LetterKind, view: View) -> dict[str, Any]:
    """All that a letter about the made-up pupil may say. Amounts and law are those in force on the day."""
    own = dict(_OWN[kind.name])
    rule = own.pop("law", "penalty-notice")
    whole = settled(view.school)
    return {
        **people_facts(whole, view.on, kind),
        "child": _CHILD,
        "parent": _PARENT,
        "figures": _FIGURES,
        "reply_by": _REPLY,
        **law_facts(view, str(rule)),
        **({"reference": "Rowan Ashdown, 9B, 004711"} if kind.legal else {}),
        **own,
    }


def letter(kind: LetterKind, view: View) -> Letter:
    """A letter about the made-up pupil.

    Raises:
        BadArgumentError: the wording is not sound, or asks for a name that is not among its facts.
    """
    return render(kind.name, facts(kind, view), settled(view.school), view.on)


def settled(school: School) -> School:
    """A school with an officer and a head where its own are not set, for a letter that nobody is sent."""
    officer = school.officer
    known = Officer(
        name=officer.name or "Mrs J. Okafor",
        role=officer.role,
        phone=officer.phone or "01632 960001",
        email=officer.email,
        hours=officer.hours,
    )
    head = {"head": Signatory(name="Mr P. Lindqvist", role="Headteacher")}
    named = {"name": school.name or "Harrowmere School", "authority": school.authority or "Anyshire"}
    changed = {**named, "officer": known, "signatories": {**head, **school.signatories}}
    return school.model_copy(update=changed)


DAY = date(2026, 11, 20)
"""The day of the made-up pupil's letters."""

"""What must have come before: nobody closes a case that is not open, or pays a notice that was not issued."""

from collections.abc import Mapping
from typing import Any

from attendkit.casework.cases import open_case
from attendkit.casework.home_education import name_goes_on, notice_of
from attendkit.casework.kinds import Kind
from attendkit.casework.leave import requests_of
from attendkit.casework.log import Log
from attendkit.casework.notices import same_parent
from attendkit.errors import BadArgumentError
from attendkit.register.matching import fold_text
from attendkit.terms import Calendar

_OPEN_CASE = ("This pupil has no open case.", "Open one with `attendkit case open PUPIL`.")
_NOTICE = (
    "No such notice to this parent is logged.",
    "Log it with `attendkit notice issued PUPIL`, with the parent's name as it is written there.",
)

_NOT_WRITTEN = (
    "No written notice of home education is logged for this pupil: a spoken one takes no name off.",
    "Log the parent's letter first with `attendkit ehe notice PUPIL --way written`.",
)

_NO_REQUEST = (
    "No request for leave is logged for this pupil.",
    "Log it first with `attendkit loa request PUPIL`; --way not-asked where nobody asked.",
)
_NO_SUCH_REQUEST = (
    "No request for leave of this pupil has that number.",
    "`attendkit log show PUPIL --kind leave-requested` lists them.",
)

_NOT_BEGUN = (
    "No such leave of this pupil has begun by that day.",
    "`attendkit loa list --all` has the days, and `--on` says when the pupil was back.",
)

_BEFORE: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "target-reviewed": (("target-set",), "This pupil has no target.", "Set one with `attendkit target set`."),
    "timetable-reviewed": (
        ("timetable-agreed",),
        "No part-time timetable is logged as agreed for this pupil.",
        "Log it first with `attendkit log timetable-agreed PUPIL`.",
    ),
    "hold-lifted": (("hold",), "Nothing is held for this pupil.", "`attendkit log show PUPIL` lists holds."),
    "leave-returned": (
        ("leave-decided",),
        "No leave was decided on for this pupil.",
        "Log the decision first with `attendkit loa decide PUPIL`.",
    ),
    "notice-to-improve-outcome": (
        ("notice-to-improve",),
        "No Notice to Improve is logged for this pupil.",
        "Log it first with `attendkit notice improve PUPIL`.",
    ),
    "ehe-exit-form": (
        ("ehe-notice",),
        "No notice of home education is logged for this pupil.",
        "Log it first with `attendkit ehe notice PUPIL`.",
    ),
    "ehe-decision": (
        ("ehe-notice",),
        "No notice of home education is logged for this pupil.",
        "Log it first with `attendkit ehe notice PUPIL`.",
    ),
}
"""By kind: the kinds of which one must be logged first, what to say where none is, and what to do."""


def refuse_out_of_order(log: Log, pupil: int, kind: str, body: Kind, calendar: Calendar) -> None:
    """Refuse an entry about something that is not there, or that comes before its day, or twice.

    Raises:
        BadArgumentError: there is no case, target, notice, request or hold for it to be about, the request
            was decided on, or had fewer school days, or the day that a notice names is not over.
    """
    if kind == "leave-decided":
        fault = _decision_fault(log, pupil, body, calendar)
    else:
        fault = _fault(log, pupil, kind, body) or _unlike(log, pupil, kind, body)
    if fault:
        what, remedy = fault
        raise BadArgumentError(what, where="the pupil asked for", remedy=f"{remedy} Nothing was logged.")


def _fault(log: Log, pupil: int, kind: str, body: Any) -> tuple[str, str] | None:
    case = open_case(log, pupil)
    match kind:
        case "case-opened" if case:
            return "This pupil has an open case already.", "Close it first with `attendkit case close PUPIL`."
        case "case-action-done" if case and body.action not in [one.number for one in case.actions]:
            return (
                "The open case has no action with this number.",
                "`attendkit case show PUPIL` lists its actions.",
            )
        case "case-barrier" | "case-action" | "case-action-done" | "case-reviewed" | "case-closed":
            return None if case else _OPEN_CASE
        case "notice-paid" | "notice-withdrawn" | "notice-prosecuted":
            return None if _issued(log, pupil, body) else _NOTICE
        case "ehe-removed":
            return _too_soon(log, pupil)
    before, what, remedy = _BEFORE.get(kind, ((), "", ""))
    found = (what, remedy) if before and not log.of(pupil, *before) else None
    too_early = kind == "leave-returned" and not found and not _begun(log, pupil, body)
    return _NOT_BEGUN if too_early else found


def _issued(log: Log, pupil: int, body: Any) -> bool:
    issued: list[Any] = list(log.of(pupil, "notice-issued"))
    return any(same_parent(one.body.parent, body.parent) and body.issued in (None, one.on) for one in issued)


def _unlike(log: Log, pupil: int, kind: str, body: Any) -> tuple[str, str] | None:
    """What is wrong beside what is logged: another hold than those that stand, or a notice that is there."""
    if kind == "hold-lifted" and not _held(log, pupil, body):
        return (
            "Nothing is held for this pupil for that reason and about that contact.",
            "`attendkit log show PUPIL --kind hold` lists what is.",
        )
    return _issued_before(log, pupil, body) if kind == "notice-issued" else None


def _held(log: Log, pupil: int, body: Any) -> bool:
    holds: list[Any] = [one.body for one in log.held(pupil)]
    return any(one.why == body.why and same_parent(one.contact, body.contact) for one in holds)


def _issued_before(log: Log, pupil: int, body: Any) -> tuple[str, str] | None:
    """What says that a notice is in the log: its reference, or its sessions and its parent."""
    for one in log.of(pupil, "notice-issued"):
        was: Any = one.body
        alike = same_parent(was.parent, body.parent)
        remedy = f"Where entry {one.id} is wrong, `attendkit log correct {one.id}`."
        if alike and body.reference and fold_text(was.reference) == fold_text(body.reference):
            return "A notice with this reference is logged already.", remedy
        if alike and (was.first, was.last, was.matter) == (body.first, body.last, body.matter):
            return "A notice to this parent for these sessions is logged already.", remedy
    return None


def _too_soon(log: Log, pupil: int) -> tuple[str, str] | None:
    """Why the name may not go yet: nobody wrote, or the day in the letter is not over (R15.1)."""
    notice = notice_of(log, pupil)
    goes_on = name_goes_on(notice) if notice else None
    if goes_on is None:
        return _NOT_WRITTEN
    if log.on >= goes_on:
        return None
    said = f"{goes_on:%A} {goes_on.day} {goes_on:%B %Y}"
    return (
        f"The day that the notice of home education names is not over: the name goes on {said}.",
        "Until then the pupil is on roll. Take it off that day; `--on` says when it was.",
    )


def _begun(log: Log, pupil: int, body: Any) -> bool:
    return any(
        one.first <= log.on and body.request in (None, one.asked.root) for one in requests_of(log, pupil)
    )


def _decision_fault(log: Log, pupil: int, body: Any, calendar: Calendar) -> tuple[str, str] | None:
    """Why leave cannot be decided on so: no request, a decision stands already, or too many days."""
    every = requests_of(log, pupil)
    about = [one for one in every if body.request in (None, one.asked.root)]
    if not about:
        return _NO_SUCH_REQUEST if every else _NO_REQUEST
    if decided := about[-1].decided:
        return (
            f"This leave was decided on already, in entry {decided.id}.",
            f"Change it with `attendkit log correct {decided.id}`; --request names another request.",
        )
    days = calendar.between(about[-1].first, about[-1].last)
    if body.days is not None and body.days > days:
        return (
            f"{body.days} days cannot be granted: the days asked for have {days} school days.",
            "Say how many of them with --days.",
        )
    return None

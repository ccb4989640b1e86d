"""What must have come before: nobody closes a case that is not open, or pays a notice that was not issued."""

from collections.abc import Mapping
from typing import Any

from attendkit.casework.cases import open_case
from attendkit.casework.kinds import Kind
from attendkit.casework.log import Log
from attendkit.casework.notices import same_parent
from attendkit.errors import BadArgumentError

_OPEN_CASE = ("This pupil has no open case.", "Open one with `attendkit case open PUPIL`.")
_NOTICE = (
    "No such notice to this parent is logged.",
    "Log it with `attendkit notice issued PUPIL`, with the parent's name as it is written there.",
)

_NOT_WRITTEN = (
    "No written notice of home education is logged for this pupil: a spoken one takes no name off.",
    "Log the parent's letter first with `attendkit ehe notice PUPIL --way written`.",
)

_BEFORE: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "target-reviewed": (("target-set",), "This pupil has no target.", "Set one with `attendkit target set`."),
    "timetable-reviewed": (
        ("timetable-agreed",),
        "No part-time timetable is logged as agreed for this pupil.",
        "Log it first with `attendkit log timetable-agreed PUPIL`.",
    ),
    "hold-lifted": (("hold",), "Nothing is held for this pupil.", "`attendkit log show PUPIL` lists holds."),
    "leave-decided": (
        ("leave-requested",),
        "No request for leave is logged for this pupil.",
        "Log it first with `attendkit loa request PUPIL`; --way not-asked where nobody asked.",
    ),
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


def refuse_out_of_order(log: Log, pupil: int, kind: str, body: Kind) -> None:
    """Refuse an entry about something that is not there.

    Raises:
        BadArgumentError: there is no case, target, notice, request or hold for it to be about.
    """
    if fault := _fault(log, pupil, kind, body):
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
            return None if _written(log, pupil) else _NOT_WRITTEN
    before, what, remedy = _BEFORE.get(kind, ((), "", ""))
    return (what, remedy) if before and not log.of(pupil, *before) else None


def _issued(log: Log, pupil: int, body: Any) -> bool:
    issued: list[Any] = list(log.of(pupil, "notice-issued"))
    return any(same_parent(one.body.parent, body.parent) and body.issued in (None, one.on) for one in issued)


def _written(log: Log, pupil: int) -> bool:
    notices: list[Any] = list(log.of(pupil, "ehe-notice"))
    return any(one.body.way == "written" for one in notices)

"""Requests for leave of absence as the log has them, each with its decision and the day of return."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from attendkit.casework.log import Log

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry


@dataclass
class Request:
    """A request for leave, what was decided on it, and when the pupil came back, as far as logged."""

    pupil: int
    asked: "Entry"
    decided: "Entry | None" = None
    returned: "Entry | None" = None

    @property
    def first(self) -> date:
        """The first day asked for."""
        body: Any = self.asked.body
        day: date = body.first
        return day

    @property
    def last(self) -> date:
        """The last day asked for."""
        body: Any = self.asked.body
        day: date = body.last
        return day

    @property
    def decision(self) -> str:
        """What was decided: granted, in-part, declined, or nothing yet."""
        body: Any = self.decided.body if self.decided else None
        return str(body.decision) if body else ""


def requests(log: Log) -> Iterator[Request]:
    """Every request for leave, pupil by pupil, oldest first.

    A decision or a return is about the request that it names by number, else about the last one before it;
    where that one was struck out, about none. A return is never about leave that has not begun: it ends the
    one that runs, or that ran last.
    """
    for pupil in log.whose("leave-requested"):
        yield from requests_of(log, pupil)


def requests_of(log: Log, pupil: int) -> list[Request]:
    """One pupil's requests for leave, oldest first."""
    found: list[Request] = []
    for entry in log.of(pupil, "leave-requested", "leave-decided", "leave-returned"):
        body: Any = entry.body
        if entry.kind == "leave-requested":
            found.append(Request(pupil, entry))
            continue
        about = [one for one in found if body.request in (None, one.asked.root)]
        if entry.kind == "leave-returned":
            about = sorted((one for one in about if one.first <= entry.on), key=lambda one: one.first)
        if not about or (body.request is None and was_struck_out(log, pupil, about[-1].asked, entry)):
            continue
        if entry.kind == "leave-decided":
            about[-1].decided = entry
        else:
            about[-1].returned = entry
    return found


def was_struck_out(log: Log, pupil: int, asked: "Entry", later: "Entry") -> bool:
    """Whether what a later entry was about stood between it and a request, and was struck out since."""
    between = (asked.on, asked.root), (later.on, later.root)
    struck = log.struck(pupil, "leave-requested")
    return any(between[0] < (one.on, one.root) < between[1] for one in struck)

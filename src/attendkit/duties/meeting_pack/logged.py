"""What the log has for a meeting: actions due, targets met or missed, open cases."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from attendkit.casework.cases import Case, cases
from attendkit.findings import Progress, View, long_date, progress_of

_WEEK = timedelta(days=7)


class Point(NamedTuple):
    """One thing to talk about: the pupil, what to say, and whose it is by when, where that is known."""

    pupil: int
    says: str
    owner: str | None = None
    due: date | None = None
    overdue: bool | None = None


def actions(view: View, since: date) -> Iterator[Point]:
    """Actions to do that are overdue or due within a week, and those done or dropped since the meeting.

    What is settled has no day that it is due by any more.
    """
    for pupil, case in _cases(view):
        for one in case.actions:
            if one.done_on and one.done_on > since:
                said = f"{one.outcome.capitalize()}: {one.action}"
                yield Point(pupil, said, one.owner, overdue=False)
            elif not one.outcome and case.closed is None and one.due <= view.on + _WEEK:
                yield Point(pupil, one.action, one.owner, one.due, overdue=one.overdue(view.on))


def open_cases(view: View, since: date) -> Iterator[Point]:
    """Cases that are open, with their barriers and their next review; and those closed since the meeting."""
    for pupil, case in _cases(view):
        opened: Any = case.opened.body
        lead, review = opened.lead or None, case.next_review
        if case.closed is None:
            against = f". In the way: {', '.join(case.barriers)}" if case.barriers else ""
            late = bool(review and review < view.on)
            yield Point(pupil, f"{opened.why}{against}", lead, review, overdue=late)
        elif case.closed.kind == "case-closed" and case.closed.on > since:
            yield Point(pupil, f"Closed: {case.closed.body.told()}", lead)


def _cases(view: View) -> Iterator[tuple[int, Case]]:
    for pupil in view.casework.whose("case-opened"):
        for case in cases(view.casework, pupil):
            yield pupil, case


def targets(view: View, since: date) -> Iterator[Point]:
    """Targets that no review has ended, with how they stand, and those reviewed since the meeting."""
    for pupil in view.casework.whose("target-set"):
        reviewed: list[Any] = [e.body for e in view.casework.of(pupil, "target-reviewed") if e.on > since]
        lately = {body.target for body in reviewed}
        for one in progress_of(view, pupil):
            body: Any = one.entry.body
            if not one.reviewed or body.target in lately:
                late = not one.reviewed and body.last < view.on
                yield Point(pupil, _said(one), None, body.last, overdue=late)


def _said(one: Progress) -> str:
    """A target in words: how it stands, and the whole sessions that make it so."""
    body: Any = one.entry.body
    what = "lates" if body.target == "punctuality" else "sessions missed"
    days = f"{long_date(body.first)} to {long_date(body.last)}"
    state = one.state.replace("_", " ")
    return f"{body.target.capitalize()}, {state}: {one.counted} {what} of at most {one.most}, {days}"

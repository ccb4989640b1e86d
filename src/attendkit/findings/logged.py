"""What people did about one pupil, in a few lines: what is open now, and the last words with home."""

from collections.abc import Iterator
from typing import Any

from attendkit.casework.cases import open_case
from attendkit.findings.targets import progress_of
from attendkit.findings.tried import CONTACTS, entry_text
from attendkit.findings.view import View
from attendkit.findings.words import counted, long_date

_LAST = 5
_NOTICES = (
    "notice-to-improve",
    "notice-to-improve-outcome",
    "notice-referred",
    "notice-issued",
    "notice-paid",
    "notice-withdrawn",
    "notice-prosecuted",
)
_STATES = {
    "not_begun": "not begun",
    "on_course": "can be met",
    "missed": "can no longer be met",
    "met": "over, met",
    "not_met": "over, not met",
    "ended": "ended",
}


def standing(view: View, pupil: int) -> Iterator[tuple[str, str]]:
    """What the log says of a pupil that stands on the day, a line each, under what it is.

    Holds, the open case with the actions that wait, targets that no review has ended, what was
    logged of notices, and the last five letters, calls and meetings, each the latest first.
    """
    log = view.casework
    for hold in log.held(pupil):
        yield "Hold", hold.body.told()
    yield from (("Case", line) for line in _case(view, pupil))
    yield from (("Targets", line) for line in _targets(view, pupil))
    for entry in reversed(log.of(pupil, *_NOTICES)):
        yield "Notices", f"{long_date(entry.on)}, {entry.kind.replace('-', ' ')}: {entry.body.told()}"
    last = log.of(pupil, *CONTACTS)[-_LAST:]
    yield from (("Last contact", entry_text(entry)) for entry in reversed(last))


def _case(view: View, pupil: int) -> Iterator[str]:
    case = open_case(view.casework, pupil)
    if case is None:
        return
    body: Any = case.opened.body
    lead = f", lead {body.lead}" if body.lead else ""
    review = f", next review {long_date(case.next_review)}" if case.next_review else ""
    yield f"open since {long_date(case.opened.on)}{lead}{review}: {body.why}"
    if case.barriers:
        yield f"barriers: {', '.join(case.barriers)}"
    for one in case.waiting:
        late = ", overdue" if one.overdue(view.on) else ""
        yield f"action {one.number}, {one.owner}, by {long_date(one.due)}{late}: {one.action}"


def _targets(view: View, pupil: int) -> Iterator[str]:
    for one in progress_of(view, pupil):
        body: Any = one.entry.body
        if not one.reviewed:
            days = f"{long_date(body.first)} to {long_date(body.last)}"
            so_far = f"{counted(one.counted, 'session')} so far, at most {one.most}"
            yield f"{body.target}, {days}: {so_far}, {_STATES[one.state]}"

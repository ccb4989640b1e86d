"""What the log has for a meeting: actions due, targets met or missed, open cases."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from attendkit.findings import View

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

_WEEK = timedelta(days=7)


class Point(NamedTuple):
    """One thing to talk about: the pupil, what to say, and whose it is by when, where that is known."""

    pupil: int
    says: str
    owner: str | None = None
    due: date | None = None
    overdue: bool | None = None


def actions(view: View, since: date) -> Iterator[Point]:
    """Actions agreed and not done that are overdue or due within a week, and those done since the meeting."""
    for pupil in view.casework.whose("case-action"):
        ended = dict(_ended(view, pupil))
        for entry in view.casework.of(pupil, "case-action"):
            body: Any = entry.body
            done = ended.get(entry.root)
            if done and done.on > since:
                yield Point(pupil, f"Done: {body.action}", body.owner, body.due, overdue=False)
            elif not done and body.due <= view.on + _WEEK:
                yield Point(pupil, body.action, body.owner, body.due, overdue=body.due < view.on)


def _ended(view: View, pupil: int) -> Iterator[tuple[int, "Entry"]]:
    """The actions that were done or dropped, by their numbers."""
    for entry in view.casework.of(pupil, "case-action-done"):
        body: Any = entry.body
        yield body.action, entry


def cases(view: View, since: date) -> Iterator[Point]:
    """Cases that are open, with their barriers and their next review; and those closed since the meeting."""
    log = view.casework
    for pupil in log.whose("case-opened"):
        opened, closed = log.latest(pupil, "case-opened"), log.latest(pupil, "case-closed")
        if opened is None:
            continue
        body: Any = opened.body
        if closed and (closed.on, closed.root) > (opened.on, opened.root):
            if closed.on > since:
                yield Point(pupil, f"Closed: {closed.body.told()}", body.lead or None)
            continue
        stands = list(dict.fromkeys(_barriers(view, pupil, opened)))
        against = f". In the way: {', '.join(stands)}" if stands else ""
        due = _review(view, pupil, opened)
        yield Point(
            pupil, f"{body.why}{against}", body.lead or None, due, overdue=bool(due and due < view.on)
        )


def _barriers(view: View, pupil: int, opened: "Entry") -> Iterator[str]:
    """The barriers of a case that nobody has said are gone."""
    body: Any = opened.body
    later: list[Any] = [one.body for one in view.casework.of(pupil, "case-barrier") if _after(one, opened)]
    gone = {one.barrier for one in later if one.gone}
    yield from (barrier for barrier in body.barriers if barrier not in gone)
    yield from (one.barrier for one in later if not one.gone and one.barrier not in gone)


def _review(view: View, pupil: int, opened: "Entry") -> date | None:
    """When a case is reviewed next, by its last review or by how it was opened."""
    reviews: list[Any] = [one.body for one in view.casework.of(pupil, "case-reviewed") if _after(one, opened)]
    body: Any = opened.body
    day: date | None = reviews[-1].next if reviews else body.review
    return day


def targets(view: View, since: date) -> Iterator[Point]:
    """Targets that run or wait to be reviewed, and those reviewed since the meeting."""
    log = view.casework
    for pupil in log.whose("target-set"):
        latest: dict[str, Entry] = {}
        for entry in log.of(pupil, "target-set"):
            kept: Any = entry.body
            latest[kept.target] = entry
        for entry in latest.values():
            yield from _target(view, pupil, entry, since)


def _target(view: View, pupil: int, entry: "Entry", since: date) -> Iterator[Point]:
    body: Any = entry.body
    outcomes = [(one.on, told) for one, told in _reviews(view, pupil, entry) if told.outcome != "goes-on"]
    if outcomes:
        on, told = outcomes[-1]
        if on > since:
            met = told.outcome.replace("-", " ").capitalize()
            yield Point(pupil, f"{met}: {body.told()}", due=body.last, overdue=False)
        return
    yield Point(pupil, body.told(), due=body.last, overdue=body.last < view.on)


def _reviews(view: View, pupil: int, entry: "Entry") -> Iterator[tuple["Entry", Any]]:
    wanted: Any = entry.body
    for one in view.casework.of(pupil, "target-reviewed"):
        body: Any = one.body
        if body.target == wanted.target and _after(one, entry):
            yield one, body


def _after(one: "Entry", other: "Entry") -> bool:
    return (one.on, one.root) >= (other.on, other.root)

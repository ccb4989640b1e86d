"""A pupil's case, folded from the log: barriers, actions with their owners and days, reviews, its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from attendkit.casework.log import Log

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

KINDS_OF_CASE = (
    "case-opened",
    "case-barrier",
    "case-action",
    "case-action-done",
    "case-reviewed",
    "case-closed",
)


@dataclass
class Action:
    """One agreed action: its number, what, who, by when, and what became of it."""

    number: int
    on: date
    action: str
    owner: str
    due: date
    outcome: str = ""
    done_on: date | None = None

    def overdue(self, on: date) -> bool:
        """Whether it is past its day and neither done nor dropped."""
        return not self.outcome and self.due < on


@dataclass
class Case:
    """One case of a pupil, open or closed."""

    opened: "Entry"
    barriers: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    reviews: "list[Entry]" = field(default_factory=list)
    next_review: date | None = None
    closed: "Entry | None" = None

    @property
    def waiting(self) -> Sequence[Action]:
        """The actions that are neither done nor dropped, the most urgent first."""
        return sorted((one for one in self.actions if not one.outcome), key=lambda one: one.due)


def cases(log: Log, pupil: int) -> list[Case]:
    """A pupil's cases, oldest first. What comes before a case was opened, or after it closed, is of none.

    A case opened while another is open takes its place, and the other counts as closed by it.
    """
    found: list[Case] = []
    for entry in log.of(pupil, *KINDS_OF_CASE):
        if entry.kind == "case-opened":
            if found and found[-1].closed is None:
                found[-1].closed = entry
            found.append(_opened(entry))
        elif found and found[-1].closed is None:
            _go_on(found[-1], entry)
    return found


def open_case(log: Log, pupil: int) -> Case | None:
    """A pupil's open case, if there is one."""
    every = cases(log, pupil)
    return every[-1] if every and every[-1].closed is None else None


def _opened(entry: "Entry") -> Case:
    body: Any = entry.body
    return Case(entry, barriers=list(body.barriers), next_review=body.review)


def _go_on(case: Case, entry: "Entry") -> None:
    body: Any = entry.body
    match entry.kind:
        case "case-barrier" if body.gone:
            case.barriers = [one for one in case.barriers if one.casefold() != body.barrier.casefold()]
        case "case-barrier":
            case.barriers.append(body.barrier)
        case "case-action":
            case.actions.append(Action(entry.root, entry.on, body.action, body.owner, body.due))
        case "case-action-done":
            for action in case.actions:
                if action.number == body.action:
                    action.outcome, action.done_on = body.outcome, entry.on
        case "case-reviewed":
            case.reviews.append(entry)
            case.next_review = body.next
        case _:
            case.closed = entry

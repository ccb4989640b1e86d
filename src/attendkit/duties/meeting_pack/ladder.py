"""Where a pupil stands on the school's ladder of support, by what is logged, and the next step (R19)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attendkit.findings import View, long_date, progress_of
from attendkit.terms import academic_year

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

_HELD = "held"


def _contact(entry: "Entry", body: Any) -> bool:
    return entry.kind == "letter" or body.outcome in {"reason", "no-reason", "message-left"}


def _meeting(_: "Entry", body: Any) -> bool:
    return body.held == _HELD and body.what in {"parents", "pastoral-support", "attendance-contract"}


def _met_council(entry: "Entry", body: Any) -> bool:
    return entry.kind == "notice-referred" or (body.what == "council" and body.held == _HELD)


@dataclass(frozen=True, slots=True)
class _Step:
    """What shows that a step was taken: entries of these kinds, if they are such."""

    kinds: tuple[str, ...]
    shows: "Callable[[Entry, Any], bool]"


_STEPS: Mapping[str, _Step] = {
    "contact": _Step(("letter", "call"), _contact),
    "meeting": _Step(("meeting",), _meeting),
    "target": _Step(("target-set",), lambda _, body: body.target == "attendance"),
    "council": _Step(("meeting", "notice-referred"), _met_council),
    "pre-legal": _Step(("meeting",), lambda _, body: body.what == "pre-legal" and body.held == _HELD),
    "legal-target": _Step(("target-set",), lambda _, body: body.target == "legal"),
    "court": _Step(("hearing",), lambda _, __: True),
}


_BEFORE_COUNCIL = ("contact", "meeting", "target")


@dataclass(frozen=True, slots=True)
class Place:
    """A pupil's place on the ladder: the steps that are logged, in words, and what to do next.

    `referred` is whether the council knows of the pupil, or is the next to be told.
    """

    done: tuple[str, ...]
    next_step: str
    referred: bool


class Ladder:
    """The school's ladder as a day has it. Steps count from the first day of the academic year."""

    def __init__(self, view: View) -> None:
        rule = view.rule("support-ladder")
        self._view = view
        self._since, _ = academic_year(view.on)
        self._words = {name: rule.choices["steps"][name] for name in rule.values["steps"]}

    def place(self, pupil: int) -> Place:
        """Where a pupil stands: the first step without evidence is next, whatever came after it."""
        taken = {name: self._last(pupil, name) for name in self._words}
        done = tuple(f"{self._words[name]}, {long_date(one.on)}" for name, one in taken.items() if one)
        missing = next((name for name, one in taken.items() if not one), "")
        nothing_left = "every step is logged: review the case"
        step = next(self._waits(pupil), self._words.get(missing, nothing_left))
        return Place(done, step, missing not in _BEFORE_COUNCIL)

    def _last(self, pupil: int, name: str) -> "Entry | None":
        step = _STEPS[name]
        entries = [one for one in self._view.casework.of(pupil, *step.kinds) if one.on >= self._since]
        return next((one for one in reversed(entries) if step.shows(one, one.body)), None)

    def _waits(self, pupil: int) -> Iterator[str]:
        """What comes before a next step: a hold, a target that was met, or one that can still be.

        One that cannot be met any more keeps nobody waiting for its last day.
        """
        if self._view.casework.held(pupil):
            yield "a hold stands: ask before any step"
        for one in progress_of(self._view, pupil, "attendance", "legal"):
            body: Any = one.entry.body
            if one.state == "met":
                yield "the target is met: praise, and review the case"
            elif one.state != "missed" and not one.reviewed and body.last >= self._view.on:
                yield f"a target runs to {long_date(body.last)}"

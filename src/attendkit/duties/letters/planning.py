"""Who would get which letter and why, and who would not and why: nothing is written before it is accepted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from attendkit.duties.letters import entries, parents
from attendkit.duties.letters.good_news import OUTSIDE, in_fresh_start
from attendkit.duties.letters.occasions import BY_REGISTER, LONG_PAST, PART_TIME, TOLD, TOO_FEW
from attendkit.duties.letters.parents import Parent, parents_of
from attendkit.duties.letters.sent import ALREADY, GRAVER, OTHER, Sent
from attendkit.duties.letters.sight import Occasion, Sight
from attendkit.duties.letters.table import LETTERS, LetterKind, Step, letter_kind
from attendkit.findings import View, long_date

REASONS: Mapping[str, str] = {
    "": "",
    "left_roll": "is not on roll",
    "looked_after": "is looked after: speak with the social worker and the virtual school first",
    "child_protection": "has a child protection plan: speak with the safeguarding lead first",
    "bereavement": "is held: bereavement",
    "medical": "is held: illness agreed with the school",
    "safeguarding": "is held: safeguarding",
    "court-order": "is held: a court order",
    "evidence": "is ill, and the evidence is accepted up to now",
    TOO_FEW: "has too few possible sessions to judge by",
    TOLD: "says that nobody told why, and the log has why: put the marks right",
    PART_TIME: "is there through an agreed part-time timetable alone",
    OUTSIDE: "is outside the first weeks of a term",
    LONG_PAST: "was reached longer ago than the rule looks back",
    "open_n": "has an open N among the sessions: settle it first",
    entries.NOT_ASKED: "was not asked for beforehand, so there is no request to answer",
    entries.NO_DAYS: "does not say how many days: `attendkit log correct ENTRY --set days=2`",
    entries.NOT_EXPECTED: "does not say what is expected: `attendkit log correct ENTRY --set expects=...`",
    entries.WRONG_PERIOD: "is for fewer or more school weeks than a notice to improve may be",
    "not_said": "needs more to be said: write it by its name with --say",
    ALREADY: "was written already",
    GRAVER: "comes after a graver letter",
    OTHER: "comes too soon after another letter",
    "improved": "has hardly missed a session lately: that is for good news to say",
    "other_letter": "gives way to a graver letter today",
    parents.COURT_ORDER: "court order on this parent: read it first, then `attendkit log order-read`",
    parents.HELD: "held for this parent in the log",
    parents.NO_LETTERS: "this parent gets no letters, by the export",
    parents.NO_DETAILS: "no address and no e-mail for this parent",
    parents.NO_NAME: "no name for this parent",
    parents.NO_PARENT: "lives with the child, and is no parent by what the export says",
    "no_parent": "no parent among the contacts",
    "parent_unknown": "the log names a parent whom the contacts do not have",
}
"""Why a letter is not written, each with what a person reads."""

_FLAGS = ("looked_after", "child_protection")
_ORDER = {kind.name: place for place, kind in enumerate(LETTERS)}
_ONE_AT_A_TIME = frozenset({Step.ABSENCE, Step.LATENESS})

_OF_THE_YEAR = frozenset({"severe", "persistent-absence", "at-risk", "first-concern"})
"""Letters about the year to date, which an improvement of the last weeks does not show in yet."""

_SAFETY = frozenset({"cme", "safe-and-well"})
"""Letters after which nobody is asked for a mere reason."""

_EVERYBODY = frozenset({"bereavement", "safeguarding", "court-order"})
"""Holds that stop every letter. A hold for illness stops letters of concern."""


@dataclass(frozen=True)
class Planned:
    """One letter to one parent, or a letter that nobody gets, with the `reason` and the day it is about."""

    occasion: Occasion
    parent: Parent | None = None
    reason: str = ""
    when: date | None = None

    @property
    def write(self) -> bool:
        """Whether the letter is to be written."""
        return not self.reason and self.parent is not None

    @property
    def not_because(self) -> str:
        """Why it is not written, as a person reads it."""
        said = REASONS[self.reason]
        return f"{said} on {long_date(self.when)}" if self.when else said


@dataclass(frozen=True)
class Plan:
    """What a day's letters would be: those to write first, then those not to write."""

    sight: Sight
    letters: tuple[Planned, ...]

    def to_write(self) -> tuple[Planned, ...]:
        """The letters that would be written."""
        return tuple(one for one in self.letters if one.write)


def plan(
    view: View, names: Collection[str] = (), *, said: Mapping[str, Any] | None = None, again: bool = False
) -> Plan:
    """The letters that are due, or those of some names only, to each parent of the pupils looked at.

    Each pupil is due for one letter of a step at a time, the gravest that nothing holds back, and for good
    news only where nothing else is. `said` is what a letter says that nobody else knows. With `again` what
    was written already may be written again; nothing else that holds a letter back is set aside.

    Raises:
        BadArgumentError: there is no such letter.
    """
    sight = Sight(view)
    theirs = parents_of(view)
    sent = None if again else Sent(sight)
    each: dict[int, list[Occasion]] = {}
    for occasion in occasions_of(sight, [letter_kind(name).name for name in names]):
        each.setdefault(occasion.pupil, []).append(occasion)
    on_roll = frozenset(view.on_roll["pupil"])
    flags = {row["pupil"]: row for row in view.pupils.select("pupil", *_FLAGS).iter_rows(named=True)}
    letters: list[Planned] = []
    for pupil, due in each.items():
        held = _Held(view, flags[pupil], pupil in on_roll, said or {})
        letters += _of_pupil(due, theirs.get(pupil, ()), held, sent)
    places = dict(view.order.select("pupil", pl.struct("by_tutor", "by_name")).iter_rows())
    return Plan(sight, tuple(sorted(letters, key=lambda one: _place(one, places))))


def _place(one: Planned, places: Mapping[int, Mapping[str, int]]) -> tuple[bool, int, int, int]:
    where = places[one.occasion.pupil]
    letter = _ORDER[one.occasion.letter.name]
    return (not one.write, letter, where["by_tutor"] or 0, where["by_name"])


def occasions_of(sight: Sight, names: Sequence[str]) -> Iterator[Occasion]:
    """What gives rise to the letters asked for; else to those that a plan has by itself."""
    wanted = set(names) or {kind.name for kind in LETTERS if kind.rests_on and not kind.asked_only}
    if not names and not in_fresh_start(sight.view):
        wanted.discard("welcome-back")
    for source, made in BY_REGISTER.items():
        if wanted & set(made):
            yield from (one for one in source(sight) if one.letter.name in wanted)
    if wanted & set(entries.NAMES) and sight.view.casework.entries:
        yield from (one for one in entries.of_casework(sight) if one.letter.name in wanted)
    for name in names:
        if not letter_kind(name).rests_on:
            yield from _asked_for(sight.view, letter_kind(name))


def _asked_for(view: View, letter: LetterKind) -> Iterator[Occasion]:
    """A letter that nothing in a register or log gives rise to: for every pupil asked for."""
    for pupil in view.pupils["pupil"]:
        yield Occasion(letter, pupil, letter.when, since=view.on)


@dataclass(frozen=True)
class _Held:
    """Why letters about one pupil are held back from everybody."""

    view: View
    pupil: Mapping[str, Any]
    on_roll: bool
    said: Mapping[str, Any]

    def why(self, occasion: Occasion) -> str:
        letter = occasion.letter
        if letter.on_roll_only and not self.on_roll:
            return "left_roll"
        holds = self._holds
        if everybody := sorted(holds & _EVERYBODY):
            return everybody[0]
        if letter.concern and (why := self._concern(holds)):
            return why
        if occasion.held:
            return occasion.held
        return "" if {ask.name for ask in letter.asks} <= set(self.said) else "not_said"

    def _concern(self, holds: frozenset[str]) -> str:
        """Why no letter of concern is written: the child is cared for in another way."""
        if flag := next((flag for flag in _FLAGS if self.pupil[flag]), ""):
            return flag
        if "medical" in holds:
            return "medical"
        return "evidence" if self._ill_with_evidence() else ""

    @property
    def _holds(self) -> frozenset[str]:
        standing: list[Any] = [entry.body for entry in self.view.casework.held(self.pupil["pupil"])]
        return frozenset(body.why for body in standing if not body.contact)

    def _ill_with_evidence(self) -> bool:
        papers: list[Any] = list(self.view.casework.of(self.pupil["pupil"], "evidence-received"))
        return any(_covers(one.body, self.view.on) for one in papers)


def _covers(paper: Any, on: date) -> bool:
    return bool(paper.accepted and paper.first <= on <= (paper.back or paper.last))


@dataclass
class _Taken:
    """The letters of one pupil that lesser ones give way to: by name, and the day of one written before."""

    sent: Sent | None
    letters: dict[LetterKind, date | None] = field(default_factory=dict)

    def add(self, letter: LetterKind, theirs: Sequence[Planned]) -> None:
        """Note a letter that somebody gets today, or got lately about the same."""
        if any(one.write for one in theirs):
            self.letters[letter] = None
            return
        days = [one.when for one in theirs if one.reason == ALREADY and one.when]
        if self.sent and days and max(days) >= self.sent.again:
            self.letters[letter] = max(days)

    def instead_of(self, occasion: Occasion) -> Planned | None:
        """Why a letter is not written: there is a graver one, today's or one that still stands."""
        step = occasion.letter.step
        for graver, day in self.letters.items():
            if (graver.step is step and step in _ONE_AT_A_TIME) or (
                step is Step.REASON and graver.name in _SAFETY
            ):
                return Planned(occasion, reason=GRAVER if day else "other_letter", when=day)
        if step is not Step.GOOD_NEWS:
            return None
        if None in self.letters.values():
            return Planned(occasion, reason="other_letter")
        day = self.sent.before_good_news(occasion.pupil) if self.sent else None
        return Planned(occasion, reason=OTHER, when=day) if day else None


def _of_pupil(
    due: Sequence[Occasion], parents: Sequence[Parent], held: _Held, sent: Sent | None
) -> Iterator[Planned]:
    """One pupil's letters, the gravest first; what comes after one that is written gives way to it.

    So it does after one that was written lately and is still due: until its facts change, the next run says
    no more than the last.
    """
    taken = _Taken(sent)
    better = any(one.letter.step is Step.GOOD_NEWS for one in due)
    for occasion in sorted(due, key=lambda one: _ORDER[one.letter.name]):
        if instead := taken.instead_of(occasion):
            yield instead
        elif better and occasion.letter.name in _OF_THE_YEAR:
            yield Planned(occasion, reason="improved")
        elif why := held.why(occasion):
            yield Planned(occasion, reason=why)
        else:
            theirs = list(_to_parents(occasion, parents, sent))
            taken.add(occasion.letter, theirs)
            yield from theirs


def _to_parents(occasion: Occasion, parents: Sequence[Parent], sent: Sent | None) -> Iterator[Planned]:
    """The letter to each parent, or to the one that it is for."""
    if not parents:
        yield Planned(occasion, reason="no_parent")
        return
    meant = [one for one in parents if not occasion.to or one.is_called(occasion.to)]
    if not meant:
        yield Planned(occasion, reason="parent_unknown")
    for parent in meant:
        before = sent.why_not(occasion, parent) if sent else None
        if parent.held:
            yield Planned(occasion, parent, parent.held)
        elif before:
            yield Planned(occasion, parent, *before)
        else:
            yield Planned(occasion, parent)

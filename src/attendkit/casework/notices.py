"""Penalty notices as the log has them: who was referred, what was issued, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from attendkit.casework.log import Log
from attendkit.model import Notice
from attendkit.register.matching import fold_text

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

_ISSUED, _REFERRED = "notice-issued", "notice-referred"
_AFTER = {"notice-paid": "paid", "notice-withdrawn": "withdrawn", "notice-prosecuted": "prosecuted"}


@dataclass(frozen=True, slots=True)
class Logged:
    """A notice as the log has it. `amount` is what was paid, in pounds, where that was said."""

    notice: Notice
    matter: str
    reference: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """A notice that the council was asked for, and that the log has not seen issued."""

    pupil: int
    parent: str
    on: date
    matter: str
    first: date
    last: date


def notices(log: Log) -> list[Logged]:
    """Every notice that was issued, in the order of their days for each pupil.

    What was paid, withdrawn or prosecuted is of the notice to that parent issued on the day it names, else
    of the last one before it. Parents are told apart by name, capitals and spaces aside.
    """
    return [one for pupil in log.whose(_ISSUED) for one in _of_pupil(log, pupil)]


def referrals(log: Log) -> list[Referral]:
    """Every referral after which no notice was issued to that parent for it, oldest first.

    A notice is for what was referred where it names the same matter, or days that both name.
    """
    return sorted(
        (one for pupil in log.whose(_REFERRED) for one in _waiting(log, pupil)), key=lambda one: one.on
    )


def _of_pupil(log: Log, pupil: int) -> list[Logged]:
    found: list[Logged] = []
    for entry in log.of(pupil, _ISSUED, *_AFTER):
        body: Any = entry.body
        if entry.kind == _ISSUED:
            notice = Notice(
                pupil, body.parent, entry.on, received=body.received, first=body.first, last=body.last
            )
            found.append(Logged(notice, body.matter, body.reference))
        else:
            _mark(found, entry)
    return found


def _mark(found: list[Logged], entry: "Entry") -> None:
    """Write what became of a notice on the one that an entry is about."""
    body: Any = entry.body
    theirs = [
        at
        for at, one in enumerate(found)
        if same_parent(one.notice.parent, body.parent) and body.issued in (None, one.notice.issued)
    ]
    if theirs:
        one = found[theirs[-1]]
        become: dict[str, Any] = {_AFTER[entry.kind]: entry.on}
        marked = replace(one.notice, **become)
        found[theirs[-1]] = replace(one, notice=marked, amount=getattr(body, "amount", None) or one.amount)


def _waiting(log: Log, pupil: int) -> Iterator[Referral]:
    issued: list[Any] = list(log.of(pupil, _ISSUED))
    for entry in log.of(pupil, _REFERRED):
        body: Any = entry.body
        if not any(one.on >= entry.on and _is_for(one.body, body) for one in issued):
            yield Referral(pupil, body.parent, entry.on, body.matter, body.first, body.last)


def _is_for(issued: Any, referred: Any) -> bool:
    """Whether a notice is the one that was asked for: to that parent, for that matter or for those days."""
    shared = issued.first <= referred.last and referred.first <= issued.last
    return same_parent(issued.parent, referred.parent) and (issued.matter == referred.matter or shared)


def same_parent(one: str, other: str) -> bool:
    """Whether two names are of one parent, capitals and spaces aside."""
    return fold_text(one) == fold_text(other)

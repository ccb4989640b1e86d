"""Letters that casework gives rise to: what was logged about a pupil, and what the letter says of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from attendkit.casework.entry import Entry
from attendkit.casework.leave import requests_of
from attendkit.duties.letters.sight import Occasion, Sight, law
from attendkit.duties.letters.table import letter_kind
from attendkit.findings import View, counted, in_days, long_date
from attendkit.measures.codes import told
from attendkit.measures.sessions import ABSENT, FIGURES, totals
from attendkit.model import Session

NOT_ASKED = "leave_not_asked_for"
NO_DAYS = "leave_without_days"
WRONG_PERIOD = "period_not_allowed"
NOT_EXPECTED = "nothing_expected"

_INSIDE = frozenset({"inclusion-panel", "college", "council"})
"""Meetings that parents are not at, and no letter tells of."""


def of_casework(sight: Sight) -> Iterator[Occasion]:
    """Letters about what was logged lately, in the order it happened."""
    view = sight.view
    recent = view.rule("letter-casework").number("school_days")
    for pupil in view.pupils["pupil"]:
        for entry in view.casework.of(pupil, *_LETTERS):
            if view.calendar.age(entry.on, view.on) <= recent:
                yield from _LETTERS[entry.kind](sight, pupil, entry)
        yield from _late_from_leave(sight, pupil)


def _occasion(name: str, pupil: int, entry: Entry, says: str, **facts: Any) -> Occasion:
    body = _body(entry)
    return Occasion(
        letter_kind(name),
        pupil,
        says,
        (f"entry-{entry.root}",),
        facts,
        since=entry.on,
        to=getattr(body, "parent", ""),
    )


def _evidence(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    body = _body(entry)
    due = body.due or sight.view.calendar.after(
        entry.on, sight.view.rule("letter-reply").number("school_days")
    )
    says = f"Evidence asked for on {long_date(entry.on)}."
    last = body.last if body.last != body.first else None
    facts = {"due": long_date(due), **_dates(first=body.first, last=last)}
    yield _occasion("medical-evidence", pupil, entry, says, evidence=facts)


def _meeting(_: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    body = _body(entry)
    if body.held != "held" or body.what in _INSIDE:
        return
    facts = {"day": long_date(entry.on), "agreed": body.notes, **_dates(next=body.next)}
    facts |= {"present": body.present} if body.present else {}
    yield _occasion("meeting-record", pupil, entry, f"Met on {long_date(entry.on)}.", meeting=facts)


def _target_set(_: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    says = f"Target of {entry.body.target} agreed on {long_date(entry.on)}."  # type: ignore[attr-defined]
    yield _occasion("attendance-target", pupil, entry, says, target=_target(entry))


def _target(entry: Entry) -> dict[str, Any]:
    body = _body(entry)
    agreed = {"agreed": body.agreed} if body.agreed else {}
    return {**_dates(first=body.first, last=body.last), "aim": _aim(body), **agreed}


def _aim(body: Any) -> str:
    if body.percent is not None:
        return f"be in school for at least {body.percent}% of the time"
    if body.target == "punctuality":
        return f"be late no more than {counted(body.most, 'time')}" if body.most else "be on time every day"
    return f"miss no more than {in_days(body.most)}" if body.most else "miss no school"


def _target_reviewed(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    body = _body(entry)
    asked = [
        one
        for one in sight.view.casework.of(pupil, "target-set")
        if one.body.target == body.target and one.on <= entry.on  # type: ignore[attr-defined]
    ]
    if body.outcome not in {"met", "not-met"} or not asked:
        return
    target = asked[-1]
    facts = {**_target(target), "result": _result(sight.view, pupil, target)}
    says = f"Target reviewed on {long_date(entry.on)}: {body.outcome.replace('-', ' ')}."
    name = "target-met" if body.outcome == "met" else "target-not-met"
    yield _occasion(name, pupil, entry, says, target=facts, reply_by=sight.reply_by)


def _result(view: View, pupil: int, target: Entry) -> str:
    """What came of a target, in the measure that it was set in."""
    body: Any = target.body
    inside = pl.col("date").is_between(body.first, body.last) & (pl.col("pupil") == pupil)
    figures = totals(view.every_mark.filter(inside))
    row = figures.row(0, named=True) if figures.height else {"late": 0, "late_after_close": 0, "absent": 0}
    if body.target == "punctuality":
        return f"late {counted(row['late'] + row['late_after_close'], 'time')}"
    return f"{in_days(row['absent'])} missed" if row["absent"] else "no day missed"


def _visit(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    body = _body(entry)
    if body.outcome != "no-answer":
        return
    seen = sight.last_seen.get(pupil)
    away = {"last_seen": seen} if seen else {}
    facts = {"visit": {"day": long_date(entry.on)}, "away": away}
    yield _occasion("home-visit", pupil, entry, f"Nobody answered on {long_date(entry.on)}.", **facts)


def _request(view: View, pupil: int, decided: Entry) -> Entry | None:
    """The request that a decision on leave is about; none where another decision took its place."""
    every = requests_of(view.casework, pupil)
    return next((one.asked for one in every if one.decided is decided), None)


def _leave(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    body = _body(entry)
    request = _request(sight.view, pupil, entry)
    if request is None:
        return
    asked: Any = request.body
    declined = body.decision == "declined"
    leave: dict[str, Any] = {"decided": body.decided, "why": body.why}
    facts: dict[str, Any] = {"leave": {**_leave_dates(sight.view, request, entry), **leave}}
    if declined:
        facts |= {"notice": sight.notice, "law": law(sight.view.rule("leave-of-absence"))}
        facts |= sight.own_rules("penalty-notice-amounts")
    elif (days := _granted(sight.view, request, entry)) is not None:
        facts["leave"]["days"] = in_days(days * len(Session))
    without_days = NO_DAYS if "days" not in facts["leave"] and not declined else ""
    told_of = f"Leave from {long_date(asked.first)}: {body.decision.replace('-', ' ')}."
    yield Occasion(
        letter_kind("loa-declined" if declined else "loa-approved"),
        pupil,
        told_of,
        (f"entry-{entry.root}",),
        facts,
        since=entry.on,
        to=asked.parent,
        held=NOT_ASKED if asked.way == "not-asked" else without_days,
    )


def _granted(view: View, request: Entry, decided: Entry) -> int | None:
    """How many school days of leave were granted, where that is known."""
    asked, body = _body(request), _body(decided)
    if body.days is None and body.decision == "granted":
        return view.calendar.between(asked.first, asked.last)
    days: int | None = body.days
    return days


def _leave_dates(view: View, request: Entry, decided: Entry) -> dict[str, str]:
    """The days asked for, the last one granted, and the day on which the pupil is to be back."""
    body = _body(request)
    last = _last_granted(view, request, decided)
    back = view.calendar.next_school_day(last)
    return _dates(asked=request.on, first=body.first, last=body.last, until=last, back=back)


def _last_granted(view: View, request: Entry, decided: Entry) -> date:
    """The last day of leave: the days granted are the first of those asked for."""
    body = _body(request)
    days = _granted(view, request, decided)
    last: date = body.last
    return last if days is None else min(view.calendar.after(body.first - timedelta(days=1), days), last)


def _late_from_leave(sight: Sight, pupil: int) -> Iterator[Occasion]:
    """Leave that was granted and has ended, with nothing but unauthorised absence since."""
    view = sight.view
    begun = [one for one in requests_of(view.casework, pupil) if one.first <= view.on]
    given = [one for one in begun if one.decided and one.decision != "declined"]
    leave = max(given, key=lambda one: one.first, default=None)
    if leave is None or leave.decided is None or leave.returned:
        return
    request, decided = leave.asked, leave.decided
    last = _last_granted(view, request, decided)
    rule = view.rule("ground-h")
    mine = (pl.col("pupil") == pupil) & (pl.col("date") > last)
    since = told(view.every_mark.filter(mine)).filter(FIGURES["possible"])
    if since.is_empty() or not since["code"].cast(pl.String).is_in(rule.codes()).all():
        return
    days = in_days(since.filter(ABSENT).height)
    away = {"days": days, "limit": rule.number("school_days")}
    facts = {"leave": _leave_dates(view, request, decided), "away": away}
    yield Occasion(
        letter_kind("loa-returned-late"),
        pupil,
        f"Leave ended on {long_date(last)}: {days} missed since.",
        (f"entry-{decided.root}",),
        facts,
        since=view.calendar.next_school_day(last),
    )


def _notice_to_improve(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    """The notice's own facts. What its eight parts are, and that none is missing, is for `writing`."""
    view, body = sight.view, _body(entry)
    rule = view.rule("notice-to-improve")
    firsts = {
        view.calendar.week_of(body.first + timedelta(days=n)) for n in range((body.last - body.first).days)
    }
    weeks = len([week for week in firsts if view.calendar.between(week, week + timedelta(days=6))])
    early = min(_school_weeks_on(view, body.first, rule.number("early")), body.last)
    period = {
        **_dates(first=body.first, last=body.last, early=early),
        "school_weeks": weeks,
        **({"expects": body.expects} if body.expects else {}),
    }
    allowed = rule.number("least") <= weeks <= rule.number("most")
    names = ("notice-to-improve", "penalty-notice", "penalty-notice-amounts")
    yield Occasion(
        letter_kind("notice-to-improve"),
        pupil,
        f"Notice to improve from {long_date(body.first)} to {long_date(body.last)}.",
        (f"entry-{entry.root}",),
        {
            "improve": period,
            "duty": law(view.rule("parents-duty")),
            "notice": sight.notice,
            **sight.own_rules(*names),
        },
        since=entry.on,
        to=body.parent,
        held=WRONG_PERIOD if not allowed else "" if body.expects else NOT_EXPECTED,
    )


def _school_weeks_on(view: View, day: date, weeks: int) -> date:
    """The same weekday so many school weeks later, and the next school day where that is none."""
    while weeks:
        day += timedelta(weeks=1)
        week = view.calendar.week_of(day)
        weeks -= bool(view.calendar.between(week, week + timedelta(days=6)))
    return view.calendar.next_school_day(day - timedelta(days=1))


def _home_education(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    body = _body(entry)
    think = sight.view.rule("home-education-thinking").number("calendar_days")
    facts = {"think_days": think, **_dates(told=entry.on, stated=body.stated)}
    name = "ehe-acknowledgement" if body.way == "written" else "ehe-information"
    says = f"{body.way.capitalize()} notice of home education on {long_date(entry.on)}."
    yield _occasion(name, pupil, entry, says, ehe=facts, law=law(sight.view.rule("home-education")))


def _removed(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    told_of = [
        one.on
        for one in sight.view.casework.of(pupil, "told-council")
        if _body(one).what in {"home-education", "deletion"}
    ]
    says = f"Taken off the register on {long_date(entry.on)}."
    facts = _dates(removed=entry.on, council_told=told_of[-1] if told_of else None)
    yield _occasion("ehe-removed", pupil, entry, says, ehe=facts)


def _timetable(sight: Sight, pupil: int, entry: Entry) -> Iterator[Occasion]:
    body = _body(entry)
    by = body.first + timedelta(weeks=sight.view.rule("part-time-review").number("by_weeks"))
    facts = {
        **_dates(first=body.first, last=body.last, review_by=min(by, body.last)),
        "parent": body.parent,
        "decided": body.decided,
        "times": body.times,
    }
    says = f"Part-time timetable from {long_date(body.first)} to {long_date(body.last)}."
    yield Occasion(
        letter_kind("reduced-timetable"),
        pupil,
        says,
        (f"entry-{entry.root}",),
        {"timetable": facts},
        since=entry.on,
    )


def _body(entry: Entry) -> Any:
    return entry.body


def _dates(**days: date | None) -> dict[str, str]:
    """The days that are known, as a person says them."""
    return {name: long_date(day) for name, day in days.items() if day is not None}


_LETTERS: Mapping[str, Callable[[Sight, int, Entry], Iterator[Occasion]]] = {
    "evidence-asked": _evidence,
    "meeting": _meeting,
    "target-set": _target_set,
    "target-reviewed": _target_reviewed,
    "visit": _visit,
    "leave-decided": _leave,
    "notice-to-improve": _notice_to_improve,
    "ehe-notice": _home_education,
    "ehe-removed": _removed,
    "timetable-agreed": _timetable,
}
"""What each kind of entry gives rise to."""

NAMES: Sequence[str] = (
    "medical-evidence",
    "meeting-record",
    "attendance-target",
    "target-met",
    "target-not-met",
    "home-visit",
    "loa-approved",
    "loa-declined",
    "loa-returned-late",
    "notice-to-improve",
    "ehe-information",
    "ehe-acknowledgement",
    "ehe-removed",
    "reduced-timetable",
)
"""The letters that casework gives rise to."""

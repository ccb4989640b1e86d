"""The log as duties look at it, and what is folded from it, against plain Python on random logs."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from itertools import combinations, pairwise
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.casework import Log
from attendkit.casework.cases import KINDS_OF_CASE, cases, open_case
from attendkit.casework.entry import Entry, corrected
from attendkit.casework.kinds import KINDS
from attendkit.casework.notices import notices
from attendkit.register import model
from attendkit.register.model import PUPILS

START = date(2026, 11, 2)
AT = datetime(2026, 11, 2, tzinfo=timezone(timedelta(0)))
PUPILS_OF_TWO = pl.DataFrame(
    [
        {"pupil": 0, "key": "U1", "upn": "U1", "adno": "A1"},
        {"pupil": 1, "key": "A2", "adno": "A2"},
        {"pupil": 2, "key": "K3", "mis_id": "K3"},
    ],
    schema=PUPILS,
)


def entry(  # noqa: PLR0917  (as a line of a log is written)
    number: int,
    pupil: str,
    kind: str,
    day: int,
    when: time | None = None,
    corrects: int | None = None,
    **said: Any,
) -> Entry:
    body = KINDS[kind].model_validate(said)
    return Entry(
        number, AT, START + timedelta(days=day), "b", pupil, kind, body, corrects, "", when, root=number
    )


def until(day: int, entries: Sequence[Entry]) -> Log:
    return Log.until(START + timedelta(days=day), corrected(entries), PUPILS_OF_TWO)


def ids(entries: Sequence[Entry]) -> list[int]:
    return [one.id for one in entries]


# The log ----------------------------------------------------------------------------------------------


def test_a_pupil_is_known_by_every_number_an_entry_may_have_been_written_with() -> None:
    log = until(9, [entry(1, "U1", "note", 0, notes="x"), entry(2, "A1", "note", 0, notes="x")])
    assert ids(log.of(0)) == [1, 2]
    assert log.of(1) == ()


def test_an_entry_about_nobody_known_is_a_stranger() -> None:
    log = until(9, [entry(1, "OLD", "note", 0, notes="x"), entry(2, "A2", "note", 0, notes="x")])
    assert ids(log.strangers) == [1]
    assert log.whose("note") == (1,)


def test_entries_stand_in_the_order_they_happened_and_not_were_written() -> None:
    late, early = time(14), time(9)
    log = until(
        1,
        [
            entry(1, "A1", "note", 1, late, notes="x"),
            entry(2, "A1", "note", 1, early, notes="x"),
            entry(3, "A1", "note", 1, notes="x"),
            entry(4, "A1", "note", 0, notes="x"),
            entry(5, "A1", "note", 2, notes="x"),
        ],
    )
    assert ids(log.entries) == [4, 2, 1, 3]
    latest = log.latest(0, "note")
    assert latest is not None
    assert latest.id == 3
    assert log.latest(0, "call") is None


@given(
    drawn=st.lists(
        st.tuples(
            st.sampled_from(["U1", "A1", "A2", "Z"]),
            st.integers(0, 1),
            st.none() | st.sampled_from([time(9), time(9, 30), time(14)]),
        ),
        max_size=9,
    )
)
@settings(max_examples=150, deadline=None)
def test_entries_stand_by_time_and_one_without_after_all_that_was_written_before_it(
    drawn: list[tuple[str, int, time | None]],
) -> None:
    written = [
        entry(number, pupil, "note", day, when, notes="x")
        for number, (pupil, day, when) in enumerate(drawn, start=1)
    ]
    stand = {one.id: place for place, one in enumerate(until(1, written).entries)}
    whose = {"U1": "Ada", "A1": "Ada"}
    for first, later in combinations(written, 2):
        if first.on != later.on:
            assert (stand[first.id] < stand[later.id]) is (first.on < later.on)
        elif first.when and later.when:
            assert (stand[first.id] < stand[later.id]) is (first.when <= later.when)
        elif later.when is None and whose.get(first.pupil, first.pupil) == whose.get(
            later.pupil, later.pupil
        ):
            assert stand[first.id] < stand[later.id]


def test_an_entry_without_a_time_waits_for_no_other_pupils() -> None:
    """Another pupil's sign-out at two says nothing about when this one's entry was."""
    log = until(
        0,
        [
            entry(1, "A2", "sign-out", 0, time(14)),
            entry(2, "A1", "sign-out", 0),
            entry(3, "A1", "sign-out", 0, time(10), way="back"),
        ],
    )
    assert ids(log.of(0)) == [2, 3]


def test_a_correction_stands_where_the_first_stood() -> None:
    log = until(
        1,
        [
            entry(1, "A1", "note", 1, notes="x"),
            entry(2, "A1", "note", 1, notes="y"),
            entry(3, "A1", "note", 1, corrects=1, notes="z"),
        ],
    )
    assert ids(log.entries) == [3, 2]


# Holds ------------------------------------------------------------------------------------------------

WHY = ("bereavement", "court-order")
CONTACTS = ("", "Mother", "mother ", "Father")


@st.composite
def holds(draw: st.DrawFn) -> list[Entry]:
    entries = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        day, pupil = draw(st.integers(0, 9)), draw(st.sampled_from(["U1", "A2", "Z"]))
        about: dict[str, Any] = {
            "why": draw(st.sampled_from(WHY)),
            "contact": draw(st.sampled_from(CONTACTS)),
        }
        if draw(st.booleans()):
            last = draw(st.none() | st.integers(0, 12))
            end = None if last is None else START + timedelta(days=last)
            entries.append(entry(number, pupil, "hold", day, **about, until=end))
        else:
            entries.append(entry(number, pupil, "hold-lifted", day, **about))
    return entries


@given(entries=holds(), day=st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_the_holds_that_stand_are_those_that_plain_python_finds(entries: list[Entry], day: int) -> None:
    log = until(day, entries)
    on = START + timedelta(days=day)
    for pupil, key in ((0, "U1"), (1, "A2")):
        theirs: list[Any] = sorted(
            (e for e in entries if e.pupil == key and e.on <= on), key=lambda e: (e.on, e.id)
        )
        expected = []
        for at, hold in enumerate(theirs):
            if hold.kind != "hold" or (hold.body.until and hold.body.until < on):
                continue
            same = [
                later
                for later in theirs[at + 1 :]
                if later.body.why == hold.body.why
                and later.body.contact.strip().lower() == hold.body.contact.strip().lower()
            ]
            if not same:
                expected.append(hold.id)
        assert sorted(ids(log.held(pupil))) == sorted(expected)


# Cases ------------------------------------------------------------------------------------------------


@st.composite
def case_entries(draw: st.DrawFn) -> list[Entry]:
    said: dict[str, dict[str, Any]] = {
        "case-opened": {"why": "w", "barriers": ("bus",)},
        "case-barrier": {"barrier": "sleep"},
        "case-action": {"action": "ring", "owner": "o", "due": "2026-11-06"},
        "case-action-done": {},
        "case-reviewed": {"notes": "n"},
        "case-closed": {"outcome": "improved"},
    }
    entries = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        kind = draw(st.sampled_from(KINDS_OF_CASE))
        more = {"action": draw(st.integers(1, 12))} if kind == "case-action-done" else said[kind]
        entries.append(entry(number, "U1", kind, draw(st.integers(0, 3)), **more))
    return entries


@given(entries=case_entries())
@settings(max_examples=150, deadline=None)
def test_cases_are_those_that_plain_python_finds(entries: list[Entry]) -> None:
    log = until(3, entries)
    ordered: list[Any] = sorted(entries, key=lambda e: (e.on, e.id))
    opened = [at for at, e in enumerate(ordered) if e.kind == "case-opened"]
    expected = []
    for at, following in pairwise([*opened, len(ordered)]):
        inside = ordered[at + 1 : following]
        ends = [n for n, e in enumerate(inside) if e.kind == "case-closed"]
        inside = inside[: ends[0]] if ends else inside
        actions = [e.id for e in inside if e.kind == "case-action"]
        done = {
            e.body.action
            for n, e in enumerate(inside)
            if e.kind == "case-action-done"
            and e.body.action in [a.id for a in inside[:n] if a.kind == "case-action"]
        }
        barriers = 1 + sum(e.kind == "case-barrier" for e in inside)
        is_open = not ends and following == len(ordered)
        expected.append((ordered[at].id, actions, sorted(set(actions) - done), barriers, is_open))
    found = cases(log, 0)
    told = [
        (
            case.opened.id,
            [action.number for action in case.actions],
            sorted(action.number for action in case.waiting),
            len(case.barriers),
            case.closed is None,
        )
        for case in found
    ]
    assert told == expected
    assert (open_case(log, 0) is not None) is any(is_open for *_, is_open in expected)


def test_an_action_is_overdue_from_the_day_after_its_own() -> None:
    log = until(
        9,
        [
            entry(1, "U1", "case-opened", 0, why="w"),
            entry(2, "U1", "case-action", 0, action="a", owner="o", due="2026-11-04"),
        ],
    )
    (action,) = cases(log, 0)[0].actions
    assert not action.overdue(date(2026, 11, 4))
    assert action.overdue(date(2026, 11, 5))


# Notices ----------------------------------------------------------------------------------------------


@st.composite
def notice_entries(draw: st.DrawFn) -> list[Entry]:
    entries = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        kind = draw(st.sampled_from(["notice-issued", "notice-issued", "notice-paid", "notice-withdrawn"]))
        parent = draw(st.sampled_from(["Mrs Poe", "mrs  poe", "Mr Poe"]))
        day = draw(st.integers(0, 5))
        more: dict[str, Any] = {"first": "2026-10-05", "last": "2026-10-09"}
        if kind != "notice-issued":
            named = draw(st.none() | st.integers(0, 5))
            more = {"issued": None if named is None else START + timedelta(days=named)}
        entries.append(entry(number, draw(st.sampled_from(["U1", "A2"])), kind, day, parent=parent, **more))
    return entries


@given(entries=notice_entries())
@settings(max_examples=150, deadline=None)
def test_what_became_of_each_notice_is_what_plain_python_finds(entries: list[Entry]) -> None:
    ordered: list[Any] = sorted(entries, key=lambda e: (e.on, e.id))
    fate: dict[int, dict[str, date]] = {e.id: {} for e in ordered if e.kind == "notice-issued"}
    for at, one in enumerate(ordered):
        if one.kind == "notice-issued":
            continue
        about = [
            e.id
            for e in ordered[:at]
            if e.kind == "notice-issued"
            and e.pupil == one.pupil
            and e.body.parent.lower().split() == one.body.parent.lower().split()
            and one.body.issued in (None, e.on)
        ]
        if about:
            fate[about[-1]][one.kind.removeprefix("notice-")] = one.on
    expected = sorted(
        (e.pupil, str(e.on), str(fate[e.id].get("paid")), str(fate[e.id].get("withdrawn")))
        for e in ordered
        if e.kind == "notice-issued"
    )
    keys = {0: "U1", 1: "A2"}
    found = [one.notice for one in notices(until(9, entries))]
    told = sorted((keys[n.pupil], str(n.issued), str(n.paid), str(n.withdrawn)) for n in found)
    assert told == expected


def test_a_person_is_one_by_every_name_of_the_registers_contacts_and_a_stranger_stays_as_written() -> None:
    pupils = pl.DataFrame([{"pupil": 0, "key": "A1"}], schema=PUPILS)
    people = [("Ms", "Maria", "Sur", "Mother"), ("Mr", "Ivo", "Sur", "Father")]
    columns = ("title", "forename", "surname", "relationship")
    contacts = pl.DataFrame(
        [{"pupil": 0, "priority": n, **dict(zip(columns, one, strict=True))} for n, one in enumerate(people)],
        schema=model.CONTACTS,
    )
    said = ("Mother", "ms maria sur", "Maria Sur", "Mr Sur", "Sur", "Nobody")
    holds = [
        Entry(
            n,
            AT,
            date(2026, 11, 20),
            "b",
            "A1",
            "hold",
            KINDS["hold"].model_validate({"why": "medical", "contact": text}),
            None,
            "",
            root=n,
        )
        for n, text in enumerate(said, start=1)
    ]
    log = Log.until(date(2026, 11, 20), holds, pupils, contacts=contacts)
    told = [getattr(one.body, "contact", "") for one in log.of(0)]
    assert told == ["Ms Maria Sur"] * 3 + ["Mr Ivo Sur", "Sur", "Nobody"]
    assert [one.id for one in log.held(0)] == [3, 4, 5, 6]

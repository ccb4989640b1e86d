"""The fold against a slow one in plain Python, on random exports."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.register.drawn import MONDAY, export

from attendkit.model import MISSING
from attendkit.register import Delta, Register
from attendkit.register.folding import fold

Mark = tuple[str, int, int]  # admission number or key, day, session
UPNS = {"1": "T999400126001", "2": "G999400126002", "3": "W999400126003"}

code_words = st.sampled_from(["/", "N", "C", "C1", "C2", "Y", "Y4", "I", MISSING, "."])
drawn_marks = st.lists(code_words, min_size=1, max_size=6).map(" ".join)
tutors = st.sampled_from([None, "7A1", "7A2"])


@st.composite
def exports(draw: st.DrawFn) -> Delta:
    names = draw(st.lists(st.sampled_from("123"), min_size=1, max_size=3, unique=True))
    roll = draw(st.booleans())
    return export(
        {} if roll else {name: draw(drawn_marks) for name in names},
        first=MONDAY + timedelta(days=draw(st.integers(0, 2))),
        who={name: {"adno": name, "tutor": draw(tutors), "college": draw(tutors)} for name in names},
        notes={name: "rang" for name in names if draw(st.booleans())},
        digest=draw(st.uuids()).hex,
        roll=roll,
        short=draw(st.booleans()),
    )


def plain_marks(deltas: list[Delta]) -> tuple[dict[Mark, tuple[str, Any]], list[tuple[int, int, int]]]:
    """Every mark by admission number, date and session, and each export's new, changed and same."""
    told: dict[Mark, tuple[str, Any, bool]] = {}
    counts = []
    for delta in deltas:
        adno = dict(delta.pupils.select("pupil", "adno").iter_rows())
        new = changed = same = 0
        for row in delta.marks.iter_rows(named=True):
            mark = (adno[row["pupil"]], row["date"].toordinal(), row["session"])
            code, comment = row["code"], row["comment"]
            was, noted, letter = told.get(mark, (None, None, False))
            if was is not None and delta.short and len(was) == 2 and was[0] == code:
                same += 1
            elif was == code:
                same += 1
                if comment not in {None, noted}:
                    told[mark] = (code, comment, delta.short)
            elif letter and len(code) == 2 and code[0] == was:
                same += 1
                told[mark] = (code, comment, delta.short)
            else:
                new += was in {None, MISSING}
                changed += was not in {None, MISSING}
                told[mark] = (code, comment, delta.short)
        counts.append((new, changed, same))
    return {mark: (code, comment) for mark, (code, comment, _) in told.items()}, counts


def plain_field(deltas: list[Delta], adno: str, name: str) -> Any:
    words = [
        (delta.roll, word)
        for delta in deltas
        for at, word in delta.pupils.select("adno", name).iter_rows()
        if at == adno and word is not None
    ]
    listed = [word for roll, word in words if roll]
    return (listed or [word for _, word in words] or [None])[-1]


def marks_of(register: Register) -> dict[Mark, tuple[str, Any]]:
    keys = dict(register.pupils.select("pupil", "key").iter_rows())
    return {
        (keys[row["pupil"]], row["date"].toordinal(), row["session"]): (row["code"], row["comment"])
        for row in register.marks.iter_rows(named=True)
    }


def in_turn(deltas: list[Delta]) -> list[Delta]:
    return sorted(deltas, key=lambda delta: not delta.roll)


@given(st.lists(exports(), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_fold_is_what_a_plain_loop_over_the_marks_makes(deltas: list[Delta]) -> None:
    told = fold(deltas)
    marks, counts = plain_marks(in_turn(deltas))
    assert marks_of(told.register) == marks
    by_digest = {summary.digest: (summary.new, summary.changed, summary.same) for summary in told.summaries}
    assert [by_digest[delta.digest] for delta in in_turn(deltas)] == counts
    for adno, tutor, college in told.register.pupils.select("key", "tutor", "college").iter_rows():
        assert tutor == plain_field(in_turn(deltas), adno, "tutor")
        assert college == plain_field(in_turn(deltas), adno, "college")


@given(st.lists(exports(), min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_folding_one_by_one_is_folding_at_once(deltas: list[Delta]) -> None:
    register = None
    for delta in in_turn(deltas):
        register = fold([delta], register).register
    assert register is not None
    at_once = fold(deltas).register
    assert register.digest == at_once.digest
    assert marks_of(register) == marks_of(at_once)


@st.composite
def half_known(draw: st.DrawFn) -> Delta:
    """An export that names each pupil by UPN, by admission number, or by both."""
    names = draw(st.lists(st.sampled_from("123"), min_size=1, max_size=3, unique=True))
    keys = {name: draw(st.sampled_from([("upn",), ("adno",), ("upn", "adno")])) for name in names}
    known = {name: {"upn": UPNS[name], "adno": name} for name in names}
    return export(
        {name: draw(drawn_marks) for name in names},
        who={name: {key: known[name][key] for key in keys[name]} for name in names},
        digest=draw(st.uuids()).hex,
    )


def name_of(delta: Delta) -> dict[int, str]:
    by_upn = {upn: name for name, upn in UPNS.items()}
    rows = delta.pupils.select("pupil", "upn", "adno").iter_rows()
    return {pupil: adno or by_upn[upn] for pupil, upn, adno in rows}


@given(st.lists(half_known(), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_pupils_are_one_as_soon_as_anything_proves_it(deltas: list[Delta]) -> None:
    register = fold(deltas).register
    known = [row for delta in deltas for row in delta.pupils.select("upn", "adno").iter_rows()]
    people = 0
    for name, upn in UPNS.items():
        keys = {key for key in known if name in key or upn in key}
        people += 1 if (upn, name) in keys else len(keys)
    assert register.pupils.height == people
    assert register.pupils["key"].is_unique().all()
    assert not register.marks.select("pupil", "date", "session").is_duplicated().any()
    assert set(register.marks["pupil"]) <= set(register.pupils["pupil"])
    proven = {upn for name, upn in UPNS.items() if (upn, name) in known}
    latest = {
        (UPNS[names[row["pupil"]]], row["date"].toordinal(), row["session"]): row["code"]
        for delta in deltas
        for names in [name_of(delta)]
        for row in delta.marks.iter_rows(named=True)
    }
    folded = {mark: code for mark, (code, _) in marks_of(register).items() if mark[0] in proven}
    assert folded == {mark: code for mark, code in latest.items() if mark[0] in proven}
    for one, other in pairwise(register.marks.select("pupil", "date", "session").rows()):
        assert one < other

"""Judging distinct values and judging each row by the model are one judgement."""

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from attendkit.model import Session
from attendkit.rules.codes import all_codes
from attendkit.validate import MarkRow, Reading, judge_codes, judge_dates, judge_minutes, judge_sessions
from attendkit.validate.marks import MarkText, ReadDate, Text, code_eras, explain
from attendkit.validate.sessions import SessionWords

_DAMAGE = st.sampled_from(["", "", "", "excel_date", "excel_number", "excel_boolean", "excel_error"])
_DATES = st.one_of(
    st.dates(date(2012, 1, 1), date(2028, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}"),
    st.sampled_from(
        ["", "31/09/2026", "09/21/2026", "14/09/1926", "2026-09-14", "46279", "Mon 14 Sep", "{x}", "14/09/26"]
    ),
)
_SESSIONS = st.sampled_from(["AM", "pm", "P.M.", "1", "Lunch", "", "P3", "Period 12", "{0}", "A"])
_MARKS = st.one_of(
    st.sampled_from([*all_codes(), *(code.lower() for code in all_codes())]),
    st.sampled_from(
        [
            "",
            "-",
            "–",
            "／",
            " N ",
            "N - No reason",
            "L/N",
            "\\\\",
            "#N/A",
            "@",
            "{mark}",
            "ZZ",
            "?",
            "0",
            "Y ",
            "'/",
        ]
    ),
    st.text(max_size=3),
)
_MINUTES = st.sampled_from(["", "5", "12.0", "abc", "-5", "12 mins", "301", "0", "{m}"])
_ROW = st.tuples(_DATES, _DAMAGE, _SESSIONS, _MARKS, _DAMAGE, _MINUTES, _DAMAGE)
_COLUMNS = [
    "date_text",
    "date_damage",
    "session_text",
    "mark_text",
    "mark_damage",
    "minutes_text",
    "minutes_damage",
]
_READINGS = st.builds(
    Reading,
    order=st.sampled_from(["dmy", "mdy"]),
    period=st.sampled_from([None, (date(2026, 9, 7), date(2026, 9, 18))]),
    on=st.just(date(2026, 11, 23)),
    date_1904=st.booleans(),
    words=st.builds(SessionWords, numbered=st.booleans()),
    codes=st.sampled_from([{}, {"@": "I", "J": "J1"}, {"@": "Absent"}]),
    missing=st.sampled_from([frozenset(), frozenset({"?"})]),
    short=st.booleans(),
)


def _by_model(row: tuple[str, ...], reading: Reading) -> dict[str, Any]:
    """What the model makes of one row: its values, and the first reason of each field it refuses."""
    given = dict(zip(_COLUMNS, row, strict=True))
    told: dict[str, Any] = {}
    day_text = Text(given["date_text"], given["date_damage"])
    try:
        day = TypeAdapter(ReadDate).validate_python(day_text, context=reading)
    except ValidationError:
        day = None
    cells = {
        "date": day_text,
        "session": Text(given["session_text"]),
        "code": MarkText(given["mark_text"], given["mark_damage"], day or code_eras()[0]),
        "minutes": Text(given["minutes_text"], given["minutes_damage"]),
    }
    try:
        told = dict(MarkRow.model_validate(cells, context=reading))
    except ValidationError as error:
        told = {"reasons": {e["loc"][0]: e["type"] for e in error.errors()}, "first": explain(error)}
    return told


@settings(max_examples=80, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=25), _READINGS)
def test_distinct_values_are_judged_as_the_model_judges_each_row(
    rows: list[tuple[str, ...]], reading: Reading
) -> None:
    cells = pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")
    judged = judge_minutes(judge_codes(judge_sessions(judge_dates(cells, reading), reading), reading))
    assert judged.height == len(rows)
    for row, got in zip(rows, judged.iter_rows(named=True), strict=True):
        told = _by_model(row, reading)
        reasons = {
            name: got[f"{name}_reason"]
            for name in ("date", "session", "code", "minutes")
            if got[f"{name}_reason"]
        }
        assert reasons == told.get("reasons", {})
        if not reasons:
            assert got["day"] == told["date"]
            assert Session(got["session"]) is told["session"]
            assert (got["code"], got["said"]) == told["code"]
            assert got["minutes"] == told["minutes"]
        else:
            first = next(iter(told["reasons"]))
            assert (got[f"{first}_reason"], got[f"{first}_message"], got[f"{first}_remedy"]) == told["first"]


def test_a_refusal_explains_itself_and_says_what_to_do() -> None:
    cells = pl.DataFrame({"mark_text": ["J"], "mark_damage": [""], "day": [date(2026, 9, 14)]})
    (verdict,) = judge_codes(cells, Reading()).iter_rows(named=True)
    assert verdict["code_reason"] == "unknown_code"
    assert "J1 replaced it" in verdict["code_message"]
    assert '"J" = { to = "J1" }' in verdict["code_remedy"]


def test_what_a_file_says_is_never_a_template() -> None:
    cells = pl.DataFrame({"date_text": ["{remedy}", "{0}", "{"], "date_damage": ["", "", ""]})
    assert judge_dates(cells, Reading())["date_reason"].to_list() == ["bad_date"] * 3


def test_nothing_to_judge_is_judged() -> None:
    empty = pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
    judged = judge_minutes(judge_codes(judge_sessions(judge_dates(empty, Reading()), Reading()), Reading()))
    assert judged.height == 0
    assert {"day", "session", "code", "said", "minutes", "code_reason"} <= set(judged.columns)

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.read.people import _matched, all_different, people_in
from attendkit.read.shape import WHO

_SOME = st.one_of(st.none(), st.sampled_from(["1", "01", "2", "10", "A1"]))
_SAID = st.fixed_dictionaries(
    {
        "upn": st.one_of(
            st.none(), st.sampled_from(["B801200005001", "H801200001001", "A950000178301", "X1"])
        ),
        "adno": _SOME,
        "mis_id": _SOME,
        "surname": st.sampled_from([None, "Quill", "O’Dowd", "O'Dowd"]),
        "forename": st.sampled_from([None, "Ada"]),
        "dob": st.sampled_from([None, date(2014, 3, 1), date(2015, 3, 1)]),
        "tutor": st.sampled_from([None, "7B1", "8E2"]),
    }
)


@settings(max_examples=300)
@given(st.lists(_SAID, max_size=5, unique_by=lambda who: tuple(who.values())))
def test_lines_that_share_no_identifier_are_as_many_pupils(said: list[dict[str, Any]]) -> None:
    if all_different(said):
        assert _matched(said) == (list(range(len(said))), [""] * len(said))


def _lines(*rows: dict[str, str]) -> pl.DataFrame:
    names = [name for name in WHO if any(name in row for row in rows)]
    return pl.DataFrame(
        [
            {
                "sheet": 0,
                "line": n,
                "row": n + 2,
                **{name: row.get(name, "") for name in names},
                "tutor_damage": "",
            }
            for n, row in enumerate(rows)
        ],
        schema_overrides={"line": pl.UInt32, "row": pl.UInt32},
    )


class _NoTable:
    def heading(self, *_: str) -> str:
        return ""


def _people(*rows: dict[str, str], days: list[date] | None = None) -> Any:
    newest = (
        None
        if days is None
        else pl.DataFrame({"line": range(len(days)), "day": days}, schema_overrides={"line": pl.UInt32})
    )
    return people_in(_lines(*rows), (_NoTable(),), "dmy", newest)  # type: ignore[arg-type]


def test_the_newest_row_speaks_for_name_and_group_and_all_marks_stay_with_the_pupil() -> None:
    told = _people(
        {"adno": "12", "surname": "Dow", "tutor": "8E2"},
        {"adno": "12", "surname": "Quill", "tutor": "7B1"},
        {"adno": "12", "surname": "", "tutor": "7B1"},
        days=[date(2026, 9, 21), date(2026, 9, 14), date(2026, 9, 28)],
    )
    assert told.of_line["pupil"].to_list() == [0, 0, 0]
    assert told.pupils.select("surname", "tutor").rows() == [("Dow", "7B1")]


def test_a_pupil_known_by_upn_and_by_number_is_one_when_a_row_joins_them() -> None:
    told = _people({"upn": "B801200005001"}, {"adno": "12"}, {"upn": "B801200005001", "adno": "12"})
    assert told.of_line["pupil"].to_list() == [0, 0, 0]
    assert told.pupils.height == 1


def test_two_numbers_that_differ_by_their_zeros_are_two_pupils_in_one_file() -> None:
    told = _people({"adno": "0012", "surname": "Quill"}, {"adno": "12", "surname": "Dow"})
    assert told.of_line["pupil"].to_list() == [0, 1]


def test_a_row_that_two_pupils_fit_has_no_pupil() -> None:
    name = {"surname": "Quill", "forename": "Ada"}
    told = _people({**name, "tutor": "7B1"}, {**name, "tutor": "8E2"}, name, {"tutor": "7B1"})
    assert told.of_line["pupil"].to_list() == [0, 1, None, None]
    assert told.of_line["who_reason"].to_list() == ["", "", "ambiguous_pupil", "no_pupil_key"]

"""The distinct rows of a few columns are those that Polars finds, and each row has its place among them."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.validate import distinct
from attendkit.validate.distinct import distinct_rows, spread

ROWS = st.lists(
    st.tuples(st.sampled_from(["", "a", "ab", " a", None]), st.sampled_from(["", "b"]), st.integers(0, 3)),
    max_size=12,
)
SCHEMA = {"one": pl.String, "two": pl.String, "three": pl.UInt8}


@settings(max_examples=150, deadline=None)
@given(ROWS, st.lists(st.sampled_from(list(SCHEMA)), min_size=1, unique=True))
def test_every_row_has_the_place_of_the_row_that_it_equals(
    rows: list[tuple[str | None, str, int]], by: list[str]
) -> None:
    cells = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    found, place = distinct_rows(cells, by)
    assert found.rows() == cells.select(by).unique(maintain_order=True).rows()
    assert found[place.to_list()].rows() == cells.select(by).rows()


def test_columns_of_too_many_values_to_be_one_number_are_told_apart_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(distinct, "_MOST", 5)
    cells = pl.DataFrame(
        {"one": ["a", "b", "a", "b"], "two": ["x", "x", "y", "x"], "three": ["p", "q", "q", "q"]}
    )
    found, place = distinct_rows(cells, list(SCHEMA))
    assert found.rows() == [("a", "x", "p"), ("b", "x", "q"), ("a", "y", "q")]
    assert place.to_list() == [0, 1, 2, 1]


def test_a_table_is_spread_over_rows_with_its_types_and_its_columns_of_nulls() -> None:
    table = pl.DataFrame(
        {"said": ["x", "y"], "nothing": [None, None]}, schema={"said": pl.String, "nothing": pl.Date}
    )
    told = pl.DataFrame(spread(table, pl.Series([1, 0, 1])))
    assert told.schema == table.schema
    assert told.rows() == [("y", None), ("x", None), ("y", None)]

import pytest

from attendkit.documents.fitting import fit
from attendkit.findings import Column, Kind

COLUMNS = (
    Column("name", "Pupil"),
    Column("tutor", "Tutor", narrow=True),
    Column("missed", "Missed", Kind.NUMBER),
    Column("why", "Why"),
)
LONG = "x" * 30
ROWS = [["Day, Amy", "7A1", "1,234", LONG]]


@pytest.mark.parametrize(
    ("width", "places", "widths"),
    [
        (55, (0, 1, 2, 3), (8, 5, 6, 30)),  # everything as long as it is
        (54, (0, 1, 2, 3), (8, 5, 6, 29)),  # long text is shortened
        (49, (0, 1, 2, 3), (8, 5, 6, 24)),  # to what can still be read
        (48, (0, 2, 3), (8, 6, 30)),  # then a narrow column goes, and the text has its room
        (42, (0, 2, 3), (8, 6, 24)),
        (41, (0, 2, 3), (8, 6, 23)),  # then text is shortened further
        (26, (0, 2, 3), (8, 6, 8)),
        (25, (0, 2), (8, 6)),  # then columns go from the right
        (16, (0, 2), (8, 6)),
        (15, (0,), (8,)),
        (3, (0,), (3,)),  # and the first one stays
    ],
)
def test_what_goes_first_as_the_screen_narrows(
    width: int, places: tuple[int, ...], widths: tuple[int, ...]
) -> None:
    fitted = fit(COLUMNS, ROWS, width)
    assert (fitted.places, fitted.widths) == (places, widths)
    gone = [c.heading for n, c in enumerate(COLUMNS) if n not in places]
    assert list(fitted.left_out) == gone


def test_a_heading_is_given_one_line_where_there_is_room() -> None:
    columns = (Column("name", "Pupil"), Column("row", "Days in a row", Kind.NUMBER))
    rows = [["Day, Amy", "3"]]
    assert fit(columns, rows, 14).widths == (8, 4)
    assert fit(columns, rows, 80).widths == (8, 13)


def test_a_date_in_a_heading_stays_on_one_line() -> None:
    columns = (Column("name", "Pupil"), Column("in_hand", "In hand to Fri\u00a018\u00a0Dec", Kind.NUMBER))
    assert fit(columns, [["Day, Amy", "3"]], 20).widths == (8, 10)


def test_wide_letters_take_two_cells() -> None:
    assert fit((Column("name", "Pupil"),), [["王小明王"]], 80).widths == (8,)


def test_a_narrow_column_with_nothing_in_it_is_neither_shown_nor_named() -> None:
    fitted = fit(COLUMNS, [["Day, Amy", "", "3", "x"]], 80)
    assert fitted.places == (0, 2, 3)
    assert fitted.left_out == ()


def test_no_rows_are_headings_alone() -> None:
    assert fit(COLUMNS, [], 80).places == (0, 2, 3)

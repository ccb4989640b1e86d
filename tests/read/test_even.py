"""Lines of one length are cut fast, and anything that the fast reader could lose is left to the slow one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendkit.read.even import even_cells, quoted_lines, unquoted


@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.text(st.sampled_from("a# é\\'"), max_size=3), min_size=width, max_size=width),
            min_size=1,
            max_size=6,
        )
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_even_lines_give_every_cell_as_written(rows: list[list[str]], end: str) -> None:
    body = "".join(f"{','.join(row)}{end}" for row in rows).encode()
    cells = even_cells(body, ",", end)
    assert cells is not None
    assert [list(row) for row in cells.rows()] == rows


@pytest.mark.parametrize(
    "body",
    [
        "a,b\n1\n",
        "a,b\n1,2,3\n4\n",
        "a,b\n1\n2,3,4\n",
        "a,b,c\n\n1,2,3\n4,5,6,,\n",
        "a\nb\n",
        "",
    ],
)
def test_lines_of_several_lengths_are_left_to_another_reader(body: str) -> None:
    assert even_cells(body.encode(), ",", "\n") is None


def test_lines_with_quotation_marks_are_found_wherever_they_stand() -> None:
    body = b'"a",b\n1,2\n3,"4,5"\n6,7\n8,"'
    assert [body[start:end] for start, end in quoted_lines(body)] == [b'"a",b\n', b'3,"4,5"\n', b'8,"']


def test_quoted_cells_stand_in_their_own_line_without_their_marks() -> None:
    body = b'a,b\n1,"2,3"\n4,5\n'
    spans = list(quoted_lines(body))
    assert unquoted(body, ",", spans, [["1", "2,3"]], "\n") == b"a\x1fb\n1\x1f2,3\n4\x1f5\n"

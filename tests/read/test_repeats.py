"""One pupil's session more than once in a file."""

from pathlib import Path

import pytest

from attendkit.read import Export, read_exports

HEAD = "Adno,Surname,Forename,Date,Session,Mark\n"


def read(folder: Path, *rows: str) -> Export:
    path = folder / "marks.csv"
    path.write_text(HEAD + "".join(f"004501,Fenwick,Ada,{row}\n" for row in rows), encoding="utf-8")
    return read_exports([path])[0]


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ("//", {3: "row 2 says /"}),
        ("/N", {2: "row 3 says N", 3: "row 2 says /"}),
        ("/NI", {2: "row 3 says N", 3: "row 2 says /", 4: "row 2 says /"}),
        ("//N", {2: "row 4 says N", 3: "row 4 says N", 4: "row 2 says /"}),
        ("-/", {2: "row 3 says /"}),
        ("--", {3: "row 2 says -"}),
    ],
)
def test_each_row_of_a_repeated_session_names_the_row_it_repeats_or_denies(
    marks: str, told: dict[int, str], tmp_path: Path
) -> None:
    found = read(tmp_path, *(f"07/09/2026,AM,{mark}" for mark in marks))
    said = {problem.row: problem.message for problem in (*found.errors, *found.warnings)}
    assert set(said) == set(told)
    assert all(told[row] in said[row] for row in told)


def test_ten_thousand_rows_for_one_session_are_refused_one_by_one(tmp_path: Path) -> None:
    found = read(tmp_path, *(f"07/09/2026,AM,{'/N'[n % 2]}" for n in range(10_000)))
    assert (found.marks, found.quarantined) == (0, 10_000)

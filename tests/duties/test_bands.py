"""What the heading and the notes of bands say about how far ahead it looks."""

from datetime import date

import pytest
from tests.drawn import view

from attendkit.duties import duty

WEEK = "2026-11-16  Ada  // // // // //"
TWO_TERMS = f"term 2026-11-09 to 2026-12-18\nterm 2027-01-04 to 2027-03-26\n{WEEK}"


@pytest.mark.parametrize(
    ("text", "on", "heading"),
    [
        (TWO_TERMS, date(2026, 11, 20), "In hand to Fri 18 Dec"),
        (TWO_TERMS, date(2026, 12, 18), "In hand to Fri 18 Dec"),  # nobody has marked that day yet
        (TWO_TERMS, date(2026, 12, 19), "In hand to Fri 26 Mar"),
        (TWO_TERMS, date(2027, 3, 27), "In hand"),
        (f"term 2026-11-16 to 2026-11-20\n{WEEK}", date(2026, 11, 20), "In hand"),
        (WEEK, date(2026, 11, 20), "In hand"),
    ],
)
def test_the_heading_says_until_when_and_where_nothing_is_known_a_note_says_what_to_do(
    text: str, on: date, heading: str
) -> None:
    report = duty("bands").load()(view(text, on))
    headings = [column.heading.replace("\u00a0", " ") for column in report.columns]
    assert [one for one in headings if one.startswith("In hand")] == [heading]
    asked = [note for note in report.notes if "set the end of term in attendkit.toml" in note]
    assert len(asked) == (heading == "In hand")


def test_bands_of_nobody_still_cite_their_rules() -> None:
    assert duty("bands").load()(view(WEEK, date(2026, 11, 20))).rests_on == ("bands", "at-risk")

"""Figures of the same words are of the same thing: since when a band moved, and who counts as a pupil."""

from datetime import date

from tests.drawn import view

from attendkit.duties import report_of
from attendkit.findings import short_date

ON = date(2026, 11, 20)
DRAWN = """
term 2026-09-03 to 2026-12-18
2026-11-09  Ada  // // // // //
2026-11-09  Lou  // NN .. .. ..
2026-11-16  Ada  // // // // //
Ada: tutor 7A1
Lou: tutor 7A1, left 2026-11-10
"""


def test_every_list_says_since_when_a_band_moved() -> None:
    look = view(DRAWN, ON)
    assert (
        report_of("bands", look).labels["crossed"]
        == f"Into a worse band since {short_date(date(2026, 11, 19))}"
    )
    asked = report_of("bands", look, since=date(2026, 11, 16))
    assert asked.labels["recovered"] == f"Into a better band since {short_date(date(2026, 11, 16))}"
    assert (
        report_of("tutor-report", look).labels["worse"]
        == f"Worse band since {short_date(date(2026, 11, 15))}"
    )


def test_a_leaver_with_an_open_n_is_told_apart_from_those_on_roll() -> None:
    counts = report_of("tutor-report", view(DRAWN, ON)).counts
    assert (counts["on_roll"], counts["left_with_open_n"]) == (1, 1)
    assert counts["groups"]["7A1"]["pupils"] == 1

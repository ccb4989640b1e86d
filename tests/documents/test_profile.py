"""One pupil on one screen and one page: every session's code is there, whatever colour it has."""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.drawn import view

from attendkit.documents import write
from attendkit.documents.profile import print_profile
from attendkit.documents.profilepages import profile_bytes
from attendkit.documents.weeks import heads, weeks_of
from attendkit.duties import duty
from attendkit.findings import Report, View

ON = date(2026, 11, 20)
YEAR = """
term 2026-09-03 to 2026-12-18
2026-08-31  Ada  .. .. .. L(5)/ OO
2026-09-07  Ada  // // C1C1 // //  x10
2026-11-16  Ada  // U(40)/ NN B/ I-
2026-11-16  Bea  // // // // //
Ada: tutor 7A1, college Arden, year 7, looked after
Ada rings: 1 Ms Ada Bell (mother) 07700 900001
Ada rings: 2 Mr Tom Bell (father) 07700 900002 hold
"""


def seen(text: str = YEAR, *chosen: str) -> tuple[Report, View]:
    look = view(text, ON, chosen=chosen or ("Ada",))
    return duty("pupil").load()(look), look


def on_screen(width: int, text: str = YEAR, *chosen: str) -> list[str]:
    out = StringIO()
    print_profile(*seen(text, *chosen), out, width)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    assert [line for line in on_screen(width) if len(line) > width] == []


def test_the_calendar_has_the_code_of_every_session() -> None:
    lines = on_screen(80)
    cells = {line[:6]: line[7:].split() for line in lines if re.match(r"(Mon|Tue|Wed|Thu|Fri) [AP]M", line)}
    assert cells["Thu AM"] == ["L", *["/"] * 10, "B"]
    assert cells["Wed PM"] == [*["C1"] * 10, "N"]
    assert cells["Fri AM"] == ["O", *["/"] * 10, "I"]
    assert cells["Fri PM"] == ["O", *["\\"] * 10, "-"]
    assert cells["Tue AM"] == [*["/"] * 10, "U"]


def test_a_year_too_wide_for_the_screen_goes_on_below() -> None:
    mondays = [line for line in on_screen(40) if line.startswith("Mon AM")]
    assert len(mondays) == 2
    assert len(" ".join(mondays).split()) == 2 * 2 + 11


def test_a_week_is_in_the_month_of_its_thursday() -> None:
    report, _ = seen()
    weeks = weeks_of(report.rows["calendar"].to_list()[0])
    assert list(heads(weeks))[:5] == [("Sep", "31"), ("", "7"), ("", "14"), ("", "21"), ("Oct", "28")]


def test_a_saturday_has_a_row_only_where_there_is_a_mark_of_one() -> None:
    assert [name for name, _ in weeks_of([]).rows][-1] == "Fri PM"
    one: dict[str, Any] = {"date": date(2026, 11, 21), "session": "AM", "code": "/", "category": "present"}
    assert [name for name, _ in weeks_of([one]).rows][-1] == "Sat PM"


def test_a_number_held_back_by_a_court_is_on_neither() -> None:
    screen, page = "\n".join(on_screen(120)), profile_bytes(*seen()).decode()
    for text in (screen, page):
        assert "07700 900001" in text
        assert "07700 900002" not in text
        assert "HOLD: court order" in text


def test_the_page_holds_every_code_as_text_and_is_as_high_as_its_weeks() -> None:
    page = profile_bytes(*seen()).decode()
    cells = re.findall(r'text-anchor="middle">([^<]+)</text>', page)
    report, _ = seen()
    assert sorted(cells) == sorted(one["code"] for one in report.rows["calendar"].to_list()[0])
    assert "looked after" in page


def test_each_of_several_pupils_has_a_page_of_their_own() -> None:
    page = profile_bytes(*seen(YEAR, "Ada", "Bea")).decode()
    assert page.count('<section class="" ') == 1
    assert page.count('<section class="leaf" ') == 1


def test_a_pupil_without_a_mark_still_has_a_page() -> None:
    text = "Dee: tutor 7A1\n2026-11-16  Bea  // // // // //"
    assert "no data: missed 0 of 0 possible sessions" in " ".join(on_screen(80, text, "Dee"))
    assert b"Dee" in profile_bytes(*seen(text, "Dee"))


def test_the_shared_writer_gives_a_pupil_their_own_screen_and_page(tmp_path: Path) -> None:
    report, look = seen()
    out = StringIO()
    write(report, look, "table", None, out, 80)
    assert out.getvalue().splitlines() == on_screen(80)
    (page,) = write(report, look, "html", tmp_path / "ada.html", out)
    assert page.read_bytes() == profile_bytes(report, look)


def test_what_people_did_is_on_the_screen_and_on_both_pages(tmp_path: Path) -> None:
    logged = """
log 2026-10-01 Ada case-opened why="Comes late" lead="J. Okafor" barriers=bus review=2026-11-27
log 2026-10-01 Ada case-action action="Ring the bus firm" owner="J. Okafor" due=2026-10-08
log 2026-11-02 Ada target-set target=attendance first=2026-11-02 last=2026-12-18 most=2
log 2026-11-03 Ada notice-issued parent="Ms Ada Bell" first=2026-09-03 last=2026-10-23
log 2026-11-04 Ada hold why=medical
log 2026-11-05 Ada letter letter=severe parent="Ms Ada Bell"
log 2026-11-19 09:10 Ada call outcome=no-answer
log 2026-11-19 09:10 Bea note notes="of somebody else"
"""
    words = " ".join(" ".join(on_screen(200, YEAR + logged)).split())
    page = write(*seen(YEAR + logged), "html", tmp_path / "ada.html", StringIO())[0].read_text("utf-8")
    for told in (
        "medical",
        "open since Thursday 1 October 2026, lead J. Okafor, next review Friday 27 November 2026: Comes late",
        "action 2, J. Okafor, by Thursday 8 October 2026, overdue: Ring the bus firm",
        "attendance, Monday 2 November 2026 to Friday 18 December 2026: ",
        "Tuesday 3 November 2026, notice issued: ",
        "Thu 19 Nov 09:10 call: no-answer",
        "Thu 5 Nov letter: severe",
    ):
        assert told in words
        assert told in page
    assert "somebody else" not in words
    assert words.index("call: no-answer") < words.index("letter: severe")


def test_of_many_open_n_those_left_out_are_the_later_ones() -> None:
    text = (
        "term 2026-09-03 to 2026-12-18\n2026-11-02  Ada  NN NN NN NN NN  x2\n2026-11-16  Ada  // // // // //"
    )
    words = " ".join(" ".join(on_screen(80, text)).split())
    assert "Open N Mon 2 Nov AM" in words
    assert "and 8 later" in words

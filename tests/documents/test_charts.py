"""Charts: one set of values, a picture for the page and letters for the screen."""

import re
from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from tests.documents.drawn import report, view
from tests.documents.test_page import Tags

from attendkit.documents.charts import chart_lines, drawing
from attendkit.documents.page import html_bytes
from attendkit.documents.table import print_table
from attendkit.findings import Chart, Point

WEEKS = ("7 Sep", "14 Sep", "21 Sep")
TREND = Chart(
    title="Attendance by week",
    says="Lowest in the week of 14 Sep, 92.0%.",
    kind="trend",
    points=tuple(Point(w, v, f"{v / 100}%") for w, v in zip(WEEKS, (9500, 9200, 9350), strict=True)),
    against=(Point("England", 9272, "92.7%"),),
)
BARS = Chart(
    title="Absence of <groups>",
    says="Most absence: EHC plan, 8.0%.",
    kind="bars",
    points=(Point("EHC plan", 800, "8.0%"), Point("Girls", 400, "4.0%"), Point("Nobody", None)),
    against=(Point("England", 600, "6.0%"),),
)


def test_a_trend_is_drawn_between_whole_percents() -> None:
    drawn = drawing(TREND, 1)
    assert [tick["text"] for tick in drawn["ticks"]] == ["92%", "93%", "94%", "95%"]
    assert [dot["y"] for dot in drawn["dots"]] == [10, 190, 100]  # top, bottom, halfway
    assert [dot["x"] for dot in drawn["dots"]] == [48, 318, 588]
    assert 100 < drawn["lines"][0]["y"] < 190


def test_a_week_without_a_value_is_left_out_of_the_line() -> None:
    drawn = drawing(replace(TREND, points=(*TREND.points, Point("28 Sep", None))), 1)
    assert len(drawn["dots"]) == 3
    assert len(drawn["path"].split()) == 3
    gap = replace(TREND, points=(TREND.points[0], Point("14 Sep", None), TREND.points[1]), against=())
    assert list(chart_lines(gap, 80, plain=False)) == ["7 Sep █ ▁ 14 Sep"]


@pytest.mark.parametrize("value", [0, 9200, 10_000])
def test_a_trend_of_one_value_has_somewhere_to_stand(value: int) -> None:
    drawn = drawing(replace(TREND, points=(Point("7 Sep", value, "x"),), against=()), 1)
    assert 10 <= drawn["dots"][0]["y"] <= 190
    assert len(drawn["ticks"]) >= 2


def test_a_long_year_keeps_its_labels_apart() -> None:
    year = replace(TREND, points=tuple(Point(f"week {n}", 9000 + n, "x") for n in range(39)))
    labels = [dot["label"] for dot in drawing(year, 1)["dots"] if dot["label"]]
    assert labels[:2] == ["week 0", "week 4"]
    assert len(labels) <= 12


def test_bars_start_from_nothing_and_are_as_long_as_their_values() -> None:
    drawn = drawing(BARS, 1)
    assert [bar["long"] for bar in drawn["bars"]] == [506, 253, 0]
    assert drawn["lines"][0]["x"] == drawn["left"] + 379


def test_the_screen_has_the_same_bars() -> None:
    lines = list(chart_lines(BARS, 80, plain=False))
    assert lines == [
        f"EHC plan  {'█' * 40} 8.0%",
        f"Girls     {'█' * 20} 4.0%",
        "Nobody",
        f"England   {'░' * 30} 6.0%",
    ]
    assert list(chart_lines(TREND, 80, plain=False)) == ["7 Sep █▁▄ 21 Sep", "England: 92.7%"]


@pytest.mark.parametrize("width", [30, 40, 80, 120])
def test_no_line_of_a_chart_is_wider_than_the_screen(width: int) -> None:
    assert max(len(line) for line in chart_lines(BARS, width, plain=False)) <= width


def test_a_screen_without_blocks_gets_letters() -> None:
    held = BytesIO()
    out = TextIOWrapper(held, encoding="ascii", write_through=True)
    print_table(replace(report(), charts=(TREND, BARS)), view(), out, 80)
    told = held.getvalue().decode()
    assert "\n7 Sep #_~ 21 Sep\n" in told
    assert "########" in told
    assert "?" not in told.split("Attendance by week")[1]


def test_the_screen_says_what_each_chart_shows() -> None:
    out = StringIO()
    print_table(replace(report(), charts=(TREND,)), view(), out, 80)
    assert "Lowest in the week of 14 Sep, 92.0%." in out.getvalue()


def test_a_picture_can_be_read_aloud() -> None:
    page = html_bytes(replace(report(), charts=(TREND, BARS)), view()).decode()
    pictures = [some for tag, some in Tags(page).tags if tag == "svg"]
    assert [one["role"] for one in pictures] == ["img", "img"]
    ids = set(re.findall(r'id="([^"]+)"', page))
    for one in pictures:
        assert set((one["aria-labelledby"] or "").split()) <= ids
    assert "7 Sep 95.0%, 14 Sep 92.0%, 21 Sep 93.5%, England 92.7%." in page
    assert "&lt;groups&gt;" in page
    assert "<groups>" not in page


def test_a_report_without_charts_has_no_place_for_them() -> None:
    assert "<svg" not in html_bytes(report(), view()).decode()

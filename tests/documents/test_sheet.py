"""Any report on paper: all of it there, on A4, and fit to be read out."""

from dataclasses import replace
from io import BytesIO

import polars as pl
import pytest
from pypdf import PdfReader
from tests.documents.accessible import faults, structure
from tests.documents.drawn import EVIL, bad_mark, report, view
from tests.documents.test_charts import BARS, TREND

from attendkit.documents.sheet import pdf_bytes, shared_out, sheet_values, widths
from attendkit.documents.typesetting import picture_png
from attendkit.findings import Column, Report

PLAIN = [("Adébáyọ", "Zoë"), ("O’Brien", "Seán"), ("حداد", "يوسف")]


def few(**columns: list[str]) -> Report:
    """A report with these columns of text and no others."""
    kept = tuple(Column(name, name.capitalize()) for name in columns)
    rows = pl.DataFrame({"pupil": range(3), **columns}, schema_overrides={"pupil": pl.UInt32})
    return replace(report(), rows=rows, columns=kept)


def test_a_report_on_paper_has_all_that_its_page_has() -> None:
    drawn = report(pupil=range(3), found=True, notes=["Whole sessions."], problems=[bad_mark(5)])
    content = pdf_bytes(replace(drawn, above=("Not all of it.",), charts=(TREND, BARS)), view(PLAIN))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    told = " ".join(text.split())
    for part in (
        *("Absences", "Riverside School", "Not all of it.", "On roll", "1,450", "Zoë", "93.33%", "1,234"),
        *("Attendance by week", "Lowest in the week of 14 Sep, 92.0%.", "Whole sessions.", "Page 1 of"),
        *("error SIMS Mon.csv: Mark 'ZZ' is not a code", "SI 2024/208 reg 10(7)", "cdcdcdcdcdcdcdcd"),
    ):
        assert part in told


def test_a_report_can_be_read_out() -> None:
    content = pdf_bytes(replace(report(pupil=range(3)), charts=(TREND, BARS)), view(PLAIN))
    assert faults(content) == []
    tags = structure(content)
    assert (tags.count("Figure"), tags.count("Table"), tags.count("TH")) == (2, 1, 9)


def test_headings_are_on_every_page() -> None:
    content = pdf_bytes(report(pupil=[0, 1, 2] * 60), view(PLAIN))
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert len(pages) > 3
    assert all("Tutor group" in page for page in pages[:3])
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))


@pytest.mark.parametrize(("long", "sideways"), [(50, False), (80, True)])
def test_a_wide_table_lies_on_its_side(long: int, sideways: bool) -> None:  # noqa: FBT001
    drawn = few(says=["x " * (long // 2)] * 3, why=["y" * 50] * 3)
    content = pdf_bytes(drawn, view(PLAIN))
    box = PdfReader(BytesIO(content)).pages[0].mediabox
    assert (box.width > box.height) == sideways
    assert sheet_values(drawn, view(PLAIN))["sideways"] == sideways


def test_nothing_of_a_table_is_off_the_paper() -> None:
    names = [f"column{n}" for n in range(16)]
    drawn = few(**{name: ["unbreakable-text"[: 4 + n]] * 3 for n, name in enumerate(names)})
    page = PdfReader(BytesIO(pdf_bytes(drawn, view(PLAIN)))).pages[0]
    places: list[float] = []

    def see(text: str, current: list[float], inside: list[float], *_: object) -> None:
        if text.strip():
            places.append(current[4] + inside[4] * current[0] + len(text.strip()) * 2)

    page.extract_text(visitor_text=see)
    assert max(places) < float(page.mediabox.width)


def test_columns_get_what_they_need_and_share_what_is_left() -> None:
    wants, needs = widths([["Name", "Why"], ["Amy", "a long story"], ["Bo", "two\nlines"]])
    assert (wants, needs) == ([6, 14], [6, 7])
    assert shared_out(wants, needs, 100) == [6, 94]
    assert shared_out(wants, needs, 10) == [6, 7]


def test_each_muster_point_has_paper_of_its_own() -> None:
    drawn = few(name=["A", "B", "C"], muster_point=["Field", "Court", "Field"])
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf_bytes(drawn, view(PLAIN)))).pages]
    assert ["Court" in pages[0], "Field" in pages[1], "Seen" in pages[0], "Seen" in pages[1]] == [True] * 4


def test_a_name_that_no_font_has_is_a_box_and_the_report_says_so() -> None:
    content = pdf_bytes(report(pupil=[0]), view([("Amy\U000f0000", "Lee")]))
    assert "shown as boxes" in PdfReader(BytesIO(content)).pages[0].extract_text()
    assert (
        "boxes" not in PdfReader(BytesIO(pdf_bytes(report(pupil=[0]), view(PLAIN)))).pages[0].extract_text()
    )


def test_an_empty_report_says_that_it_is_empty() -> None:
    content = pdf_bytes(report(pupil=[]), view(PLAIN))
    assert "No pupils to list." in PdfReader(BytesIO(content)).pages[0].extract_text()


def test_no_hostile_name_is_anything_but_text() -> None:
    content = pdf_bytes(report(pupil=range(len(EVIL))), view())
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)
    for surname, forename in EVIL:
        if surname.isascii() and surname.isprintable():
            assert "".join(f"{surname},{forename}".split()) in text


def test_a_picture_is_drawn_for_word() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="9" height="9"/></svg>'
    png = picture_png(svg)
    assert png.startswith(b"\x89PNG")

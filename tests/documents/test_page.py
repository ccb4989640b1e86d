import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.documents.drawn import EVIL, bad_mark, report, view

from attendkit.documents.page import html_bytes
from attendkit.findings import Column, Report, View
from attendkit.rules import Rulebook
from attendkit.school import School

ROOT = Path(__file__).parents[2]


class Tags(HTMLParser):
    """Every tag, with its attributes, and every text, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def page(drawn: Report, seen: View | None = None) -> str:
    return html_bytes(drawn, seen or view()).decode()


def test_a_page_names_the_school_the_day_and_the_figures() -> None:
    texts = Tags(page(report(notes=["Whole sessions."], problems=[bad_mark(5)]))).texts
    assert "Riverside School · Friday 20 November 2026 · marks from 7 Sep 2026 to 7 Sep 2026" in texts
    assert texts[texts.index("On roll") + 1] == "1,450"
    assert "Whole sessions." in texts
    assert any(text.startswith("SIMS Mon.csv: Mark 'ZZ' is not a code") for text in texts)


def test_the_footer_cites_the_rules() -> None:
    text = page(report(found=True))
    assert "SI 2024/208 reg 10(7) (law, in force since 19 Aug 2024)" in text.split("<footer>")[1]


def test_a_rule_that_the_school_changed_says_so() -> None:
    plain = view()
    seen = View(
        register=plain.register,
        calendar=plain.calendar,
        rulebook=Rulebook({"n-code": {"school_days": 3}}),
        school=plain.school,
        on=plain.on,
    )
    footer = page(report(found=True), seen).split("<footer>")[1]
    assert "Changed by this school: school_days." in footer
    assert "(school, in force since" in footer


def test_the_table_can_be_read_aloud() -> None:
    tags = Tags(page(report())).tags
    heads = [attributes for tag, attributes in tags if tag == "th"]
    assert [head["scope"] for head in heads] == ["col"] * 9 + ["row"] * 2
    assert ("html", {"lang": "en-GB"}) in tags


def test_names_are_text_and_nothing_else() -> None:
    found = Tags(page(report(pupil=range(len(EVIL)))))
    assert "<script>alert(1)</script>, &amp;" in found.texts
    assert "{{ 7 * 7 }}, {% raw %}" in found.texts
    assert {"script", "img", "link", "iframe", "a"} & {tag for tag, _ in found.tags} == set()


def test_nothing_is_fetched() -> None:
    text = page(report(pupil=range(len(EVIL)), found=True))
    assert "default-src 'none'" in text
    attributes = [a for _, some in Tags(text).tags for a in some]
    assert {"src", "href", "background", "onload"} & set(attributes) == set()
    assert re.search(r"url\(|@import", text) is None


def test_a_school_may_add_to_a_page_as_the_documentation_says(tmp_path: Path) -> None:
    told = (ROOT / "docs" / "documents.md").read_text("utf-8")
    own = tmp_path / "templates" / "reports" / "absences.html"
    own.parent.mkdir(parents=True)
    own.write_text(told.split("```html\n")[1].split("```")[0], encoding="utf-8")
    text = page(report(), view(school=School(name="Riverside School", folder=tmp_path)))
    assert text.index("Ring before 9.30.") < text.index("<table>")
    assert "[/], [bold]Bo[/bold]" in text


def test_a_column_of_several_lines_has_room() -> None:
    heads = [some for tag, some in Tags(page(report(says=["one\ntwo", ""]))).tags if tag == "th"]
    assert [head["class"] for head in heads if head["scope"] == "col"][-2:] == ["flag", "lines"]


def test_a_telephone_number_is_never_broken_across_lines() -> None:
    text = page(report(says=["Mrs Day 07700 900418, 01632 960111", "1 of 2"]))
    assert "Mrs Day 07700\u00a0900418, 01632\u00a0960111" in text
    assert "1 of 2" in text


def test_what_changes_everything_and_whom_it_is_about_are_at_the_top() -> None:
    drawn = replace(report(), above=("No school day.",), counts={"sessions": {"AM": {"on_roll": 1450}}})
    texts = [text for text in Tags(page(drawn, replace(view(), only=("Year 7",)))).texts if text]
    assert any(text.startswith("Only: Year 7 · Riverside School") for text in texts)
    start = texts.index("No school day.")
    assert texts[start + 1 : start + 5] == ["Sessions", "On roll", "AM", "1,450"]


def test_an_empty_report_says_so() -> None:
    assert "No pupils to list." in page(report(pupil=()))


def fire_register(points: Sequence[str | None] | None, pupils: int = 3, *, shown: bool = True) -> Report:
    more: dict[str, Any] = {} if points is None else {"muster_point": points}
    drawn = report(pupil=range(pupils), **more)
    columns = (Column("name", "Pupil"), *([Column("muster_point", "Muster point")] if shown else []))
    fields: dict[str, Any] = {**vars(drawn), "duty": "fire-register", "columns": columns}
    return Report(**fields)


@pytest.mark.parametrize(
    ("points", "leaves"),
    [
        (["Field", "Yard", "Field"], ["Field", "Yard"]),
        (["", "Yard", None], ["Yard", "No muster point"]),
        (["", "", ""], ["Absences"]),
        (None, ["Absences"]),
    ],
)
@pytest.mark.parametrize("shown", [True, False])
def test_a_fire_register_has_paper_for_each_muster_point_and_loses_nobody(
    points: list[str | None] | None, leaves: list[str], *, shown: bool
) -> None:
    found = Tags(page(fire_register(points, shown=shown and points is not None)))
    sections = [some for tag, some in found.tags if tag == "section"]
    assert [some["aria-label"] for some in sections] == leaves
    assert [some["class"] for some in sections] == [""] + ["leaf"] * (len(leaves) - 1)
    assert len([tag for tag, some in found.tags if tag == "th" and some["scope"] == "row"]) == 3


def test_each_muster_point_has_the_heading_and_figures_of_its_own() -> None:
    points = ["Yard", "", "Field", "Field"]
    drawn = fire_register(points, 4)
    state = pl.Series(
        ["absent", "unknown", "on_site", "unknown"], dtype=pl.Enum(["unknown", "on_site", "absent"])
    )
    drawn = replace(drawn, rows=drawn.rows.with_columns(state=state), title="Fire register, Friday AM")
    texts = [text for text in Tags(page(drawn)).texts if text]
    leaves = [texts.index(point) for point in ("Field", "Yard", "No muster point")]
    assert leaves == sorted(leaves)
    start = leaves[0]
    assert texts[start + 1] == "Fire register, Friday AM"
    assert texts[start + 2 : start + 8] == ["On roll", "2", "Unknown", "1", "On site", "1"]
    assert texts[start + 8] == "Fire register, Friday AM · Field"  # over the headings of every sheet
    assert texts[leaves[1] + 2 : leaves[1] + 6] == ["On roll", "1", "Absent", "1"]


def test_a_fire_register_of_nobody_says_so() -> None:
    assert "No pupils to list." in page(fire_register([], 0))


def test_a_state_that_some_rows_have_not_is_no_fault() -> None:
    """Only a fire register is parted, and counted, by where its pupils are."""
    texts = Tags(page(report(state=["overdue", None]))).texts
    assert "Riverside School · Friday 20 November 2026 · marks from 7 Sep 2026 to 7 Sep 2026" in texts

"""Letters in Word: on our letterhead and on a school's own, whatever it has and lacks."""

import importlib.util
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from tests.documents.letters.names import SCHOOL, facts, letter
from tests.documents.test_charts import BARS, TREND

from attendkit.documents.charts import drawing
from attendkit.documents.letters import made
from attendkit.errors import BadArgumentError
from attendkit.school import School

ROOT = Path(__file__).parents[3]
WORDING = """# About {{ child.forename }}

Dear.

## A heading

1. one
2. two

| Day | Missed |
|---|--:|
| {{ child.surname }} | 3 |

```chart
bars
```

***

The end.
"""


def with_letterhead(folder: Path, write: Callable[[Any], None]) -> School:
    """A school whose own letterhead is an empty Word file that `write` has written in, and a wording."""
    document = Document()
    write(document)
    layout = folder / "templates" / "letters" / "layout"
    layout.mkdir(parents=True)
    document.save(str(layout / "letter.docx"))
    (layout.parent / "own.md").write_text(WORDING, encoding="utf-8")
    return SCHOOL.model_copy(update={"folder": folder})


def opened(school: School) -> Any:
    given = {**facts("Amy", "O|Lee"), "charts": {"bars": drawing(BARS, 1), "trend": drawing(TREND, 2)}}
    return Document(BytesIO(made(letter(given, "own", school), "docx")[0]))


def lines(document: Any) -> list[str]:
    return [line.text for line in document.paragraphs if line.text]


def test_our_own_letterhead_is_what_its_script_makes() -> None:
    path = ROOT / "docs" / "make_letter_docx.py"
    spec = importlib.util.spec_from_file_location("make_letter_docx", path)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PATH.read_bytes() == script.letterhead()


def test_a_schools_own_letterhead_is_filled_in_where_it_says(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "Our motto"
        document.sections[0].footer.paragraphs[0].add_run("[school]")
        table = document.add_table(1, 1)
        table.cell(0, 0).paragraphs[0].add_run("[address]").bold = True
        document.add_paragraph("[subject]")
        document.add_paragraph("[letter]")
        document.add_paragraph("After it")

    document = opened(with_letterhead(tmp_path, write))
    section = document.sections[0]
    assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == (
        "Our motto",
        "Harrowmere School",
    )
    address = document.tables[0].cell(0, 0).paragraphs[0]
    assert address.text == "Ms O|Lee\n14 Weir Cottages\nHarrowmere\nAN1 3ZZ"
    assert address.runs[0].bold
    told = lines(document)
    assert told[:2] == ["About Amy", "Dear."]
    assert told[-2:] == ["The end.", "After it"]
    assert not any("[" in line for line in told)


def test_a_letterhead_without_places_has_the_letter_at_its_end(tmp_path: Path) -> None:
    document = opened(with_letterhead(tmp_path, lambda document: document.add_paragraph("Ours")))
    assert lines(document)[:2] == ["Ours", "Dear."]


def test_a_letterhead_without_styles_is_good_enough(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        for style in list(document.styles):
            if style.name != "Normal":
                style.delete()

    document = opened(with_letterhead(tmp_path, write))
    assert lines(document) == ["Dear.", "A heading", "1.\tone", "2.\ttwo", "The end."]


def test_a_table_and_a_chart_are_there_with_their_words(tmp_path: Path) -> None:
    document = opened(with_letterhead(tmp_path, lambda _: None))
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Day", "Missed"], ["O|Lee", "3"]]
    assert "w:tblHeader" in table.rows[0]._tr.xml  # noqa: SLF001
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr").startswith("Most absence: EHC plan, 8.0%. EHC plan 8.0%")  # noqa: SLF001
    assert picture.width.mm == pytest.approx(150)


def test_a_letter_in_word_knows_its_day_and_nobody_who_wrote_it() -> None:
    about = Document(BytesIO(made(letter(), "docx")[0])).core_properties
    assert about.title == "Amy has missed 4.5 days of school"
    for day in (about.created, about.modified):
        assert day.replace(tzinfo=None) == datetime(2026, 11, 20)  # noqa: DTZ001 - zones came in python-docx 1.2
    assert (about.author, about.last_modified_by) == ("Harrowmere School",) * 2


def test_a_letterhead_that_is_no_word_file_says_so(tmp_path: Path) -> None:
    school = with_letterhead(tmp_path, lambda _: None)
    (tmp_path / "templates" / "letters" / "layout" / "letter.docx").write_bytes(b"PDF")
    with pytest.raises(BadArgumentError, match="not a Word file"):
        opened(school)

"""Reports in leaves: a page a tutor group however much there is to say, two a leader, fit to be read out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from tests.documents.accessible import faults
from tests.drawn import drawn, view

from attendkit.documents.enclosing import write_enclosures
from attendkit.documents.leaves import Leaf, Section, leaves_pdf
from attendkit.documents.papers import PAPERS
from attendkit.documents.writing import write
from attendkit.duties import duty
from attendkit.findings import Column, Report, View

ON = date(2026, 11, 20)
TITLES = {"Ada": "de Winter", "Bea": "O’Brien-Smythe", "Cal": '#read("x")', "Dee": "*bold* $x$ [a]"}


def school(pupils: int = 4, groups: int = 1, **options: Any) -> View:
    """Tutor groups in which everybody has something to be said of them, and a case with an action overdue."""
    names = [f"{chr(65 + n // 26)}{chr(97 + n % 26)}x" for n in range(pupils * groups)]
    surnames = list(TITLES.values())
    weeks = ("OO // N/ // II", "L(5)/ // NN // OO", "// U(40)/ // N/ //", "N/ N/ N/ N/ N/")
    lines = ["term 2026-09-07 to 2026-12-18"]
    for n, name in enumerate(names):
        surname = surnames[n] if n < len(surnames) else f"Surname{n}"
        lines.append(f"{name}: tutor 7{chr(65 + n // pupils)}1, college Arden, surname {surname}")
        lines += [f"2026-11-09  {name}  // // // // //", f"2026-11-16  {name}  {weeks[n % 4]}"]
    first = names[0]
    lines += [
        f'log 2026-11-10 {first} case-opened why="Hard to get in" lead="Mr Holt" review=2026-11-19',
        f'log 2026-11-10 {first} case-action action="Ring the bus company" owner="Mr Holt" due=2026-11-12',
        f"log 2026-11-18 {first} visit outcome=parent-spoken-to",
    ]
    settings = {"tutor_groups": {"7A1": {"tutor": "Mrs Vale"}}, "name": "Harrow & Mere"}
    return view(drawn("\n".join(lines)), ON, school=settings, **options)


def made(name: str, look: View, **options: Any) -> Report:
    return duty(name).load()(replace(look, options=options))


def written(name: str, look: View, form: str, folder: Path, **options: Any) -> bytes:
    path = folder / f"{name}.{form}"
    write(made(name, look, **options), look, form, path, None)  # type: ignore[arg-type]
    return path.read_bytes()


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


REPORTS: Mapping[str, Mapping[str, Any]] = {
    "tutor-report": {},
    "meeting-pack": {"kind": "college"},
    "safeguarding-log": {},
    "pupil": {},
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_on_paper_can_be_read_out(name: str, tmp_path: Path) -> None:
    assert faults(written(name, school(), "pdf", tmp_path, **REPORTS[name])) == []


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", ["pdf", "docx", "html", "xlsx"])
def test_a_report_is_the_same_bytes_twice(name: str, form: str, tmp_path: Path) -> None:
    first = written(name, school(), form, tmp_path, **REPORTS[name])
    assert first == written(name, school(), form, tmp_path / "again", **REPORTS[name])


@pytest.mark.parametrize("name", ["tutor-report", "meeting-pack"])
@pytest.mark.parametrize("form", ["pdf", "html", "docx"])
def test_names_are_printed_as_they_stand(name: str, form: str, tmp_path: Path) -> None:
    content = written(name, school(), form, tmp_path, **REPORTS[name])
    match form:
        case "pdf":
            told = " ".join(pages(content))
        case "html":
            told = content.decode().replace("&#34;", '"')
        case _:
            document = Document(BytesIO(content))
            told = " ".join(cell.text for table in document.tables for cell in table._cells)  # noqa: SLF001
    assert [surname for surname in TITLES.values() if surname not in told] == []


@pytest.mark.parametrize("pupils", [4, 25, 60])
def test_a_tutor_group_has_one_page_however_much_there_is_to_say(pupils: int, tmp_path: Path) -> None:
    told = pages(written("tutor-report", school(pupils), "pdf", tmp_path))
    assert len(told) == 1
    assert ("more pupils" in told[0]) == (pupils > 4)
    assert "Tutor group 7A1, Mrs Vale" in told[0]
    assert f"N marks to settle: {pupils}" in told[0]


def test_what_is_left_out_of_a_page_is_counted() -> None:
    columns = (Column("name", "Pupil"),)
    sections = tuple(
        Section(f"{title}:", columns, [[f"{title}-{n}"] for n in range(rows)], cut=cut, least=2)
        for title, rows, cut in (("Last", 60, 9), ("First", 40, 1), ("Never", 10, 0))
    )
    look = school()
    leaf = Leaf("one", "One page", "under", sections=sections)
    (told,) = pages(leaves_pdf("reports/tutor-weekly.typ", [leaf], made("tutor-report", look), look))
    last, first = (sum(f"{title}-{n} " in f"{told} " for n in range(60)) for title in ("Last", "First"))
    assert f"and {40 - first} more pupils" in told
    assert f"and {60 - last} more pupils" in told
    assert first <= 2 < last < 60
    assert all(f"Never-{n}" in told for n in range(10))


def test_a_pack_is_two_pages_at_most_and_keeps_what_is_due(tmp_path: Path) -> None:
    told = pages(written("meeting-pack", school(120), "pdf", tmp_path, kind="college"))
    assert len(told) == 2
    assert "Ring the bus company" in told[0]
    assert "more pupils" in " ".join(told)


def test_groups_have_a_file_each_and_one_to_print(tmp_path: Path) -> None:
    look = school(3, groups=3)
    _, papers = PAPERS["tutor-report", "pdf"]
    done = papers(made("tutor-report", look), look, tmp_path)
    assert [path.name for path in done.written] == [
        *(f"tutor 7{letter}1.pdf" for letter in "ABC"),
        "all tutor groups.pdf",
    ]
    assert len(pages(done.written[-1].read_bytes())) == 3
    assert done.told == ()


def test_a_name_that_no_font_has_costs_its_own_group_only(tmp_path: Path) -> None:
    text = """
    term 2026-09-07 to 2026-12-18
    2026-11-16  Ada  OO // // // //
    2026-11-16  Bea  OO // // // //
    Ada: tutor 7A1, surname \U0003fffd
    Bea: tutor 7B1
    """
    look = view(text, ON)
    _, papers = PAPERS["tutor-report", "pdf"]
    done = papers(made("tutor-report", look), look, tmp_path)
    assert [path.name for path in done.written] == ["tutor 7B1.pdf"]
    (line,) = done.told
    assert "Not written, because no font here has all of their signs: tutor 7A1." in line
    assert "\U0003fffd" not in line


def test_nothing_to_enclose_writes_nothing(tmp_path: Path) -> None:
    assert write_enclosures([], school(), tmp_path, drafts=True).written == ()


def test_no_code_of_illness_stands_on_a_tutors_page_or_in_a_pack(tmp_path: Path) -> None:
    text = "term 2026-09-07 to 2026-12-18\n2026-11-16  Ada  IM IM IM IM IM\n2026-11-16  Bea  OO // // // //"
    look = view(text, ON)
    for name in ("tutor-report", "meeting-pack"):
        told = " ".join(pages(written(name, look, "pdf", tmp_path, **REPORTS[name])))
        assert "Ada" in told
        words = {word.casefold().strip(".,:;()") for word in told.split()}
        assert not words & {"ill", "illness", "sick", "medical", "appointment"}
    rows = made("tutor-report", look).rows
    assert not {"code", "codes"} & set(rows.columns)


def test_friday_sheets_on_paper_keep_every_n(tmp_path: Path) -> None:
    look = school(40)
    _, papers = PAPERS["ncode-report", "pdf"]
    done = papers(made("ncode-report", look), look, tmp_path)
    assert [path.name for path in done.written] == ["tutor 7A1.pdf", "leader Arden.pdf"]
    for path in done.written:
        assert faults(path.read_bytes()) == []
    told = " ".join(pages(done.written[0].read_bytes()))
    assert [n for n in range(4, 40) if f"Surname{n}," not in told] == []
    assert "Who said so" in told

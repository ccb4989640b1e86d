"""A whole school of hostile names, contacts and comments, from its exports through every command."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from tests.cli.conftest import ON, Run, asking
from tests.documents.hostile import HOSTILE

from attendkit.cli import boundary
from attendkit.documents import FORMATS
from attendkit.duties import DUTIES
from attendkit.errors import Exit

DAYS = [date(2026, 11, 9) + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u061c]")
_RUN = re.compile(r"^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r]")
_BARE = re.compile(r"^-?[\d.,]+%?$")


def exports(folder: Path) -> Iterator[Path]:
    """A pupil a hostile text: as surname, forename, group, comment and parent."""
    people, contacts, marks = [], [], []
    for number, text in enumerate(HOSTILE):
        other = HOSTILE[-1 - number]
        adno, group = f"{5000 + number:06}", other[:20] if number % 9 == 0 else f"{7 + number % 5}A"
        people.append(
            [adno, text, other, f"{7 + number % 5}", group, text[:15] if number % 7 == 0 else "Elm"]
        )
        contacts.append([adno, "1", text, other, text, "07700 900100", "a@example.org", other, text])
        for at, day in enumerate(DAYS):
            for session in ("AM", "PM"):
                code = "NO/L"[(number + at) % 4].replace("/", "/" if session == "AM" else "\\")
                marks.append([adno, text, other, f"{day:%d/%m/%Y}", session, code, text])
    heads = (
        "Adno,Legal Surname,Legal Forename,Year,Reg,House",
        "Adno,Priority,Forename,Surname,Relationship,Mobile,Email,Address Line 1,Postcode",
        "Adno,Surname,Forename,Date,Session,Mark,Comments",
    )
    for name, head, rows in zip(
        ("pupils", "contacts", "marks"), heads, (people, contacts, marks), strict=True
    ):
        out = io.StringIO(newline="")
        csv.writer(out).writerows([head.split(","), *rows])
        path = folder / f"{name}.csv"
        path.write_bytes(out.getvalue().encode("utf-8", "replace"))
        yield path


@pytest.fixture
def school(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "school"
    folder.mkdir(mode=0o700)
    (folder / "attendkit.toml").write_text('name = "Riverside School"\n[officer]\nname = "J"\nphone = "1"\n')
    given = list(exports(tmp_path))
    said = run("ingest", *given, "--school", folder)
    assert said.code in {Exit.DONE, Exit.PROBLEMS}, said.err
    return folder


@pytest.mark.slow
def test_no_command_is_steered_by_any_of_them(run: Run, school: Path, tmp_path: Path) -> None:
    outside = {path for path in tmp_path.rglob("*") if not path.is_relative_to(school)}
    for duty in DUTIES:
        if duty.name in {"pupil", "reconcile", "case-show"} or (duty.words.split()[0] == "case"):
            continue
        for form in FORMATS:
            if form in {"pdf", "docx"} and duty.name != "absences":
                continue
            said = run(*asking(duty.name), "--on", ON, "--format", form, "--school", school)
            assert said.code != boundary.FAULT, f"{duty.name} {form}: {said.err}"
            assert not _STEERING.search(said.out.replace("\r\n", "\n")), f"{duty.name} {form}"
    run("absences", "--on", ON, "--xlsx", "--school", school)
    run("export-person", "005001", "--on", ON, "--school", school)
    assert run("letters", "write", "--yes", "--on", ON, "--school", school).code != boundary.FAULT
    made = [path for path in school.rglob("*") if path.is_file()]
    assert len(made) > 60
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(school)} == outside
    for path in made:
        _is_harmless(path)


def _is_harmless(path: Path) -> None:
    assert not _STEERING.search(path.name)
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", path.name)
    assert path.name == path.name.strip(" ")
    if path.suffix == ".csv":
        rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        cells = [cell for row in rows for cell in row if not _BARE.match(cell)]
        assert [cell for cell in cells if _RUN.search(cell)] == [], path
    elif path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in every if cell.data_type == "f" or cell.hyperlink] == [], path
    elif path.suffix == ".docx":
        with zipfile.ZipFile(path) as parts:
            assert b"<w:hyperlink" not in parts.read("word/document.xml")

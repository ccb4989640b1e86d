"""Whatever a name, a comment or a contact's detail says comes out as text, in every form."""

import csv
import io
import re
import zipfile
from datetime import date
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader
from tests.documents.drawn import bad_mark, report, view
from tests.documents.hostile import HOSTILE

from attendkit.documents import write
from attendkit.documents.cells import lines, tidy
from attendkit.documents.letters import Letter, render
from attendkit.documents.letters.mail import letter_eml, letter_html
from attendkit.documents.letters.paper import letter_pdf
from attendkit.documents.letters.plain import letter_text
from attendkit.documents.letters.word import letter_docx
from attendkit.documents.saving import file_stem
from attendkit.errors import BadArgumentError
from attendkit.school import School

ON = date(2026, 11, 20)
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200f\u061c]")
_RUN = re.compile(r"^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r]")

NAMES = tuple((text, HOSTILE[-1 - at]) for at, text in enumerate(HOSTILE))


def written(form: str, folder: Path, names: tuple[tuple[str, str], ...] = NAMES) -> bytes:
    """Every text as surname, as forename, as what is said, in notes and in problems."""
    drawn = report(
        pupil=range(len(names)),
        says=[surname for surname, _ in names],
        notes=[f"Note {n}." for n in range(3)],
        problems=[bad_mark(5, surname) for surname, _ in names[:20]],
    )
    path = folder / f"report.{form}"
    write(drawn, view(names), form, path, io.StringIO())
    return path.read_bytes()


def harmless() -> tuple[tuple[str, str], ...]:
    return tuple((f"Name{n}", f"Fore{n}") for n in range(len(NAMES)))


def test_there_are_two_hundred_of_them() -> None:
    assert len(HOSTILE) >= 200
    assert len(set(HOSTILE)) == len(HOSTILE)


def test_no_cell_of_a_csv_file_runs(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(written("csv", tmp_path).decode("utf-8-sig"), newline="")))
    assert len(rows) == len(NAMES) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [cell for row in rows for cell in row if _RUN.search(cell)] == []
    assert [cell for row in rows for cell in row if _STEERING.search(cell)] == []


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    content = written("xlsx", tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name.lower()]
        sheets = b"".join(parts.read(name) for name in parts.namelist() if "sheet" in name)
    assert b"<f>" not in sheets
    assert b"<hyperlink" not in sheets
    texts = {cell.value for cell in cells if isinstance(cell.value, str)}
    assert {lines(text) for text in HOSTILE if lines(text)} <= texts


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes |= {f"{tag} {name}" for name, _ in attrs}


def test_a_page_has_the_tags_of_a_harmless_one(tmp_path: Path) -> None:
    hostile, plain = (Tags(written("html", tmp_path, names).decode()) for names in (NAMES, harmless()))
    assert hostile.seen == plain.seen
    assert hostile.attributes == plain.attributes


def test_a_word_report_has_no_field_and_no_link(tmp_path: Path) -> None:
    _is_text_alone(written("docx", tmp_path))


def test_a_pdf_report_has_no_action_and_no_link(tmp_path: Path) -> None:
    # What no shipped font can draw has its own test; here is what could act.
    drawable = tuple((s, f) for s, f in NAMES if tidy(s).isascii() and tidy(f).isascii())
    _acts_on_nothing(written("pdf", tmp_path, drawable))


def test_a_terminal_is_not_steered(tmp_path: Path) -> None:
    said = written("table", tmp_path).decode()
    assert [line for line in said.splitlines() if _STEERING.search(line)] == []
    out = io.StringIO()
    write(report(pupil=range(len(NAMES))), view(NAMES), "table", None, out, 80)
    assert not _STEERING.search(out.getvalue().replace("\n", ""))
    assert all(len(line) <= 80 * 2 for line in out.getvalue().splitlines())


# Letters ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    folder = tmp_path_factory.mktemp("school")
    (folder / "templates" / "letters").mkdir(parents=True)
    (folder / "templates" / "letters" / "test.md").write_text(
        "{# For a test. #}\n# About {{ child.forename }}\n\nDear {{ parent.name }},\n\n"
        "{% for text in said %}{{ text }} was said.\n\n{% endfor %}"
        "{% for text in said %}- It was {{ text }}\n{% endfor %}\n| what | said |\n|---|---|\n"
        "{% for text in said %}| {{ text }} | x |\n{% endfor %}\n",
        encoding="utf-8",
    )
    return School(name="Riverside School", folder=folder)


def letter(said: tuple[str, ...], school: School) -> Letter:
    parent = {
        "name": f"Ms {said[0]}",
        "address": [f"At {text}" for text in said[:4]],
        "email": "parent@example.org",
    }
    child = {"forename": said[1], "surname": said[2]}
    facts = {"parent": parent, "child": child, "said": list(said), "reference": f"R {said[3]}"}
    return render("test", facts, school, ON)


BATCHES = [HOSTILE[at : at + 25] for at in range(0, len(HOSTILE) - 4, 25)]


@pytest.mark.parametrize("said", BATCHES)
def test_a_letter_says_each_word_for_word_and_does_nothing(said: tuple[str, ...], school: School) -> None:
    drawn = letter(said, school)
    plain = letter(tuple(f"Name{n}" for n in range(len(said))), school)
    text = letter_text(drawn).decode()
    assert not _STEERING.search(text.replace("\n", "").replace("\r", ""))
    hostile, harmless_page = (Tags(letter_html(one).decode()) for one in (drawn, plain))
    assert hostile.seen == harmless_page.seen
    word = letter_docx(drawn)
    _is_text_alone(word)
    told = [paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs]
    assert [one for one in said if f"{tidy(one)} was said." not in told and tidy(one).strip() == one] == []
    if all(tidy(one).isascii() for one in said):
        _acts_on_nothing(letter_pdf(drawn)[0])


@pytest.mark.parametrize("said", BATCHES)
def test_an_e_mail_goes_to_one_parent_whatever_a_name_says(said: tuple[str, ...], school: School) -> None:
    draft = message_from_bytes(letter_eml(letter(said, school)), policy=policy.SMTP)
    assert draft["To"].addresses[0].addr_spec == "parent@example.org"
    assert len(draft["To"].addresses) == 1
    known = {"Subject", "To", "From", "Date", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type"}
    assert set(draft.keys()) <= known
    assert [part.get_content_type() for part in draft.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert not _STEERING.search(str(draft["Subject"]))


def test_an_address_that_is_none_is_refused_and_never_a_second_header(school: School) -> None:
    sent, refused = 0, []
    for text in HOSTILE:
        facts = {"parent": {"name": "A", "email": text}, "child": {"forename": "B"}, "said": []}
        try:
            draft = message_from_bytes(letter_eml(render("test", facts, school, ON)), policy=policy.SMTP)
        except BadArgumentError as error:
            refused.append((text, str(error)))
            continue
        sent += 1
        assert len(draft["To"].addresses) == 1
        assert draft["Bcc"] is None
        assert draft["Cc"] is None
    assert sent < len(HOSTILE) // 10
    assert [said for text, said in refused if len(text) > 3 and text in said] == []


def test_a_file_named_after_anybody_stays_in_its_folder() -> None:
    for text in HOSTILE:
        stem = file_stem(text)
        assert Path(stem).name == stem
        assert stem not in {"", ".", ".."}
        assert not _STEERING.search(stem)
        assert len(f"{stem}.html".encode()) <= 255
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem)


def _is_text_alone(content: bytes) -> None:
    """No link, no field but the page's number, nothing fetched from elsewhere."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        every = b"".join(parts.read(name) for name in parts.namelist() if name.endswith((".xml", ".rels")))
    assert b"<w:hyperlink" not in every
    assert b'TargetMode="External"' not in every
    fields = re.findall(rb"<w:instrText[^>]*>([^<]*)<|<w:fldSimple[^>]*w:instr=\"([^\"]*)", every)
    assert {b"".join(field).split()[0] for field in fields} <= {b"PAGE", b"NUMPAGES"}


def _acts_on_nothing(content: bytes) -> None:
    read = PdfReader(io.BytesIO(content))
    for page in read.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A", {})
            assert action.get("/S") not in {"/URI", "/JavaScript", "/Launch", "/SubmitForm"}
    assert b"/JavaScript" not in content
    assert b"/Launch" not in content
    assert not read.attachments

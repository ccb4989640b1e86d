"""Letters as files: one bad letter costs that letter only, and the files are nobody else's to read."""

import email
import email.policy
import os
import stat
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.documents.accessible import faults, structure
from tests.documents.letters.names import HOSTILE, ON, SCHOOL, facts, letter
from tests.documents.test_charts import BARS
from tests.documents.test_page import Tags

from attendkit.documents.charts import drawing
from attendkit.documents.letters import (
    FORMS,
    Letter,
    made,
    write_eml,
    write_html,
    write_letters,
    write_pdf,
    write_pile,
    write_text,
    write_word,
)
from attendkit.documents.letters.proof import proof_pdf
from attendkit.documents.typesetting import CannotSetError
from attendkit.errors import BadArgumentError
from attendkit.model import Severity
from attendkit.school import Window

ROOT = Path(__file__).parents[3]
NO_FONT = "\U000f0000"
"""A sign for private use: no font of any computer has it."""


def ninety(folder: Path, bad: int, **of_bad: str) -> dict[Path, Letter]:
    run = {}
    for number in range(1, 91):
        given = facts(f"Amy{number}", "Lee")
        if number == bad:
            given["child"] |= of_bad
        run[folder / f"{number:02}.pdf"] = letter(given)
    return run


def test_a_bad_name_in_row_40_of_90_costs_that_letter_only(tmp_path: Path) -> None:
    done = write_pdf(ninety(tmp_path, 40, forename=f"Bo{NO_FONT}"))
    assert len(done.paths) == 89
    assert sorted(tmp_path.iterdir()) == sorted(done.paths)
    ((path, problem),) = done.problems
    assert path.name == "40.pdf"
    assert problem.severity is Severity.ERROR
    assert "no font" in problem.message
    assert "Bo" not in f"{problem}"


def test_a_parent_without_an_address_costs_that_draft_only(tmp_path: Path) -> None:
    addresses = ["a@example.org", "", "not an address", "a@b\r\nCc: x@example.org", "b@example.org"]
    run = {}
    for number, address in enumerate(addresses):
        given = facts()
        given["parent"]["email"] = address
        run[tmp_path / f"{number}.eml"] = letter(given)
    done = write_eml(run)
    assert [path.stem for path in done.paths] == ["0", "4"]
    assert [path.stem for path, _ in done.problems] == ["1", "2", "3"]
    assert not any("example.org" in str(problem) for _, problem in done.problems)


def test_a_pile_leaves_out_what_cannot_be_set(tmp_path: Path) -> None:
    good, bad = letter(facts("Amy")), letter(facts(NO_FONT))
    run = {Path("a.pdf"): good, Path("b.pdf"): bad, Path("c.pdf"): letter(facts("Cyd"))}
    done = write_pile(run, tmp_path / "7A1.pdf", "Letters for 7A1")
    assert [path.name for path, _ in done.problems] == ["b.pdf"]
    pages = PdfReader(tmp_path / "7A1.pdf").pages
    assert ["Amy" in pages[0].extract_text(), "Cyd" in pages[1].extract_text()] == [True, True]
    assert len(pages) == 2
    assert faults((tmp_path / "7A1.pdf").read_bytes()) == []
    nothing = write_pile({Path("b.pdf"): bad}, tmp_path / "none.pdf", "Letters")
    assert (nothing.paths, len(nothing.problems)) == ((), 1)
    assert not (tmp_path / "none.pdf").exists()


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_its_owners_alone(form: str, tmp_path: Path) -> None:
    path = tmp_path / "out" / f"letter.{form}"
    write_letters({path: letter()}, form)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_every_form_has_a_writer_of_its_own(tmp_path: Path) -> None:
    writers = {"pdf": write_pdf, "docx": write_word, "eml": write_eml, "html": write_html, "txt": write_text}
    assert tuple(writers) == FORMS
    for form, writer in writers.items():
        (path,) = writer({tmp_path / f"a.{form}": letter()}).paths
        assert path.read_bytes() == made(letter(), form)[0]


def test_a_draft_is_one_that_nobody_has_sent() -> None:
    draft = email.message_from_bytes(made(letter(), "eml")[0], policy=email.policy.default)
    assert draft["X-Unsent"] == "1"
    assert draft["From"].addresses[0].addr_spec == "attendance@example.org"
    assert draft["Date"].datetime.isoformat() == "2026-11-20T00:00:00+00:00"
    assert [draft[name] for name in ("Cc", "Bcc", "Reply-To")] == [None] * 3


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_adds_a_header_to_a_draft(name: tuple[str, str]) -> None:
    given = facts(*name)
    given["parent"]["name"] = f"{name[1]}\r\nBcc: x@example.org"
    draft = email.message_from_bytes(made(letter(given), "eml")[0], policy=email.policy.default)
    wanted = ["Subject", "To", "From", "Date", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type"]
    assert sorted(draft.keys()) == sorted(wanted)


def test_a_subject_has_the_forename_and_never_the_surname(tmp_path: Path) -> None:
    wording = tmp_path / "templates" / "letters" / "own.md"
    wording.parent.mkdir(parents=True)
    wording.write_text("# About {{ child.name }}\n\nDear.", encoding="utf-8")
    school = SCHOOL.model_copy(update={"folder": tmp_path})

    def subject(forename: str, surname: str) -> str:
        one = letter(facts(forename, surname), "own", school)
        return str(email.message_from_bytes(made(one, "eml")[0], policy=email.policy.default)["Subject"])

    assert subject("Amy", "Lee") == "About Amy"
    assert subject("Lee", "Lee") == "About Lee"
    wording.write_text("# {{ child.forename }} was seen sleeping\n\nDear.", encoding="utf-8")
    assert subject("Amy", "Lee") == "Amy was seen sleeping"  # a surname inside a word is none
    assert subject("Ali", "Ali") == "Ali was seen sleeping"


def test_the_address_stands_in_the_window() -> None:
    for window in (Window(), Window(left=100, top=50, width=90, height=30)):
        school = SCHOOL.model_copy(update={"window": window})
        given = facts()
        given["parent"]["address"] = [f"Line {n} of the address" for n in range(1, 7)]
        content = made(letter(given, school=school), "pdf")[0]
        places = _places(content)
        lines = [at for text, at in places if text.startswith(("Ms Lee", "Line "))][:7]
        assert len(lines) == 7
        for across, down in lines:
            assert window.left - 0.1 <= across <= window.left + window.width
            assert window.top < down <= window.top + window.height - 0.7  # room below the line for a g


def _places(content: bytes) -> list[tuple[str, tuple[float, float]]]:
    """Every piece of text with where its line begins and stands: millimetres from the left and the top."""
    found: list[tuple[str, tuple[float, float]]] = []

    def see(text: str, current: list[float], inside: list[float], *_: object) -> None:
        if text.strip():
            x = current[4] + inside[4] * current[0]
            y = current[5] + inside[5] * current[3]
            found.append((text.strip(), (x * 25.4 / 72, 297 - y * 25.4 / 72)))

    PdfReader(BytesIO(content)).pages[0].extract_text(visitor_text=see)
    return found


def test_the_proof_shows_an_address_where_letters_have_theirs() -> None:
    content = proof_pdf(SCHOOL, letter().on)
    assert faults(content) == []
    assert len(PdfReader(BytesIO(content)).pages) == 1
    lines = [at for text, at in _places(content) if text.endswith(("Surname", " line", "address", "2BC"))][:7]
    assert all(19.9 <= across <= 100 and 57 < down <= 80.3 for across, down in lines)


def test_a_chart_that_there_is_not_is_named(tmp_path: Path) -> None:
    wording = tmp_path / "templates" / "letters" / "own.md"
    wording.parent.mkdir(parents=True)
    wording.write_text("# A\n\n```chart\nweek\n```", encoding="utf-8")
    school = SCHOOL.model_copy(update={"folder": tmp_path})
    for form in FORMS:
        with pytest.raises(BadArgumentError, match="no chart 'week'"):
            made(letter(facts(), "own", school), form)


def test_a_letter_that_no_font_has_raises_for_who_asks_for_it_alone() -> None:
    with pytest.raises(CannotSetError):
        made(letter(facts(NO_FONT)), "pdf")


DIGESTS = """
import hashlib
from tests.documents.letters.names import ARABIC, HOSTILE, POLISH, facts, letter
from attendkit.documents.letters import FORMS, made
from attendkit.documents.letters.paper import pile_pdf
from attendkit.documents.letters.proof import proof_pdf
letters = [letter(facts(*name)) for name in (*HOSTILE, *POLISH, *ARABIC)]
for form in FORMS:
    for one in letters:
        print(form, hashlib.sha256(made(one, form)[0]).hexdigest())
print(hashlib.sha256(pile_pdf(letters, "A pile")[0]).hexdigest())
print(hashlib.sha256(proof_pdf(letters[0].school, letters[0].on)).hexdigest())
"""


def test_the_same_letter_is_the_same_bytes_anywhere() -> None:
    def digests(**environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", DIGESTS],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    here = digests(TZ="Europe/London", LC_ALL="C.UTF-8", PYTHONHASHSEED="1", POLARS_MAX_THREADS="1")
    there = digests(TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="2", POLARS_MAX_THREADS="4")
    assert here == there
    assert len(set(here.splitlines())) == 20 * len(FORMS) + 2


EVERYTHING = """{# Used in a test. #}
# About {{ child.forename }}

Dear **Ms** _X_,\\
and all.

## More

- one
- two

2. three

| Day | Missed |
|---|--:|
| Monday | 3 |

```chart
bars
```

***

The end.
"""


def with_everything(folder: Path) -> Letter:
    wording = folder / "templates" / "letters" / "own.md"
    wording.parent.mkdir(parents=True)
    wording.write_text(EVERYTHING, encoding="utf-8")
    school = SCHOOL.model_copy(update={"folder": folder})
    return letter({**facts(), "charts": {"bars": drawing(BARS, 1)}}, "own", school)


def test_everything_that_a_wording_can_have_is_on_paper_and_can_be_read_out(tmp_path: Path) -> None:
    content = made(with_everything(tmp_path), "pdf")[0]
    assert faults(content) == []
    tags = structure(content)
    assert [tags.count(tag) for tag in ("H1", "H2", "L", "LI", "Table", "TH", "TD", "Figure")] == [
        *(1, 1, 2, 3, 1, 2, 2, 1)
    ]
    text = PdfReader(BytesIO(content)).pages[0].extract_text()
    assert all(part in text for part in ("2. three", "Missed", "EHC plan", "The end."))


def test_everything_that_a_wording_can_have_is_in_its_page(tmp_path: Path) -> None:
    page = Tags(made(with_everything(tmp_path), "html")[0].decode())
    tags = [tag for tag, _ in page.tags]
    assert [tags.count(tag) for tag in ("h1", "h2", "ul", "ol", "li", "th", "td", "svg", "strong", "em")] == [
        *(1, 1, 1, 1, 3, 2, 2, 1, 2, 1)
    ]
    assert not {"script", "img", "link", "a"} & set(tags)


def test_everything_that_a_wording_can_have_is_in_its_text(tmp_path: Path) -> None:
    text = made(with_everything(tmp_path), "txt")[0].decode()
    body = text[text.index("Dear") :]
    assert body == (
        "Dear Ms X,\nand all.\n\nMore\n\n- one\n- two\n\n2. three\n\n- Day: Monday, Missed: 3\n\n"
        "Absence of <groups>. Most absence: EHC plan, 8.0%. EHC plan 8.0%, Girls\n4.0%, England 6.0%.\n"
        "\n\n\nThe end.\n"
    )


def test_a_wording_says_when_it_is_used(tmp_path: Path) -> None:
    one = with_everything(tmp_path)
    assert (one.uses, one.subject) == ("Used in a test.", "About Amy")


def test_a_wording_without_a_heading_has_no_subject(tmp_path: Path) -> None:
    with_everything(tmp_path)
    (tmp_path / "templates" / "letters" / "own.md").write_text("Dear.", encoding="utf-8")
    with pytest.raises(BadArgumentError, match="no subject"):
        letter(facts(), "own", SCHOOL.model_copy(update={"folder": tmp_path}))


def test_facts_are_texts_and_numbers_and_nothing_that_a_template_could_reach_through() -> None:
    with pytest.raises(TypeError, match="not date"):
        letter({**facts(), "figures": {"missed_days": ON}})

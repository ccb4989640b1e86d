"""A school in which everything personal bears a mark, so that a search finds it wherever it comes out."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pypdf import PdfReader
from tests.cli.conftest import made_ready

from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework

MARK = "Qx"
"""Every name, telephone number, e-mail, address and comment of the marked school has this in it."""

_PERSONAL = re.compile(
    r"Surname|Forename|Salutation|Mobile|Telephone|Email|Address|Town|Postcode|Comment", re.IGNORECASE
)


def marked_school(folder: Path) -> Path:
    """The small example with the mark in every personal cell, its exports taken in."""
    return made_ready(folder, marked)


def marked(school: Path) -> None:
    """Put the mark into the exports of a school that has not read them yet."""
    for name in ("pupils", "contacts", "marks"):
        path = school / "exports" / f"{name}.csv"
        head, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        personal = [place for place, heading in enumerate(head) if _PERSONAL.search(heading)]
        for number, row in enumerate(rows):
            for place in personal:
                row[place] = _marked(head[place], row, number)
        out = io.StringIO(newline="")
        csv.writer(out).writerows([head, *rows])
        path.write_text(out.getvalue(), "utf-8", newline="")


def _marked(heading: str, row: list[str], number: int) -> str:
    """A cell with the mark: the same name for one pupil in every file."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in row[0])
    if heading == "Email":
        return f"{MARK}{number}@example.org"
    if heading in {"Mobile", "Home Telephone"}:
        return f"07700 9{number:05} {MARK}"
    if "Comment" in heading:
        return f"{MARK} says so" if number % 5 == 0 else ""
    return f"{MARK}{heading[:1].lower()}{letters}"


def identifiers(school: Path) -> re.Pattern[str]:
    """What finds any pupil's UPN or admission number."""
    rows = csv.DictReader(io.StringIO((school / "exports" / "pupils.csv").read_text("utf-8-sig"), newline=""))
    numbers = [number for row in rows for number in (row["UPN"], row["Adno"])]
    return re.compile(rf"\b(?:{'|'.join(numbers)})\b")


def texts(path: Path) -> Iterator[str]:
    """A file's name and all text in it: of every part, where it is a workbook."""
    yield path.name
    content = path.read_bytes()
    if content.startswith(b"%PDF"):
        yield from (page.extract_text() for page in PdfReader(path).pages)
        return
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for part in book.namelist():
                yield book.read(part).decode("utf-8", "replace")
    else:
        yield content.decode("utf-8", "replace")


def log_everything(school: Path, day: date, pupils: Sequence[str]) -> int:
    """An entry of every kind about each of some pupils, the mark in everything that somebody typed."""
    log = Casework(school / "casework.db")
    at = datetime.combine(day, time(9), UTC)
    made = 0
    for kind, model in KINDS.items():
        said = {name: _typed(field.annotation, day) for name, field in model.model_fields.items()}
        said |= {"letter": "first-concern"} if "letter" in said else {}
        try:
            body = model.model_validate({name: value for name, value in said.items() if value is not None})
        except ValidationError:  # it must agree with other entries, or with itself
            continue
        for pupil in () if model.machine else pupils:
            log.add(kind, "" if model.whole_school else pupil, body, by="JO", on=day, at=at)
            made += 1
    return made


def _typed(hint: Any, day: date) -> Any:
    """Something that a field of this type may say: the mark wherever text is free."""
    parts = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is Literal:
        return parts[0]
    if get_origin(hint) is tuple:
        return (f"{MARK} listed",)
    if get_origin(hint) is Annotated or (parts and not isinstance(hint, type)):
        return _typed(parts[0], day)
    values = {str: f"{MARK} typed", date: day, int: 5, time: time(10, 40)}
    return values.get(hint)

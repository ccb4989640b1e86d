"""Everything held about one pupil, for a subject access request: CSV for any program, and a page to read.

What is about somebody else, or may name somebody else, is marked and not taken out: whether a parent's
number or a sibling's name goes out is a person's decision, and each is made row by row.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from attendkit.casework.entry import Entry
from attendkit.documents.cells import NO_MARK, tidy
from attendkit.documents.contract import plain
from attendkit.documents.separated import safe
from attendkit.findings import View, long_date, session_name
from attendkit.model import MISSING

OTHERS = "about others"
"""The column that says whether a row is about somebody else, or may name somebody else."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_ABOUT_ANOTHER = "yes: another person's details"
_MAY_NAME = "look: may name another person"

Rows = Iterable[Mapping[str, Any]]

_LEFT_OUT = """
Left out
--------
The log names these files with letters about this pupil, and they are not about this pupil alone, or their
name does not say so: a pile of a tutor group's letters is other families'. They are not in this folder. Look
in each, and take nothing but this pupil's own pages from it.
{files}"""

_README = """\
Everything that attendkit holds about one pupil of {school}, as it stood on {on}.

person.csv    what the registers say of the pupil: names, numbers, groups, roll dates, and the rest
marks.csv     every mark, and every earlier word on it where it was changed, with when it was read
contacts.csv  whom the school may call about the pupil
casework.csv  what was done and said: calls, letters, meetings, notices, corrected ones too
findings.csv  what each of attendkit's lists says of the pupil on that day, with the rule
pupil.html    the pupil's year on one page; pupil.pdf is the same, to print
{papers}{left_out}
Before it goes out
------------------
The last column of contacts.csv and casework.csv is headed "{others}". A contact is another person,
with rights of their own. A line of casework is marked where it holds another pupil's or a contact's
name; one without a mark may still be about somebody else, so read them all. Staff are named under "by".
pupil.html shows contacts too, and a letter shows the name and the address of the parent it was sent to.
attendkit knows only what it was given: the school's own system, the safeguarding system, e-mail and
paper hold more.
"""


def person_files(  # noqa: PLR0913, PLR0917  (the papers, and what of them is left out, go together)
    view: View,
    pupil: int,
    history: pl.DataFrame,
    entries: Sequence[Entry],
    papers: Sequence[str],
    left_out: Sequence[str],
) -> dict[str, bytes]:
    """The files by name, all but the pupil's page.

    Args:
        view: the whole register, on the day asked about.
        pupil: the register's number.
        history: every word on every mark, as `Store.history` has it.
        entries: every entry about the pupil, corrected ones too.
        papers: the names of the letters about this pupil alone, which are put with the files.
        left_out: the files of the log's letters about the pupil that are not put with them.
    """
    readme = _README.format(
        school=view.school.name or "the school",
        on=long_date(view.on),
        others=OTHERS,
        papers=_lines(f"papers/{name}" for name in papers),
        left_out=_LEFT_OUT.format(files=_lines(left_out)) if left_out else "",
    )
    others = _other_names(view, pupil)
    return {
        "READ-ME.txt": readme.replace("\n", "\r\n").encode("utf-8-sig"),
        "person.csv": _csv(_fields(view, pupil)),
        "marks.csv": _csv(_marks(view, pupil, history)),
        "contacts.csv": _csv(_contacts(view, pupil)),
        "casework.csv": _csv(_casework(entries, others)),
    }


def _lines(names: Iterable[str]) -> str:
    return "".join(f"{name}\n" for name in names)


def findings_file(said: Rows) -> bytes:
    """findings.csv: duty, says and rule of each, one row a finding."""
    return _csv(said)


def _fields(view: View, pupil: int) -> Iterator[Mapping[str, Any]]:
    row = view.register.pupils.filter(pl.col("pupil") == pupil).row(0, named=True)
    for name, value in row.items():
        if name != "pupil":
            yield {"what": name.replace("_", " "), "value": value}


def _marks(view: View, pupil: int, history: pl.DataFrame) -> Rows:
    files = view.register.imports.select("source", "file")
    theirs = history.filter(pl.col("pupil") == pupil).join(files, on="source", how="left")
    told = theirs.sort("date", "session", "source").with_columns(
        session=session_name(),
        code=pl.col("code").cast(pl.String).replace(MISSING, NO_MARK),
        stands=pl.col("source") == pl.col("source").max().over("date", "session"),
    )
    columns = ("date", "session", "code", "minutes", "comment", "stands", "seen", "file", "row")
    return told.select(columns).iter_rows(named=True)


def _contacts(view: View, pupil: int) -> Iterator[Mapping[str, Any]]:
    theirs = view.register.contacts.filter(pl.col("pupil") == pupil).drop("pupil", "source", "row")
    for row in theirs.iter_rows(named=True):
        yield {**row, OTHERS: _ABOUT_ANOTHER}


def _casework(entries: Sequence[Entry], others: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    corrected = {entry.corrects: entry.id for entry in entries if entry.corrects}
    for entry in entries:
        told = entry.body.told()
        names = others & {word.casefold() for word in _WORD.findall(told)}
        yield {
            "entry": entry.id,
            "on": entry.on,
            "at": entry.at,
            "by": entry.by,
            "kind": entry.kind,
            "says": told,
            "corrected by": corrected.get(entry.id),
            OTHERS: _MAY_NAME if names else "",
        }


def _other_names(view: View, pupil: int) -> frozenset[str]:
    """Every word of a name in the register that is not this pupil's own."""
    tables = (view.register.pupils, view.register.contacts)
    names = ("surname", "forename")
    own = view.register.pupils.filter(pl.col("pupil") == pupil).select(*names, "preferred")
    every = [name for table in tables for column in names for name in table[column].drop_nulls().unique()]
    return _words(every) - _words(name for row in own.rows() for name in row if name)


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for name in names for word in _WORD.findall(name))


def _csv(rows: Rows) -> bytes:
    """CSV that any program reads and no spreadsheet runs. Without rows there is only the byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    for number, row in enumerate(rows):
        if not number:
            writer.writerow([tidy(name.replace("_", " ")) for name in row])
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return safe(value)
    return str(plain(value))

"""What a register holds: the columns of its tables, and what one export adds to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import polars as pl

from attendkit.model import MISSING
from attendkit.rules.codes import all_codes

CODES = pl.Enum([MISSING, *all_codes()])
"""Every code of either generation, and `MISSING` for a session that nobody marked."""

MARKS = pl.Schema(
    {
        "pupil": pl.UInt32(),  # the register's number for the pupil, in this register only
        "date": pl.Date(),
        "session": pl.UInt8(),  # attendkit.model.Session: 1 AM, 2 PM
        "code": CODES,
        "minutes": pl.UInt16(),  # minutes late, where the export has them
        "comment": pl.String(),
        "source": pl.UInt16(),  # the import's number
        "row": pl.UInt32(),  # the spreadsheet row that the mark came from, title rows counted
        "column": pl.UInt16(),  # the spreadsheet column, A is 1
    }
)
"""One row a pupil, date and session, sorted by those three: the latest word on each mark."""

PUPILS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "key": pl.String(),  # UPN, else admission number, else MIS id, else a digest of what is known
        "upn": pl.String(),
        "adno": pl.String(),
        "mis_id": pl.String(),
        "surname": pl.String(),
        "forename": pl.String(),
        "preferred": pl.String(),
        "dob": pl.Date(),
        "sex": pl.String(),
        "year": pl.Int8(),  # National Curriculum year: 7 to 13 in a secondary school
        "tutor": pl.String(),  # tutor group
        "college": pl.String(),
        "status": pl.String(),  # enrolment: C current/single, M main, S subsidiary, G guest
        "admitted": pl.Date(),  # first day on roll
        "left": pl.Date(),  # last day on roll
        "fsm": pl.Boolean(),
        "fsm6": pl.Boolean(),
        "pupil_premium": pl.Boolean(),
        "sen": pl.String(),  # N none, K SEN support, E education, health and care plan
        "eal": pl.Boolean(),
        "looked_after": pl.Boolean(),
        "social_worker": pl.Boolean(),
        "child_protection": pl.Boolean(),
        "young_carer": pl.Boolean(),
        "ethnicity": pl.String(),
        "part_time": pl.Boolean(),
    }
)
"""One row a pupil. Null means that no export has said."""

CONTACTS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "priority": pl.UInt8(),
        "title": pl.String(),
        "forename": pl.String(),
        "surname": pl.String(),
        "salutation": pl.String(),
        "relationship": pl.String(),
        "parental_responsibility": pl.Boolean(),  # null is not yes
        "court_order": pl.Boolean(),  # hold everything back from this contact until a person decides
        "lives_with": pl.Boolean(),
        "mobile": pl.String(),
        "home": pl.String(),
        "work": pl.String(),
        "email": pl.String(),
        "address": pl.String(),  # one line a line
        "postcode": pl.String(),
        "correspondence": pl.Boolean(),
        "language": pl.String(),
        "source": pl.UInt16(),
        "row": pl.UInt32(),
    }
)
"""One row a contact of a pupil, in the school's order of priority."""

IMPORTS = pl.Schema(
    {
        "source": pl.UInt16(),  # the import's number, from 0 in the order they were read
        "file": pl.String(),
        "digest": pl.String(),  # SHA-256 of the file's bytes
        "layout": pl.String(),
        "seen": pl.Datetime("us", "UTC"),  # null when read with --export and not stored
        "marks": pl.UInt32(),
        "missing": pl.UInt32(),
        "quarantined": pl.UInt32(),
        "first": pl.Date(),
        "last": pl.Date(),
        "short": pl.Boolean(),  # one character a mark, so that C may stand for C1
    }
)
"""One row an import; and one a pupil erased, which has a number among them and the layout `ERASED`."""

ERASED = "erased"
"""The layout of a line of the journal that says a pupil was erased, which is no import."""


@dataclass(frozen=True)
class Delta:
    """What one export says, before its pupils are matched with the register's.

    `pupil` in `pupils`, `marks` and `contacts` is the export's own numbering from 0; `source` is 0 and is
    set when the delta is folded in. `short` is true when the export writes one character a mark, so that C
    may stand for C1 or C2. `key` in `pupils` is null. `roll` is true when it is a pupil list, whose word on
    names, groups and roll dates outranks a register's. `anew` takes the word of a file that was read before
    over those of later imports.
    """

    file: str
    digest: str
    layout: str
    pupils: pl.DataFrame
    marks: pl.DataFrame
    contacts: pl.DataFrame
    short: bool = False
    roll: bool = False
    quarantined: int = 0
    anew: bool = False


@dataclass(frozen=True)
class Register:
    """Pupils, marks, contacts, and the imports they came from.

    `named` gives the digest of the content, which takes as long as a duty and few ask for. `listed` says,
    row by row of `pupils`, which fields a pupil list has given (bit n for the n-th field after `key`), so
    that a later register's export does not replace them; null is none.
    """

    pupils: pl.DataFrame
    marks: pl.DataFrame
    contacts: pl.DataFrame
    imports: pl.DataFrame
    named: Callable[[], str]
    listed: pl.Series | None = None

    @cached_property
    def digest(self) -> str:
        """What names the content: the same for the same pupils, marks and contacts, wherever they are from.

        A register as it stood on a day keeps the name of the whole.
        """
        return self.named()

    @cached_property
    def files_read(self) -> pl.DataFrame:
        """The `imports` that are exports read in, without the lines that say a pupil was erased."""
        return self.imports.filter(pl.col("layout").ne_missing(ERASED))

    @cached_property
    def first(self) -> date | None:
        """The first date with a mark."""
        return self.marks["date"].min() if self.marks.height else None  # type: ignore[return-value]

    @cached_property
    def last(self) -> date | None:
        """The last date with a mark."""
        return self.marks["date"].max() if self.marks.height else None  # type: ignore[return-value]

    def until(self, on: date) -> "Register":
        """This register as it stood at the end of a day: no mark after it."""
        return replace(self, marks=self.marks.filter(pl.col("date") <= on))


def empty(schema: pl.Schema) -> pl.DataFrame:
    """A table with the columns of a schema and no rows."""
    return pl.DataFrame(schema=schema)

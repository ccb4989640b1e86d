"""The nouns of a school's registers: sessions, unique pupil numbers, notices, and problems found in data.

Nothing here needs Polars or pydantic, so that every module may import it at no cost.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

MISSING = "-"
"""How the register writes a session that nobody marked. It is not a code, not present and not absent."""


class Session(IntEnum):
    """Half a school day. The numbers sort in the order of the day."""

    AM = 1
    PM = 2


class Severity(StrEnum):
    """Whether a problem kept its row out of the register."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in data: what, where (file, row, column) and what to do.

    `value` is the cell as the file has it; `message` and `remedy` never hold a pupil's name.
    """

    reason: str
    message: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    remedy: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Notice:
    """A penalty notice: to one parent, about one pupil (by the register's number).

    `received` is None where nobody knows the day; `paid`, `withdrawn` and `prosecuted` where it has not been.
    `first` and `last` are the dates of the sessions it was issued for, or None where nobody has said.
    """

    pupil: int
    parent: str
    issued: date
    received: date | None = None
    paid: date | None = None
    withdrawn: date | None = None
    prosecuted: date | None = None
    first: date | None = None
    last: date | None = None


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f]")
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def unsteered(text: str) -> str:
    """Text with every sign that would steer a terminal shown as `?`; line ends and tabs stay."""
    return _STEERING.sub("?", _CONTROLS.sub("?", text))


def json_text(value: Any) -> str:
    """A value as JSON for a script or a screen: names as they are written, in the order of their keys.

    Signs that would steer a terminal, which JSON itself lets stand, are escaped, and mean the same.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n"


UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 letters a UPN may use: I, O and S are left out because they look like digits."""

_UPN_LENGTH = 13


def upn_text(text: str) -> str:
    """A UPN as it is compared: upper case, no spaces. Says nothing about whether it is sound."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def upn_fault(upn: str) -> str | None:
    """`upn_format`, `upn_check_letter`, or None when the UPN is sound (permanent or temporary).

    The check letter weighs characters 2 to 13 by their place, modulo 23 (DfE UPN guide). A temporary
    UPN ends in a letter, which counts by its place in `UPN_LETTERS`.
    """
    body = upn[1:]
    last = upn[-1:]
    shaped = (
        len(upn) == _UPN_LENGTH
        and upn.isascii()
        and upn[0] in UPN_LETTERS
        and body[:-1].isdigit()
        and (last.isdigit() or last in UPN_LETTERS)
    )
    if not shaped:
        return "upn_format"
    values = [int(c) if c.isdigit() else UPN_LETTERS.index(c) for c in body]
    total = sum(weight * value for weight, value in enumerate(values, start=2))
    return None if UPN_LETTERS[total % 23] == upn[0] else "upn_check_letter"


def upn_is_temporary(upn: str) -> bool:
    """Whether a sound UPN is a temporary one, to be replaced when the permanent one is known."""
    return upn[-1:].isalpha()

"""What a column is: a heading as the system words it, to attendkit's name for the column."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from attendkit.model import Session
from attendkit.validate.dates import written
from attendkit.validate.sessions import SessionWords, session_key

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Custom reports put the question in words: "SEN at any time this academic year?"
_ASKED = re.compile(r"\s+(?:at any time|(?:for )?this academic year|for today)\b.*$")
_WEEKDAY = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|day|sday|rsday|nesday|urday)?[\s_\-/]*(am|pm|a\.m\.?|p\.m\.?|morning|afternoon|1|2)?\.?"
)
_SESSION_LAST = re.compile(
    r"^(.*?\d.*?)[\s\-_:,(/]*(am|pm|a\.m\.?|p\.m\.?|morning|afternoon|session [12])\)?$"
)
_SESSION_FIRST = re.compile(r"^(am|pm|a\.m\.?|p\.m\.?|morning|afternoon)[\s\-_:,(]+(.*\d.*)\)?$")
_WEEK = re.compile(r"^(?:w/?[cb]|week(?: commencing| beginning| of)?|wk)\b[\s:.\-]*")
_SESSION_NUMBER = re.compile(r"^(.*\d{4}.*?)[\s\-_:]+([12])$")
_LATER_PERIOD = re.compile(r"^(.*\d{4}.*?|(?:mon|tue|wed|thu|fri)[a-z]*)[\s\-_:/]+(?:[3-9]|1\d)$")


def heading_text(heading: str) -> str:
    """A heading as it is shown and compared: one form of each letter, single spaces, no trailing '?'."""
    plain = " ".join(unicodedata.normalize("NFKC", heading).split())
    return plain.rstrip("? ").strip()


def heading_key(heading: str) -> str:
    """A heading as it is looked up: lower case letters, digits and %, without "at any time ..."."""
    asked = _ASKED.sub("", heading_text(heading).casefold()).rstrip("? ")
    return re.sub(r"[^a-z0-9%]", "", asked)


@cache
def _fields() -> Mapping[str, tuple[str, int]]:
    """Each heading's column and its place among the column's headings, the surest first."""
    table = tomllib.loads(files(__package__).joinpath("headers.toml").read_text(encoding="utf-8"))
    return {
        heading_key(heading): (name, place)
        for name, headings in table.items()
        for place, heading in reversed(list(enumerate(headings)))
    }


def field_of(heading: str, profile: Mapping[str, str] | None = None) -> str | None:
    """Attendkit's name for the column with this heading, or None. A profile's own words come first."""
    return field_and_place(heading, profile)[0]


def field_and_place(heading: str, profile: Mapping[str, str] | None = None) -> tuple[str | None, int]:
    """Attendkit's name for a column and how sure its heading is: of two columns the lower place is read.

    So a legal surname is read before a preferred one, and a registration group before a class, whichever
    comes first.
    """
    key = heading_key(heading)
    if profile:
        told = {heading_key(theirs): ours for theirs, ours in profile.items()}
        if key in told:
            return told[key], -1
    return _fields().get(key, (None, 0))


@dataclass(frozen=True, slots=True)
class DayHead:
    """A heading that is a session or a day: its date as text, or its weekday, and its half of the day.

    `day_text` is empty where only a weekday is written, and `weekday` None where a date is. `half` is None
    when the heading does not say, or when two marks stand in one cell. `week` is true when the heading says
    that the date starts a week, and `numbered` when its half is written 1 or 2.
    """

    day_text: str = ""
    weekday: int | None = None
    half: Session | None = None
    week: bool = False
    numbered: bool = False


def day_head(heading: str) -> DayHead | None:
    """A heading as a date, a weekday, a date and session, or a weekday and session; else None."""
    text = heading_text(heading).casefold()
    if (week := _WEEK.match(text)) and written(text[week.end() :]):
        return DayHead(day_text=text[week.end() :], week=True)
    if found := _WEEKDAY.fullmatch(text):
        half = found[2] or ""
        return DayHead(weekday=WEEKDAYS.index(found[1]), half=half_of(half), numbered=half.isdigit())
    for pattern, day_place, half_place in (
        (_SESSION_LAST, 1, 2),
        (_SESSION_FIRST, 2, 1),
        (_SESSION_NUMBER, 1, 2),
    ):
        if (found := pattern.fullmatch(text)) and written(found[day_place]):
            half = found[half_place]
            return DayHead(day_text=found[day_place], half=half_of(half), numbered=half.isdigit())
    return DayHead(day_text=text) if written(text) else None


def sessions_only(days: Mapping[int, DayHead], headings: Iterable[str]) -> dict[int, DayHead]:
    """The columns that are sessions: 1 and 2 are lessons beside a third, or beside AM and PM."""
    named = any(day.half and not day.numbered for day in days.values())
    later = any(
        found[1][:3] in WEEKDAYS or written(found[1])
        for heading in headings
        if (found := _LATER_PERIOD.fullmatch(heading_text(heading).casefold()))
    )
    return {at: day for at, day in days.items() if not (day.numbered and (named or later))}


def half_of(word: str) -> Session | None:
    """AM or PM for a session word in a heading, or None."""
    key = session_key(word).removeprefix("session ")
    return SessionWords().half(key) if key else None

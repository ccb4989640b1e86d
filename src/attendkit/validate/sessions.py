"""Which half of the day a session word means, and which words are lessons."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from attendkit.model import Session

_WORDS = {
    **dict.fromkeys(("am", "morning", "m", "1"), Session.AM),
    **dict.fromkeys(("pm", "afternoon", "a", "p", "2"), Session.PM),
}
_LESSON = re.compile(
    r"(?:mon|tue|tues|wed|thu|thur|thurs|fri)?[a-z]*\s?:?(?:p|pd|per|period|l|lesson|les)?\s?\d{1,2}[a-z]?"
)
_NAMES_LESSON = re.compile(r"\b(?:lesson|les|period|per|pd|p|l)\s?\d")
_HALF = re.compile(r"\b(am|pm|morning|afternoon)\b")


def session_key(text: str) -> str:
    """A session word as it is compared: lower case, no points, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace(".", "").split())


@dataclass(frozen=True)
class SessionWords:
    """What one file's session words mean: some only make sense beside the others.

    `said` is what the school has said of its own periods. `numbered` is true when 1 and 2 are the two
    sessions, and false when they are the first lessons of a longer day. `a_is_am` is true in a file that
    pairs A with P, rather than M with A.
    """

    said: Mapping[str, Session] = field(default_factory=dict)
    numbered: bool = True
    a_is_am: bool = False

    def half(self, text: str) -> Session | None:
        """AM or PM, or None when the word is not a session."""
        key = session_key(text)
        if found := self.said.get(key) or self.said.get(_number(key)):
            return found
        if key.isdigit() and not self.numbered:
            return None
        if key == "a" and self.a_is_am:
            return Session.AM
        if key in _WORDS:
            return _WORDS[key]
        if _NAMES_LESSON.search(key):  # "Lesson 1 AM" is a lesson of the morning
            return None
        halves = {_WORDS[half] for half in _HALF.findall(key)}
        return halves.pop() if len(halves) == 1 else None

    def is_lesson(self, text: str) -> bool:
        """Whether the word is a lesson's: P3, Period 3, Mon:2, or a bare number."""
        return self.half(text) is None and _names_lesson(session_key(text))


def session_words(values: Iterable[str], said: Mapping[str, Session]) -> SessionWords:
    """What the session words of one file mean, from all of them together."""
    keys = {session_key(value) for value in values} - {""}
    lessons = any(_names_lesson(key) and key not in {"1", "2", "01", "02"} for key in keys)
    return SessionWords(
        said={session_key(word): half for word, half in said.items()},
        numbered=not lessons,
        a_is_am="p" in keys and "m" not in keys,
    )


def _names_lesson(key: str) -> bool:
    return bool(_LESSON.fullmatch(key) or _NAMES_LESSON.search(key))


def _number(key: str) -> str:
    found = re.search(r"\d+$", key)
    return found[0].lstrip("0") if found else ""

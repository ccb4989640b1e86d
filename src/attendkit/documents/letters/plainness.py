"""How plain a text is: its sentences, their words, and the age that can read it (Flesch-Kincaid)."""

import re
from collections.abc import Sequence
from itertools import pairwise

_ENDS = re.compile(r"[.!?]+[\"'”’)]*\s+")
_NO_END = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Mx|Dr|St|Rev|Prof|No)|\b[A-Z]|\b[ap]\.m)\.\s+$")
_WORD = re.compile(r"[^\W_]+(?:[’'.,:/-][^\W_]+)*", re.UNICODE)
_SYLLABLE = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^lcgsxzaeiouy]es|[^dt]ed|[^l]e)$")
_GRADE_TO_AGE = 5


def sentences(text: str) -> list[str]:
    """The sentences of a line of text. `Mrs J. Okafor` and `3.30pm` end none."""
    ends = [found.end() for found in _ENDS.finditer(text) if not _NO_END.search(text[: found.end()])]
    cuts = [0, *ends, len(text)]
    return [said for start, end in pairwise(cuts) if (said := text[start:end].strip())]


def words_in(text: str) -> list[str]:
    """The words of a text; a date's number, a time or an amount is one word."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """How many syllables a word has, by its vowels: a silent `e` is none. A number counts as one."""
    lower = word.lower()
    if not lower.isascii() or not lower.isalpha():
        return 1
    spoken = len(_SYLLABLE.findall(lower)) - bool(_SILENT.search(lower) and len(lower) > 3)
    return max(spoken, 1)


def reading_age(said: Sequence[str]) -> float:
    """The age at which these sentences are read with ease: the Flesch-Kincaid grade plus five years."""
    told = [word for one in said for word in words_in(one)]
    if not told:
        return 0.0
    spoken = sum(map(syllables, told))
    return 0.39 * len(told) / len(said) + 11.8 * spoken / len(told) - 15.59 + _GRADE_TO_AGE

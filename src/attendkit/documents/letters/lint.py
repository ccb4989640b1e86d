"""The house rules of letters, read over by machine: what works with parents, and what never goes out.

Parents act on the number of days missed, told early, plainly and without threats. Telling the total lowered
absence where a percentage did not (Rogers and Feller 2018); under 150 words in plain language did better than
a page of law (Lasky-Fink and others 2021). So the rules are about length, plainness, and what comes first.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from attendkit.documents.letters.blocks import Heading, Items, Paragraph, Table, words
from attendkit.documents.letters.dates import dates_in
from attendkit.documents.letters.paper import letter_pdf
from attendkit.documents.letters.plainness import reading_age, sentences, words_in
from attendkit.documents.letters.wording import FOLDER, Letter
from attendkit.documents.templates import source
from attendkit.model import Problem

MOST_WORDS, MOST_LEGAL_WORDS = 150, 250
MOST_IN_A_SENTENCE = 25
OLDEST_READER = 11
"""Years: the average adult reads at this age, and letters to all parents must be read by more than half."""

ACTION = "What to do now:"
"""How the one thing that a letter asks for begins."""

_NEUTRAL = "Sam"
_SUPPORT = re.compile(r"\b(help|support|talk|meet|together|ring|please)", re.IGNORECASE)
_LAW = re.compile(r"\b(penalt\w+|fine[ds]|court|prosecut\w*|legal steps|offence)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bper ?cent", re.IGNORECASE)
_DAYS = re.compile(r"\b(half )?days?\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(average|than (?:other|most) (?:pupils|children)|classmates|other pupils)\b", re.IGNORECASE
)
_NEVER_COMPARED = frozenset({"severe", "medical-evidence", "safe-and-well", "cme", "penalty-warning"})
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_TYPED = re.compile(r"£\s*\d|\d\s*%|\b(?:19|20)\d\d\b|\b(?:[Ss]ection|[Rr]egulation) \d|\bAct\b")


def lint(
    letter: Letter, *, legal: bool = False, absent: Collection[date] | None = None
) -> tuple[Problem, ...]:
    """What a letter does that no letter should, in the order of the page. Empty is good.

    `legal` letters may be longer. `absent` are the days on which the register has this pupil away: every
    date in the letter's list of absences must be one; with None that is not asked.

    Raises:
        BadArgumentError: a layout is not sound.
        CannotSetError: it cannot be set, so that nobody knows how many pages it has.
    """
    text = _Text(letter)
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _opening(text),
        lambda: _length(text, legal=legal),
        lambda: _plainness(text),
        lambda: _order(text),
        lambda: _action(text),
        lambda: _comparison(text, letter),
        lambda: _ending(text, letter),
        lambda: _absences(letter, absent),
        lambda: _typed(letter),
        lambda: _pages(letter),
    )
    return tuple(
        Problem("wording", said, file=f"templates/{FOLDER}/{letter.name}.md", remedy=_REMEDY)
        for check in checks
        for said in check()
    )


def size(letter: Letter) -> tuple[int, int, float]:
    """How many words a letter has, how many its longest sentence, and the age that reads it with ease."""
    text = _Text(letter)
    said = [one for line in text.body for one in sentences(line)]
    longest = max((len(words_in(one)) for one in said), default=0)
    return len(words_in(text.whole)), longest, reading_age(said)


_REMEDY = "Change the wording, and run `attendkit letters check` again."


class _Text:
    """What a letter says, paragraph by paragraph, with every name as plain as any other."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        names = sorted(_names(letter.facts), key=len, reverse=True)
        self.lines = [_plain(line, names) for line in _lines(letter)]
        close = [n for n, line in enumerate(self.lines) if line.lower().startswith("yours ")]
        self.body = self.lines[1 : close[0]] if close else self.lines[1:]

    @property
    def whole(self) -> str:
        return " ".join(self.body)


def _lines(letter: Letter) -> Iterator[str]:
    for block in letter.blocks:
        match block:
            case Heading(_, runs) | Paragraph(runs):
                yield words(runs).replace("\n", " ")
            case Items(entries, _):
                yield from map(words, entries)
            case Table(_, rows, _):
                for row in rows:
                    yield ", ".join(map(words, row))
            case _:
                pass


def _names(facts: Mapping[str, Any]) -> Iterator[str]:
    """Every name of a person or place among the facts: how hard they are to read is nobody's fault."""
    for who in ("child", "parent", "school", "officer", "signatory"):
        named = facts.get(who, {})
        yield from (
            str(named[part])
            for part in ("forename", "surname", "name", "salutation", "authority", "role")
            if named.get(part)
        )


def _plain(line: str, names: Collection[str]) -> str:
    for name in names:
        line = line.replace(name, _NEUTRAL)
    return line


def _opening(text: _Text) -> Iterator[str]:
    first = text.body[0] if text.body else ""
    if not first.startswith(_NEUTRAL):
        yield "The first line does not begin with the child's name."


def _length(text: _Text, *, legal: bool) -> Iterator[str]:
    most = MOST_LEGAL_WORDS if legal else MOST_WORDS
    if (long := len(words_in(text.whole))) >= most:
        yield f"It has {long} words; a letter of its kind has fewer than {most}."


def _plainness(text: _Text) -> Iterator[str]:
    said = [one for line in text.body for one in sentences(line)]
    for one in said:
        if (long := len(words_in(one))) > MOST_IN_A_SENTENCE:
            yield f"A sentence has {long} words, more than {MOST_IN_A_SENTENCE}: {_start(one)}"
    if (age := reading_age(said)) > OLDEST_READER:
        yield f"It reads at the age of {age:.1f}; parents' letters at {OLDEST_READER} or below."


def _start(sentence: str) -> str:
    return " ".join(sentence.split()[:4]) + " …"


def _order(text: _Text) -> Iterator[str]:
    percent, days = _PERCENT.search(text.whole), _DAYS.search(text.whole)
    if percent and (days is None or days.start() > percent.start()):
        yield "It has a percentage before any number of days: parents take in days."
    law, support = _LAW.search(text.whole), _SUPPORT.search(text.whole)
    if law and (support is None or support.start() > law.start()):
        yield f"It speaks of law ({law[0]}) before it offers support."


def _action(text: _Text) -> Iterator[str]:
    asked = sum(line.startswith(ACTION) for line in text.body)
    if asked != 1:
        yield f"It has {asked} paragraphs that begin “{ACTION}”; a letter asks for one thing, once."


def _comparison(text: _Text, letter: Letter) -> Iterator[str]:
    compared = _COMPARED.search(text.whole)
    if compared and letter.name in _NEVER_COMPARED:
        yield f"It compares the child with others ({compared[0]}), which a letter of its kind never does."
    elif compared and "comparison" not in letter.facts:
        yield f"It compares the child with others ({compared[0]}) without a figure that was worked out."


def _ending(text: _Text, letter: Letter) -> Iterator[str]:
    last = " ".join(text.body[-2:])
    phone = str(letter.facts.get("officer", {}).get("phone", ""))
    if _NEUTRAL not in last or not phone or phone not in last:
        yield "Its last lines do not name a person and a number to ring."


def _absences(letter: Letter, absent: Collection[date] | None) -> Iterator[str]:
    if absent is None:
        return
    for absence in letter.facts.get("absences", ()):
        for day in dates_in(str(absence["date"]), letter.on):
            if day not in absent:
                yield f"It lists {day.isoformat()} as an absence, and the register has none on that day."


def _typed(letter: Letter) -> Iterator[str]:
    typed = _JINJA.sub(" ", source(f"{FOLDER}/{letter.name}.md", letter.school.folder))
    for found in _TYPED.finditer(typed):
        yield f"Amounts, years and law come from the rules and are not typed: {found[0]}"


def _pages(letter: Letter) -> Iterator[str]:
    pages = len(PdfReader(BytesIO(letter_pdf(letter)[0])).pages)
    if pages > 1:
        yield f"It has {pages} pages; a letter has one."

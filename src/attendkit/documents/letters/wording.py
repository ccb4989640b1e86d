"""A wording and the facts of one pupil, made into a letter: what it says and to whom, not how it looks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from attendkit.documents.letters.blocks import Block, Heading, blocks, words
from attendkit.documents.templates import source, wording
from attendkit.errors import BadArgumentError
from attendkit.school import School

FOLDER = "letters"
_COMMENT = re.compile(r"\{#-?\s*(.*?)\s*-?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one parent, before it is on paper.

    `uses` says when the wording is used, `facts` are what it was filled in from, and `on` is its date.
    """

    name: str
    uses: str
    subject: str
    blocks: tuple[Block, ...]
    facts: Mapping[str, Any]
    school: School
    on: date

    @property
    def parent(self) -> Mapping[str, Any]:
        """Whom it goes to: `name`, `address` (lines), `email`, each where it is known."""
        parent: Mapping[str, Any] = self.facts.get("parent", {})
        return parent


def render(name: str, facts: Mapping[str, Any], school: School, on: date) -> Letter:
    """The wording `templates/letters/<name>.md` filled in with facts: the school's own file first.

    Facts are texts, whole numbers, and lists and dicts of them. The layout itself uses these, where given:

    - `parent`: `name`, `address` (a list of lines), `email`: whom it goes to.
    - `child`: `forename`, `surname`.
    - `reference`: a text for the head of the letter.
    - `charts`: by name, the charts that the wording may show (`documents.charts.drawing`).

    Raises:
        BadArgumentError: the wording is not sound, asks for a name that is not among the facts, or has no
            heading to be its subject. The error names file, line and the nearest right name.
        TypeError: a fact is something else than text, a number, or a list or dict of them.
    """
    _check(facts)
    file = f"{FOLDER}/{name}.md"
    where = f"templates/{file}"
    made = blocks(wording(file, facts, school.folder), where)
    subject = next((block for block in made if isinstance(block, Heading)), None)
    if subject is None:
        raise BadArgumentError(
            "This wording has no subject.", where=where, remedy="Begin it with a heading: `# Subject`."
        )
    rest = tuple(block for block in made if block is not subject)
    return Letter(name, uses(name, school), words(subject.runs), rest, facts, school, on)


def uses(name: str, school: School) -> str:
    """When a wording is used: its first comment, on one line.

    Raises:
        BadArgumentError: there is no such wording.
    """
    said = _COMMENT.search(source(f"{FOLDER}/{name}.md", school.folder))
    return " ".join(said[1].split()) if said else ""


def _check(fact: Any) -> None:
    match fact:
        case str() | int():
            return
        case Mapping():
            for one in fact.values():
                _check(one)
        case list() | tuple():
            for one in fact:
                _check(one)
        case _:
            raise TypeError(f"a letter's facts are texts and whole numbers, not {type(fact).__name__}")

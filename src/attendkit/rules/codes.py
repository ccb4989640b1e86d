"""The attendance codes, in two generations: before 19 August 2024 and since.

A mark is read by the table of its own day, because letters changed their meaning: J was attendance until
18 August 2024 and is not a code after it.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache

from attendkit.rules.loading import citations, read
from attendkit.rules.models import Citation, Frozen


class Category(StrEnum):
    """How the statistics count a code (R1.4)."""

    PRESENT = "present"
    EDUCATIONAL = "approved_educational_activity"
    AUTHORISED = "authorised_absence"
    UNAUTHORISED = "unauthorised_absence"
    NOT_POSSIBLE = "not_possible"


class OnSite(StrEnum):
    """Whether a pupil with the code is on the school site: what a fire register asks."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Code(Frozen):
    """One attendance code in one generation. `successor` is what replaced it, where it was withdrawn.

    `until` is set only for a code that went out of force before the rest of its generation. `short_only`
    marks a letter that stands for several codes in exports with one character a mark (Y for Y1 to Y7)
    and is not a code anywhere else.
    """

    code: str
    label: str
    meaning: str
    category: Category
    on_site: OnSite
    note: str = ""
    successor: str = ""
    until: date | None = None
    short_only: bool = False
    citation: Citation

    @property
    def possible(self) -> bool:
        """Whether a session with this code is a possible session."""
        return self.category is not Category.NOT_POSSIBLE

    @property
    def absent(self) -> bool:
        """Whether a session with this code is an absence."""
        return self.category in {Category.AUTHORISED, Category.UNAUTHORISED}

    @property
    def attended(self) -> bool:
        """Whether a session with this code counts as attended."""
        return self.category in {Category.PRESENT, Category.EDUCATIONAL}


class Generation(Frozen):
    """One table of codes and the days it was in force. `until` is the last day, or None."""

    name: str
    since: date
    until: date | None
    codes: Mapping[str, Code]

    def in_force(self, on: date) -> bool:
        """Whether this table was in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


@cache
def generations() -> tuple[Generation, ...]:
    """Both generations of the code table, oldest first."""
    return tuple(
        Generation(
            name=table["name"],
            since=table["since"],
            until=table.get("until"),
            codes={code: _code(code, fields) for code, fields in table["codes"].items()},
        )
        for table in read("codes.toml")["generation"]
    )


@cache
def all_codes() -> tuple[str, ...]:
    """Every code of either generation, each once, sorted: the alphabet of the register."""
    return tuple(sorted({code for generation in generations() for code in generation.codes}))


def _code(code: str, fields: Mapping[str, object]) -> Code:
    settled = {**fields, "code": code, "citation": citations()[str(fields["cite"])]}
    del settled["cite"]
    return Code.model_validate(settled)

"""Why a figure is what it is: the marks it counts, what it left out, and the rule that says so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from attendkit.rules import RuleVersion

PROOF = pl.Schema(
    {
        "date": pl.Date(),
        "session": pl.String(),
        "code": pl.String(),
        "meaning": pl.String(),
        "minutes": pl.UInt16(),
        "citation": pl.String(),
        "file": pl.String(),
        "row": pl.UInt32(),
        "column": pl.UInt16(),
    }
)
"""One row a mark of a proof: what it says, what that means and by whose word, and where it was read."""


@dataclass(frozen=True)
class Proof:
    """Why a figure is what it is: the marks it counts, what it left out, and the rule that says so.

    `value` is the figure as the duty of `page` prints it, in `unit` (sessions, school days or minutes; empty
    for a band or a percentage). `marks` are `PROOF`; `of` is the denominator where there is one. `excluded`
    has one row a code of the same year that is not counted: code, sessions, why. `page` is the duty's page.
    """

    pupil: int
    figure: str
    on: date
    value: int | str | None
    unit: str
    says: str
    marks: pl.DataFrame
    excluded: pl.DataFrame
    rule: RuleVersion
    page: str
    of: int | None = None

    @property
    def count(self) -> int:
        """How many marks prove the figure. A figure in sessions is exactly this number."""
        return self.marks.height

    def as_json(self) -> dict[str, Any]:
        """The proof as plain values, dates as ISO text; the pupil by register number only."""
        return {
            "command": "why",
            "pupil": self.pupil,
            "figure": self.figure,
            "on": self.on.isoformat(),
            "value": self.value,
            "unit": self.unit,
            "of": self.of,
            "says": self.says,
            "marks": self.marks.with_columns(pl.col("date").cast(pl.String)).to_dicts(),
            "excluded": self.excluded.to_dicts(),
            "rule": {
                "id": self.rule.id,
                "says": self.rule.says,
                "since": self.rule.since.isoformat(),
                "citation": self.rule.citation.text(),
                "authority": self.rule.authority.value,
            },
            "page": self.page,
        }

"""One thing a duty saw about one pupil, with the rule and the marks that make it so."""

import hashlib
from datetime import date

from pydantic import BaseModel, ConfigDict, model_validator

from attendkit.model import Session
from attendkit.rules import RuleVersion


class Evidence(BaseModel):
    """One mark that a finding rests on: when, what, and where it was read.

    `file`, `row` and `column` are the export's, title rows counted. They are not part of a finding's
    identity, so a fresh export of the same facts gives the same finding.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    session: Session
    code: str
    file: str
    row: int
    column: int | None = None


class Finding(BaseModel):
    """One thing a duty saw about one pupil, with the rule and the marks that make it so.

    `of` is the denominator where there is one ("24 of 210 sessions"), in sessions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    duty: str
    pupil: str
    on: date
    says: str
    rule: RuleVersion
    evidence: tuple[Evidence, ...]
    of: int | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> "Finding":
        if not self.evidence:
            raise ValueError("a finding needs at least one piece of evidence")
        if late := [piece for piece in self.evidence if piece.date > self.on]:
            raise ValueError(f"evidence of {late[0].date} is after the day looked from, {self.on}")
        sessions = {(piece.date, piece.session) for piece in self.evidence}
        if len(sessions) != len(self.evidence):
            raise ValueError("one session is counted twice in the evidence")
        if self.of is not None and self.of < self.count:
            raise ValueError(f"{self.count} pieces of evidence cannot be out of {self.of}")
        return self

    @property
    def count(self) -> int:
        """How many sessions the finding counts: the length of its proof."""
        return len(self.evidence)

    @property
    def id(self) -> str:
        """The finding's name: the same for the same duty, pupil, rule version and marks, on any day."""
        pieces = [f"{e.date}{e.session.name}{e.code}" for e in self.evidence]
        named = "\n".join([self.duty, self.pupil, self.rule.id, str(self.rule.since), *pieces])
        return hashlib.sha256(named.encode()).hexdigest()[:16]

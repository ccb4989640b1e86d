"""What reading one export gives: its counts, its problems, and what may be loaded from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from attendkit.model import Problem
from attendkit.register import Delta

Outcome = Literal["load", "load_with_errors", "needs_answer", "summary", "pupils", "contacts", "reject"]


@dataclass(frozen=True)
class Answers:
    """What the officer has said about files that cannot say it themselves.

    `dates` is the order of day and month, `sessions` maps a period's name to AM or PM, `profile` is the
    name of the profile to read with.
    """

    dates: Literal["dmy", "mdy"] | None = None
    sessions: Mapping[str, Literal["AM", "PM"]] = field(default_factory=dict)
    password: str | None = None
    profile: str | None = None


@dataclass(frozen=True)
class Export:
    """One export, read.

    Every session read is in one of six counts: `rows_read` = `marks` + `missing` + `quarantined` +
    `repeated` (the same mark twice) + `not_on_roll` (before joining, after leaving) + `lesson_marks`.
    `explanation` says in words what to do when the outcome is not `load`. `delta` is what may be loaded,
    None when nothing may. `summaries` are a totals file's figures, one row a pupil, as text, with the number
    that the pupil has in `people`, the pupils it names (`register.model.PUPILS`).
    """

    file: str
    digest: str = ""
    layout: str = "none"
    outcome: Outcome = "reject"
    reject_reason: str = ""
    question: str = ""
    explanation: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int | list[int] | None = None
    sheets: tuple[str, ...] = ()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    rows_read: int = 0
    marks: int = 0
    missing: int = 0
    quarantined: int = 0
    repeated: int = 0
    not_on_roll: int = 0
    lesson_marks: int = 0
    by_code: Mapping[str, int] = field(default_factory=dict)
    lesson_by_code: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    sessions: Mapping[str, Any] = field(default_factory=dict)
    pupils: int = 0
    contacts: Mapping[str, int] | None = None
    delta: Delta | None = None
    summaries: Any = None
    people: Any = None

    def __post_init__(self) -> None:
        """Refuse to exist when a session read is in none of the counts, or in two.

        Raises:
            AssertionError: the counts do not add up, which is a fault in attendkit.
        """
        counted = (
            self.marks
            + self.missing
            + self.quarantined
            + self.repeated
            + self.not_on_roll
            + self.lesson_marks
        )
        if counted != self.rows_read:
            raise AssertionError(f"{self.file}: {self.rows_read} sessions read, {counted} accounted for")

    def as_json(self) -> dict[str, Any]:
        """The file's object in `check --format json` (docs/json.md)."""
        shown: dict[str, Any] = {
            "file": self.file,
            "layout": self.layout,
            "outcome": self.outcome,
            "reject_reason": self.reject_reason or None,
            "question": self.question or None,
            "explanation": self.explanation or None,
            "encoding": self.encoding or None,
            "delimiter": self.delimiter or None,
            "header_row": self.header_row,
            "sheet": self.sheets[0] if len(self.sheets) == 1 else None,
            "sheets": len(self.sheets),
        }
        for name in (
            "pupils",
            "rows_read",
            "marks",
            "missing",
            "quarantined",
            "repeated",
            "not_on_roll",
            "lesson_marks",
        ):
            shown[name] = getattr(self, name)
        for name in ("by_code", "lesson_by_code", "totals", "sessions"):
            shown[name] = dict(getattr(self, name))
        shown["contacts"] = None if self.contacts is None else dict(self.contacts)
        shown["errors"] = [_problem(problem) for problem in self.errors]
        shown["warnings"] = [_problem(problem) for problem in self.warnings]
        shown["remarks"] = list(self.remarks)
        return shown


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "reason": problem.reason,
        "message": problem.message,
        "remedy": problem.remedy,
    }

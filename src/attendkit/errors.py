"""What goes wrong, in three parts: what it is, where it is, and what to do about it."""

from collections.abc import Sequence
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes that a script may rely on."""

    DONE = 0
    PROBLEMS = 1
    BAD_INPUT = 2
    NO_RULE = 3
    NOT_FOUND = 4
    DAMAGED = 5


class AttendkitError(Exception):
    """Something a person must hear about: what happened, where, and what to do.

    None of the three ever holds a pupil's name: files, rows and identifiers only.
    """

    exit = Exit.BAD_INPUT

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """The three parts on one line, for a log."""
        where = f"{self.where}: " if self.where else ""
        return " ".join(part for part in (f"{where}{self.what}", self.remedy) if part)


class BadArgumentError(AttendkitError):
    """The command line or `attendkit.toml` asks for something that cannot be done."""


class UnreadableError(AttendkitError):
    """A file cannot be read as a register, and nothing was taken from it.

    `reason` is one of the reject reasons listed in docs/json.md.
    """

    def __init__(self, what: str, *, reason: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.reason = reason


class NeedsAnswerError(AttendkitError):
    """A file could mean two things, and only the officer can say which.

    `question` is `date_order` or `session_periods`.
    """

    def __init__(self, what: str, *, question: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.question = question


class NoRuleError(AttendkitError):
    """No version of a rule was in force on the day asked about."""

    exit = Exit.NO_RULE


class NotFoundError(AttendkitError):
    """No such pupil, or more than one: `candidates` are identifiers, never names."""

    exit = Exit.NOT_FOUND

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", candidates: Sequence[str] = ()
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.candidates = tuple(candidates)


class DamagedError(AttendkitError):
    """A store does not match its own checksums, or cannot be written safely."""

    exit = Exit.DAMAGED

"""`attendkit.toml`: what one school tells attendkit about itself.

Every setting is optional, so that any command works straight from an export. Unknown keys are refused
with their place, because a misspelt setting that is ignored is a wrong figure waiting to happen.
"""

import os
import tomllib
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from attendkit.errors import BadArgumentError

CONFIG_NAME = "attendkit.toml"
ENVIRONMENT = "ATTENDKIT_SCHOOL"

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Settings):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.last < self.first:
            raise ValueError(f"last ({self.last}) is before first ({self.first})")
        return self


class Term(Span):
    """A term as the school publishes it, with its half-term holiday where it has one."""

    name: str
    half_term: Span | None = None

    @model_validator(mode="after")
    def _half_term_inside(self) -> "Term":
        if self.half_term and not self.first < self.half_term.first <= self.half_term.last < self.last:
            raise ValueError(f"the half term of {self.name} is not inside it ({self.first} to {self.last})")
        return self


class Closure(Span):
    """Days inside a term on which pupils do not attend: INSET, polling day, a planned closure."""

    why: str = "closed"


class RegisterTimes(_Settings):
    """When a register opens and closes. It may stay open for 30 minutes at most (R5.2)."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _at_most_thirty_minutes(self) -> "RegisterTimes":
        minutes = _minutes(self.closes) - _minutes(self.opens)
        if not 0 < minutes <= 30:
            raise ValueError(
                f"a register is open for 1 to 30 minutes, not {minutes:g} (`attendkit rules register-times`)"
            )
        return self

    @property
    def open_minutes(self) -> int:
        """For how many whole minutes the register is open."""
        return int(_minutes(self.closes) - _minutes(self.opens))


class College(_Settings):
    """A college (or house) and who leads it. `tutors` lists its tutor groups where exports do not say."""

    leader: str = ""
    email: str = ""
    tutors: tuple[str, ...] = ()
    muster_point: str = ""


class TutorGroup(_Settings):
    """A tutor group: who takes it, and its college where exports do not say."""

    tutor: str = ""
    email: str = ""
    college: str = ""


class Officer(_Settings):
    """Who a parent asks about attendance, and when: the person every letter ends with."""

    name: str = ""
    role: str = "Attendance Officer"
    phone: str = ""
    email: str = ""
    hours: str = ""


class Signatory(_Settings):
    """Who signs a letter that the officer may not sign alone."""

    name: str
    role: str = ""


class Window(_Settings):
    """What always shows in the window of the school's envelopes: millimetres from the edges of A4 paper.

    As it comes, what a DL envelope with its usual window shows however the letter slips about in it.
    """

    left: int = Field(default=20, ge=0, le=150)
    top: int = Field(default=57, ge=45, le=120)
    width: int = Field(default=80, ge=40, le=120)
    height: int = Field(default=24, ge=15, le=60)


class Backups(_Settings):
    """Where monthly backups go, and the public keys (of age) that they are encrypted to.

    `recipients` is two or more, so that one key lost does not lose them all. `folder` is `backups/` in the
    school's folder unless another disk is named.
    """

    recipients: tuple[str, ...] = ()
    folder: Path | None = None

    @model_validator(mode="after")
    def _public_keys(self) -> "Backups":
        if any(key.upper().startswith("AGE-SECRET-KEY-") for key in self.recipients):
            raise ValueError("this is the secret half of a key: put the half that begins with age1 here")
        if bad := next((key for key in self.recipients if not key.startswith("age1")), None):
            raise ValueError(f"{bad[:12]!r} is not a public key, which begins with age1")
        return self


class Smtp(_Settings):
    """The school's mail server, for `--send`. Its password stands in no file.

    `domains` are those that may be sent to; that of the officer's own address if left out.
    """

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    user: str = ""
    domains: tuple[str, ...] = ()


class LatenessStep(_Settings):
    """One step of the school's own lateness ladder: at `lates` lates in the half term, do `action`."""

    lates: int = Field(ge=1)
    action: str


class CodeMapping(_Settings):
    """What a code known only to this school's system means: the national code it stands for."""

    to: str
    why: str = ""


class Profile(_Settings):
    """How to read one kind of export from this school's system.

    `headers` maps a column heading to attendkit's name for the column; `codes` maps local codes to
    national ones; `missing` lists further cells that mean "no mark"; `dates` is the order of day and
    month; `sessions` maps a period's name to AM or PM. A profile applies to files whose name matches
    `files` (a glob such as `SIMS*.csv`) or when it is asked for with `--profile`.
    """

    files: str = "*"
    headers: dict[str, str] = Field(default_factory=dict)
    codes: dict[str, CodeMapping] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    dates: Literal["dmy", "mdy"] | None = None
    sessions: dict[str, Literal["AM", "PM"]] = Field(default_factory=dict)


class School(_Settings):
    """A school's settings, as read from its `attendkit.toml`."""

    name: str = ""
    authority: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    website: str = ""
    window: Window = Window()
    officer: Officer = Officer()
    signatories: dict[str, Signatory] = Field(default_factory=dict)
    week_starts_on: Literal[_WEEKDAYS] = "Monday"  # type: ignore[valid-type]
    terms: tuple[Term, ...] = ()
    closures: tuple[Closure, ...] = ()
    registers: dict[Literal["AM", "PM"], RegisterTimes] = Field(default_factory=dict)
    colleges: dict[str, College] = Field(default_factory=dict)
    tutor_groups: dict[str, TutorGroup] = Field(default_factory=dict)
    smtp: Smtp | None = None
    lateness: tuple[LatenessStep, ...] = ()
    backup: Backups = Backups()
    rules: dict[str, dict[str, Any]] = Field(default_factory=dict)
    profiles: dict[str, Profile] = Field(default_factory=dict)
    folder: Path | None = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _terms_apart(self) -> "School":
        for earlier, later in pairwise(sorted(self.terms, key=lambda term: term.first)):
            if later.first <= earlier.last:
                raise ValueError(f"{later.name} begins before {earlier.name} has ended")
        return self

    def week_start(self) -> int:
        """The weekday a school week starts on, Monday 0."""
        return _WEEKDAYS.index(self.week_starts_on)

    def term_dates(self) -> list[tuple[date, date]]:
        """First and last day of each term."""
        return [(term.first, term.last) for term in self.terms]

    def closed_dates(self) -> list[tuple[date, date]]:
        """First and last day of each half term and closure."""
        halves = [term.half_term for term in self.terms if term.half_term]
        return [(span.first, span.last) for span in (*halves, *self.closures)]

    def college_of(self, tutor_group: str) -> str:
        """The college of a tutor group as configured, or an empty text."""
        named = self.tutor_groups.get(tutor_group)
        if named and named.college:
            return named.college
        return next((name for name, c in self.colleges.items() if tutor_group in c.tutors), "")


def find_school(asked: Path | None, start: Path | None = None) -> Path | None:
    """The school's folder, or None.

    The one asked for, else this folder or its nearest parent with `attendkit.toml`, else
    `$ATTENDKIT_SCHOOL`.

    Raises:
        BadArgumentError: the folder asked for has no `attendkit.toml`.
    """
    if asked is None and (named := os.environ.get(ENVIRONMENT)):
        here = _nearest(start or Path.cwd())
        return here or _checked(Path(named), f"${ENVIRONMENT}")
    if asked is not None:
        return _checked(asked, "--school")
    return _nearest(start or Path.cwd())


def load_school(folder: Path | None) -> School:
    """The settings in a school's folder; all defaults where there is no folder.

    Raises:
        BadArgumentError: the file is not TOML, or a setting is unknown or not sound, with its place.
    """
    if folder is None:
        return School()
    path = folder / CONFIG_NAME
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return School(**settings, folder=folder)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadArgumentError(
            f"This is not a TOML file: {error}.", where=str(path), remedy="Mend that line and try again."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        fault = "there is no such setting" if unknown else first["msg"].removeprefix("Value error, ")
        raise BadArgumentError(
            f"{place}: {fault}." if place else f"{fault}.",
            where=str(path),
            remedy="docs/settings.md lists every setting.",
        ) from None


def _minutes(clock: time) -> float:
    return clock.hour * 60 + clock.minute + clock.second / 60


def _nearest(start: Path) -> Path | None:
    return next((p for p in (start, *start.parents) if (p / CONFIG_NAME).is_file()), None)


def _checked(folder: Path, asked_by: str) -> Path:
    if not (folder / CONFIG_NAME).is_file():
        raise BadArgumentError(
            f"There is no {CONFIG_NAME} in this folder.",
            where=f"{asked_by} {folder}",
            remedy="Make one with `attendkit init`.",
        )
    return folder

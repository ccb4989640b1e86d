"""A view as letters look at it, and what gives rise to one: figures and reports made once, and findings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

import polars as pl

from attendkit.duties import report_of
from attendkit.duties.letters.figures import Missed
from attendkit.duties.letters.table import LetterKind
from attendkit.findings import Finding, Report, View, findings, gathered, long_date
from attendkit.measures.runs import last_on_site
from attendkit.rules import RuleVersion


@dataclass(frozen=True)
class Occasion:
    """Why a pupil's parents are due a letter, and what it says that no other letter does.

    `findings` name what it rests on: findings by their ids, casework entries as `entry-12`. A letter of the
    name that went out on `since` or later was about the same. `to` is the one parent it is for, as the log
    names them. `held` is why it is not written, where that is known from the start.
    """

    letter: LetterKind
    pupil: int
    says: str
    findings: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    since: date | None = None
    to: str = ""
    held: str = ""

    def digest(self, figures: Mapping[str, Any]) -> str:
        """The digest of what the letter says of the pupil, by which a later look tells whether it holds.

        Who writes to whom, by when an answer is asked for, and how often somebody had tried to reach the home
        by the hour it was written, is not of it.
        """
        own = {name: _lasting(value) for name, value in self.facts.items() if name not in _OF_THE_HOUR}
        wanted = {name: figures.get(name) for name in self.letter.figures}
        told_of = {"letter": self.letter.name, "figures": wanted, **own}
        text = json.dumps(told_of, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()[:16]


_OF_THE_HOUR = frozenset({"reply_by", "tried"})
"""Facts of the hour that a letter was written in, and not of the pupil."""


def _lasting(fact: Any) -> Any:
    if not isinstance(fact, Mapping):
        return fact
    return {name: value for name, value in fact.items() if name not in _OF_THE_HOUR}


@dataclass(frozen=True)
class Sight:
    """A view with the figures and reports that letters rest on, each made once."""

    view: View

    @cached_property
    def missed(self) -> Missed:
        """What every pupil looked at has missed."""
        return Missed(self.view)

    @cached_property
    def bands(self) -> Report:
        """The bands of absence."""
        return report_of("bands", self.view)

    @cached_property
    def last_seen(self) -> Mapping[int, str]:
        """The last day on which each pupil was seen on site."""
        seen = last_on_site(self.view.every_mark).select("pupil", "last_on_site")
        return {pupil: long_date(day) for pupil, day in seen.iter_rows()}

    @cached_property
    def people(self) -> Mapping[int, Mapping[str, Any]]:
        """What the register says of each pupil looked at."""
        return {row["pupil"]: row for row in self.view.pupils.iter_rows(named=True)}

    @cached_property
    def reply_by(self) -> str:
        """The day by which a letter asks for an answer."""
        within = self.view.rule("letter-reply").number("school_days")
        return long_date(self.view.calendar.after(self.view.on, within))

    @cached_property
    def notice(self) -> dict[str, Any]:
        """What a penalty notice is and costs, by the rules."""
        amounts = self.view.rule("penalty-notice-amounts")
        names = ("first_early", "first", "second", "early_days", "days", "years")
        rule = self.view.rule("penalty-notice")
        counted = {name: rule.number(name) for name in ("sessions", "school_weeks")}
        return {**{name: amounts.number(name) for name in names}, **counted}

    def own_rules(self, *names: str) -> dict[str, Any]:
        """What a letter says of rules that the school has changed: nothing where it has changed none."""
        changed = [rule.says for rule in map(self.view.rule, names) if rule.overridden]
        said = " ".join(f"This is the school's own rule, not the nation's: {says}" for says in changed)
        return {"own_rules": said} if changed else {}


def law(rule: RuleVersion) -> dict[str, Any]:
    """A rule as a letter quotes it: what it says and where it is written.

    By whom its source was quoted to us is for the officer to know, and not for a parent.
    """
    source = rule.citation.reference.partition(", as ")[0]
    return {"says": rule.says, "cite": f"{rule.citation.title}, {source}"}


def found_by(view: View, rule: str, says: Mapping[int, str], marks: pl.DataFrame) -> Mapping[int, Finding]:
    """A finding a pupil by one of the rules of letters: what is said of each, and the marks behind it."""
    schema = {"pupil": pl.UInt32, "says": pl.String, "of": pl.UInt32, "rule": pl.String}
    told_of = [(pupil, sentence, None, rule) for pupil, sentence in says.items()]
    said = pl.DataFrame(told_of, schema=schema, orient="row")
    found, evidence = gathered(said, marks)
    report = Report("letters", "", view.on, said, (), {}, found, evidence)
    return dict(zip(found["pupil"].to_list(), findings(report, view), strict=True))


def weeks_ago(view: View, school_weeks: int) -> date:
    """The first day of the school week so many before the one of the day looked from."""
    weeks = [week for week in view.calendar.school_weeks if week <= view.on]
    return weeks[-min(school_weeks, len(weeks))] if weeks else view.on

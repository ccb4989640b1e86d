"""The shapes of a rule, its citation and its authority."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from attendkit.errors import BadArgumentError


class Authority(StrEnum):
    """Whose rule it is. A letter may never dress the school's own rule as the nation's."""

    LAW = "law"
    GUIDANCE = "guidance"
    LOCAL_AUTHORITY = "local authority"
    SCHOOL = "school"


class Frozen(BaseModel):
    """A model whose values are settled when it is made and whose fields are all known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(Frozen):
    """Where a rule comes from. `verified` is false for what rests on general knowledge alone."""

    key: str
    title: str
    reference: str
    authority: Authority
    checked: date
    verified: bool = True
    address: str = ""

    def text(self) -> str:
        """The citation as a person reads it, marked "check" when it is unverified."""
        return f"{self.title}, {self.reference}" + ("" if self.verified else " (check: unverified)")


class RuleVersion(Frozen):
    """One version of a rule: its numbers, the days it was in force, and its source.

    `wording` is the sentence as the rule file has it, with {names} where its values go; `says` is the same
    sentence with the values in. `until` is the last day in force, or None while it still is. `configurable`
    names the values that a school may change, each to one of its `choices` (a word, and how the sentence
    says it) or to a whole number within its `limits` (least and most); `overridden` names those that this
    school has changed.
    """

    id: str
    wording: str
    since: date
    until: date | None = None
    values: Mapping[str, Any] = Field(default_factory=dict)
    configurable: tuple[str, ...] = ()
    choices: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    limits: Mapping[str, tuple[int, int]] = Field(default_factory=dict)
    overridden: tuple[str, ...] = ()
    citation: Citation

    @property
    def says(self) -> str:
        """The rule in one plain sentence, with its numbers: what every document quotes."""
        return self.wording.format_map(
            {name: _in_words(value, self.choices.get(name, {})) for name, value in self.values.items()}
        )

    @property
    def authority(self) -> Authority:
        """The citation's authority, or the school's where the school has changed a value."""
        return Authority.SCHOOL if self.overridden else self.citation.authority

    def in_force(self, on: date) -> bool:
        """Whether this version was in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def number(self, name: str) -> int:
        """A whole-number value by name."""
        value = self.values[name]
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{self.id}.{name} is not a whole number")
        return value

    def codes(self, name: str = "codes") -> tuple[str, ...]:
        """A list-of-codes value by name, in the order written."""
        return tuple(str(code) for code in self.values[name])

    def overridden_by(self, overrides: Mapping[str, Any]) -> "RuleVersion":
        """This version with a school's own values where the rule allows them.

        Raises:
            BadArgumentError: a value is not one a school may change, or is of the wrong kind.
        """
        for name, value in overrides.items():
            self._refuse_unless_allowed(name, value)
        changed = {name: value for name, value in overrides.items() if value != self.values[name]}
        if not changed:
            return self
        return self.model_copy(
            update={"values": {**self.values, **changed}, "overridden": tuple(sorted(changed))}
        )

    def supposing(self, values: Mapping[str, Any]) -> "RuleVersion":
        """This version with other values, whether a school may change them or not: to ask what would be.

        Raises:
            BadArgumentError: there is no such value, or it is of the wrong kind or below 1.
        """
        for name, value in values.items():
            self._refuse_unless_like_ours(name, value)
        if not values:
            return self
        return self.model_copy(update={"values": {**self.values, **values}})

    def _refuse_unless_like_ours(self, name: str, value: Any) -> None:
        where = f"[rules.{self.id}] {name}"
        if name not in self.values:
            raise BadArgumentError(
                "The rule has no such value.",
                where=where,
                remedy=f"It has {', '.join(self.values) or 'none'}.",
            )
        if type(value) is not type(self.values[name]) or (isinstance(value, int) and value < 1):
            raise BadArgumentError(
                f"{value!r} is not a value of the right kind.",
                where=where,
                remedy=f"The rule has {self.values[name]!r}.",
            )
        if name in self.choices and not all(str(word) in self.choices[name] for word in _listed(value)):
            choices = _in_words(list(self.choices[name]))
            raise BadArgumentError(
                f"{_in_words(value)} is not a choice here.", where=where, remedy=f"Choose from {choices}."
            )

    def _refuse_unless_allowed(self, name: str, value: Any) -> None:
        where = f"attendkit.toml, [rules.{self.id}] {name}"
        if name not in self.configurable:
            allowed = ", ".join(self.configurable) or "none"
            raise BadArgumentError(
                "This value is set by the rule and a school cannot change it.",
                where=where,
                remedy=f"Values of {self.id} that may be changed: {allowed}.",
            )
        if type(value) is not type(self.values[name]):
            raise BadArgumentError(
                f"{value!r} is not a value of the right kind.",
                where=where,
                remedy=f"The rule has {self.values[name]!r}.",
            )
        if not self._within_bounds(name, value):
            raise BadArgumentError(
                f"{_in_words(value)} is not a choice here.", where=where, remedy=self._bounds(name)
            )

    def _within_bounds(self, name: str, value: Any) -> bool:
        if name in self.limits:
            least, most = self.limits[name]
            return bool(least <= value <= most)
        return all(str(word) in self.choices[name] for word in _listed(value))

    def _bounds(self, name: str) -> str:
        if name in self.limits:
            least, most = self.limits[name]
            return f"Choose from {least} to {most}."
        return f"Choose from {_in_words(list(self.choices[name]))}."


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _in_words(value: Any, phrases: Mapping[str, str] = MappingProxyType({})) -> str:
    """A value as a sentence has it: a list reads "G, N and U"."""
    *others, last = [phrases.get(str(part), str(part)) for part in _listed(value)] or [""]
    return f"{', '.join(others)} and {last}" if others else last

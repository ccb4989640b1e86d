"""The shapes of a rule, its citation and its authority."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
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
    """Where a rule comes from. `verified` is false for what nobody has yet read in the source."""

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

    `until` is the last day in force, or None while it still is. `configurable` names the values that a
    school may change; `overridden` those that this school has changed.
    """

    id: str
    says: str
    since: date
    until: date | None = None
    values: Mapping[str, Any] = Field(default_factory=dict)
    configurable: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()
    citation: Citation

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
        changed = {name: value for name, value in overrides.items() if value != self.values[name]}
        if not changed:
            return self
        return self.model_copy(
            update={"values": {**self.values, **changed}, "overridden": tuple(sorted(changed))}
        )

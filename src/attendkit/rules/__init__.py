"""The law as data: dated rules, codes and citations, read from the TOML files beside this one.

`Rulebook.rule(id, on)` answers with the version in force on a day. A repealed version keeps its place with
an `until`; it is never deleted. A school may override only the values a rule lists as `configurable`, and
a version that was overridden says so in `overridden` and takes the school's authority.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from attendkit.errors import BadArgumentError, NoRuleError
from attendkit.rules.codes import Code, Generation, generations
from attendkit.rules.loading import citations, rule_files, versions_of
from attendkit.rules.models import Authority, Citation, RuleVersion
from attendkit.rules.policy import Policy
from attendkit.terms import plain_date

__all__ = [
    "Authority",
    "Citation",
    "Code",
    "Generation",
    "RuleVersion",
    "Rulebook",
    "citations",
    "generations",
]


class Rulebook:
    """Every rule, with one school's overrides laid over the values that may be changed."""

    def __init__(self, overrides: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._supposed: Policy = {}
        self._overrides = {rule: dict(values) for rule, values in (overrides or {}).items()}
        for rule, values in self._overrides.items():
            if rule not in rule_files():
                raise BadArgumentError(
                    f"There is no rule called {rule!r}.",
                    where=f"attendkit.toml, [rules.{rule}]",
                    remedy="`attendkit rules` lists them.",
                )
            versions_of(rule)[-1].overridden_by(values)  # refused here, not only by who asks for this rule

    def supposing(self, policy: Policy) -> "Rulebook":
        """These rules with a policy's values laid over the school's own, for asking what would have been."""
        other = Rulebook(self._overrides)
        other._supposed = policy
        return other

    def names(self) -> tuple[str, ...]:
        """Every rule's id, in the order of the files."""
        return tuple(rule_files())

    def history(self, rule_id: str) -> tuple[RuleVersion, ...]:
        """Every version of a rule, oldest first, as the law has it (no overrides)."""
        try:
            return versions_of(rule_id)
        except KeyError:
            raise NoRuleError(
                f"There is no rule called {rule_id!r}.", remedy="`attendkit rules` lists them."
            ) from None

    def rule(self, rule_id: str, on: date) -> RuleVersion:
        """The version of a rule in force on a day, with the school's overrides.

        Raises:
            NoRuleError: the rule does not exist, or no version was in force on that day.
            BadArgumentError: an override names a value that this rule does not let a school change.
        """
        for version in self.history(rule_id):
            if version.in_force(on):
                ours = version.overridden_by(self._overrides.get(rule_id, {}))
                return ours.supposing(self._supposed.get(rule_id, {}))
        raise NoRuleError(
            f"No version of {rule_id!r} was in force on {plain_date(on)}.",
            remedy=f"`attendkit rules {rule_id}` lists its versions and their dates.",
        )


@cache
def codes_on(on: date) -> Mapping[str, Code]:
    """The attendance codes in force on a day, by code.

    Raises:
        NoRuleError: no code table was in force on that day.
    """
    for generation in generations():
        if generation.in_force(on):
            return generation.codes
    raise NoRuleError(
        f"No attendance codes are known for {plain_date(on)}.",
        remedy="`attendkit codes` lists the tables and their dates.",
    )

"""Reading the rule files, and the checks that make them trustworthy."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from attendkit.errors import BadArgumentError
from attendkit.rules.models import Citation, RuleVersion

_NOT_RULES = frozenset({"citations.toml", "codes.toml"})
_HEADING = re.compile(r"^\[\[([^\[\].]+)\]\]", re.MULTILINE)


@cache
def citations() -> Mapping[str, Citation]:
    """Every source a rule may cite, by key."""
    return {key: Citation(key=key, **fields) for key, fields in read("citations.toml").items()}


@cache
def versions() -> Mapping[str, tuple[RuleVersion, ...]]:
    """Every rule by id, each with its versions, oldest first.

    Raises:
        ValueError: versions overlap or leave a gap, their value names differ, or a citation is unknown.
            These are faults in attendkit itself, so they stop it rather than being reported.
    """
    found: dict[str, tuple[RuleVersion, ...]] = {}
    for name in sorted(_rule_files()):
        for rule_id, entries in read(name).items():
            if rule_id in found:
                raise ValueError(f"{name}: rule {rule_id} stands in two files")
            found[rule_id] = _history(rule_id, entries)
    return found


@cache
def rule_files() -> Mapping[str, str]:
    """The file that each rule stands in, by its headings alone: a command needs few of the rules."""
    return {rule_id: name for name in sorted(_rule_files()) for rule_id in _HEADING.findall(_text(name))}


def versions_of(rule_id: str) -> tuple[RuleVersion, ...]:
    """The versions of one rule, oldest first, without those of rules in other files.

    Raises:
        KeyError: there is no such rule.
    """
    return rules_in(rule_files()[rule_id])[rule_id]


def read(name: str) -> dict[str, Any]:
    """One TOML file of this package."""
    return tomllib.loads(_text(name))


def check(history: Iterable[RuleVersion]) -> None:
    """Refuse versions that overlap, leave a gap, or do not hold the same values.

    Raises:
        ValueError: naming the rule and the date.
    """
    ordered = list(history)
    for older, newer in pairwise(ordered):
        if older.until is None or older.until + timedelta(days=1) != newer.since:
            raise ValueError(f"{newer.id}: the version of {newer.since} does not follow the one before it")
        if set(older.values) != set(newer.values):
            raise ValueError(f"{newer.id}: versions of {older.since} and {newer.since} name different values")


@cache
def rules_in(name: str) -> Mapping[str, tuple[RuleVersion, ...]]:
    """The rules of one file, each with its versions, oldest first."""
    return {rule_id: _history(rule_id, entries) for rule_id, entries in read(name).items()}


def _history(rule_id: str, entries: Iterable[Mapping[str, Any]]) -> tuple[RuleVersion, ...]:
    found = tuple(_version(rule_id, entry) for entry in entries)
    check(found)
    return found


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _rule_files() -> list[str]:
    return [
        entry.name
        for entry in files(__package__).iterdir()
        if entry.name.endswith(".toml") and entry.name not in _NOT_RULES
    ]


def _version(rule_id: str, entry: Mapping[str, Any]) -> RuleVersion:
    fields = dict(entry)
    cited = fields.pop("cite")
    if cited not in citations():
        raise ValueError(f"{rule_id}: nothing in citations.toml is called {cited!r}")
    wording = fields.pop("says")
    version = RuleVersion(id=rule_id, wording=wording, citation=citations()[cited], **fields)
    _check_bounds(version)
    return version


def _check_bounds(version: RuleVersion) -> None:
    """Refuse a configurable value without bounds, or one that starts outside them."""
    bounded = {*version.choices, *version.limits}
    if bounded != set(version.configurable):
        raise ValueError(
            f"{version.id}: {sorted(bounded ^ set(version.configurable))} wants choices or limits"
        )
    try:
        version.overridden_by({name: version.values[name] for name in version.configurable})
    except (KeyError, BadArgumentError) as fault:
        raise ValueError(f"{version.id}: a value that may be changed has no sound value: {fault}") from None

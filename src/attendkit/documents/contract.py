"""A report as JSON: the contract with scripts, documented in docs/json.md."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import polars as pl

from attendkit.documents.shown import rules_of
from attendkit.findings import Finding, Proof, Report, View, findings
from attendkit.model import Problem, Session, json_text
from attendkit.rules import RuleVersion

_PUPIL = ("upn", "adno", "surname", "forename", "year", "tutor", "college")


def as_json(report: Report, view: View) -> dict[str, Any]:
    """The report as plain values in a fixed order: dates as ISO text, sessions as `AM` or `PM`.

    A row about a pupil names the pupil under `pupil`; then come the duty's own columns. `findings` name
    what the rows rest on and `rules` the law they cite, each rule once.
    """
    found = findings(report, view)
    register = view.register
    return {
        "command": report.duty,
        "school": view.school.name,
        "on": report.on.isoformat(),
        "only": list(view.only),
        "register": {
            "digest": register.digest,
            "first": plain(register.first),
            "last": plain(register.last),
            "imports": register.files_read.height,
        },
        "counts": plain(report.counts),
        "rows": _rows(report.rows, view),
        "problems": [problem_json(problem) for problem in report.problems],
        "notes": [*report.above, *report.notes],
        "findings": [_finding(one) for one in found],
        "rules": [_rule(rule) for rule in rules_of(report, view)],
    }


def proof_json(proof: Proof, view: View) -> dict[str, Any]:
    """A proof as plain values, its pupil named as in the rows of a report."""
    one = view.register.pupils.filter(pl.col("pupil") == proof.pupil)
    return proof.as_json() | {"pupil": one.select(_PUPIL).row(0, named=True)}


def json_bytes(report: Report, view: View) -> bytes:
    """The report as the bytes of a JSON file: UTF-8, names unescaped, a line end last."""
    return json_text(as_json(report, view)).encode()


def plain(value: Any) -> Any:
    """A value as JSON has it: dates and times as ISO text, containers all the way down."""
    match value:
        case date() | datetime() | time():
            return value.isoformat()
        case Mapping():
            return {str(name): _named(str(name), one) for name, one in value.items()}
        case str() | bytes():
            return str(value)
        case Sequence():
            return [plain(one) for one in value]
    return value


def problem_json(problem: Problem) -> dict[str, Any]:
    """One problem in data: what, where, and what to do."""
    return {
        "reason": problem.reason,
        "message": problem.message,
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "remedy": problem.remedy,
        "severity": problem.severity.value,
    }


def _rows(rows: pl.DataFrame, view: View) -> list[dict[str, Any]]:
    if "pupil" in rows.columns:
        who = view.everyone.pupils.select("pupil", pl.struct(_PUPIL).alias("who"))
        named = rows.join(who, on="pupil", how="left", maintain_order="left")
        rows = named.select(pl.col("who").alias("pupil"), *rows.drop("pupil").columns)
    return [plain(row) for row in rows.iter_rows(named=True)]


def _named(name: str, value: Any) -> Any:
    if name == "session" and isinstance(value, int):
        return Session(value).name
    return plain(value)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "pupil": finding.pupil,
        "says": finding.says,
        "count": finding.count,
        "of": finding.of,
        "rule": finding.rule.id,
    }


def _rule(rule: RuleVersion) -> dict[str, Any]:
    return {
        "id": rule.id,
        "says": rule.says,
        "since": rule.since.isoformat(),
        "until": plain(rule.until),
        "values": plain(rule.values),
        "overridden": list(rule.overridden),
        "authority": rule.authority.value,
        "citation": rule.citation.text(),
    }

"""Whether a pandas script finds what its duty prints: a ratio of two that differ would mean nothing."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.timing import attendkit, python

SCRIPTED: Mapping[str, Mapping[str, str]] = {
    "absences": {
        "session": "Session",
        "code": "Mark",
        **{
            name: name
            for name in (
                "reason_known",
                "on_site",
                "already_missing",
                "social_worker",
                "child_protection",
                "looked_after",
                "young_carer",
                "days_in_a_row",
                "last_on_site",
                "last_on_site_session",
                "days_since_on_site",
                "possible",
                "missed",
                "band",
                "contacts",
            )
        },
    },
    "bands": {
        name: name
        for name in (
            "possible",
            "present",
            "authorised",
            "unauthorised",
            "late",
            "late_after_close",
            "minutes_late",
            "n_codes",
            "not_possible",
            "missing",
            "missed",
            "percent",
            "band",
            "on_line",
            "short_enrolment",
            "sessions_in_hand",
            "in_hand_until",
            "crosses_on",
            "recovers_on",
            "cannot_recover",
            "band_before",
        )
    },
    "ncode-report": {
        "tutor": "Reg",
        "college": "House",
        "date": "Date",
        "session": "Session",
        **{name: name for name in ("age_school_days", "deadline", "overdue", "pattern")},
    },
    "late": {
        "session": "Session",
        "code": "Mark",
        "minutes": "minutes",
        "late_half_term": "late_half_term",
        "after_close_half_term": "after_close_half_term",
        "late_year": "late_year",
        "after_close_year": "after_close_year",
    },
    "missing-registers": {
        "tutor": "Reg",
        "college": "House",
        "session": "Session",
        **{name: name for name in ("state", "on_roll", "marked", "missing")},
        **{name: name for name in ("not_taken_half_term", "partial_half_term")},
    },
    "fire-register": {
        "tutor": "Reg",
        "college": "House",
        "session": "Session",
        "code": "Mark",
        "state": "state",
    },
}
"""The duties that have a script, and the script's column for each column of their rows.

Columns that come from the log of what was done, or from attendkit.toml alone, are nothing to compute."""


class DifferentFiguresError(Exception):
    """A script and its duty do not find the same."""


def script(name: str, folder: Path, on: object, *more: str) -> list[str]:
    """The command of a duty's script."""
    return python("-m", f"benchmarks.pandas_scripts.{name.replace('-', '_')}", str(folder), str(on), *more)


def check(name: str, folder: Path, on: object) -> None:
    """See that a script finds what its duty prints from the store.

    Raises:
        DifferentFiguresError: it does not.
    """
    duty = _json(attendkit(name, "--school", str(folder), "--on", str(on), "--format", "json"))["rows"]
    columns = SCRIPTED[name]
    ours = [{"pupil": row.get("pupil", {}).get("adno"), **{n: row[n] for n in columns}} for row in duty]
    found = _json(script(name, folder, on, "json"))
    theirs = [{"pupil": row.get("Adno"), **{n: row[c] for n, c in columns.items()}} for row in found]
    if _plain(ours) != _plain(theirs):
        raise DifferentFiguresError(
            f"{name}: {_apart(ours, theirs)} in the duty, {_apart(theirs, ours)} in the script"
        )


def _apart(rows: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> str:
    """How many rows the others do not have, and the first of them: made-up pupils, so it may be said."""
    only = sorted(set(_plain(rows)) - set(_plain(others)))
    return f"{len(only)} of {len(rows)} rows only, {only[:1]}"


def _json(command: Sequence[str]) -> Any:
    return json.loads(subprocess.run(command, capture_output=True, check=False, text=True).stdout)


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[tuple[tuple[str, str], ...]]:
    """Rows as texts, in an order of their own: nothing is 0, and a contact is a line."""
    return sorted(tuple(_texts(row)) for row in rows)


def _texts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, list):
            yield name, "; ".join(map(_contact, value)) or "0"
        else:
            whole = isinstance(value, float) and value.is_integer()
            yield name, str(int(value) if whole else value or 0)


def _contact(contact: Mapping[str, Any]) -> str:
    numbers = "HOLD" if contact["hold"] else " ".join(contact["numbers"])
    return f"{contact['name']}: {numbers}"

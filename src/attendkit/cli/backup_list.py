"""`backup list`: the months held and missing, and until when each must be kept."""

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attendkit.cli.printing import print_json
from attendkit.errors import Exit
from attendkit.terms import plain_date

if TYPE_CHECKING:
    from attendkit.backup.held import Held
    from attendkit.cli.opening import Opened


def print_list(opened: "Opened", on: date, form: str) -> Exit:
    """Print the backups that are held and those that are missing. The exit code is 1 where one is missing."""
    from attendkit.backup.held import held
    from attendkit.documents.table import print_text, screen
    from attendkit.register.backups import backups_folder, months_due
    from attendkit.register.days import calendar_for

    there = held(backups_folder(opened.school))
    register = opened.store().register()
    months = {one.month for one in there if not one.fault}
    due = months_due(calendar_for(opened.school, register), register.imports, on)
    missing = [month for month in due if month not in months]
    if form == "json":
        told = [_told(one, on) for one in there]
        print_json(
            {"command": "backup list", "on": on.isoformat(), "held": told, "missing": list(map(str, missing))}
        )
    else:
        for line in [*_lines(there, on), *(f"{m}  MISSING: attendkit backup --month {m}" for m in missing)]:
            print_text(screen(sys.stdout), line)
    return Exit.PROBLEMS if missing or any(one.fault for one in there) else Exit.DONE


def _lines(there: "Sequence[Held]", on: date) -> Sequence[str]:
    if not there:
        return ["No backup is held."]
    return [f"{one.folder.name}  {_line(one, on)}" for one in there]


def _line(one: "Held", on: date) -> str:
    until = one.keep_until
    if one.fault or until is None:
        return f"DAMAGED: {one.fault or 'its manifest does not say until when it is kept.'}"
    told = one.says["register"]
    may = "may be destroyed now" if until <= on else f"not to be destroyed before {plain_date(until)}"
    open_to_all = "" if one.ending.endswith(".age") else ", NOT ENCRYPTED"
    return f"{told['pupils']:,} pupils, {told['sessions']:,} sessions to {told['last']}{open_to_all}; {may}"


def _told(one: "Held", on: date) -> dict[str, Any]:
    until = one.keep_until
    return {
        "backup": one.folder.name,
        "month": str(one.month),
        "made": one.says.get("made"),
        "by": one.says.get("by"),
        "encrypted": one.ending.endswith(".age"),
        "register": one.says.get("register"),
        "last_entry": one.says.get("last_entry"),
        "keep_until": until.isoformat() if until else None,
        "may_be_destroyed": bool(until and until <= on),
        "fault": one.fault or None,
    }

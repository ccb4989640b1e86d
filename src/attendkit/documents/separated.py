"""A report as CSV: one row a row, safe to open in a spreadsheet."""

import csv
import io
import re
from typing import Any

from attendkit.documents.cells import KEPT, NO_MARK, session_text, tidy, value_text
from attendkit.documents.shown import shown
from attendkit.findings import Column, Kind, Report, View
from attendkit.model import MISSING

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def csv_text(report: Report, view: View) -> str:
    """The rows that a person sees, under their headings: ISO dates, whole numbers, CRLF line ends.

    Text that a spreadsheet would take for a formula is written with an apostrophe before it.
    """
    seen = shown(report, view)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(column.heading.replace(KEPT, " ")) for column in seen.columns])
    for row in seen.rows:
        writer.writerow([_cell(value, c) for value, c in zip(row, seen.columns, strict=True)])
    return out.getvalue()


def csv_bytes(report: Report, view: View) -> bytes:
    """The bytes of a CSV file that Excel opens as UTF-8."""
    return csv_text(report, view).encode("utf-8-sig")


def safe(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe stands before what would start a formula."""
    one_line = "; ".join(filter(None, map(tidy, text.splitlines())))
    held_back = _FORMULA.match(one_line) or text.startswith(("\t", "\r"))
    return f"'{one_line}" if held_back else one_line


def _cell(value: Any, column: Column) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case int():
            return session_text(value) if column.name == "session" else str(value)
        case str() if column.kind is Kind.CODE and value == MISSING:
            return NO_MARK
        case str():
            return value if column.kind in {Kind.PERCENT, Kind.POINTS} else safe(value)
    return value.isoformat() if hasattr(value, "isoformat") else safe(value_text(value))

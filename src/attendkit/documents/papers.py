"""The papers that a duty has of its own, where one shared workbook or page would not do."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from attendkit.findings import Report, View

Writer = Callable[[Report, View, Path], tuple[Path, ...]]
"""Writes a report's papers at a path, a file or a folder as the paper is, and names what was written."""


def _call_sheet(report: Report, view: View, path: Path) -> tuple[Path, ...]:
    return (import_module("attendkit.documents.callsheet").write_call_sheet(report, view, path),)


def _ncode_workbooks(report: Report, view: View, folder: Path) -> tuple[Path, ...]:
    return _ncode_sheets(report, view, folder, "xlsx")


def _ncode_pages(report: Report, view: View, folder: Path) -> tuple[Path, ...]:
    return _ncode_sheets(report, view, folder, "html")


def _ncode_sheets(report: Report, view: View, folder: Path, form: str) -> tuple[Path, ...]:
    written: tuple[Path, ...] = import_module("attendkit.documents.ncodes").write_sheets(
        report, view, folder, (form,)
    )
    return written


PAPERS: Mapping[tuple[str, str], tuple[str, Writer]] = {
    ("absences", "call-sheet"): ("call-sheet.xlsx", _call_sheet),
    ("ncode-report", "xlsx"): ("ncode", _ncode_workbooks),
    ("ncode-report", "html"): ("ncode", _ncode_pages),
}
"""By duty and format: what it is called in the day's folder, and what writes it."""

"""The papers that a duty has of its own, where one shared workbook or page would not do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from attendkit.findings import Report, View


@dataclass(frozen=True, slots=True)
class Papers:
    """The files that were written, and those of an earlier run that were removed, nothing being open now.

    `told` are remarks on what was not written, and why.
    """

    written: tuple[Path, ...]
    removed: tuple[Path, ...] = ()
    told: tuple[str, ...] = ()


Writer = Callable[[Report, View, Path], Papers]
"""Writes a report's papers at a path, a file or a folder as the paper is, and names what it did."""


def _call_sheet(report: Report, view: View, path: Path) -> Papers:
    return Papers((import_module("attendkit.documents.callsheet").write_call_sheet(report, view, path),))


def _ncode_workbooks(report: Report, view: View, folder: Path) -> Papers:
    return _ncode_sheets(report, view, folder, "xlsx")


def _ncode_pages(report: Report, view: View, folder: Path) -> Papers:
    return _ncode_sheets(report, view, folder, "html")


def _ncode_pdfs(report: Report, view: View, folder: Path) -> Papers:
    return _ncode_sheets(report, view, folder, "pdf")


def _ncode_sheets(report: Report, view: View, folder: Path, form: str) -> Papers:
    ncodes = import_module("attendkit.documents.ncodes")
    written = ncodes.write_sheets(report, view, folder, (form,))
    return Papers(written, ncodes.remove_settled(view, folder, written, form))


def _tutor_pages(report: Report, view: View, folder: Path) -> Papers:
    return Papers(import_module("attendkit.documents.tutorpages").write_pages(report, view, folder))


def _packs(report: Report, view: View, folder: Path) -> Papers:
    return Papers(import_module("attendkit.documents.packs").write_packs(report, view, folder))


def _drafts(module: str, name: str) -> Writer:
    """What writes the papers of a duty as e-mail drafts with them attached."""

    def write(report: Report, view: View, folder: Path) -> Papers:
        enclosing = import_module("attendkit.documents.enclosing")
        enclosures = getattr(import_module(f"attendkit.documents.{module}"), name)(report, view)
        written = enclosing.write_drafts(enclosures, view, folder)
        return Papers(written, told=tuple(enclosing.without_address(enclosures)))

    return write


PAPERS: Mapping[tuple[str, str], tuple[str, Writer]] = {
    ("absences", "call-sheet"): ("call-sheet.xlsx", _call_sheet),
    ("ncode-report", "xlsx"): ("ncode", _ncode_workbooks),
    ("ncode-report", "html"): ("ncode", _ncode_pages),
    ("ncode-report", "pdf"): ("ncode", _ncode_pdfs),
    ("tutor-report", "pdf"): ("tutor", _tutor_pages),
    ("meeting-pack", "pdf"): ("meetings", _packs),
    ("ncode-report", "email"): ("ncode", _drafts("ncodes", "ncode_enclosures")),
    ("tutor-report", "email"): ("tutor", _drafts("tutorpages", "tutor_enclosures")),
    ("meeting-pack", "email"): ("meetings", _drafts("packs", "pack_enclosures")),
}
"""By duty and format: what it is called in the day's folder, and what writes it."""

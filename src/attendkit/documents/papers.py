"""The papers that a duty has of its own, where one shared workbook or page would not do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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


_KEPT = (
    "was saved since it was written, so it stays as it is: read it back with `attendkit log import` if it is "
    "filled in."
)


def _call_sheet(report: Report, view: View, path: Path) -> Papers:
    written, *kept = import_module("attendkit.documents.callsheet").write_call_sheet(report, view, path)
    return Papers((written,), told=tuple(f"{sheet.name} {_KEPT}" for sheet in kept))


def _ncode_workbooks(report: Report, view: View, folder: Path) -> Papers:
    return _ncode_sheets(report, view, folder, "xlsx")


def _ncode_pages(report: Report, view: View, folder: Path) -> Papers:
    return _ncode_sheets(report, view, folder, "html")


def _ncode_sheets(report: Report, view: View, folder: Path, form: str) -> Papers:
    ncodes = import_module("attendkit.documents.ncodes")
    written = ncodes.write_sheets(report, view, folder, (form,))
    return Papers(written, ncodes.remove_settled(view, folder, written, form))


def _ncode_pdfs(report: Report, view: View, folder: Path) -> Papers:
    papers = _enclosed(*_NCODES)(report, view, folder)
    settled = import_module("attendkit.documents.ncodes").remove_settled(view, folder, papers.written, "pdf")
    return replace(papers, removed=settled)


def _enclosed(module: str, name: str, *, drafts: bool = False, together: str = "") -> Writer:
    """What writes the papers of a duty, one a reader, and drafts with them attached where asked for."""

    def write(report: Report, view: View, folder: Path) -> Papers:
        enclosures = getattr(import_module(f"attendkit.documents.{module}"), name)(report, view)
        enclosing = import_module("attendkit.documents.enclosing")
        papers: Papers = enclosing.write_enclosures(
            enclosures, view, folder, drafts=drafts, together=together
        )
        return papers

    return write


_NCODES, _TUTORS, _PACKS = (
    ("ncodes", "ncode_enclosures"),
    ("tutorpages", "tutor_enclosures"),
    ("packs", "pack_enclosures"),
)

PAPERS: Mapping[tuple[str, str], tuple[str, Writer]] = {
    ("absences", "call-sheet"): ("call-sheet.xlsx", _call_sheet),
    ("ncode-report", "xlsx"): ("ncode", _ncode_workbooks),
    ("ncode-report", "html"): ("ncode", _ncode_pages),
    ("ncode-report", "pdf"): ("ncode", _ncode_pdfs),
    ("ncode-report", "email"): ("ncode", _enclosed(*_NCODES, drafts=True)),
    ("tutor-report", "pdf"): ("tutor", _enclosed(*_TUTORS, together="all tutor groups")),
    ("tutor-report", "email"): ("tutor", _enclosed(*_TUTORS, drafts=True)),
    ("meeting-pack", "pdf"): ("meetings", _enclosed(*_PACKS, together="all packs")),
    ("meeting-pack", "email"): ("meetings", _enclosed(*_PACKS, drafts=True)),
}
"""By duty and format: what it is called in the day's folder, and what writes it."""

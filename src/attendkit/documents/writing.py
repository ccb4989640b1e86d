"""One shared writer for every report, so that no duty knows how it is shown."""

from codecs import BOM_UTF8
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TextIO

from attendkit.documents.saving import save
from attendkit.errors import BadArgumentError
from attendkit.findings import Report, View

FORMATS = ("table", "json", "csv", "xlsx", "html", "pdf", "docx")
"""Every format, by the name that a person asks for it by."""

_BYTES = {
    "json": ("contract", "json_bytes"),
    "csv": ("separated", "csv_bytes"),
    "xlsx": ("workbook", "xlsx_bytes"),
    "html": ("page", "html_bytes"),
    "pdf": ("sheet", "pdf_bytes"),
    "docx": ("word", "docx_bytes"),
}
_OWN = {
    ("pupil", "table"): ("profile", "print_profile"),
    ("pupil", "html"): ("profilepages", "profile_bytes"),
    ("pupil", "pdf"): ("profilepages", "profile_pdf"),
    ("tutor-report", "html"): ("tutorpages", "tutor_html"),
    ("tutor-report", "pdf"): ("tutorpages", "tutor_pdf"),
    ("meeting-pack", "html"): ("packs", "pack_html"),
    ("meeting-pack", "pdf"): ("packs", "pack_pdf"),
    ("meeting-pack", "docx"): ("packs", "pack_docx"),
    ("safeguarding-log", "html"): ("safeguarding", "safeguarding_html"),
    ("safeguarding-log", "pdf"): ("safeguarding", "safeguarding_pdf"),
    ("safeguarding-log", "docx"): ("safeguarding", "safeguarding_docx"),
}
"""Reports that a shared table would not do for: by duty and format, what writes them."""

_ON_SCREEN = frozenset({"table", "json", "csv"})
_FILE_WIDTH = 120  # cells across a table that is written to a file


def write(  # noqa: PLR0913, PLR0917  (the last two are where it goes, together)
    report: Report,
    view: View,
    format: str,  # noqa: A002  (the command line's own word)
    out: Path | None,
    stdout: TextIO,
    width: int | None = None,
) -> tuple[Path, ...]:
    """Write a report in one format: to a file where `out` is given, else to `stdout`.

    Gives back the files written. The bytes depend on the register, the day, the rules and the school's
    settings, and on nothing else. A CSV file begins with a byte order mark, so that Excel reads it as
    UTF-8; on `stdout` it does not, because a program reads it there.

    Raises:
        BadArgumentError: there is no such format, the file cannot be written, or a workbook or page was
            given no file.
    """
    if format not in FORMATS:
        raise BadArgumentError(
            f"There is no format {format!r}.", where="--format", remedy=f"Choose from {', '.join(FORMATS)}."
        )
    if out is not None:
        return (save(out, _content(report, view, format, width)),)
    if format not in _ON_SCREEN:
        raise BadArgumentError(f"{format} is for a file.", where="--format", remedy="Name it with `--out`.")
    if format == "table":
        _print(report, view, stdout, width)
    else:
        _send(_content(report, view, format, width).removeprefix(BOM_UTF8), stdout)
    return ()


def _content(report: Report, view: View, form: str, width: int | None) -> bytes:
    if form == "table":
        drawn = StringIO()
        _print(report, view, drawn, width or _FILE_WIDTH)
        return drawn.getvalue().encode()
    module, name = _OWN.get((report.duty, form), _BYTES[form])
    content: bytes = getattr(import_module(f"attendkit.documents.{module}"), name)(report, view)
    return content


def _print(report: Report, view: View, stdout: TextIO, width: int | None) -> None:
    module, name = _OWN.get((report.duty, "table"), ("table", "print_table"))
    getattr(import_module(f"attendkit.documents.{module}"), name)(report, view, stdout, width)


def _send(content: bytes, stdout: TextIO) -> None:
    """Bytes as they are, because a Windows console's own encoding cannot hold every name."""
    raw = getattr(stdout, "buffer", None)
    if raw is None:
        stdout.write(content.decode())
        return
    stdout.flush()
    raw.write(content)
    raw.flush()

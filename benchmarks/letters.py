"""Letters: 90 as PDF against WeasyPrint, and those of a school's every persistent absentee.

python -m benchmarks.letters           print both
python -m benchmarks.letters ours 90   set so many letters, and nothing else (as does `weasyprint`)
"""

import shutil
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import CommandFailedError, Timed, attendkit, best, python, race
from benchmarks.year import TERM

_NINETY = 90
_MOST_SECONDS, _MOST_MEGABYTES = 10, 400
_AT_MOST = 1 / 3
_PUPILS = 250  # and there are more letters: two to most
_ON = date(2026, 11, 20)
_FACTS = {
    "figures": {"missed_days": "4.5 days", "since": "Thursday 3 September 2026"},
    "officer": {"name": "Mrs J. Okafor", "phone": "01632 960001"},
    "signatory": {"name": "Mrs J. Okafor", "role": "Attendance Officer"},
}


def main() -> int:
    """As the command line says."""
    if len(sys.argv) > 1:
        _write(sys.argv[1], int(sys.argv[2]))
        return 0
    return print_both()


def print_both() -> int:
    """Print the ratio for 90 letters and the cost of a school's. 1 when one is over its limit."""
    ours, theirs = race(_set("ours"), _set("weasyprint"), repeats=2)
    ratio = ours.seconds / theirs.seconds
    print(
        f"{_NINETY} letters as separate PDFs: {ours.seconds:.2f} s and {ours.megabytes:.0f} MB, WeasyPrint"
        f" {theirs.seconds:.2f} s and {theirs.megabytes:.0f} MB: {ratio:.2f} times, at most {_AT_MOST:.2f}"
    )
    whole = a_school()
    print(
        f"letters to every persistent absentee's parents, planned, written and logged: {whole.seconds:.2f} s"
        f" and {whole.megabytes:.0f} MB, at most {_MOST_SECONDS} s and {_MOST_MEGABYTES} MB"
    )
    over = ratio > _AT_MOST or whole.seconds > _MOST_SECONDS or whole.megabytes > _MOST_MEGABYTES
    return int(over)


def a_school() -> Timed:
    """`letters write` for everybody who is persistently or severely absent in the made-up school of 1,450."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TERM / "attendkit.toml", folder)
        exports = [str(TERM / "exports" / f"{kind}.csv") for kind in ("pupils", "contacts", "marks")]
        best(attendkit("ingest", "--school", name, *exports), repeats=1)
        wanted = ("--letter", "persistent-absence", "--letter", "severe", "--yes")
        command = attendkit("letters", "write", *wanted, "--school", name, "--on", str(_ON))
        timed = best(command, repeats=1)
        if len(list(folder.glob("out/*/letters/*.pdf"))) < _PUPILS:
            raise CommandFailedError("fewer letters were written than pupils are persistently absent")
    return timed


def _set(whose: str) -> list[str]:
    return python("-m", "benchmarks.letters", whose, str(_NINETY))


def _write(whose: str, number: int) -> None:
    """Fill in the wording of so many letters and write each as PDF, by attendkit or by WeasyPrint.

    Neither is imported before: the memory of a timed child is counted from its parent's.
    """
    letters, schools = import_module("attendkit.documents.letters"), import_module("attendkit.school")
    school = schools.School(name="Harrowmere School", address=("Kiln Lane", "Harrowmere", "AN1 2BC"))
    with TemporaryDirectory() as folder:
        for one in range(number):
            who = {"forename": f"Amy{one}", "surname": "Lee"}
            parent = {"name": "Ms Lee", "salutation": "Ms Lee", "address": ["1 Low Road", "AN1 3XY"]}
            letter = letters.render("first-concern", {**_FACTS, "child": who, "parent": parent}, school, _ON)
            form = "pdf" if whose == "ours" else "html"
            content, _ = letters.made(letter, form)
            if form == "html":
                content = _by_weasyprint(content)
            (Path(folder) / f"{one}.pdf").write_bytes(content)


def _by_weasyprint(page: bytes) -> bytes:
    """The same letter, from its page, with the same promise to be accessible."""
    content: bytes = import_module("weasyprint").HTML(string=page.decode()).write_pdf(pdf_variant="pdf/ua-1")
    return content


if __name__ == "__main__":
    sys.exit(main())

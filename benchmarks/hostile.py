"""Damaged and hostile files for everything that reads one: none may crash, hang, abort or fill the memory.

Each target is given a good file of its kind, damaged in one of many ways, or a file made to harm. It may
read it or refuse it in words (`attendkit.errors`); anything else is counted and listed. Targets run in a
process of their own, because an abort inside a native parser cannot be caught.
`python benchmarks/hostile.py 5000` prints what happened.
"""

import gzip
import io
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from attendkit.errors import AttendkitError
from benchmarks.mutations import BYTES, SMALL

SECONDS_ALLOWED = 20
MEGABYTES_ALLOWED = 2048
_ON = date(2026, 11, 20)
_ROOT = SMALL.parents[1]

_TOKENS = (
    *(b"{{", b"}}", b"{%", b"%}", b"{#", b"{% for a in [1]*9 %}", b"{% include 'letters/x.md' %}"),
    *(b"{{ 9 ** 9 ** 9 }}", b"{{ 'a' * 10 ** 9 }}", b"{% for i in range(10**9) %}x{% endfor %}"),
    *(
        b"{{ ().__class__.__base__.__subclasses__() }}",
        b"{{ self }}",
        b"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ),
    *(
        b"#while true {}",
        b"#let f() = f()\n#f()",
        b'#read("/etc/passwd")',
        b'#import "@preview/a:1.0.0"',
        b"#" * 500,
    ),
    *(b"[[", b"]]", b"[a.b.c]", b"x = 1e999", b"x = 1979-05-27T99:99", b"x = '''", b"[" * 3000, b"{x=" * 500),
    *(
        b'"' * 9,
        b",,,,,",
        b";",
        b"\t",
        b"\r",
        b"\x00",
        b"\x1a",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\n" * 999,
        b"9" * 400,
    ),
    *(b"=1+1", b"31/02/2026", b"0000-00-00", "٣١".encode(), "\u202e".encode(), b"A" * 70_000),
)


# What reads a file --------------------------------------------------------------------------------------


def _export(path: Path) -> str:
    from attendkit.read import read_exports  # noqa: PLC0415 - in the child, when it is wanted

    return read_exports([path])[0].outcome


def _register() -> Any:
    from attendkit.read import read_exports  # noqa: PLC0415
    from attendkit.register.folding import fold  # noqa: PLC0415

    (export,) = read_exports([SMALL / "exports" / "pupils.csv"])
    return fold([export.delta] if export.delta else []).register


def _notices(path: Path) -> str:
    from attendkit.read.notices import read_notices  # noqa: PLC0415

    _, problems = read_notices(path, _register().pupils)
    return "read with problems" if problems else "read"


def _figures(path: Path) -> str:
    from attendkit.read.figures import read_figures  # noqa: PLC0415

    _, problems = read_figures(path, _register().pupils, on=_ON)
    return "read with problems" if problems else "read"


def _sheet(path: Path) -> str:
    from attendkit.read.filled import read_filled  # noqa: PLC0415

    read_filled(
        path,
        str.casefold,
        {name: name for name in ("adno", "mark", "upn")},
        [frozenset({"adno", "mark"}), frozenset({"upn"})],
    )
    return "read"


def _policy(path: Path) -> str:
    from attendkit.rules.policy import read_policy  # noqa: PLC0415

    read_policy(path)
    return "read"


def _settings(path: Path) -> str:
    from attendkit.school import load_school  # noqa: PLC0415

    load_school(path.parent)
    return "read"


def _store(path: Path) -> str:
    from attendkit.register.store import Store  # noqa: PLC0415

    folder = path.parent / "register"
    folder.mkdir(exist_ok=True)
    path.replace(folder / path.name)
    register = Store(folder).register()
    return f"read {register.imports.height} imports"


def _log(path: Path) -> str:
    from attendkit.casework.store import Casework  # noqa: PLC0415

    log = Casework(path)
    problems = log.check()
    log.entries()
    return "read, and found damaged" if problems else "read"


def _page(path: Path) -> str:
    from attendkit.documents.templates import page  # noqa: PLC0415

    values = {"title": "Absences", "rows": [["a"]], "columns": [], "counts": [], "notes": [], "school": "R"}
    page(["reports/hostile.html"], values, _templates(path, "reports/hostile.html"))
    return "filled in"


def _letter(path: Path) -> str:
    from attendkit.documents.letters import render  # noqa: PLC0415
    from attendkit.school import School  # noqa: PLC0415

    facts = {
        "child": {"forename": "A", "surname": "B"},
        "parent": {"salutation": "C", "name": "C"},
        "figures": {"missed_days": "3 days", "since": "3 September"},
    }
    render("hostile", facts, School(folder=_templates(path, "letters/hostile.md")), _ON)
    return "filled in"


def _typst(path: Path) -> str:
    from attendkit.documents.typesetting import CannotSetError, pdf  # noqa: PLC0415

    try:
        pdf("reports/hostile.typ", {"title": "x"}, _ON, _templates(path, "reports/hostile.typ"))
    except CannotSetError:
        return "refused"
    return "set"


def _templates(path: Path, name: str) -> Path:
    place = path.parent / "templates" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)
    return path.parent


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads a file: the name the file has, a good one, and what reads it."""

    file: str
    good: Callable[[], bytes]
    reads: Callable[[Path], str]


def _shipped(name: str) -> Callable[[], bytes]:
    return (_ROOT / "templates" / name).read_bytes


def _example(name: str) -> Callable[[], bytes]:
    return (SMALL / name).read_bytes


def _made_log() -> bytes:
    from benchmarks.flips import make  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        return (Path(folder) / "casework.db").read_bytes()


def _made_journal() -> bytes:
    from benchmarks.flips import make  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        return (Path(folder) / "register" / "journal.jsonl").read_bytes()


_NOTICES = b"Adno,Parent,Issued,Received,Paid,Withdrawn\r\n" + b"".join(
    f"00{4200 + n},Parent {n},0{n % 9 + 1}/10/2026,12/10/2026,,\r\n".encode() for n in range(40)
)
_TOTALS = b"Adno,Surname,Forename,Possible,Present,Authorised,Unauthorised\r\n" + b"".join(
    f"00{4200 + n},A,B,102,{90 + n % 10},{n % 7},{n % 5}\r\n".encode() for n in range(60)
)

TARGETS: Mapping[str, Target] = {
    "marks, a row a mark": Target("marks.csv", _example("exports/marks.csv"), _export),
    "pupils": Target("pupils.csv", _example("exports/pupils.csv"), _export),
    "contacts": Target("contacts.csv", _example("exports/contacts.csv"), _export),
    "marks, a row a week": Target("weeks.csv", _example("other_layouts/marks_weeks.csv"), _export),
    "marks, a workbook": Target("wide.xlsx", _example("other_layouts/marks_wide.xlsx"), _export),
    "penalty notices": Target("notices.csv", lambda: _NOTICES, _notices),
    "totals": Target("totals.csv", lambda: _TOTALS, _figures),
    "a sheet of entries": Target("sheet.csv", _example("exports/marks.csv"), _sheet),
    "a workbook of entries": Target("sheet.xlsx", _example("other_layouts/marks_wide.xlsx"), _sheet),
    "a policy": Target("policy.toml", (_ROOT / "examples" / "policy.toml").read_bytes, _policy),
    "settings": Target("attendkit.toml", _example("attendkit.toml"), _settings),
    "the journal": Target("journal.jsonl", _made_journal, _store),
    "the log": Target("casework.db", _made_log, _log),
    "a page's template": Target("hostile.html", _shipped("reports/table.html"), _page),
    "a letter's wording": Target("hostile.md", _shipped("letters/first-concern.md"), _letter),
    "a layout": Target("hostile.typ", _shipped("letters/layout/window.typ"), _typst),
}


def damaged(content: bytes, chance: Random) -> bytes:
    """A file with bytes changed, cut, doubled, or with what steers a parser set in, once or a few times."""
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        if chance.random() < 0.5 and content:
            content = chance.choice(BYTES)(content, chance)
        else:
            at = chance.randrange(len(content) + 1)
            content = content[:at] + chance.choice(_TOKENS) + content[at:]
    return content


# Files made to harm -------------------------------------------------------------------------------------


def bombs() -> Iterator[tuple[str, str, bytes]]:
    """What is known to have killed a parser: what it is, the file's name, and the file."""
    yield "nothing", "a.csv", b""
    yield "30 million lines", "a.csv", b"\n" * 30_000_000
    yield "one line of 3 MB", "a.csv", b"x" * 3_000_000
    yield "25,000 columns", "a.csv", b",".join([b"Date"] * 25_000) + b"\n1\n"
    yield "a quote never closed", "a.csv", b'Adno,Date,Mark\n"' + b"a,b\n" * 1_000_000
    yield "a gzip of 500 MB", "a.csv", gzip.compress(bytes(500_000_000), 1)
    yield "quotes without end", "a.csv", b'"' * 1_000_001
    yield "half a character", "a.csv", "Adno,Date\n1,2".encode("utf-16")[:-1]
    yield "every byte", "a.csv", bytes(range(256)) * 999
    yield "a part of 400 MB", "a.xlsx", _book(b"<x>" + b" " * 400_000_000 + b"</x>")
    yield "a cell at the far corner", "a.xlsx", _book(_sheet_xml('<c r="XFD1048576"><v>1</v></c>'))
    yield "a hundred million entities", "a.xlsx", _book(_LAUGHS)
    yield "elements in elements", "a.xlsx", _book(b"<a>" * 200_000 + b"</a>" * 200_000)
    yield "a ZIP in a ZIP", "a.xlsx", _book(_book(b"<x/>"))
    yield "a ZIP of one part 20,000 times", "a.xlsx", _many(20_000)
    yield "a path out of the ZIP", "a.xlsx", _book(b"<x/>", "../../xl/worksheets/sheet1.xml")
    yield "not a ZIP", "a.xlsx", b"PK\x03\x04" + bytes(range(256)) * 50
    yield "an old workbook", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)


_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
    + b"]><worksheet>&i;</worksheet>"
)


def _sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'.encode()


def _book(sheet: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The example's workbook with another first sheet."""
    good = zipfile.ZipFile(io.BytesIO((SMALL / "other_layouts" / "marks_wide.xlsx").read_bytes()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for part in good.namelist():
            if part != "xl/worksheets/sheet1.xml":
                book.writestr(part, good.read(part))
        book.writestr(name, sheet)
    return out.getvalue()


def _many(parts: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for number in range(parts):
            book.writestr(f"xl/worksheets/sheet{number}.xml", b"<x/>")
    return out.getvalue()


# Running them -------------------------------------------------------------------------------------------


def _megabytes() -> int:
    """The most memory this process has had.

    Linux carries a parent's peak over to its child in `ru_maxrss`, so that a long run of tests would count
    for its readers: `VmHWM` is of this program alone.
    """
    status = Path("/proc/self/status")
    if status.exists() and (peak := re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii", "replace"))):
        return int(peak[1]) >> 10
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most >> 20 if sys.platform == "darwin" else most >> 10


def _read_each(line: Connection) -> None:
    """The child: reads what it is sent, and says what became of it and how much memory it has had."""
    while (asked := line.recv()) is not None:
        name, path = asked
        try:
            outcome, wrong = TARGETS[name].reads(path), ""
        except AttendkitError:
            outcome, wrong = "refused", ""
        except BaseException as error:  # noqa: BLE001 - any other exception is a failure to be counted
            outcome, wrong = "traceback", f"{type(error).__name__}: {error}"[:300]
        line.send((outcome, wrong, _megabytes()))


class Reader:
    """A process that reads hostile files, replaced when one of them kills or hangs it."""

    def __init__(self) -> None:
        self.megabytes = 0
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._child = context.Process(target=_read_each, args=(theirs,), daemon=True)
        self._child.start()
        theirs.close()

    def read(self, name: str, path: Path) -> tuple[str, str]:
        """What became of one file, and what was wrong about that."""
        self._line.send((name, path))
        started = time.perf_counter()
        allowed = SECONDS_ALLOWED + 20  # for a cold start
        try:
            if self._line.poll(allowed):
                outcome, wrong, megabytes = self._line.recv()
                self.megabytes = max(self.megabytes, megabytes)
                seconds = time.perf_counter() - started
                return outcome, wrong or (f"{seconds:.0f} s" if seconds > allowed else "")
            verdict = ("hang", f"no answer in {allowed} s")
        except EOFError:
            verdict = ("abort", "the process died")
        self._child.kill()
        self._child.join()
        self._start()
        return verdict

    def close(self) -> None:
        """Let the process end."""
        self._line.send(None)
        self._child.join()


@dataclass
class Outcome:
    """How the files ended, each that went wrong, and the most memory that reading any of them took."""

    ends: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    megabytes: int = 0


def run(count: int, seed: int = 1, *, with_bombs: bool = True) -> Outcome:
    """Read so many hostile files, the targets in turn; the files made to harm are among them."""
    chance = Random(seed)  # noqa: S311 - a run is repeated by its seed
    outcome, reader = Outcome(), Reader()
    names = list(TARGETS)
    good = {name: target.good() for name, target in TARGETS.items()}
    harmful = list(bombs()) if with_bombs else []
    with tempfile.TemporaryDirectory() as parent:
        for number in range(count):
            folder = Path(parent) / str(number)
            folder.mkdir()
            if number < len(harmful):
                what, file, content = harmful[number]
                name = "marks, a row a mark"
            else:
                what = name = names[number % len(names)]
                file, content = TARGETS[name].file, damaged(good[name], chance)
            (folder / file).write_bytes(content)
            ended, wrong = reader.read(name, folder / file)
            outcome.ends[ended] += 1
            if wrong:
                outcome.failures.append(f"{number} {what}: {ended}, {wrong}")
    reader.close()
    outcome.megabytes = reader.megabytes
    if outcome.megabytes > MEGABYTES_ALLOWED:
        outcome.failures.append(f"{outcome.megabytes:,} MB, and {MEGABYTES_ALLOWED:,} are allowed")
    return outcome


def main() -> int:
    """Print the outcomes, and every failure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    outcome = run(count)
    ends = ", ".join(f"{many} {end}" for end, many in outcome.ends.most_common())
    print(f"{count} hostile files, {outcome.megabytes:,} MB at most: {ends}")
    print("\n".join(outcome.failures) or "No traceback, no abort and no hang.")
    return int(bool(outcome.failures))


if __name__ == "__main__":
    sys.exit(main())

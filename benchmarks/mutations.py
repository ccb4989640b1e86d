"""Damage good exports in a thousand ways, read each, and hold every mark that loads against a slow reading.

A reading passes when it ends within ten seconds, without an exception, and when every mark it would load is
the mark that plain Python finds at that row for that pupil, and every row is in one of its counts.
"""

import csv
import io
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from attendkit.read import read_exports
from attendkit.read.export import Export

SMALL = Path(__file__).parents[1] / "examples" / "small"
FILES = (
    "exports/marks.csv",
    "exports/pupils.csv",
    "exports/contacts.csv",
    "other_layouts/marks_weeks.csv",
    "other_layouts/marks_wide.xlsx",
)
SECONDS_ALLOWED = 10
_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d %b %Y", "%d.%m.%y")
_JUNK = (
    "",
    " ",
    "ZZ",
    "#REF!",
    "32/13/2026",
    "00/00/0000",
    "=1+1",
    "7E1",
    "\x00",
    '"',
    "x" * 5000,
    "NULL",
    "٣",
    "L ",
    "n",
)
_ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "latin-1",
    "mac-roman",
    "utf-32",
    "cp037",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one damaged file. `wrong` is empty, or says what was silently wrong."""

    outcome: str
    wrong: str = ""


# Ways to damage a file ----------------------------------------------------------------------------------


def _flip(content: bytes, chance: Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _cut(content: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 3000) :]


def _end_early(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _repeat_bytes(content: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + content[start : start + chance.randint(1, 2000)] + content[start:]


def _encode(content: bytes, chance: Random) -> bytes:
    return content.decode("utf-8-sig").encode(chance.choice(_ENCODINGS), "replace")


def _line_ends(content: bytes, chance: Random) -> bytes:
    ends = (b"\n", b"\r", b"\r\r\n", b"\r\n\r\n")
    return b"".join(line + chance.choice(ends) for line in content.split(b"\r\n"))


def _one_line_end(content: bytes, chance: Random) -> bytes:
    return content.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\n\n", b"\r\n\x1a")))


Rows = list[list[str]]


def _drop_rows(rows: Rows, chance: Random) -> None:
    start = chance.randrange(len(rows))
    del rows[start : start + chance.randint(1, 40)]


def _swap_rows(rows: Rows, chance: Random) -> None:
    for _ in range(chance.randint(1, 20)):
        one, two = chance.randrange(len(rows)), chance.randrange(len(rows))
        rows[one], rows[two] = rows[two], rows[one]


def _repeat_rows(rows: Rows, chance: Random) -> None:
    start = chance.randrange(len(rows))
    rows[start:start] = [list(row) for row in rows[start : start + chance.randint(1, 40)]]


def _move_columns(rows: Rows, chance: Random) -> None:
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    rows[:] = [[row[place] if place < len(row) else "" for place in order] for row in rows]


def _drop_column(rows: Rows, chance: Random) -> None:
    gone = chance.randrange(len(rows[0]))
    rows[:] = [row[:gone] + row[gone + 1 :] for row in rows]


def _damage_cells(rows: Rows, chance: Random) -> None:
    for _ in range(chance.randint(1, 30)):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice(_JUNK)


def _shift_cells(rows: Rows, chance: Random) -> None:
    for _ in range(chance.randint(1, 10)):
        row = chance.choice(rows)
        if chance.random() < 0.5:
            row.insert(chance.randrange(len(row)), "")
        elif len(row) > 1:
            del row[chance.randrange(len(row))]


def _titles(rows: Rows, chance: Random) -> None:
    rows[:0] = [["Harrowmere School"], [], ["Printed 20/11/2026", "", "Page 1"]][: chance.randint(1, 3)]


def _other_dates(rows: Rows, chance: Random) -> None:
    wanted = chance.choice(("%Y-%m-%d", "%d %b %Y", "%d.%m.%y", "%d-%m-%Y"))
    for row in rows:
        for place, cell in enumerate(row):
            if len(cell) == 10 and cell[2:6:3] == "//":
                row[place] = datetime.strptime(cell, "%d/%m/%Y").strftime(wanted)  # noqa: DTZ007


def _swap_cells(rows: Rows, chance: Random) -> None:
    for _ in range(chance.randint(1, 10)):
        one, two = chance.choice(rows), chance.choice(rows)
        place = chance.randrange(min(len(one), len(two)))
        one[place], two[place] = two[place], one[place]


BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (_flip, _cut, _end_early, _repeat_bytes)
TEXTS: tuple[Callable[[bytes, Random], bytes], ...] = (_encode, _line_ends, _one_line_end)
ROWS: tuple[Callable[[Rows, Random], None], ...] = (
    _drop_rows,
    _swap_rows,
    _repeat_rows,
    _move_columns,
    _drop_column,
    _damage_cells,
    _shift_cells,
    _titles,
    _other_dates,
    _swap_cells,
)


def damaged(name: str, content: bytes, chance: Random) -> tuple[str, bytes]:
    """One damaged copy of a file, and what was done to it."""
    if name.endswith(".xlsx"):
        if chance.random() < 0.5:
            return _damaged_part(content, chance)
        whole = chance.choice(BYTES)
        return whole.__name__, whole(content, chance)
    ways: Sequence[Callable[..., Any]] = (*BYTES, *TEXTS, *ROWS)
    way = chance.choice(ways)
    if way not in ROWS:
        return way.__name__, way(content, chance)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    way(rows, chance)
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=chance.choice(",,,,;\t|")).writerows(rows)
    return way.__name__, written.getvalue().encode(chance.choice(("utf-8-sig", "utf-8")))


def _damaged_part(content: bytes, chance: Random) -> tuple[str, bytes]:
    """A workbook whose sheet is still a sound ZIP member, but not what Excel wrote."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as book,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        parts = [name for name in book.namelist() if name.endswith(".xml")]
        unlucky = chance.choice([name for name in parts if "sheet1" in name or "shared" in name] * 3 + parts)
        for part in book.namelist():
            body = book.read(part)
            out.writestr(part, chance.choice(BYTES)(body, chance) if part == unlucky else body)
    return f"part {Path(unlucky).name}", written.getvalue()


# The slow reading ---------------------------------------------------------------------------------------


def wrong(content: bytes, export: Export) -> str:
    """What the reading got wrong without saying so, or an empty text."""
    if export.delta is None or not export.delta.marks.height:
        return ""
    rows = _rows(content, export)
    known = ("pupil", "upn", "adno", "surname", "forename")
    pupils = {pupil: keys for pupil, *keys in export.delta.pupils.select(known).iter_rows()}
    if export.layout == "long" and export.rows_read != (held := _rows_below_head(rows, export)):
        return f"{held} rows below the headings, {export.rows_read} accounted for"
    found_in = _in_week if export.layout.startswith("week") else _in_cell
    for mark in export.delta.marks.iter_rows(named=True):
        row = rows.get(mark["row"], {})
        found = found_in(row, mark)
        if found not in {mark["code"], mark["code"][: len(found)]}:
            return f"row {mark['row']} has {found[:20]!r} on {mark['date']}, loaded as {mark['code']}"
        if not _same_pupil(pupils[mark["pupil"]], {cell.strip() for cell in row.values()}):
            return f"row {mark['row']} is loaded for another pupil"
    return ""


def _rows_below_head(rows: dict[int, dict[str, str]], export: Export) -> int:
    head = export.header_row if isinstance(export.header_row, int) else 1
    return sum(number > head and any(cell.strip() for cell in row.values()) for number, row in rows.items())


def _same_pupil(keys: list[str | None], cells: set[str]) -> bool:
    """Whether a row has a pupil's number in it or, where its own numbers are damaged, both names."""
    upn, adno, *names = keys
    return upn in cells or adno in cells or cells.issuperset(names)


def _rows(content: bytes, export: Export) -> dict[int, dict[str, str]]:
    """The file's rows by spreadsheet row, each cell under its heading and under its column's number."""
    cells = _from_text(content, export) if export.delimiter else _from_workbook(content)
    heads = cells.get(export.header_row if isinstance(export.header_row, int) else 1, [])
    numbered = [heads, [str(n) for n in range(1, 300)]]
    return {
        number: {head: cell for names in numbered for head, cell in zip(names, row, strict=False)}
        for number, row in cells.items()
    }


def _from_text(content: bytes, export: Export) -> dict[int, list[str]]:
    text = (
        content.decode(_encoding(content, export), "replace")
        .lstrip("\ufeff")
        .replace("\0", "")
        .replace("\x1a", "")
    )
    return dict(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=export.delimiter), start=1))


def _encoding(content: bytes, export: Export) -> str:
    """The encoding by Python's name: it takes UTF-16 without a mark for that of its own computer."""
    if export.encoding == "utf-16" and content[:1] == b"\0":
        return "utf-16-be"
    return export.encoding or "utf-8"


def _from_workbook(content: bytes) -> dict[int, list[str]]:
    import openpyxl  # noqa: PLC0415  (slow to load, and seldom wanted)

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    except (TypeError, AttributeError, IndexError) as error:  # a damaged part that it does not foresee
        raise ValueError("too damaged for openpyxl") from error
    return {n: ["" if cell is None else str(cell) for cell in row] for n, row in enumerate(rows, start=1)}


def _in_cell(row: dict[str, str], mark: dict[str, Any]) -> str:
    """The mark in the very cell that the reading names, where the row's own date allows it."""
    if "Date" in row and mark["date"] != _day(row["Date"]):
        return f"{row['Date']!r} as its date"
    found = row.get(str(mark["column"]), "").strip().upper()
    return found or "-"


def _in_week(row: dict[str, str], mark: dict[str, Any]) -> str:
    """The character of a week string for the mark's own day and session."""
    monday = mark["date"] - timedelta(days=mark["date"].weekday())
    if monday != _day(row.get("Week commencing", "")):
        return f"{row.get('Week commencing')!r} as its week"
    place = mark["date"].weekday() * 2 + mark["session"] - 1
    return row.get("Marks", "")[place : place + 1].strip().upper() or "-"


@cache
def _day(cell: str) -> date | None:
    for pattern in _FORMATS:
        try:
            return datetime.strptime(cell.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


# Running them -------------------------------------------------------------------------------------------


def _read_each(line: Connection) -> None:
    """The child: reads the paths it is sent, one at a time, and says what became of each."""
    csv.field_size_limit(1 << 30)
    while (path := line.recv()) is not None:
        try:
            started = time.perf_counter()
            (export,) = read_exports([path])
            seconds = time.perf_counter() - started
        except BaseException as error:  # noqa: BLE001  (any exception at all is a failure to be counted)
            line.send(Outcome("traceback", f"{type(error).__name__}: {error}"[:300]))
            continue
        slow = f"{seconds:.0f} s to read" if seconds > SECONDS_ALLOWED else ""
        try:
            line.send(Outcome(export.outcome, slow or wrong(path.read_bytes(), export)))
        except (OSError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile):
            # Too damaged for openpyxl, whose word is then not to be had; calamine reads on.
            line.send(Outcome(f"{export.outcome}, not compared", slow))


class _Reader:
    """A process that reads damaged files, replaced when one of them kills it or hangs it."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._child = context.Process(target=_read_each, args=(theirs,), daemon=True)
        self._child.start()
        theirs.close()

    def read(self, path: Path) -> Outcome:
        """What becomes of one file."""
        self._line.send(path)
        allowed = SECONDS_ALLOWED + 20  # the slow reading and a cold start are not part of the ten seconds
        try:
            if self._line.poll(allowed):
                read: Outcome = self._line.recv()
                return read
            verdict = Outcome("hang", f"no answer in {allowed} s")
        except EOFError:
            verdict = Outcome("abort", "the process died")
        self._child.kill()
        self._child.join()
        self._start()
        return verdict

    def close(self) -> None:
        """Let the process end."""
        self._line.send(None)
        self._child.join()


def run(count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Damage and read `count` files: how many ended each way, and one line for each that went wrong."""
    chance = Random(seed)  # noqa: S311
    good = {name: (SMALL / name).read_bytes() for name in FILES}
    ends: Counter[str] = Counter()
    failures = []
    reader = _Reader()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            name = FILES[number % len(FILES)]
            way, content = damaged(name, good[name], chance)
            path = Path(folder) / f"{number}-{Path(name).name}"
            path.write_bytes(content)
            outcome = reader.read(path)
            ends[outcome.outcome] += 1
            if outcome.wrong:
                failures.append(f"{number} {name} {way}: {outcome.outcome}, {outcome.wrong}")
            path.unlink()
    reader.close()
    return ends, failures


def main() -> int:
    """Print the outcomes, and every failure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    ends, failures = run(count)
    print(f"{count} damaged files: " + ", ".join(f"{many} {end}" for end, many in ends.most_common()))
    print(
        "\n".join(failures)
        or "No traceback, no abort, no hang, and no mark loaded that the file does not have."
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

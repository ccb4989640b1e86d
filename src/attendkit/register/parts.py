"""The parts of the register: what each import changed, one file a table, named by its own digest.

Together they make the register and its history. None is ever written over; only erasing replaces one.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl

from attendkit.errors import DamagedError
from attendkit.register.files import write_whole
from attendkit.register.folding import settled
from attendkit.register.journal import Entry
from attendkit.register.marks import KEY
from attendkit.register.model import CONTACTS, IMPORTS, MARKS, Register, empty
from attendkit.register.pupils import STANDING
from attendkit.register.snapshot import parquet

_TABLES = {"pupils": STANDING, "marks": MARKS, "contacts": CONTACTS}

_TODAYS_CODES = pl.col("code").cast(pl.String).cast(MARKS["code"])
"""A part may have been written when the code tables were shorter."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was taken out of the register: rows of each table over all imports.

    `files` are the digests of the imported files that had them.
    """

    pupils: int
    marks: int
    contacts: int
    files: frozenset[str]


class Parts:
    """The folder of parts. Which of them count is for the entries of the journal to say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def register(self, entries: Sequence[Entry]) -> Register:
        """The register from its parts: the last word on each pupil and mark, each pupil's last contacts."""
        pupils, marks, contacts = (
            pl.concat(
                [
                    empty(pl.Schema({**schema, "at": pl.UInt16()})),
                    *(part.with_columns(at=_number(entry)) for entry, part in self._tables(name, entries)),
                ]
            )
            for name, schema in _TABLES.items()
        )
        return settled(
            pupils.unique("pupil", keep="last", maintain_order=True).drop("at"),
            _last_words(marks.drop("at")),
            contacts.filter(pl.col("at") == pl.col("at").max().over("pupil")).drop("at"),
            imports_of(entries),
        )

    def _tables(self, name: str, entries: Sequence[Entry]) -> Iterator[tuple[Entry, pl.DataFrame]]:
        """Each import's part of one table, its pupils under the numbers they have now."""
        kept: dict[int, int] = {}
        renumbered = []
        for entry in reversed(entries):  # a merge speaks of what came before it
            part = self.part(entry, name)
            if part is not None:
                renumbered.append((entry, part.with_columns(pl.col("pupil").replace(kept))))
            kept |= {gone: kept.get(to, to) for gone, to in entry.merged}
        yield from reversed(renumbered)

    def part(self, entry: Entry, name: str) -> pl.DataFrame | None:
        """What an import changed in one table; None where that is nothing."""
        if name not in entry.parts_now:
            return None
        table = pl.read_parquet(BytesIO(self.content(entry, name)))
        return table.with_columns(_TODAYS_CODES) if name == "marks" else table

    def content(self, entry: Entry, name: str) -> bytes:
        """The bytes of one part.

        Raises:
            DamagedError: it is gone, or does not match its digest.
        """
        digest = entry.parts_now[name]
        path = self.folder / f"{digest}.parquet"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = b""
        if hashlib.sha256(content).hexdigest() != digest:
            how = "does not match its checksum" if content else "is missing"
            raise damaged(f"The {name} of import {entry.source} ({entry.file}): a file {how}.", path)
        return content

    def history(self, entries: Sequence[Entry]) -> pl.DataFrame:
        """Every word on every mark, oldest first, as `Store.history` has it."""
        told = [
            part.filter(pl.col("source") == entry.source).with_columns(
                seen=pl.lit(datetime.fromisoformat(entry.seen)).cast(IMPORTS["seen"])
            )
            for entry, part in self._tables("marks", entries)
        ]
        nothing = empty(pl.Schema({**MARKS, "seen": IMPORTS["seen"]}))
        return pl.concat([nothing, *told]).sort(*KEY, "source")

    def keep(self, table: pl.DataFrame) -> str:
        """Write a part, and give its digest."""
        content = parquet(table)
        digest = hashlib.sha256(content).hexdigest()
        path = self.folder / f"{digest}.parquet"
        write_whole(path, content)
        return digest

    def without(self, pupil: int, entries: Sequence[Entry]) -> tuple[dict[str, str], Erasure]:
        """Write the parts without a pupil; give which took the place of which, and what was taken out."""
        replaced: dict[str, str] = {}
        rows: Counter[str] = Counter()
        files = set()
        theirs = {pupil}
        for entry in reversed(entries):  # a merge speaks of what came before it
            for name, digest in entry.parts_now.items():
                part = pl.read_parquet(BytesIO(self.content(entry, name)))
                left = part.filter(~pl.col("pupil").is_in(sorted(theirs)))
                if left.height < part.height:
                    rows[name] += part.height - left.height
                    files.add(entry.digest)
                    replaced[digest] = self.keep(left) if left.height else ""
            theirs |= {gone for gone, kept in entry.merged if kept in theirs}
        return replaced, Erasure(rows["pupils"], rows["marks"], rows["contacts"], frozenset(files))

    def sweep(self, entries: Sequence[Entry]) -> None:
        """Remove the parts that erasures replaced; one that was killed half-way has left them there."""
        for path in self.superseded(entries):
            path.unlink()

    def counting(self, entries: Sequence[Entry]) -> frozenset[Path]:
        """The files that the entries name."""
        digests = {digest for entry in entries for digest in entry.parts_now.values()}
        return frozenset(self.folder / f"{digest}.parquet" for digest in digests)

    def superseded(self, entries: Sequence[Entry]) -> list[Path]:
        """The parts that erasures replaced and that are there all the same."""
        old = {self.folder / f"{digest}.parquet" for entry in entries for digest in entry.replaced}
        return [path for path in sorted(old - self.counting(entries)) if path.exists()]


def _last_words(marks: pl.DataFrame) -> pl.DataFrame:
    """The last word on each mark, of words in the order they were said. `unique` takes thrice the memory."""
    ordered = marks.sort(KEY, maintain_order=True)
    followed = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in KEY)
    return ordered.filter(~followed.fill_null(value=False))


def imports_of(entries: Sequence[Entry]) -> pl.DataFrame:
    """Every import, in the columns of `register.model.IMPORTS`."""
    return pl.DataFrame([entry.imported() for entry in entries], schema=IMPORTS)


def _number(entry: Entry) -> pl.Expr:
    return pl.lit(entry.source, dtype=pl.UInt16)


def damaged(what: str, where: Path) -> DamagedError:
    """The error that says that something of the register is lost, and where it may be had from."""
    return DamagedError(
        what,
        where=str(where),
        remedy="Restore the register folder from a backup, or move it away and read the exports again.",
    )

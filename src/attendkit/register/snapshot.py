"""The merged register as it stood after the last import, so that a command need not fold a year to start.

It is a cache: named after the journal line it stands for, checked when read, and rebuilt from the parts
when it is absent, damaged or stale. Any of it may be deleted at any time.
"""

import hashlib
import json
from functools import partial
from io import BytesIO
from pathlib import Path

import polars as pl

from attendkit.register.files import private_folder, sealed, unsealed, write_whole
from attendkit.register.model import CONTACTS, MARKS, PUPILS, Register
from attendkit.register.pupils import STANDING

_TABLES = {"pupils": STANDING, "marks": MARKS, "contacts": CONTACTS}


class Snapshot:
    """The folder of snapshots. There is one at a time, and an older one until its successor is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, head: str, imports: pl.DataFrame) -> Register | None:
        """The register after the journal line `head`; None when there is no sound snapshot of it."""
        try:
            told = unsealed(self._manifest(head).read_bytes())
            if told is None:
                return None
            kept = json.loads(told)
            tables = {name: self._table(kept["tables"][name], schema) for name, schema in _TABLES.items()}
        except (OSError, ValueError, KeyError):
            return None
        pupils = tables["pupils"]
        return Register(
            pupils=pupils.select(PUPILS.names()),
            marks=tables["marks"],
            contacts=tables["contacts"],
            imports=imports,
            named=partial(str, kept["register"]),
            listed=pupils["listed"],
        )

    def write(self, head: str, register: Register) -> None:
        """Keep a register, and remove the snapshots before it.

        Raises:
            OSError: it cannot be written. That costs time and nothing else: the parts have everything.
        """
        pupils = register.pupils.with_columns(register.listed)
        tables = {"pupils": pupils, "marks": register.marks, "contacts": register.contacts}
        private_folder(self.folder)
        names = {name: self._keep(table) for name, table in tables.items()}
        told = json.dumps({"register": register.digest, "tables": names}).encode("ascii")
        write_whole(self._manifest(head), sealed(told))
        current = {self._manifest(head).name, *names.values()}
        for path in self.folder.iterdir():
            if path.name not in current:
                path.unlink()

    def _manifest(self, head: str) -> Path:
        return self.folder / f"{head[:32]}.json"

    def _keep(self, table: pl.DataFrame) -> str:
        content = parquet(table)
        name = f"{hashlib.sha256(content).hexdigest()}.parquet"
        path = self.folder / name
        if not path.exists() or path.read_bytes() != content:
            write_whole(path, content)
        return name

    def _table(self, name: str, schema: pl.Schema) -> pl.DataFrame:
        content = (self.folder / name).read_bytes()
        if name != f"{hashlib.sha256(content).hexdigest()}.parquet":
            raise ValueError(name)
        table = pl.read_parquet(BytesIO(content))
        if table.schema != schema:
            raise ValueError(name)
        return table


def parquet(table: pl.DataFrame) -> bytes:
    """A table as Parquet: small, because marks sorted by pupil repeat."""
    content = BytesIO()
    table.write_parquet(content, compression="zstd", statistics=False)
    return content.getvalue()

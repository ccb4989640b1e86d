"""Flip one byte at random places in a register, a log and a backup: each must be found, its file named.

What can be made again must then be made again, and what is read afterwards must be what was there before, or
an error. `python benchmarks/flips.py 200` prints what happened.
"""

import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from attendkit.backup.contents import source
from attendkit.backup.copies import read_copy
from attendkit.backup.held import held
from attendkit.backup.making import make as backup
from attendkit.backup.sealing import Seal
from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.errors import DamagedError
from attendkit.register.backups import Month
from attendkit.register.crashing import drawn
from attendkit.register.files import sealed, write_whole
from attendkit.register.store import Store
from attendkit.school import School

_IMPORTS, _ENTRIES = 12, 150
_NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass
class Outcome:
    """How many flips there were in each file, and what went wrong with any."""

    flips: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        """How many were found, and their file named."""
        return self.flips.total() - len(self.missed)


def make(folder: Path) -> None:
    """A register of some imports and a log of some entries, a few of them erased again."""
    store = Store(folder / "register")
    for number in range(_IMPORTS):
        store.ingest([drawn(f"export-{number}.csv")], _NOW + timedelta(hours=number))
    write_whole(folder / "register" / "exports.json", sealed(b'{"marks.csv 10 20 30": "0"}'))
    log = Casework(folder / "casework.db")
    for number in range(_ENTRIES):
        body = KINDS["note"].model_validate({"notes": f"Something was said, for the {number}th time."})
        log.add("note", str(number % 12), body, by="JO", on=date(2026, 11, 20), at=_NOW)
    log.erase([3, 15], "End of retention.", by="JO", on=date(2026, 11, 20), at=_NOW)
    settings = folder / "attendkit.toml"
    settings.touch()
    made_from = source(folder, School(), Month(2026, 11))
    backup(made_from, folder / "backups", Seal(), on=date(2026, 11, 20), by="JO")
    settings.unlink()  # only what has a checksum is flipped


def named(folder: Path) -> str:
    """All that is found wrong in the folder, with the names of the files."""
    store = Store(folder / "register")
    found = list(store.check())
    kept = " ".join(
        one.message for copy in held(folder / "backups") for one in read_copy(copy.folder).faults()
    )
    try:
        found += store.spoilt()
    except DamagedError as error:
        found += store.check()
        return f"{error.where} {[problem.file for problem in found]} {kept}"
    logged = Casework(folder / "casework.db").check()
    return " ".join([*(problem.file for problem in (*found, *logged)), kept]).strip()


def run(count: int, seed: int = 0) -> Outcome:
    """Flip so many bytes, one at a time, each in a fresh copy."""
    chance = Random(seed)  # noqa: S311 - a run is repeated by its seed, and nothing here is a secret
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as parent:
        whole, copy = Path(parent) / "whole", Path(parent) / "copy"
        make(whole)
        said = _read(whole)
        places = [path.relative_to(whole) for path in whole.rglob("*") if path.is_file()]
        sizes = [(whole / place).stat().st_size for place in places]
        if named(whole):
            raise RuntimeError(f"found without any flip: {named(whole)}")
        for _ in range(count):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(whole, copy)
            (place,) = chance.choices(places, sizes)
            at, bit = chance.randrange((whole / place).stat().st_size), 1 << chance.randrange(8)
            _flip(copy / place, at, bit)
            kind = f"parts/*{place.suffix}" if place.suffix == ".parquet" else place.name
            outcome.flips[kind] += 1
            if fault := _missed(copy, place, said):
                outcome.missed.append(f"{place}, byte {at}, bit {bit}: {fault}")
    return outcome


def _missed(folder: Path, place: Path, said: tuple[str, str]) -> str:
    """What was not right about one flip, or an empty text."""
    found = named(folder)
    if place.name not in found:
        return f"not named, but {found or 'nothing'}"
    try:
        Store(folder / "register").mend()
        return "" if _read(folder) == said else "read as something else"
    except DamagedError:
        return ""


def _read(folder: Path) -> tuple[str, str]:
    return Store(folder / "register").register().digest, Casework(folder / "casework.db").head()


def _flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= bit
    path.write_bytes(content)


def main() -> int:
    """Print how many flips were found in which file, and each that was not."""
    outcome = run(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    total = outcome.flips.total()
    print(f"{total} flipped bytes: {outcome.found} found and named. {dict(outcome.flips)}")
    print("\n".join(outcome.missed), end="\n" if outcome.missed else "")
    return int(bool(outcome.missed))


if __name__ == "__main__":
    sys.exit(main())

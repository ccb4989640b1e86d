"""Whether a disk keeps its word: writers of a made-up register are killed, and nothing may be lost or torn.

Three writers import one small export after another and say each one that was acknowledged. After every kill
the register must hold every acknowledged import, its checks must pass, and it must equal a fold of the
imports in its journal. A network drive that cannot lock, rename or flush as a disk does fails this within a
minute. `python -m attendkit.register.crashing FOLDER NAME` is one such writer.
"""

import hashlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, cast

import polars as pl

from attendkit.register.folding import empty_register, fold
from attendkit.register.model import CONTACTS, MARKS, PUPILS, Delta, Register, empty
from attendkit.register.store import Store

WRITERS = 3
_CODES = ("/", "\\", "N", "I", "L", "C1")
_ENOUGH = 90
_PAUSE = 0.25


@dataclass
class Outcome:
    """What a run of kills did: nothing may be lost, torn or different."""

    kills: int = 0
    acknowledged: int = 0
    unacknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def _chance(seed: str | float) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a run is repeated by its seed, and nothing here is a secret


def drawn(name: str) -> Delta:
    """A small export that anybody can draw again from its name: 12 pupils, a day, some marks changing."""
    chance = _chance(name)
    day = date(2026, 11, 16) + timedelta(days=chance.randrange(5))
    pupils = [{"pupil": at, "adno": str(chance.randrange(40) + 40 * at)} for at in range(12)]
    marks = [
        {"pupil": at, "date": day, "session": session, "code": chance.choice(_CODES), "source": 0, "row": at}
        for at in range(12)
        for session in (1, 2)
    ]
    return Delta(
        file=name,
        digest=hashlib.sha256(name.encode()).hexdigest(),
        layout="long",
        pupils=pl.DataFrame(pupils, schema=PUPILS),
        marks=pl.DataFrame(marks, schema=MARKS),
        contacts=empty(CONTACTS),
    )


def write(folder: Path, prefix: str) -> None:
    """Import until killed, printing each import when it is acknowledged."""
    store = Store(folder)
    for number in range(sys.maxsize):
        name = f"{prefix}-{number}"
        store.ingest([drawn(name)], datetime.now(tz=UTC))
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()


def killed(
    folder: Path, prefix: str, chance: random.Random, outcome: Outcome, writer_of: str = __name__
) -> list[str]:
    """What one writer had acknowledged when it was killed. `writer_of` is the module that is run as one."""
    command = [sys.executable, "-m", writer_of, str(folder), prefix]
    piped = subprocess.PIPE
    with subprocess.Popen(command, stdout=piped, stderr=subprocess.DEVNULL, text=True) as writer:  # noqa: S603
        said = cast("IO[str]", writer.stdout)
        told = [said.readline()]
        time.sleep(chance.random() * _PAUSE)
        if writer.poll() is not None:
            outcome.faults.append(f"writer {prefix} ended by itself")
        writer.kill()
        told += said.readlines()
    outcome.kills += 1
    return [line.strip() for line in told if line.endswith("\n")]


def round_of_kills(
    folder: Path, chance: random.Random, outcome: Outcome, writer_of: str = __name__
) -> list[str]:
    """What three writers at once had acknowledged when each was killed."""
    writers = [(f"{outcome.kills + at}", _chance(chance.random())) for at in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as threads:
        told = threads.map(lambda writer: killed(folder, writer[0], writer[1], outcome, writer_of), writers)
        return [name for names in told for name in names]


def looked_over(folder: Path, acknowledged: Iterable[str], before: Register, outcome: Outcome) -> Register:
    """Compare the register with what was acknowledged, and with `before` and its later imports folded."""
    store = Store(folder)
    files = store.imports()["file"].to_list()
    outcome.lost += sorted(set(acknowledged) - set(files))
    outcome.faults += [problem.message for problem in store.check()]
    expected = fold([drawn(file) for file in files[before.imports.height :]], before).register
    if store.register().digest != expected.digest:
        outcome.faults.append(f"after {len(files)} imports the register is not the fold of them")
    return expected


def crash(kills: int, place: Path | None = None, seed: int = 0) -> Outcome:
    """Kill writers so many times, in a folder of their own in `place` that is removed again.

    A new register is started now and then, so that the look stays quick.
    """
    chance = _chance(seed)
    outcome = Outcome()
    while outcome.kills < kills:
        with tempfile.TemporaryDirectory(prefix="crash-test-", dir=place) as parent:
            folder, expected = Path(parent) / "register", empty_register()
            acknowledged: list[str] = []
            while outcome.kills < kills and len(acknowledged) < _ENOUGH:
                acknowledged += round_of_kills(folder, chance, outcome)
                expected = looked_over(folder, acknowledged, expected, outcome)
            outcome.acknowledged += len(acknowledged)
            outcome.unacknowledged += expected.imports.height - len(acknowledged)
    return outcome


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])

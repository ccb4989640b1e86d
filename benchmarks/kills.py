"""Kill writers of a register with SIGKILL at random moments, and look for anything lost or torn.

Three writers import one small export after another and print each one that was acknowledged. After every
kill the register must hold every acknowledged import, its checks must pass, and it must equal a fold of the
imports in its journal. `python benchmarks/kills.py 500` prints what happened.
"""

import argparse
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

from attendkit.register import Delta, Register
from attendkit.register.folding import empty_register, fold
from attendkit.register.model import CONTACTS, MARKS, PUPILS, empty
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
        print(name, flush=True)


def killed(folder: Path, prefix: str, chance: random.Random, outcome: Outcome) -> list[str]:
    """The imports that one writer had acknowledged when it was killed."""
    command = [sys.executable, __file__, "--write", str(folder), prefix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        said = cast("IO[str]", writer.stdout)
        told = [said.readline()]
        time.sleep(chance.random() * _PAUSE)
        if writer.poll() is not None:
            outcome.faults.append(f"writer {prefix} ended by itself")
        writer.kill()
        told += said.readlines()
    outcome.kills += 1
    return [line.strip() for line in told if line.endswith("\n")]


def round_of_kills(folder: Path, chance: random.Random, outcome: Outcome) -> list[str]:
    """What three writers at once had acknowledged when each was killed."""
    writers = [(f"{outcome.kills + at}", _chance(chance.random())) for at in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as threads:
        told = threads.map(lambda writer: killed(folder, writer[0], writer[1], outcome), writers)
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


def run(kills: int, seed: int = 0) -> Outcome:
    """Kill writers so many times, starting a new register now and then so that the look stays quick."""
    chance = _chance(seed)
    outcome = Outcome()
    while outcome.kills < kills:
        with tempfile.TemporaryDirectory() as parent:
            folder, expected = Path(parent) / "register", empty_register()
            acknowledged: list[str] = []
            while outcome.kills < kills and len(acknowledged) < _ENOUGH:
                acknowledged += round_of_kills(folder, chance, outcome)
                expected = looked_over(folder, acknowledged, expected, outcome)
            outcome.acknowledged += len(acknowledged)
            outcome.unacknowledged += expected.imports.height - len(acknowledged)
    return outcome


def main() -> None:
    """Run from the command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kills", nargs="?", type=int, default=500)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--write", nargs=2, metavar=("FOLDER", "PREFIX"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.write:
        write(Path(given.write[0]), given.write[1])
        return
    started = time.perf_counter()
    outcome = run(given.kills, given.seed)
    print(
        f"{outcome.kills} kills of {WRITERS} writers in {time.perf_counter() - started:.0f} s: "
        f"{outcome.acknowledged} imports acknowledged, {len(outcome.lost)} lost, {len(outcome.faults)} torn; "
        f"{outcome.unacknowledged} more were whole when their writer was killed before it could say so."
    )
    for fault in (*outcome.lost, *outcome.faults):
        print(f"  {fault}")
    sys.exit(bool(outcome.lost or outcome.faults))


if __name__ == "__main__":
    main()

"""Kill commands with SIGKILL at random moments, and look for anything lost, torn or half there.

Four commands run at once in one school's folder, each over and over: `ingest` of small exports, `log` of
calls, `backup` and `restore`. Each says what it has done, and is killed at a random moment. Then everything
that was said to be done must be there and sound: every import and every entry, every backup to the last
byte, every restored folder. And whatever has a name, said or not, must be whole.
`python -m benchmarks.kills 1000` prints what happened; `attendkit doctor --crash-test FOLDER` tries a
school's own disk.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import IO, cast

from attendkit.backup.contents import source
from attendkit.backup.copies import nonsense, read_copy
from attendkit.backup.held import held
from attendkit.backup.making import make
from attendkit.backup.restoring import restore
from attendkit.backup.sealing import Seal
from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.register.backups import Month
from attendkit.register.crashing import drawn
from attendkit.register.store import Store
from attendkit.school import load_school

_PAUSE = 0.6
"""Seconds that a command is left to run, at most, after it was first heard of."""

_ROUNDS = 12
"""Rounds in one school, so that looking it over stays quick."""


@dataclass
class Outcome:
    """What a run of kills did: nothing may be lost or torn."""

    kills: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


# What is killed -------------------------------------------------------------------------------------------


def _ingest(school: Path, name: str) -> str:
    Store(school / "register").ingest([drawn(name)], datetime.now(tz=UTC))
    return name


def _log(school: Path, name: str) -> str:
    now = datetime.now(tz=UTC)
    body = KINDS["call"].model_validate({"outcome": "reason", "notes": name})
    log = Casework(school / "casework.db")
    return str(log.add("call", "40", body, by="somebody", on=now.date(), at=now).id)


def _backup(school: Path, _: str) -> str:
    today = datetime.now(tz=UTC).date()
    made_from = source(school, load_school(school), Month.of(today))
    return make(made_from, school / "backups", Seal(), on=today, by="somebody").folder.name


def _restore(school: Path, name: str) -> str:
    newest = held(school / "backups")[-1]
    restore(read_copy(newest.folder), school / "restored" / name)
    return name


ACTS: Mapping[str, Callable[[Path, str], str]] = {
    "ingest": _ingest,
    "log": _log,
    "backup": _backup,
    "restore": _restore,
}


def act(name: str, school: Path, prefix: str) -> None:
    """Do one thing over and over until killed, saying each time what is done."""
    for number in count():
        print(ACTS[name](school, f"{prefix}-{number}"), flush=True)


# What is left ---------------------------------------------------------------------------------------------


def _registers(school: Path, said: set[str]) -> Iterator[str]:
    store = Store(school / "register")
    yield from (f"import {one} is lost" for one in said - set(store.imports()["file"]))
    yield from (f"register: {problem.message}" for problem in store.check())


def _logs(school: Path, said: set[str]) -> Iterator[str]:
    log = Casework(school / "casework.db")
    yield from (f"entry {one} is lost" for one in said - {str(entry.id) for entry in log.every_entry()})
    yield from (f"log: {problem.message}" for problem in log.check())


def _backups(school: Path, said: set[str]) -> Iterator[str]:
    there = held(school / "backups")
    yield from (f"backup {one} is lost" for one in said - {one.folder.name for one in there})
    for one in there:
        yield from (
            f"backup {one.folder.name}: {problem.message}" for problem in read_copy(one.folder).faults()
        )
    for one in there[-1:]:
        found = nonsense(read_copy(one.folder).opened(), one.folder.name)
        yield from (f"backup {one.folder.name}: {problem.message}" for problem in found)


def _restored(school: Path, said: set[str]) -> Iterator[str]:
    folder = school / "restored"
    there = [one for one in folder.iterdir() if not one.name.startswith(".")] if folder.is_dir() else []
    yield from (f"restored folder {one} is lost" for one in said - {one.name for one in there})
    for one in there:
        found = (*Store(one / "register").check(), *Casework(one / "casework.db").check())
        yield from (f"restored folder {one.name}: {problem.message}" for problem in found)


_LOOKS = {"ingest": _registers, "log": _logs, "backup": _backups, "restore": _restored}


# A run ----------------------------------------------------------------------------------------------------


def killed(name: str, school: Path, prefix: str, chance: random.Random) -> list[str]:
    """What one command had said was done when it was killed."""
    command = [sys.executable, "-m", "benchmarks.kills", "--act", name, str(school), prefix]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
        heard = cast("IO[str]", writer.stdout)
        told = [heard.readline()] if chance.random() < 0.5 else []
        time.sleep(chance.random() * _PAUSE + (0 if told else 0.4))
        ended = writer.poll()
        writer.kill()
        told += heard.readlines()
    if ended is not None:
        raise RuntimeError(f"{name} ended by itself with {ended}")
    return [line.strip() for line in told if line.endswith("\n")]


def run(kills: int, seed: int = 0) -> Outcome:
    """Kill so many commands, looking everything over after every four."""
    chance = random.Random(seed)  # noqa: S311 - a run is repeated by its seed, and nothing here is a secret
    outcome = Outcome()
    while outcome.kills < kills:
        with tempfile.TemporaryDirectory() as parent:
            school = _begun(Path(parent) / "school")
            said: dict[str, set[str]] = {name: set() for name in ACTS}
            for _ in range(_ROUNDS):
                if outcome.kills >= kills:
                    break
                _round(school, chance, said, outcome)
                for name, look in _LOOKS.items():
                    found = list(look(school, said[name]))
                    outcome.lost += [one for one in found if one.endswith("is lost")]
                    outcome.faults += [one for one in found if not one.endswith("is lost")]
            outcome.acknowledged.update({name: len(done) for name, done in said.items()})
    return outcome


def _begun(school: Path) -> Path:
    """A school's folder with a register, an entry and a backup, for `restore` to begin with."""
    school.mkdir()
    (school / "attendkit.toml").write_text('name = "Killed"\n', encoding="utf-8")
    for name in ("ingest", "log", "backup"):
        ACTS[name](school, "first")
    return school


def _round(school: Path, chance: random.Random, said: dict[str, set[str]], outcome: Outcome) -> None:
    chances = [(name, random.Random(chance.random())) for name in ACTS]  # noqa: S311 - as above
    with ThreadPoolExecutor(len(ACTS)) as threads:
        prefix = str(outcome.kills)
        for name, told in threads.map(
            lambda one: (one[0], killed(one[0], school, f"{one[0]}{prefix}", one[1])), chances
        ):
            said[name] |= set(told)
            outcome.kills += 1


def main() -> int:
    """Run from the command line. 1 when anything was lost or torn."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kills", nargs="?", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--act", nargs=3, metavar=("NAME", "SCHOOL", "PREFIX"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.act:
        act(given.act[0], Path(given.act[1]), given.act[2])
    started = time.perf_counter()
    outcome = run(given.kills, given.seed)
    done = ", ".join(f"{number} of {name}" for name, number in outcome.acknowledged.items())
    print(
        f"{outcome.kills} kills in {time.perf_counter() - started:.0f} s: acknowledged {done};"
        f" {len(outcome.lost)} lost, {len(outcome.faults)} torn."
    )
    for fault in (*outcome.lost, *outcome.faults):
        print(f"  {fault}")
    return int(bool(outcome.lost or outcome.faults))


if __name__ == "__main__":
    sys.exit(main())

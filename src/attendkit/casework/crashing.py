"""Whether a disk keeps its word to a log: its writers are killed, and nothing may be lost or torn.

As `register.crashing`, for SQLite: three writers add one entry after another and say each one that was
acknowledged. `python -m attendkit.casework.crashing FILE NAME` is one such writer.
"""

import random
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.register.crashing import Outcome, round_of_kills


def write(path: Path, prefix: str) -> None:
    """Add entries until killed, saying each one when it is acknowledged."""
    log = Casework(path)
    for number in range(sys.maxsize):
        body = KINDS["note"].model_validate({"notes": f"{prefix}-{number}"})
        log.add("note", "", body, by="crash test", on=date(2026, 11, 20), at=datetime.now(tz=UTC))
        sys.stdout.write(f"{prefix}-{number}\n")
        sys.stdout.flush()


def crash(kills: int, place: Path | None = None, seed: int = 0) -> Outcome:
    """Kill writers so many times, in a folder of their own in `place` that is removed again."""
    chance = random.Random(seed)  # noqa: S311 - a run is repeated by its seed, and nothing here is a secret
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="crash-test-", dir=place) as parent:
        path = Path(parent) / "casework.db"
        acknowledged: set[str] = set()
        while outcome.kills < kills:
            acknowledged |= set(round_of_kills(path, chance, outcome, __name__))
            log = Casework(path)
            outcome.faults += [problem.message for problem in log.check()]
            there = {entry.body.told() for entry in log.entries()}
            outcome.lost = sorted(acknowledged - there)
        outcome.acknowledged = len(acknowledged)
        outcome.unacknowledged = len(there - acknowledged)
    return outcome


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])

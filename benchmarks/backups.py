"""A year of a school of 1,450 pupils backed up, verified and restored: each in 10 s and 500 MB at most.

`python -m benchmarks.backups` prints the seconds of the processor's time and the most memory of each command.
"""

import shutil
import sys
from pathlib import Path

from benchmarks.timing import Timed, attendkit, best
from benchmarks.year import YEAR, make_year

_SECONDS, _MEGABYTES = 10, 500
_MONTH = "2026-03"
"""A month with marks, so that there is a register of every tutor group to print."""


def measured(place: Path) -> dict[str, Timed]:
    """The three commands on the year, each with what it took."""
    if not (YEAR / "register").is_dir():
        make_year()
    school, key, new = place / "school", place / "key.txt", place / "new"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    school.mkdir()
    shutil.copytree(YEAR / "register", school / "register")
    config = school / "attendkit.toml"
    config.write_text('name = "A year of Harrowmere School"\n', encoding="utf-8")
    best(attendkit("backup", "key", "--out", str(key), "--school", str(school)), repeats=1)
    public = key.read_text(encoding="utf-8").splitlines()[1].split()[-1]
    with config.open("a", encoding="utf-8") as file:
        file.write(f'[backup]\nrecipients = ["{public}", "{public}"]\n')
    backup = str(school / "backups" / _MONTH)
    commands = {
        "backup": attendkit("backup", "--month", _MONTH, "--school", str(school)),
        "verify": attendkit("verify", backup, "--key", str(key)),
        "restore": attendkit("restore", backup, str(new), "--key", str(key)),
    }
    return {name: best(command, allowed=(0,), repeats=1) for name, command in commands.items()}


def main() -> int:
    """Print what each took. 1 where one took more than it may."""
    over = 0
    for name, timed in measured(YEAR.parent / "backups").items():
        holds = timed.seconds <= _SECONDS and timed.megabytes <= _MEGABYTES
        over += not holds
        print(f"{name}: {timed.seconds:.1f} s, {timed.megabytes:.0f} MB{'' if holds else ': over its limit'}")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())

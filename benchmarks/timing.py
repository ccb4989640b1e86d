"""Timing whole commands, each in a process of its own, as a person runs them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPEATS = 5
_KILOBYTES = 1024 if sys.platform != "darwin" else 1024 * 1024
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As where it is installed: Python keeps attendkit compiled, as it does the libraries of the yardsticks."""


class CommandFailedError(Exception):
    """A command that was to be timed did not do its work, so its time means nothing."""


@dataclass(frozen=True, slots=True)
class Timed:
    """The best of several runs: seconds of the processor's time, and the most memory that any held, in MB.

    Time on a clock would count whatever else the machine was doing.
    """

    seconds: float
    megabytes: float


def python(*arguments: str) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *arguments]


def attendkit(*arguments: str) -> list[str]:
    """A command of attendkit, as its console script starts it."""
    return [str(Path(sys.executable).parent / "attendkit"), *arguments]


def best(command: Sequence[str], allowed: Sequence[int] = (0, 1), repeats: int = REPEATS) -> Timed:
    """Run a command several times and keep the best time: the others waited for something else.

    Exit code 1 is allowed because a duty that found problems in the data has still done its work.

    Raises:
        CommandFailedError: it ended with another exit code.
    """
    return _best_of([_run(command, allowed) for _ in range(repeats)])


def race(*commands: Sequence[str], repeats: int = REPEATS) -> list[Timed]:
    """The best of each command, run by turns so that a busy machine slows all of them alike."""
    turns = [[best(command, repeats=1) for command in commands] for _ in range(repeats)]
    return [_best_of(runs) for runs in zip(*turns, strict=True)]


def _best_of(runs: Sequence[Timed]) -> Timed:
    return Timed(min(run.seconds for run in runs), max(run.megabytes for run in runs))


def _run(command: Sequence[str], allowed: Sequence[int]) -> Timed:
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=_ENVIRONMENT
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    with child:
        said = child.stderr.read() if child.stderr else ""
    if child.returncode not in allowed:
        raise CommandFailedError(f"{' '.join(command)} ended with {child.returncode}: {said[-800:]}")
    return Timed(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _KILOBYTES / 1_000_000)

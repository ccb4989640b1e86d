"""Timing whole commands, each in a process of its own, as a person runs them."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPEATS = 5
_KILOBYTES = 1024 if sys.platform != "darwin" else 1024 * 1024


class CommandFailedError(Exception):
    """A command that was to be timed did not do its work, so its time means nothing."""


@dataclass(frozen=True, slots=True)
class Timed:
    """The best of several runs: wall-clock seconds, and the most memory that any run held, in MB."""

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


def race(command: Sequence[str], yardstick: Sequence[str], repeats: int = REPEATS) -> tuple[Timed, Timed]:
    """The best of a command and of its yardstick, run by turns so that a busy machine slows both alike."""
    turns = [(best(command, repeats=1), best(yardstick, repeats=1)) for _ in range(repeats)]
    ours, theirs = zip(*turns, strict=True)
    return _best_of(ours), _best_of(theirs)


def _best_of(runs: Sequence[Timed]) -> Timed:
    return Timed(min(run.seconds for run in runs), max(run.megabytes for run in runs))


def _run(command: Sequence[str], allowed: Sequence[int]) -> Timed:
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    with child:
        said = child.stderr.read() if child.stderr else ""
    if child.returncode not in allowed:
        raise CommandFailedError(f"{' '.join(command)} ended with {child.returncode}: {said[-800:]}")
    return Timed(seconds, usage.ru_maxrss * _KILOBYTES / 1_000_000)

"""`doctor --deep` and `doctor --crash-test`: whether every byte is as it was written, and stays so."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attendkit.cli.checks import Check, State
from attendkit.errors import BadArgumentError, DamagedError
from attendkit.model import Problem, Severity

if TYPE_CHECKING:
    from attendkit.casework.store import Casework
    from attendkit.cli.opening import Opened
    from attendkit.register.crashing import Outcome
    from attendkit.register.store import Store

_KILLS = 60
_DONE = "It was made again."


def every_byte(opened: "Opened") -> Iterator[Check]:
    """Every file of the register and of the log against its digest; what can be made again is."""
    store, casework = opened.store(), opened.casework()
    yield from _spoilt_of_register(store)
    yield from _log(casework)


def _spoilt_of_register(store: "Store") -> Iterator[Check]:
    try:
        spoilt = store.spoilt()
    except DamagedError:
        return  # the ordinary look at the register says so
    if not spoilt:
        yield Check("every byte", State.FINE, "The register's files are as they were written.")
        return
    try:
        store.mend()
        done = _DONE
    except DamagedError as error:
        done = str(error)
    yield from (_check("every byte", problem, done) for problem in spoilt)


def _log(casework: "Casework") -> Iterator[Check]:
    problems = casework.check()
    if not problems and casework.path.is_file():
        yield Check("log", State.FINE, "Every entry is as it was written, and follows the one before.")
    for problem in problems:
        yield _check("log", problem, _mended(casework, problem))


def _mended(casework: "Casework", problem: Problem) -> str:
    if problem.severity is Severity.ERROR:
        return problem.remedy
    try:
        casework.mend()
    except DamagedError as error:
        return str(error)
    return _DONE


def _check(name: str, problem: Problem, done: str) -> Check:
    state = State.DAMAGED if problem.severity is Severity.ERROR else State.ATTENTION
    place = f", entry {problem.row}" if problem.row else ""
    remedy = done if state is State.DAMAGED else f"Nothing is lost. {done} Look at the disk."
    return Check(name, state, f"{problem.file}{place}: {problem.message}", remedy)


def crashed(folder: Path) -> Iterator[Check]:
    """What became of a made-up register and log in a folder while their writers were killed.

    Raises:
        BadArgumentError: there is no such folder, or it cannot be written to.
    """
    from attendkit.casework import crashing as of_log
    from attendkit.register import crashing as of_register

    if not folder.is_dir():
        raise BadArgumentError(
            "There is no such folder.", where=str(folder), remedy="Name one on the disk you mean."
        )
    try:
        yield _verdict("register", "imports", of_register.crash(_KILLS // 2, folder))
        yield _verdict("log", "entries", of_log.crash(_KILLS // 2, folder))
    except OSError as error:
        raise BadArgumentError(
            f"Nothing can be written here: {error.strerror or error}.",
            where=str(folder),
            remedy="Name a folder that you may write to.",
        ) from None


def _verdict(name: str, what: str, outcome: "Outcome") -> Check:
    told = (
        f"{outcome.kills} kills of its writers, three at a time: {outcome.acknowledged} {what} acknowledged"
    )
    faults: Sequence[str] = (*outcome.lost, *outcome.faults)
    if not faults and outcome.acknowledged:
        return Check(name, State.FINE, f"{told}, none lost and none torn. This disk keeps its word.")
    said = faults[0] if faults else f"none of the {what} came to its end"
    return Check(
        name,
        State.DAMAGED,
        f"{told}, {len(outcome.lost)} lost, {len(outcome.faults)} faults; the first: {said}",
        "Do not keep the school's folder here: choose the computer's own disk, and back up to this one.",
    )

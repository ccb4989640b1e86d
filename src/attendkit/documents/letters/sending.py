"""A day's letters on paper and in the log: none in the log that is not on the disk, and none on it unlogged.

Before the first file is written its name, and those of all the others, go into `letters.pending` in the
school's folder; when all are written they are logged in one step, and the list is taken away. A list that is
found there tells the next run that the last one was stopped: what it had not logged yet is removed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from attendkit.casework.entry import New
from attendkit.casework.kinds.contact import Letter as Logged
from attendkit.casework.store import Casework
from attendkit.documents.letters.facts import facts_of
from attendkit.documents.letters.parts import check_parts
from attendkit.documents.letters.wording import Letter, render
from attendkit.documents.letters.writing import write_letters, write_pile
from attendkit.documents.saving import file_stem
from attendkit.duties.letters.parents import Parent
from attendkit.duties.letters.planning import Plan, Planned
from attendkit.errors import BadArgumentError, DamagedError
from attendkit.model import Problem, Severity
from attendkit.register.files import private_folder, write_whole

PENDING = "letters.pending"
LOCK = "letters.lock"
_PAPER = frozenset({"pdf", "docx"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a run: the form and the day, who signs for it and when, and what the letters say."""

    form: str
    on: date
    by: str
    at: datetime
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Sent:
    """What came of a run: the letters' files, the piles to print, and what was wrong with which letter."""

    written: list[Path] = field(default_factory=list)
    piles: list[Path] = field(default_factory=list)
    problems: dict[Problem, list[str]] = field(default_factory=dict)

    def add(self, problem: Problem, pupil: str) -> None:
        """Note a problem of one more letter, and the number of the pupil it is about."""
        self.problems.setdefault(problem, []).append(pupil)

    @property
    def failed(self) -> int:
        """How many letters were not written."""
        return sum(len(about) for one, about in self.problems.items() if one.severity is Severity.ERROR)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """One letter of a run with its file."""

    planned: Planned
    path: Path
    letter: Letter
    key: str
    number: str
    digest: str
    tutor: str


@contextmanager
def alone(folder: Path, casework: Casework) -> Iterator[tuple[Path, ...]]:
    """Hold the school's folder for one run of letters, after taking away what a stopped run had left.

    Gives the files that were removed.

    Raises:
        DamagedError: another run is at it.
    """
    lock = FileLock(folder / LOCK, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise DamagedError(
            "Another command is writing letters.",
            where=str(folder),
            remedy="Nothing was changed. Wait until it is done, and run this again.",
        ) from None
    try:
        yield recover(folder, casework)
    finally:
        lock.release()


def recover(folder: Path, casework: Casework) -> tuple[Path, ...]:
    """Take away the letters of a run that was stopped before it logged them. Nothing, where none was.

    Raises:
        DamagedError: somebody has changed the list of what the run was about to write.
    """
    pending = folder / PENDING
    if not pending.is_file():
        return ()
    run, files = _told(pending)
    logged = any(entry.source.startswith(f"{run} ") for entry in casework.every_entry())
    meant = [] if logged else files
    left = tuple(path for path in meant if path.is_file())
    halves = [half for path in meant for half in path.parent.glob(f"{path.name}.*.tmp")]
    for path in (*left, *halves):
        path.unlink()
    pending.unlink()
    return left


def _told(pending: Path) -> tuple[str, list[Path]]:
    """The name of a run and the files that it was about to write, all of them letters of a day."""
    try:
        told = json.loads(pending.read_bytes())
        run, names = str(told["run"]), [str(name) for name in told["files"]]
    except (ValueError, KeyError, TypeError):
        run, names = "", []
    if not run or not all(re.fullmatch(r"out/[\d-]+/letters/[^/\\]+", name) for name in names):
        raise DamagedError(
            "This list of a stopped run's letters is not as it was written.",
            where=str(pending),
            remedy="Compare out/ with `attendkit log show --kind letter`, then delete the list.",
        )
    return run, [pending.parent / name for name in names]


def send(
    made: Plan,
    folder: Path,
    casework: Casework,
    wanted: Wanted,
) -> Sent:
    """Write every letter of a plan, and a pile a tutor group to be printed, then log them.

    They go to `out/<day>/letters` in the school's folder. A letter that cannot be written costs that one
    only.

    Raises:
        BadArgumentError: a file cannot be written.
        DamagedError: the log cannot be written. Then `recover` takes the letters away again.
    """
    run = Sent()
    out = folder / "out" / made.sight.view.on.isoformat() / "letters"
    sheets = _sheets(made, out, wanted, run)
    if not sheets:
        return run
    piles = _piles(sheets, out)
    name = _name(wanted, sheets)
    private_folder(out)
    files = [path.relative_to(folder).as_posix() for path in (*(one.path for one in sheets), *piles)]
    write_whole(folder / PENDING, json.dumps({"run": name, "files": files}).encode())
    good = _write(sheets, wanted.form, run)
    run.piles = [path for path, theirs in piles.items() if _pile(path, [s for s in theirs if s in good])]
    casework.add_all(list(_entries(good, piles, name, wanted, folder)))
    (folder / PENDING).unlink()
    return run


def _sheets(made: Plan, out: Path, wanted: Wanted, run: Sent) -> list[_Sheet]:
    """Every letter with its words and the file that it is to be; what is wrong with the others is noted."""
    sheets: list[_Sheet] = []
    taken = {path.stem for path in out.glob("*")} if out.is_dir() else set()
    for one in made.to_write():
        if one.parent is None:
            continue
        occasion, view = one.occasion, made.sight.view
        person = made.sight.people[occasion.pupil]
        number = person["adno"] or person["key"]
        try:
            facts = facts_of(made.sight, occasion, one.parent, wanted.said)
            letter = render(occasion.letter.name, facts, view.school, view.on)
            check_parts(letter)
        except BadArgumentError as error:
            run.add(Problem("letter", error.what, file=error.where, remedy=error.remedy), number)
            continue
        words = (person["tutor"], number, occasion.letter.name)
        stem = file_stem(" ".join(filter(None, words)), taken)
        taken.add(stem)
        key, digest = person["key"], occasion.digest(made.sight.missed.figures(occasion.pupil))
        path = out / f"{stem}.{_form(wanted, one.parent)}"
        sheets.append(_Sheet(one, path, letter, key, number, digest, person["tutor"] or ""))
    return sheets


def _form(wanted: Wanted, parent: Parent) -> str:
    """What a letter is written as: on paper only where there is an address to send it to."""
    return "eml" if wanted.form in _PAPER and parent.way == "email" else wanted.form


def _piles(sheets: Sequence[_Sheet], out: Path) -> dict[Path, list[_Sheet]]:
    """The letters of each tutor group in one file to be printed, where there are several."""
    groups: dict[str, list[_Sheet]] = {}
    for sheet in sheets:
        if sheet.path.suffix == ".pdf":
            groups.setdefault(sheet.tutor, []).append(sheet)
    taken = {path.stem for path in out.glob("*")} if out.is_dir() else set()
    piles: dict[Path, list[_Sheet]] = {}
    for tutor, theirs in groups.items():
        if len(theirs) > 1:
            stem = file_stem(f"All of {tutor or 'no tutor group'}", taken)
            taken.add(stem)
            piles[out / f"{stem}.pdf"] = theirs
    return piles


def _write(sheets: Sequence[_Sheet], form: str, run: Sent) -> list[_Sheet]:
    """Write the letters, and give back those that were."""
    done = write_letters({sheet.path: sheet.letter for sheet in sheets}, form)
    numbers = {sheet.path: sheet.number for sheet in sheets}
    for path, problem in done.problems:
        run.add(problem, numbers[path])
    run.written += done.paths
    written = set(done.paths)
    return [sheet for sheet in sheets if sheet.path in written]


def _pile(path: Path, sheets: Sequence[_Sheet]) -> bool:
    letters = {one.path: one.letter for one in sheets}
    return bool(letters and write_pile(letters, path, path.stem).paths)


def _entries(
    sheets: Sequence[_Sheet], piles: Mapping[Path, Sequence[_Sheet]], name: str, wanted: Wanted, folder: Path
) -> Iterator[New]:
    for number, sheet in enumerate(sheets, start=1):
        files = [sheet.path, *(path for path, theirs in piles.items() if sheet in theirs)]
        occasion, parent = sheet.planned.occasion, sheet.planned.parent
        body = Logged(
            letter=occasion.letter.name,
            parent=parent.name if parent else "",
            way="post" if sheet.path.suffix in {".pdf", ".docx"} else "email",
            findings=occasion.findings,
            facts=sheet.digest,
            files=tuple(path.relative_to(folder).as_posix() for path in files),
        )
        yield New("letter", sheet.key, body, wanted.by, wanted.on, wanted.at, source=f"{name} {number}")


def _name(wanted: Wanted, sheets: Sequence[_Sheet]) -> str:
    """What a run is known by in the log: nobody else's, whatever it writes."""
    told = [wanted.at.isoformat(), wanted.by, *(sheet.path.name for sheet in sheets)]
    return f"letters-{sha256(json.dumps(told).encode()).hexdigest()[:16]}"

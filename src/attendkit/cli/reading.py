"""Exports on their way in: read with the officer's answers, refused in words, taken into the register."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from attendkit.cli.opening import EXPORTS, Opened
from attendkit.cli.options import Asked, today
from attendkit.cli.printing import remark
from attendkit.errors import BadArgumentError, NeedsAnswerError, UnreadableError
from attendkit.model import Problem
from attendkit.register.files import write_whole
from attendkit.register.folding import Folded, empty_register, fold
from attendkit.register.store import Store, Summary

if TYPE_CHECKING:
    from attendkit.read import Export


def read(named: Sequence[Path], asked: Asked, opened: Opened, store: Store | None = None) -> list["Export"]:
    """The exports, read with the officer's answers and the school's profiles.

    Raises:
        BadArgumentError: a file is not there, or is a folder.
    """
    from attendkit.read import Answers, read_exports  # a command on the register alone never needs it

    paths = [path for one in named for path in _files(one)]
    answers = Answers(
        dates=asked.dates, sessions=asked.sessions or {}, password=asked.password, profile=asked.profile
    )
    roll = store.register().pupils if store else None
    # Looking back from an earlier day does not make the marks since then marks of the future.
    latest = max(asked.on or today(), today())
    with _bar(paths):
        return read_exports(paths, answers, opened.school.profiles, on=latest, roll=roll)


def _files(path: Path) -> Sequence[Path]:
    """The file itself; where there is none and its name is a pattern, what it stands for.

    A Windows console leaves `*.csv` to the program.
    """
    if path.is_file():
        return [path]
    matching = sorted(path.parent.glob(path.name)) if "*" in path.name else []
    if not matching:
        raise BadArgumentError(
            "This is a folder, not an export." if path.is_dir() else "There is no such file.",
            where=str(path),
            remedy="Check the name; a name with spaces or brackets goes in quotes.",
        )
    return [one for one in matching if one.is_file()]


def take_in(exports: Sequence["Export"], store: Store) -> Mapping[str, Summary]:
    """Put what may be loaded into the register, and give the store's word on each file by digest."""
    deltas = [export.delta for export in exports if export.delta is not None]
    summaries = store.ingest(deltas, seen=datetime.now(tz=UTC)) if deltas else ()
    return {summary.digest: summary for summary in summaries}


def refusal(export: "Export") -> UnreadableError | NeedsAnswerError | None:
    """Why nothing of an export may be loaded, as an error; None when it may."""
    if export.outcome == "reject":
        return UnreadableError(
            f"This cannot be read as an export ({export.reject_reason}).",
            reason=export.reject_reason or "",
            where=export.file,
            remedy=export.explanation,
        )
    if export.outcome == "needs_answer":
        return NeedsAnswerError(
            "This could be read in two ways, and only you can say which.",
            question=export.question or "",
            where=export.file,
            remedy=export.explanation,
        )
    return None


def register_of(paths: Sequence[Path], asked: Asked, opened: Opened) -> tuple[Folded, tuple[Problem, ...]]:
    """A register made from exports alone and kept nowhere, and what is wrong with them.

    Raises:
        UnreadableError: one of them cannot be read.
        NeedsAnswerError: one of them could be read in two ways.
    """
    exports = read(paths, asked, opened)
    for export in exports:
        if error := refusal(export):
            raise error
    folded = fold([export.delta for export in exports if export.delta is not None], empty_register())
    problems = [problem for export in exports for problem in (*export.errors, *export.warnings)]
    return folded, (*problems, *folded.problems)


def read_new(asked: Asked, opened: Opened, store: Store) -> None:
    """Take the new files of the school's `exports/` into the register, and say so on stderr.

    A file that cannot be read is named and left where it is; it does not stop the command.
    """
    new = list(_new_files(opened, store))
    if not new:
        return
    exports = read(new, asked, opened, store)
    taken = take_in(exports, store)
    for export in exports:
        if error := refusal(export):
            remark(f"{EXPORTS}/{export.file} was left out: {error.what} {error.remedy}")
        elif summary := taken.get(export.digest):
            remark(
                f"{EXPORTS}/{export.file} was read: {_what_it_changed(summary)}.{_kept_out(export, summary)}"
            )


def _kept_out(export: "Export", summary: Summary) -> str:
    """What of a file is not in the register, and where to see it; an empty text when all of it is."""
    kept_out = export.quarantined + summary.refused
    if not kept_out and not summary.problems:
        return ""
    sessions = "1 session" if kept_out == 1 else f"{kept_out:,} sessions"
    return f" {sessions} kept out: `attendkit ingest {EXPORTS}/{export.file}` lists every problem."


def _what_it_changed(summary: Summary) -> str:
    changes = {
        "marks new": summary.new,
        "marks changed": summary.changed,
        "pupils new": summary.pupils_new,
        "pupils changed": summary.pupils_changed,
        "contacts": summary.contacts,
    }
    return ", ".join(f"{number:,} {what}" for what, number in changes.items() if number) or "nothing new"


def _new_files(opened: Opened, store: Store) -> Iterator[Path]:
    """The files of `exports/` that were never imported, the oldest first, so that the newest word stands."""
    folder = (opened.folder or Path()) / EXPORTS
    if not folder.is_dir():
        return
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$"))]
    read_before = set(store.imports()["digest"])
    for path, digest in _digests(files, store.folder / "exports.json"):
        if digest not in read_before:
            yield path


def _digests(files: Sequence[Path], cache: Path) -> list[tuple[Path, str]]:
    """Each file with its SHA-256, in the order they were last written.

    Hashing a year of exports takes seconds, so digests are kept beside the register, by each file's name,
    size and times. The cache may be lost at any time.
    """
    known = _kept(cache)
    found = {}
    for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        stat = path.stat()
        key = f"{path.name} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"
        found[key] = (path, known.get(key) or sha256(path.read_bytes()).hexdigest())
    if cache.parent.is_dir() and (kept := {key: digest for key, (_, digest) in found.items()}) != known:
        with suppress(OSError):  # a register that may only be looked at
            write_whole(cache, json.dumps(kept).encode())
    return list(found.values())


def _kept(cache: Path) -> dict[str, str]:
    try:
        return dict(json.loads(cache.read_bytes()))
    except (OSError, ValueError):  # lost or spoilt: everything is hashed again
        return {}


@contextmanager
def _bar(paths: Sequence[Path]) -> Iterator[None]:
    """A moving bar on stderr while exports are read, if it takes over a second and somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with_bar = Progress(*columns, console=Console(stderr=True), transient=True)
    with_bar.add_task(f"Reading {len(paths)} exports" if len(paths) > 1 else "Reading 1 export", total=None)
    after_a_second = Timer(1.0, with_bar.start)
    after_a_second.start()
    try:
        yield
    finally:
        after_a_second.cancel()
        with_bar.stop()

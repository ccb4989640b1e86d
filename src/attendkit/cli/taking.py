"""Exports into the register: those the officer names, and those dropped in the school's folder."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from attendkit.cli.opening import EXPORTS, Opened
from attendkit.cli.options import Asked
from attendkit.cli.printing import remark
from attendkit.cli.reading import not_before_today, read, refusal
from attendkit.errors import AttendkitError, BadArgumentError
from attendkit.model import Problem
from attendkit.register import Delta
from attendkit.register.files import sealed, unsealed, write_whole
from attendkit.register.store import Store, Summary

if TYPE_CHECKING:
    from attendkit.read import Export

_MANY = 20
"""The fewest unknown pupils in a file, and nobody else, that make one think of another school."""


def take_in(
    exports: Sequence["Export"], store: Store, *, again: bool = False, new_pupils: bool = False
) -> Mapping[str, Summary]:
    """Put what may be loaded into the register, and give the store's word on each file by digest.

    With `again`, the word of a file that was read before goes over that of later imports. With
    `new_pupils`, a file may name nobody whom the register knows.

    Raises:
        BadArgumentError: a file names many pupils and the register knows none of them.
    """
    deltas = [replace(export.delta, anew=again) for export in exports if export.delta is not None]
    if not new_pupils and (errors := _strangers(deltas, store)):
        raise next(iter(errors.values()))
    summaries = store.ingest(deltas, seen=datetime.now(tz=UTC)) if deltas else ()
    return {summary.digest: summary for summary in summaries}


def _strangers(deltas: Sequence[Delta], store: Store) -> Mapping[str, BadArgumentError]:
    """Files by digest that name nobody whom the register knows, each as an error.

    Another school's marks, once taken in, are hard to tell from one's own.
    """
    known = store.register().pupils
    if known.is_empty():
        return {}
    from attendkit.register.matching import Identity, Roll  # not for every morning's command

    roll = Roll(known)
    errors = {}
    for delta in deltas:
        named = [Identity.of(row) for row in delta.pupils.iter_rows(named=True)]
        if len(named) >= _MANY and all(roll.find(identity).pupil is None for identity in named):
            errors[delta.digest] = BadArgumentError(
                f"The register knows none of the {len(named):,} pupils in this file.",
                where=delta.file,
                remedy="If it is another school's, leave it out. If they are all new here, give it with"
                " `attendkit ingest --new-pupils FILE`.",
            )
    return errors


def read_new(asked: Asked, opened: Opened, store: Store) -> tuple[Problem, ...]:
    """Take the new files of the school's `exports/` into the register, and give what is wrong in them.

    What was read is said on stderr. A file that cannot be read, or a register that cannot be written, is
    named there and does not stop the command: a fire register is wanted all the same.
    """
    new = list(_new_files(opened, store))
    if not new:
        return ()
    exports = read(new, asked, opened, store, on=not_before_today(asked))
    strangers = _strangers([export.delta for export in exports if export.delta], store)
    sound = []
    for export in exports:
        if error := refusal(export) or strangers.get(export.digest):
            remark(f"{EXPORTS}/{export.file} was left out: {error.what} {error.remedy}")
        else:
            sound.append(export)
    try:
        taken = take_in(sound, store, new_pupils=True)
    except AttendkitError as error:
        remark(f"Nothing of {EXPORTS}/ was taken in: {error}")
        return ()
    return tuple(problem for export in sound for problem in _told(export, taken.get(export.digest)))


def _told(export: "Export", summary: Summary | None) -> Sequence[Problem]:
    """Say on stderr what an export did to the register, and give its problems."""
    if summary is None:
        return ()
    remark(f"{EXPORTS}/{export.file} was read: {_what_it_changed(summary)}.{_kept_out(export, summary)}")
    return (*export.errors, *export.warnings, *summary.problems)


def _kept_out(export: "Export", summary: Summary) -> str:
    """What of a file is not in the register, and where to see it; an empty text when all of it is."""
    kept_out = export.quarantined + summary.refused
    if not kept_out and not summary.problems:
        return ""
    sessions = "1 session" if kept_out == 1 else f"{kept_out:,} sessions"
    return f" {sessions} kept out: `attendkit ingest {EXPORTS}/{export.file}` lists every problem."


def _what_it_changed(summary: Summary) -> str:
    changes = (
        (summary.new, "mark", "new"),
        (summary.changed, "mark", "changed"),
        (summary.pupils_new, "pupil", "new"),
        (summary.pupils_changed, "pupil", "changed"),
        (summary.contacts, "contact", "new"),
    )
    told = [f"{number:,} {what}{'' if number == 1 else 's'} {how}" for number, what, how in changes if number]
    return ", ".join(told) or "nothing new"


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
        try:
            found[key] = (path, known.get(key) or sha256(path.read_bytes()).hexdigest())
        except OSError as error:
            remark(f"{EXPORTS}/{path.name} was left out: it cannot be opened ({error.strerror}).")
    if cache.parent.is_dir() and (kept := {key: digest for key, (_, digest) in found.items()}) != known:
        with suppress(OSError):  # a register that may only be looked at
            write_whole(cache, sealed(json.dumps(kept).encode()))
    return list(found.values())


def _kept(cache: Path) -> dict[str, str]:
    try:
        return dict(json.loads(unsealed(cache.read_bytes()) or "{}"))
    except (OSError, ValueError):  # lost or spoilt: everything is hashed again
        return {}

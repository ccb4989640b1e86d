import errno
import os
import stat
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.register.drawn import codes, export, numbers, pupil_list

from attendkit.errors import DamagedError, Exit
from attendkit.model import Severity
from attendkit.register import Delta
from attendkit.register.folding import empty_register, fold
from attendkit.register.model import IMPORTS
from attendkit.register.store import Store

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
MONDAY = export({"1": "/ \\", "2": "N N"}, file="monday.csv", contacts=[("1", "07700 900001")])
TUESDAY = export({"1": ". . I I", "2": "O N / \\"}, file="tuesday.csv")
LIST = pupil_list({"1": {"tutor": "7A1", "surname": "Fox"}, "2": {"tutor": "7A2"}})
UPN = "T999400126001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "register"


def filled(folder: Path, *deltas: Delta) -> Store:
    store = Store(folder)
    for delta in deltas or (MONDAY, TUESDAY):
        store.ingest([delta], NOW)
    return store


def forget(folder: Path) -> Store:
    """A store whose snapshot was deleted, so that everything comes from the parts."""
    for path in (folder / "snapshot").iterdir():
        path.unlink()
    return Store(folder)


def part(folder: Path, table: str = "marks", source: int = 0) -> Path:
    parts = Store(folder)._journal.entries()[source].parts  # noqa: SLF001
    return folder / "parts" / f"{parts[table]}.parquet"


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_a_store_that_was_never_written_is_an_empty_register(folder: Path) -> None:
    store = Store(folder)
    assert store.register().digest == empty_register().digest
    assert store.imports().schema == IMPORTS
    assert store.check() == ()
    assert store.history().is_empty()
    assert not folder.exists()


def test_a_store_holds_what_a_fold_of_its_imports_makes(folder: Path) -> None:
    store = filled(folder, MONDAY, LIST, TUESDAY)
    expected = fold([LIST, MONDAY, TUESDAY]).register
    for register in (store.register(), forget(folder).register()):
        assert register.digest == expected.digest
        assert codes(register, "2", days=2) == "O N / \\"
    assert store.check() == ()


def test_the_snapshot_and_the_parts_make_the_same_register_to_the_last_column(folder: Path) -> None:
    store = filled(folder, MONDAY, LIST, TUESDAY)
    kept, rebuilt = store.register(), forget(folder).register()
    for name in ("pupils", "marks", "contacts", "imports"):
        assert getattr(kept, name).equals(getattr(rebuilt, name))
    assert kept.listed is not None
    assert rebuilt.listed is not None
    assert kept.listed.equals(rebuilt.listed)


def test_an_import_is_known_by_the_digest_of_its_file(folder: Path) -> None:
    store = filled(folder)
    assert store.holds(MONDAY.digest)
    assert not store.holds(LIST.digest)
    assert store.imports().select("file", "seen").rows() == [("monday.csv", NOW), ("tuesday.csv", NOW)]


def test_the_same_file_again_leaves_every_byte_as_it_was(folder: Path) -> None:
    store = filled(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert [summary.already for summary in store.ingest([MONDAY, TUESDAY], NOW)] == [True, True]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_only_marks_that_are_new_or_changed_are_written(folder: Path) -> None:
    filled(folder)
    assert pl.read_parquet(part(folder, source=1))["code"].to_list() == ["I", "I", "O", "/", "\\"]


def test_numbers_given_to_pupils_stay(folder: Path) -> None:
    store = filled(folder)
    before = numbers(store.register())
    store.ingest([export({"0": "/ \\"}, file="joiner.csv")], NOW)
    after = numbers(store.register())
    assert {key: after[key] for key in before} == before


def test_history_has_every_word_on_a_mark_with_the_day_it_was_seen(folder: Path) -> None:
    store = Store(folder)
    store.ingest([MONDAY], NOW)
    store.ingest([TUESDAY], NOW + timedelta(days=1))
    history = store.history()
    number = numbers(store.register())["2"]
    first = history.filter(pl.col("pupil") == number, pl.col("session") == 1).head(2)
    assert first.select("code", "source", "seen").rows() == [("N", 0, NOW), ("O", 1, NOW + timedelta(days=1))]
    assert history.height == 9


def test_history_follows_pupils_who_became_one(folder: Path) -> None:
    by_upn = export({"a": "N ."}, who={"a": {"upn": UPN}}, file="a.csv")
    by_number = export({"b": "I ."}, who={"b": {"adno": "7"}}, file="b.csv")
    proof = export({"c": "O ."}, who={"c": {"upn": UPN, "adno": "7"}}, file="c.csv")
    store = filled(folder, by_upn, by_number, proof)
    assert store.history().select("pupil", "code", "source").rows() == [(0, "N", 0), (0, "I", 1), (0, "O", 2)]
    assert forget(folder).register().digest == fold([by_upn, by_number, proof]).register.digest
    store.ingest([export({"n": "/ \\"}, file="new.csv")], NOW)
    assert forget(folder).register().digest == store.register().digest
    assert store.check() == ()


def test_a_register_of_pupils_who_became_one_in_the_first_import_is_rebuilt(folder: Path) -> None:
    store = Store(folder)
    by_upn = export({"a": "N C1"}, who={"a": {"upn": UPN}}, file="a.csv", contacts=[("a", "old")])
    by_number = export(
        {"b": "I C"}, who={"b": {"adno": "7"}}, file="b.csv", short=True, contacts=[("b", "new")]
    )
    proof = export(who={"c": {"upn": UPN, "adno": "7", "surname": "Fox"}}, file="c.csv")
    store.ingest([by_upn, by_number, proof, MONDAY], NOW)
    kept = store.register()
    assert codes(kept, UPN) == "I C1"
    rebuilt = forget(folder).register()
    assert (rebuilt.digest, rebuilt.marks.equals(kept.marks)) == (kept.digest, True)


def test_a_clock_put_back_changes_nothing_in_the_order_of_words(folder: Path) -> None:
    store = Store(folder)
    store.ingest([MONDAY], NOW)
    store.ingest([TUESDAY], NOW - timedelta(days=400))
    assert codes(forget(folder).register(), "2", days=2) == "O N / \\"
    assert store.check() == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner-only mode bits")
def test_everything_written_is_for_its_owner_only(folder: Path) -> None:
    filled(folder)
    for path in (folder, *folder.rglob("*")):
        allowed = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == allowed, path


@pytest.mark.parametrize("name", ["*.json", "*.parquet"])
@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda path: flip(path, 9), lambda path: path.write_bytes(b"")]
)
def test_a_damaged_or_missing_snapshot_is_rebuilt(
    folder: Path, name: str, harm: Callable[[Path], Any]
) -> None:
    expected = filled(folder).register()
    for path in (folder / "snapshot").glob(name):
        harm(path)
    assert Store(folder).register().digest == expected.digest
    assert all(path.stat().st_size for path in (folder / "snapshot").iterdir())


def test_a_stale_snapshot_is_not_believed(folder: Path) -> None:
    filled(folder, MONDAY)
    old = {path: path.read_bytes() for path in (folder / "snapshot").iterdir()}
    filled(folder, TUESDAY)
    forget(folder)
    for path, content in old.items():
        path.write_bytes(content)
    assert codes(Store(folder).register(), "2", days=2) == "O N / \\"
    assert not set(old) & set((folder / "snapshot").glob("*.json"))


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: flip(path, 40)])
@pytest.mark.parametrize("table", ["marks", "pupils", "contacts"])
def test_a_damaged_part_is_named_with_its_import(
    folder: Path, table: str, harm: Callable[[Path], Any]
) -> None:
    store = filled(folder)
    path = part(folder, table)
    harm(path)
    (problem,) = store.check()
    assert "import 0 (monday.csv)" in problem.message
    assert problem.file == str(path)
    assert "The register of today is whole" in problem.remedy
    assert codes(store.register(), "1") == "/ \\"
    with pytest.raises(DamagedError, match=r"import 0 \(monday.csv\)") as caught:
        forget(folder).register()
    assert caught.value.exit == Exit.DAMAGED
    assert "Restore" in caught.value.remedy
    assert "Restore" in Store(folder).check()[0].remedy


@pytest.mark.parametrize("at", [0, 50, 200, -3, -2, -1])
@pytest.mark.parametrize("line", [0, 1])
def test_a_flipped_byte_in_the_journal_is_mended_from_its_copy(folder: Path, line: int, at: int) -> None:
    expected = filled(folder).register().digest
    path = folder / "journal.jsonl"
    ends = [at for at, byte in enumerate(path.read_bytes()) if byte == 10]
    flip(path, ([0, ends[0] + 1][line] + at) if at >= 0 else ends[line] + 1 + at)
    assert Store(folder).register().digest == expected
    (problem,) = Store(folder).check()
    assert problem.severity == Severity.WARNING
    assert "Nothing is lost" in problem.remedy
    Store(folder).ingest([LIST], NOW)
    assert Store(folder).check() == ()
    assert Store(folder).imports().height == 3


@pytest.mark.parametrize("at", [0, 50, -1])
def test_a_journal_damaged_beyond_its_copy_is_an_error_that_says_where(folder: Path, at: int) -> None:
    filled(folder)
    (folder / "journal.copy").unlink()
    flip(folder / "journal.jsonl", at)
    with pytest.raises(DamagedError, match=r"line \d") as caught:
        Store(folder).register()
    assert caught.value.where == str(folder / "journal.jsonl")
    assert [problem.reason for problem in Store(folder).check()] == ["damaged"]
    with pytest.raises(DamagedError):
        Store(folder).ingest([LIST], NOW)


def test_lines_in_another_order_are_put_back_by_their_chain(folder: Path) -> None:
    filled(folder)
    (folder / "journal.copy").unlink()
    path = folder / "journal.jsonl"
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    assert Store(folder).imports()["file"].to_list() == ["monday.csv", "tuesday.csv"]
    assert "does not follow" in Store(folder).check()[0].message


def test_a_line_taken_out_is_an_error(folder: Path) -> None:
    filled(folder)
    (folder / "journal.copy").unlink()
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    with pytest.raises(DamagedError, match="does not follow"):
        Store(folder).register()


def test_a_journal_of_a_later_version_is_not_guessed_at(folder: Path) -> None:
    filled(folder, MONDAY)
    (folder / "journal.copy").unlink()
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":2'))
    with pytest.raises(DamagedError, match="another version of attendkit"):
        Store(folder).register()


def test_a_line_cut_short_never_counted_and_the_next_writer_removes_it(folder: Path) -> None:
    filled(folder, MONDAY)
    path = folder / "journal.jsonl"
    whole = path.read_bytes()
    filled(folder, TUESDAY)
    second = path.read_bytes()[len(whole) :]
    (folder / "journal.copy").write_bytes(whole)
    for cut in (1, len(second) // 2, len(second) - 2):
        path.write_bytes(whole + second[:cut])
        assert Store(folder).imports()["file"].to_list() == ["monday.csv"]
        assert Store(folder).check() == ()
    Store(folder).ingest([LIST], NOW)
    assert Store(folder).imports()["file"].to_list() == ["monday.csv", "pupils.csv"]


def test_a_line_that_lost_only_its_end_still_counts(folder: Path) -> None:
    filled(folder)
    (folder / "journal.copy").unlink()
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    assert Store(folder).imports().height == 2
    Store(folder).ingest([LIST], NOW)
    assert (Store(folder).imports().height, Store(folder).check()) == (3, ())


@pytest.mark.parametrize("cut", [1, 30, 10_000])
def test_acknowledged_lines_cut_off_the_journal_come_back_from_its_copy(folder: Path, cut: int) -> None:
    expected = filled(folder).register().digest
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    assert Store(folder).register().digest == expected
    filled(folder, LIST)
    assert Store(folder).imports()["file"].to_list() == ["monday.csv", "tuesday.csv", "pupils.csv"]
    assert Store(folder).check() == ()


def test_lines_lost_from_the_journal_and_damaged_in_the_copy_are_an_error(folder: Path) -> None:
    filled(folder, MONDAY, TUESDAY, LIST)
    path = folder / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in (1, 2):
        path.write_bytes(b"".join(lines[:kept]))
        (folder / "journal.copy").write_bytes(
            b"".join((*lines[:kept], lines[kept][:-9] + b"damaged}\n", *lines[kept + 1 :]))
        )
        with pytest.raises(DamagedError, match="last lines are gone"):
            Store(folder).register()


def test_a_journal_whose_end_turned_to_zeros_is_mended_from_its_copy(folder: Path) -> None:
    expected = filled(folder).register().digest
    path = folder / "journal.jsonl"
    content = path.read_bytes()
    path.write_bytes(content[:-200] + bytes(200))
    assert Store(folder).register().digest == expected
    filled(folder, LIST)
    assert (Store(folder).imports().height, Store(folder).check()) == (3, ())


def test_parts_without_a_journal_are_not_taken_for_an_empty_register(folder: Path) -> None:
    filled(folder)
    (folder / "journal.jsonl").unlink()
    assert Store(folder).imports().height == 2
    (folder / "journal.copy").unlink()
    with pytest.raises(DamagedError, match="journal is gone"):
        Store(folder).register()
    assert [problem.reason for problem in Store(folder).check()] == ["damaged"]


def test_what_a_killed_writer_left_behind_is_removed_by_the_next(folder: Path) -> None:
    filled(folder, MONDAY)
    for left in (folder / "parts" / "x.parquet.1.tmp", folder / "journal.copy.1.tmp"):
        left.write_bytes(b"half")
    filled(folder, TUESDAY)
    assert not list(folder.rglob("*.tmp"))


def full_disk(*_: object, **__: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["write", "fsync", "ftruncate"])
def test_a_full_disk_at_the_journal_adds_nothing_and_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    store = filled(folder, MONDAY)
    with monkeypatch.context() as full:
        full.setattr(os, call, full_disk)
        with pytest.raises(DamagedError, match="No space left") as caught:
            store.ingest([TUESDAY], NOW)
    assert "Free some space" in caught.value.remedy
    assert store.imports()["file"].to_list() == ["monday.csv"]
    assert not list(folder.rglob("*.tmp"))
    assert store.ingest([TUESDAY], NOW)[0].new == 4
    assert store.check() == ()


def test_a_full_disk_half_way_through_a_line_takes_the_half_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(folder, MONDAY)
    before = (folder / "journal.jsonl").read_bytes()
    really = os.write
    room = iter([100])

    def little_room(descriptor: int, content: bytes) -> int:
        return really(descriptor, content[: next(room, 0)]) or full_disk()

    with monkeypatch.context() as full:
        full.setattr(os, "write", little_room)
        with pytest.raises(DamagedError):
            store.ingest([TUESDAY], NOW)
    assert (folder / "journal.jsonl").read_bytes() == before


def test_a_disk_that_fills_after_the_import_is_safe_does_not_fail_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(folder, MONDAY)
    with monkeypatch.context() as full:
        full.setattr("attendkit.register.journal.Journal.copy", full_disk)
        assert store.ingest([TUESDAY], NOW)[0].changed == 1
    assert codes(store.register(), "2") == "O N"


def test_a_folder_that_can_only_be_read_is_read_and_refuses_an_import(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(folder)
    expected = store.register().digest
    forget(folder)

    def read_only(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as fixed:
        fixed.setattr("attendkit.register.snapshot.write_whole", read_only)
        fixed.setattr("attendkit.register.store.write_whole", read_only)
        assert store.register().digest == expected
        with pytest.raises(DamagedError, match="Read-only") as caught:
            store.ingest([LIST], NOW)
    assert "can only be read" in caught.value.remedy
    assert caught.value.exit == Exit.DAMAGED


def test_a_writer_waits_for_another_and_then_says_who_it_is(folder: Path) -> None:
    store = filled(folder, MONDAY)
    with store._locked():  # noqa: SLF001
        with pytest.raises(DamagedError, match=f"process {os.getpid()} on ") as caught:
            Store(folder, wait=0.05).ingest([TUESDAY], NOW)
        assert store.imports().height == 1
    assert "run this again" in caught.value.remedy
    assert Store(folder, wait=0.05).ingest([TUESDAY], NOW)[0].changed == 1


def test_two_writers_at_once_both_count(folder: Path) -> None:
    deltas = [export({str(at): "/ \\"}, file=f"{at}.csv") for at in range(6)]
    writers = [threading.Thread(target=Store(folder).ingest, args=([delta], NOW)) for delta in deltas]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    store = Store(folder)
    assert sorted(store.imports()["file"]) == [f"{at}.csv" for at in range(6)]
    assert store.register().digest == fold(deltas).register.digest
    assert store.check() == ()


def test_no_error_shows_a_name(folder: Path) -> None:
    filled(folder, LIST)
    flip(part(folder, "pupils"), 30)
    assert "Fox" not in str(Store(folder).check())


def test_a_store_reads_its_register_once_and_again_after_another_command_has_written(folder: Path) -> None:
    store = filled(folder, MONDAY)
    known = store.register()
    forget(folder)
    assert store.register() is known
    filled(folder, TUESDAY)
    assert store.register().digest == Store(folder).register().digest != known.digest


def test_a_store_that_has_read_its_register_still_mends_the_snapshot(folder: Path) -> None:
    store = filled(folder)
    known = store.register()
    forget(folder)
    store.mend()
    assert list((folder / "snapshot").glob("*.json"))
    assert Store(folder).register().digest == known.digest

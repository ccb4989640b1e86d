"""The log on disk: added to, never changed, private, and clear about what is wrong with it."""

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from attendkit.casework.entry import START, Entry, New
from attendkit.casework.kinds import KINDS
from attendkit.casework.schema import APPLICATION, FORMAT
from attendkit.casework.store import Casework
from attendkit.errors import BadArgumentError, DamagedError

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Casework:
    return Casework(tmp_path / "school" / "casework.db", wait=0.2)


def note(log: Casework, text: str, pupil: str = "A1", corrects: int | None = None) -> Entry:
    body = KINDS["note"].model_validate({"notes": text})
    return log.add("note", pupil, body, by="Mrs Vale", on=DAY, at=NOW, corrects=corrects)


def struck(log: Casework, number: int) -> Entry:
    body = KINDS["struck-out"].model_validate({"why": "wrong pupil"})
    return log.add("struck-out", "A1", body, by="Mrs Vale", on=DAY, at=NOW, corrects=number)


def said(log: Casework) -> list[str]:
    return [entry.body.told() for entry in log.entries()]


def tampered(log: Casework, statement: str) -> None:
    """Change the file behind the store's back, as another program or a careless hand would."""
    with sqlite3.connect(log.path) as connection:
        connection.execute("DROP TRIGGER entries_stay")
        connection.execute("DROP TRIGGER entries_are_kept")
        connection.execute(statement)
    connection.close()


# Added and read -------------------------------------------------------------------------------------


def test_a_log_that_was_never_written_is_empty_and_makes_no_file(log: Casework) -> None:
    assert (log.entries(), log.every_entry(), log.check(), log.head()) == ((), (), (), START)
    assert not log.path.exists()


def test_an_entry_comes_back_as_it_was_written(log: Casework) -> None:
    body = KINDS["call"].model_validate({"outcome": "reason", "code": "i", "notes": " Łukasz: «zimno» "})
    written = log.add("call", "U1", body, by="Mrs Vale", on=DAY, at=NOW, when=time(9, 5))
    (read,) = Casework(log.path).entries()
    assert read == written
    assert (read.id, read.pupil, read.kind, read.on, read.when, read.at) == (
        1,
        "U1",
        "call",
        DAY,
        time(9, 5),
        NOW,
    )
    assert read.body.told() == "reason; I; Łukasz: «zimno»"


def test_the_moment_is_kept_in_universal_time_whatever_the_clock_of_the_computer(log: Casework) -> None:
    there = NOW.astimezone(datetime.fromisoformat("2026-11-20T00:00:00+05:30").tzinfo)
    body = KINDS["note"].model_validate({"notes": "x"})
    assert log.add("note", "A1", body, by="b", on=DAY, at=there).at == NOW


def test_the_file_and_its_folder_are_private(log: Casework) -> None:
    note(log, "x")
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.path.parent.stat().st_mode) == 0o700


def test_several_entries_are_added_whole_or_not_at_all(log: Casework) -> None:
    body = KINDS["note"].model_validate({"notes": "x"})
    good = New("note", "A1", body, "b", DAY, NOW)
    bad = New("note", "A1", body, "b", DAY, NOW, corrects=99)
    with pytest.raises(BadArgumentError, match="no entry 99"):
        log.add_all([good, good, bad])
    assert log.entries() == ()
    assert len(log.add_all([good, good])) == 2


def test_what_was_read_from_a_source_before_is_not_added_again(log: Casework) -> None:
    body = KINDS["note"].model_validate({"notes": "x"})
    one, other = (New("note", "A1", body, "b", DAY, NOW, source=f"sheet {n}") for n in (1, 2))
    assert len(log.add_all([one])) == 1
    assert [entry.source for entry in log.add_all([one, other, other])] == ["sheet 2"]
    assert log.add_all([one, other]) == ()
    plain = New("note", "A1", body, "b", DAY, NOW)
    assert len(log.add_all([plain, plain])) == 2


# Corrected ------------------------------------------------------------------------------------------


def test_a_correction_takes_the_place_of_what_it_corrects_and_leaves_it_in_the_log(log: Casework) -> None:
    note(log, "first")
    note(log, "second")
    corrected = note(log, "first, put right", corrects=1)
    assert said(log) == ["first, put right", "second"]
    assert [entry.body.told() for entry in log.every_entry()] == ["first", "second", "first, put right"]
    assert (corrected.id, log.entries()[0].root) == (3, 1)


def test_a_correction_may_be_corrected_and_keeps_the_number_of_the_first(log: Casework) -> None:
    note(log, "one")
    note(log, "two", corrects=1)
    note(log, "three", corrects=2)
    (entry,) = log.entries()
    assert (entry.body.told(), entry.id, entry.root) == ("three", 3, 1)


def test_what_is_struck_out_no_longer_counts(log: Casework) -> None:
    note(log, "one")
    struck(log, 1)
    assert log.entries() == ()
    assert len(log.every_entry()) == 2


@pytest.mark.parametrize(
    ("number", "kind", "reason"),
    [
        (9, "note", "There is no entry 9 to correct"),
        (1, "note", "Entry 1 was corrected by entry 2"),
        (3, "praise", "Entry 3 is of the kind note"),
        (5, "struck-out", "Entry 5 is of the kind struck-out"),
    ],
)
def test_a_correction_of_what_cannot_be_corrected_is_refused(
    log: Casework, number: int, kind: str, reason: str
) -> None:
    note(log, "one")
    note(log, "two", corrects=1)
    note(log, "three")
    note(log, "four")
    struck(log, 4)
    before = log.head()
    body = KINDS[kind].model_validate({"why": "x"} if kind == "struck-out" else {"notes": "x"})
    with pytest.raises(BadArgumentError, match=reason):
        log.add(kind, "A1", body, by="b", on=DAY, at=NOW, corrects=number)
    assert log.head() == before


# Never changed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET by = 'somebody'",
        "UPDATE entries SET body = '{}'",
        "UPDATE entries SET pupil = 'B2'",
        "UPDATE entries SET body = NULL",
        "UPDATE entries SET pupil = '', body = NULL, salt = NULL, day = '2026-01-01'",
        "DELETE FROM entries",
    ],
)
def test_the_file_itself_refuses_to_be_changed(log: Casework, statement: str) -> None:
    note(log, "x")
    connection = sqlite3.connect(log.path)
    with pytest.raises(sqlite3.IntegrityError, match="entries are only added"):
        connection.execute(statement)
    connection.close()
    assert log.check() == ()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE entries SET by = 'x' WHERE id = 2", "Entry 2 does not match its digest"),
        ("UPDATE entries SET day = '2026-01-01' WHERE id = 1", "Entry 1 does not match its digest"),
        ("UPDATE entries SET kind = 'praise' WHERE id = 2", "Entry 2 does not match its digest"),
        (
            "UPDATE entries SET body = replace(body, 'two', 'TWO')",
            "What entry 2 says does not match its seal",
        ),
        ("UPDATE entries SET pupil = 'B2' WHERE id = 3", "What entry 3 says does not match its seal"),
        ("DELETE FROM entries WHERE id = 2", "Entry 3 does not follow the entry before it"),
        (
            "UPDATE entries SET body = NULL, salt = NULL, pupil = '' WHERE id = 1",
            "no entry says that it was erased",
        ),
    ],
)
def test_a_change_behind_its_back_is_found_and_the_entry_named(
    log: Casework, statement: str, fault: str
) -> None:
    for text in ("one", "two", "three"):
        note(log, text)
    assert log.check() == ()
    tampered(log, statement)
    found = log.check()
    assert any(fault in problem.message for problem in found), found
    assert all(problem.remedy and problem.file == "casework.db" for problem in found)


def test_a_copy_is_whole_and_private_and_has_the_same_head(log: Casework, tmp_path: Path) -> None:
    note(log, "one")
    note(log, "two")
    copy = Casework(tmp_path / "copy.db")
    log.copy_to(copy.path)
    assert copy.entries() == log.entries()
    assert copy.head() == log.head()
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600


# Erased ---------------------------------------------------------------------------------------------


def test_what_is_erased_is_gone_from_the_file_and_the_chain_still_holds(log: Casework) -> None:
    note(log, "SECRET WORDS", pupil="Z9")
    note(log, "SECRET TOO", pupil="Z9", corrects=1)
    note(log, "stays")
    erased = log.erase([1], "the parents asked", by="b", on=DAY, at=NOW)
    assert erased.body.model_dump()["entries"] == (1, 2)
    assert said(log)[0] == "stays"
    assert log.check() == ()
    content = log.path.read_bytes()
    assert not any(word in content for word in (b"SECRET", b"Z9"))
    assert note(log, "goes on").id == 5


# Refused --------------------------------------------------------------------------------------------


def raw(path: Path, *statements: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("use", [Casework.entries, Casework.head, lambda log: note(log, "x")])
def test_a_file_of_a_newer_format_is_refused_and_left_alone(
    log: Casework, use: Callable[[Casework], object]
) -> None:
    note(log, "x")
    raw(log.path, f"PRAGMA user_version = {FORMAT + 1}")
    before = log.path.read_bytes()
    with pytest.raises(DamagedError, match=f"format {FORMAT + 1}") as refused:
        use(log)
    assert "Update attendkit" in refused.value.remedy
    assert log.path.read_bytes() == before


def test_an_entry_of_an_unknown_kind_is_refused_by_its_number(log: Casework) -> None:
    note(log, "x")
    tampered(log, "UPDATE entries SET kind = 'telepathy'")
    with pytest.raises(DamagedError, match="Entry 1 is of a kind that this attendkit does not know"):
        log.entries()


def test_another_programs_database_is_never_written_to(log: Casework) -> None:
    raw(log.path, "CREATE TABLE sales (id INTEGER)")
    before = log.path.read_bytes()
    with pytest.raises(DamagedError, match="not an attendkit log"):
        note(log, "x")
    assert log.path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all, only some words" * 40, b"SQLite format 3\0" + b"\0" * 90]
)
def test_a_file_that_is_no_database_is_damaged_in_words(log: Casework, content: bytes) -> None:
    log.path.parent.mkdir(parents=True)
    log.path.write_bytes(content)
    with pytest.raises(DamagedError) as damaged:
        log.entries()
    assert "backup" in damaged.value.remedy
    assert log.check()


def test_an_empty_file_left_by_a_killed_command_is_an_empty_log(log: Casework) -> None:
    log.path.parent.mkdir(parents=True)
    log.path.touch()
    assert log.entries() == ()
    assert note(log, "x").id == 1


def test_the_file_says_what_it_is_and_of_which_format(log: Casework) -> None:
    note(log, "x")
    connection = sqlite3.connect(log.path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


# Several at once ------------------------------------------------------------------------------------


def test_while_another_command_writes_it_waits_and_then_says_so(log: Casework) -> None:
    note(log, "x")
    other = sqlite3.connect(log.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DamagedError, match="Another attendkit command is writing") as busy:
        note(log, "y")
    assert "Nothing was changed" in busy.value.remedy
    other.execute("ROLLBACK")
    other.close()
    assert note(log, "y").id == 2


def test_three_writers_at_once_lose_nothing_and_make_one_chain(log: Casework) -> None:
    def write(writer: int) -> list[int]:
        mine = Casework(log.path)
        return [note(mine, f"{writer}-{n}").id for n in range(12)]

    with ThreadPoolExecutor(3) as threads:
        acknowledged = [number for numbers in threads.map(write, range(3)) for number in numbers]
    assert sorted(acknowledged) == list(range(1, 37))
    assert {entry.body.told() for entry in log.entries()} == {f"{w}-{n}" for w in range(3) for n in range(12)}
    assert log.check() == ()


def test_a_reader_beside_a_writer_sees_whole_entries_only(log: Casework) -> None:
    body = KINDS["note"].model_validate({"notes": "x"})
    pair = [New("note", "A1", body, "b", DAY + timedelta(days=n), NOW) for n in range(2)]
    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(lambda: [Casework(log.path).add_all(pair) for _ in range(10)])
        while not writing.done():
            assert len(log.entries()) % 2 == 0
    assert len(log.entries()) == 20


@pytest.mark.parametrize(
    ("kind", "said"), [("hold", {"why": "medical"}), ("ehe-decision", {"decision": "stays"})]
)
def test_what_goes_on_until_a_day_does_not_end_before_it_is_logged(
    log: Casework, kind: str, said: dict[str, Any]
) -> None:
    on, at = date(2026, 11, 20), datetime(2026, 11, 20, 9, tzinfo=UTC)
    body = KINDS[kind].model_validate({**said, "until": date(2026, 11, 19)})
    with pytest.raises(BadArgumentError, match="before the day that it is logged on"):
        log.add(kind, "004240", body, by="JO", on=on, at=at)
    assert log.entries() == ()
    log.add(kind, "004240", KINDS[kind].model_validate({**said, "until": on}), by="JO", on=on, at=at)

"""A month's backup: made once, never written over, proved from the disk, as the register stood then."""

import errno
import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.backup.schools import (
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    backed_up,
    called,
    copy_of,
    everything_in,
)
from tests.register.drawn import export

from attendkit.backup import making
from attendkit.backup.contents import contents, source
from attendkit.backup.held import held
from attendkit.backup.manifest import Files, read_manifest
from attendkit.backup.sealing import Seal, new_key
from attendkit.casework.store import Casework
from attendkit.errors import BadArgumentError, DamagedError
from attendkit.register import files as disk
from attendkit.register.backups import (
    Month,
    backups_folder,
    keep_until,
    months_due,
    months_held,
    months_missing,
)
from attendkit.register.store import Store
from attendkit.school import load_school
from attendkit.terms import calendar


def files_of(folder: Path, month: Month = NOVEMBER) -> Files:
    return contents(source(folder, load_school(folder), month))


def codes_of(files: Files, adno: str) -> str:
    told = pl.read_csv(files["registers/attendance-register.csv"], infer_schema=False)
    return " ".join(told.filter(pl.col("adno") == adno)["code"])


# As the register stood -----------------------------------------------------------------------------------


def test_a_past_month_is_as_it_stood_at_its_end(folder: Path) -> None:
    assert codes_of(files_of(folder, OCTOBER), "101") == r"/ \ / \ N N"
    assert codes_of(files_of(folder, NOVEMBER), "101") == r"/ \ / \ I I / \ "[:-1]
    october = copy_of(folder, OCTOBER).opened()
    assert "school/casework.db" in october
    (folder / "then.db").write_bytes(october["school/casework.db"])
    then = Casework(folder / "then.db")
    assert [entry.on for entry in then.every_entry()] == [date(2026, 9, 9)]
    assert then.check() == ()
    assert then.head() == Casework(folder / "casework.db").every_entry()[0].digest


def test_a_clock_that_was_put_back_takes_nothing_away(folder: Path) -> None:
    late = export({"103": "/ \\"}, first=date(2026, 10, 5), file="october.csv")
    Store(folder / "register").ingest([late], datetime(2026, 10, 5, 12, 0, tzinfo=UTC))
    assert codes_of(files_of(folder, OCTOBER), "101") == r"/ \ / \ I I / \ "[:-1]


def test_a_month_before_the_first_import_is_made_of_what_was_read_since_and_says_so(folder: Path) -> None:
    says = read_manifest(files_of(folder, Month(2026, 8)), "here").says
    assert says["read_after_the_month"]
    assert says["register"]["sessions"] == 22
    assert not read_manifest(files_of(folder, SEPTEMBER), "here").says["read_after_the_month"]


def test_the_last_minute_of_a_month_is_the_schools_own(folder: Path) -> None:
    late = export({"103": "/ \\"}, first=date(2026, 9, 30), file="late.csv")
    Store(folder / "register").ingest([late], datetime(2026, 9, 30, 23, 30, tzinfo=UTC))  # 00:30 on 1 October
    assert read_manifest(files_of(folder, SEPTEMBER), "here").says["register"]["imports"] == 2


def test_nothing_read_is_nothing_to_back_up(tmp_path: Path) -> None:
    (tmp_path / "attendkit.toml").write_text("", encoding="utf-8")
    with pytest.raises(BadArgumentError, match="nothing to back up"):
        source(tmp_path, load_school(tmp_path), NOVEMBER)


# What is in it --------------------------------------------------------------------------------------------


def test_the_manifest_says_what_is_there_without_a_name(folder: Path) -> None:
    made = backed_up(folder)
    told = (made.folder / "manifest.json").read_text(encoding="utf-8")
    says = json.loads(told)
    assert says["register"]["digest"] == Store(folder / "register").register().digest
    assert (says["register"]["pupils"], says["register"]["sessions"]) == (3, 22)
    assert (says["register"]["sessions_missing"], says["casework"]["entries"]) == (0, 2)
    assert says["rows"]["registers/attendance-register.csv"] == 22
    assert says["rules"]["register-retention"] == "2024-08-19"
    assert says["made"] == "2026-11-20"
    assert says["by"] == "somebody"
    assert not any(name in told for name in ("Amery", "Bell", "Zoë", "101", "07700"))


def test_an_unmarked_session_is_counted(folder: Path) -> None:
    assert read_manifest(files_of(folder, OCTOBER), "here").says["register"]["sessions_missing"] == 2


def test_every_tutor_group_has_its_month_to_print(folder: Path) -> None:
    september = files_of(folder, SEPTEMBER)
    pages = [name for name in september if name.endswith(".pdf")]
    assert pages == [f"print/attendance-register-2026-09/{group}.pdf" for group in ("7A1", "8B2")]
    assert all(september[page].startswith(b"%PDF") for page in pages)
    assert not [name for name in files_of(folder, NOVEMBER) if name.endswith(".pdf")]


def test_the_schools_own_settings_and_templates_are_in_it_and_links_are_not(folder: Path) -> None:
    (folder / "templates" / "letters" / "elsewhere.md").symlink_to("/etc/hostname")
    there = [name for name in files_of(folder) if name.startswith("school/") and "register" not in name]
    assert sorted(there) == ["school/attendkit.toml", "school/casework.db", "school/templates/letters/own.md"]


def test_the_same_register_makes_the_same_bytes(folder: Path) -> None:
    assert files_of(folder, OCTOBER) == files_of(folder, OCTOBER)
    assert files_of(folder) == files_of(folder)


# Making it ------------------------------------------------------------------------------------------------


def test_made_again_while_nothing_has_changed_it_is_left_as_it_is(folder: Path) -> None:
    first = backed_up(folder)
    before = {path: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    again = backed_up(folder)
    assert (first.already, again.already) == (False, True)
    assert again.folder == first.folder == folder / "backups" / "2026-11"
    assert {path: path.stat().st_mtime_ns for path in first.folder.iterdir()} == before


def test_after_a_change_a_new_one_stands_beside_the_old_one(folder: Path) -> None:
    first = backed_up(folder)
    called(folder, date(2026, 11, 20), "call 3")
    second = backed_up(folder)
    assert [first.folder.name, second.folder.name] == ["2026-11", "2026-11.2"]
    assert backed_up(folder).folder == second.folder
    assert [one.folder for one in held(folder / "backups")] == [first.folder, second.folder]


def test_a_damaged_one_is_made_again_beside_it(folder: Path) -> None:
    first = backed_up(folder)
    (first.folder / "RESTORE.txt").write_bytes(b"")
    assert backed_up(folder).folder.name == "2026-11.2"


def test_an_encrypted_one_is_not_taken_for_an_open_one(folder: Path) -> None:
    backed_up(folder)
    sealed = backed_up(folder, seal=Seal((new_key("2026-11-20").public,)))
    assert not sealed.already
    assert not any(b"Amery" in path.read_bytes() for path in sealed.folder.iterdir())


def test_only_its_owner_may_look_into_it(folder: Path) -> None:
    made = backed_up(folder)
    assert {path.stat().st_mode & 0o777 for path in made.folder.iterdir()} == {0o600}
    assert made.folder.stat().st_mode & 0o777 == 0o700


def test_a_disk_that_changes_a_byte_is_found_out_before_the_backup_has_a_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = disk.write_whole

    def lying(path: Path, content: bytes) -> None:
        whole(path, content[:-1] + b"?" if path.suffix == ".zip" else content)

    monkeypatch.setattr(making, "write_whole", lying)
    with pytest.raises(DamagedError, match="what was read back"):
        backed_up(folder)
    assert everything_in(folder / "backups") == [".lock"]


def test_a_register_that_would_not_come_back_is_found_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = contents(source(folder, load_school(folder), OCTOBER))
    monkeypatch.setattr(making, "contents", lambda _: {**wrong, "registers/extra.csv": b""})
    with pytest.raises(DamagedError, match=r"extra\.csv is not part"):
        backed_up(folder)
    assert everything_in(folder / "backups") == [".lock"]


@pytest.mark.parametrize(
    ("error", "says"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read"), (errno.EACCES, "write")]
)
def test_a_disk_that_will_not_take_it_is_said_and_nothing_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: int, says: str
) -> None:
    def refusing(path: Path, _: bytes) -> None:
        raise OSError(error, "no", str(path))

    monkeypatch.setattr(making, "write_whole", refusing)
    with pytest.raises(DamagedError, match="The backup cannot be written") as raised:
        backed_up(folder)
    assert says in raised.value.remedy
    assert everything_in(folder / "backups") == [".lock"]


def test_stopped_by_hand_it_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "_prove", stopped)
    with pytest.raises(KeyboardInterrupt):
        backed_up(folder)
    assert everything_in(folder / "backups") == [".lock"]


def test_what_a_killed_one_left_behind_is_cleared_away(folder: Path) -> None:
    left = folder / "backups" / ".2026-11.4711.tmp"
    disk.private_folder(left)
    (left / "attendkit-2026-11.zip").write_bytes(b"half")
    assert months_held(folder / "backups") == frozenset()
    backed_up(folder)
    assert not left.exists()


# Held and due ---------------------------------------------------------------------------------------------


def test_an_entry_is_kept_for_six_years() -> None:
    assert keep_until(date(2026, 11, 20), 6) == date(2032, 11, 20)
    assert keep_until(date(2028, 2, 29), 6) == date(2034, 3, 1)


def test_a_backup_is_kept_for_six_years_from_its_newest_entry(folder: Path) -> None:
    october, november = backed_up(folder, OCTOBER), backed_up(folder)
    assert (october.says["last_entry"], october.says["keep_until"]) == ("2026-09-09", "2032-09-09")
    assert (november.says["last_entry"], november.says["keep_until"]) == ("2026-11-20", "2032-11-20")


def test_a_backup_whose_manifest_is_spoilt_says_so(folder: Path) -> None:
    made = backed_up(folder)
    (made.folder / "manifest.json").write_bytes(b"{")
    (one,) = held(folder / "backups")
    assert one.fault == "manifest.json is not as it was written."
    assert one.keep_until is None
    (made.folder / "manifest.json").unlink()
    (one,) = held(folder / "backups")
    assert one.fault.startswith("manifest.json cannot be read")


def test_a_month_is_due_on_its_last_school_day(folder: Path) -> None:
    school = load_school(folder)
    imports = Store(folder / "register").imports()
    terms = [(date(2026, 9, 1), date(2026, 12, 18)), (date(2027, 1, 5), date(2027, 3, 25))]
    days = calendar(terms=terms)
    due = [str(month) for month in months_due(days, imports, date(2026, 11, 29))]
    assert due == ["2026-09", "2026-10"]
    assert Month(2026, 12) not in set(months_due(days, imports, date(2026, 12, 17)))
    assert Month(2026, 12) in set(months_due(days, imports, date(2026, 12, 18)))
    backed_up(folder, SEPTEMBER)
    assert months_missing(school, days, imports, date(2026, 11, 30)) == (OCTOBER, NOVEMBER)


def test_a_month_without_a_school_day_has_no_backup_due(folder: Path) -> None:
    imports = Store(folder / "register").imports()
    days = calendar(terms=[(date(2026, 9, 1), date(2026, 9, 30)), (date(2026, 11, 2), date(2026, 11, 6))])
    assert OCTOBER not in set(months_due(days, imports, date(2026, 11, 30)))


def test_a_school_may_keep_its_backups_on_another_disk(folder: Path, tmp_path: Path) -> None:
    assert backups_folder(load_school(folder)) == folder / "backups"
    (folder / "attendkit.toml").write_text(
        f'[backup]\nfolder = "{(tmp_path / "stick").as_posix()}"\n', encoding="utf-8"
    )
    assert backups_folder(load_school(folder)) == tmp_path / "stick"


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "26-10", "0000-01", "2026-1", "October"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadArgumentError, match="not a month"):
        Month.named(text)


def test_months_are_in_order_over_the_new_year() -> None:
    assert Month(2026, 12).next == Month(2027, 1)
    assert Month(2026, 12).last == date(2026, 12, 31)
    assert Month(2028, 2).last == date(2028, 2, 29)
    assert (str(Month.named(" 2026-02 ")), Month(2026, 2).words) == ("2026-02", "February 2026")

"""Copies looked over in both depths, and made into a school's folder again."""

import random
from pathlib import Path

import pytest
from tests.backup.schools import NOVEMBER, SEPTEMBER, backed_up, copy_of, everything_in

from attendkit.backup.copies import nonsense, read_copy
from attendkit.backup.held import held
from attendkit.backup.manifest import Files, read_manifest, with_manifest
from attendkit.backup.restoring import restore
from attendkit.backup.sealing import Seal, new_key, with_key
from attendkit.casework.store import Casework
from attendkit.errors import BadArgumentError, DamagedError
from attendkit.register.store import Store

KEPT = Path(__file__).parents[1] / "data" / "backup-1"
"""A backup in version 1 of the format, which every later attendkit must read."""

KEY = new_key("2026-11-20")


def unpacked_at(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def told_again(files: Files, name: str, content: bytes) -> dict[str, bytes]:
    """The files with one changed and a manifest that agrees with it: only sense can tell."""
    says = read_manifest(files, "").says
    kept = {one: content for one, content in files.items() if one not in {"manifest.json", "SHA256SUMS"}}
    return with_manifest({**kept, name: content}, says)


# Bytes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seal", [Seal(), Seal((KEY.public,))], ids=["open", "sealed"])
def test_a_byte_flipped_anywhere_is_found_and_its_file_named(folder: Path, seal: Seal) -> None:
    place = backed_up(folder, seal=seal).folder
    chance = random.Random(f"flips {seal.ending}")  # noqa: S311 - repeated by its seed
    whole = {path: path.read_bytes() for path in sorted(place.iterdir())}
    for _ in range(100):
        path = chance.choice(list(whole))
        at = chance.randrange(len(whole[path]))
        flipped = bytearray(whole[path])
        flipped[at] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        assert [one.message for one in read_copy(place).faults()] == [
            f"{path.name} is not as it was written."
        ], f"byte {at} of {path.name}"
        path.write_bytes(whole[path])
    assert read_copy(place).faults() == ()


def test_a_byte_flipped_in_what_was_unpacked_is_found_and_its_file_named(
    folder: Path, tmp_path: Path
) -> None:
    files = copy_of(folder, SEPTEMBER).opened()
    place = unpacked_at(tmp_path / "unpacked", files)
    chance = random.Random("unpacked")  # noqa: S311 - repeated by its seed
    for _ in range(100):
        name = chance.choice(list(files))
        flipped = bytearray(files[name])
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        (place / name).write_bytes(flipped)
        assert [one.message for one in read_copy(place).faults()] == [f"{name} is not as it was written."]
        (place / name).write_bytes(files[name])


def test_missing_and_extra_files_are_named(folder: Path, tmp_path: Path) -> None:
    place = unpacked_at(tmp_path / "unpacked", copy_of(folder).opened())
    (place / "registers" / "contacts.csv").unlink()
    (place / "registers" / "own.csv").write_text("x", encoding="utf-8")
    assert [one.message for one in read_copy(place).faults()] == [
        "registers/contacts.csv is missing.",
        "registers/own.csv is not part of this backup.",
    ]


def test_where_there_is_no_backup_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadArgumentError, match="no such backup"):
        read_copy(tmp_path / "nowhere")
    with pytest.raises(BadArgumentError, match="holds no backup"):
        read_copy(tmp_path)


# Sense ----------------------------------------------------------------------------------------------------


def test_a_sound_copy_makes_sense_in_every_form(folder: Path, tmp_path: Path) -> None:
    copy = copy_of(folder)
    assert nonsense(copy.opened(), "here") == ()
    place = unpacked_at(tmp_path / "unpacked", copy.opened())
    assert nonsense(read_copy(place).opened(), "here") == ()
    assert nonsense(read_copy(copy.place / "attendkit-2026-11.zip").opened(), "here") == ()


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (
            "registers/attendance-register.csv",
            (b",AM,I,", b",AM,/,"),
            "The figures of 1 pupil, counted again",
        ),
        ("registers/attendance-register.csv", (b",AM,", b",MIDDAY,"), "CSV cannot be counted"),
        ("registers/figures.csv", (b"2026-2027", b"2025-2026"), "The figures of 1 pupil, counted again"),
        ("registers/changes.csv", (b"\r\n1", b"1"), "has "),
        ("school/casework.db", (b"call 2", b"call 9"), "casework that it restores"),
        ("school/register/journal.jsonl", (b"november.csv", b"december.csv"), "journal is damaged"),
    ],
)
def test_a_copy_that_agrees_with_its_manifest_and_not_with_itself_is_found_out(
    folder: Path, name: str, change: tuple[bytes, bytes], says: str
) -> None:
    files = copy_of(folder).opened()
    changed = files[name].replace(*change, 1) if change[0] in files[name] else files[name] + b"x\r\n"
    found = nonsense(told_again(files, name, changed), "here")
    assert found
    assert says in found[0].message
    assert not any(who in one.message for one in found for who in ("Amery", "Coe"))


def test_the_register_of_another_day_is_found_out(folder: Path) -> None:
    then, now = copy_of(folder, SEPTEMBER).opened(), copy_of(folder, NOVEMBER).opened()
    journal = "school/register/journal.jsonl"
    found = nonsense(told_again(now, journal, then[journal]), "here")
    assert found[0].message == "The register that it restores is not the one that was backed up."


# Restored -------------------------------------------------------------------------------------------------


def test_what_is_restored_is_the_school_with_its_history_and_its_log(folder: Path, tmp_path: Path) -> None:
    says = restore(copy_of(folder), tmp_path / "new" / "school", also=("exports", "out"))
    new = tmp_path / "new" / "school"
    was, now = Store(folder / "register"), Store(new / "register")
    assert now.register().digest == was.register().digest == says["register"]["digest"]
    assert now.history().equals(was.history())
    assert now.imports().equals(was.imports())
    assert now.check() == ()
    logs = Casework(folder / "casework.db"), Casework(new / "casework.db")
    assert logs[0].every_entry() == logs[1].every_entry()
    assert (new / "templates/letters/own.md").read_text(encoding="utf-8") == "Dear parent\n"
    assert {name for name in everything_in(new) if "/" not in name} >= {"exports", "out", "attendkit.toml"}
    assert {path.stat().st_mode & 0o077 for path in new.rglob("*")} == {0}


def test_nothing_is_restored_over_what_is_there(folder: Path, tmp_path: Path) -> None:
    copy = copy_of(folder)
    before = everything_in(folder)
    with pytest.raises(BadArgumentError, match="something here already"):
        restore(copy, folder)
    assert everything_in(folder) == before
    (tmp_path / "empty").mkdir()
    restore(copy, tmp_path / "empty")
    assert (tmp_path / "empty" / "attendkit.toml").is_file()


def test_a_damaged_copy_is_not_restored_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    copy = copy_of(folder)
    sums = copy.place / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes().replace(b"0", b"1"))
    with pytest.raises(DamagedError, match="SHA256SUMS is not as it was written"):
        restore(read_copy(copy.place), tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["school"]


def test_a_damaged_sealed_copy_is_named_before_it_is_opened(folder: Path, tmp_path: Path) -> None:
    place = backed_up(folder, seal=Seal((KEY.public,))).folder
    (sealed,) = place.glob("*.age")
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"?")
    with pytest.raises(DamagedError, match=f"{sealed.name} is not as it was written"):
        restore(read_copy(place), tmp_path / "new", with_key(KEY.file, "key"))


def test_it_may_be_restored_into_the_empty_folder_one_stands_in(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_of(folder)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    restore(copy, Path())
    assert (tmp_path / "here" / "attendkit.toml").is_file()


def test_a_disk_that_will_not_take_the_folder_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(_: Files, place: Path) -> None:
        place.mkdir()
        raise OSError(28, "No space left on device", str(place))

    copy = copy_of(folder)
    monkeypatch.setattr("attendkit.backup.restoring.write_school", refusing)
    with pytest.raises(DamagedError, match="school's folder cannot be written"):
        restore(copy, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["school"]


def test_a_sealed_copy_opens_with_its_key_alone(folder: Path, tmp_path: Path) -> None:
    copy = read_copy(backed_up(folder, seal=Seal((KEY.public,))).folder)
    assert copy.needs == "key"
    with pytest.raises(DamagedError, match="not its key"):
        restore(copy, tmp_path / "new", with_key(new_key("2026-11-20").file, "other"))
    restore(copy, tmp_path / "new", with_key(KEY.file, "key"))
    assert Store(tmp_path / "new" / "register").register().pupils.height == 3


# The format -----------------------------------------------------------------------------------------------


def test_the_first_version_of_the_format_is_read_for_ever(tmp_path: Path) -> None:
    copy = read_copy(KEPT)
    assert copy.faults() == ()
    assert nonsense(copy.opened(), "here") == ()
    assert read_manifest(copy.opened(), "here").says["version"] == 1
    restore(copy, tmp_path / "new")
    store = Store(tmp_path / "new" / "register")
    assert store.register().digest == "618174f7251095831a5ad70a33a272b27890032799e426c578502b49f5cc19e2"
    assert store.imports()["file"].to_list() == ["pupils.csv", "september.csv", "november.csv"]
    assert len(Casework(tmp_path / "new" / "casework.db").every_entry()) == 2


def test_a_set_of_files_that_is_no_months_backup_is_named_and_not_restored(tmp_path: Path) -> None:
    files = with_manifest({"a.csv": b"x\r\n1\r\n", "school/attendkit.toml": b""}, {"rows": {"a.csv": 1}})
    (found,) = nonsense(files, "here")
    assert "does not say" in found.message
    with pytest.raises(DamagedError, match="does not say"):
        restore(read_copy(unpacked_at(tmp_path / "copy", files)), tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    unpacked_at(tmp_path / "2026-11", files)
    (one,) = held(tmp_path)
    assert one.fault == "manifest.json is not a month's."

"""Erasing a pupil: no file holds anything of them, and the journal still says truthfully what happened."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.register.drawn import export, pupil_list
from tests.register.test_store import NOW

from attendkit.errors import BadArgumentError, DamagedError
from attendkit.register.model import ERASED
from attendkit.register.parts import Parts
from attendkit.register.store import Store

UPN = "A990409919000"
MONDAY = export({"Zephyrine": "N N", "Bo": "/ /"}, file="monday.csv")
LATER = export({"Zephyrine": "I I", "Bo": "L L"}, file="later.csv")


def made(folder: Path) -> Store:
    store = Store(folder / "register")
    store.ingest([MONDAY], NOW)
    store.ingest([LATER], NOW)
    return store


def number(store: Store, name: str) -> int:
    pupils = store.register().pupils
    found = pupils.filter(pl.any_horizontal(pl.col("surname", "forename", "adno", "key") == name))
    return int(found["pupil"].item())


def everything(folder: Path) -> bytes:
    tables = [pl.read_parquet(path).write_csv().encode() for path in sorted(folder.rglob("*.parquet"))]
    return b"".join([*tables, *(p.read_bytes() for p in folder.rglob("*") if p.is_file())])


def test_no_file_of_the_register_has_the_pupil_any_more(tmp_path: Path) -> None:
    store = made(tmp_path)
    assert b"Zephyrine" in everything(store.folder)
    gone = number(store, "Zephyrine")
    erasure = store.erase(gone, NOW)
    assert (erasure.pupils, erasure.marks) == (1, 4)
    assert erasure.files == {MONDAY.digest, LATER.digest}
    assert b"Zephyrine" not in everything(store.folder)
    register = store.register()
    assert gone not in register.pupils["pupil"]
    assert gone not in register.marks["pupil"]
    assert gone not in store.history()["pupil"]


def test_the_others_are_as_they_were(tmp_path: Path) -> None:
    store = made(tmp_path)
    kept = number(store, "Bo")
    before = store.history().filter(pupil=kept)
    store.erase(number(store, "Zephyrine"), NOW)
    assert store.history().filter(pupil=kept).equals(before)


def test_the_chain_still_holds_and_says_that_something_was_erased(tmp_path: Path) -> None:
    store = made(tmp_path)
    lines = (store.folder / "journal.jsonl").read_bytes()
    store.erase(number(store, "Zephyrine"), NOW)
    assert (store.folder / "journal.jsonl").read_bytes().startswith(lines)
    assert (store.check(), store.spoilt()) == ((), ())
    assert store.imports()["layout"].to_list() == ["long", "long", ERASED]
    assert store.register().files_read["layout"].to_list() == ["long", "long"]
    assert store.register().digest == Store(store.folder).register().digest


def test_imports_go_on_after_it(tmp_path: Path) -> None:
    store = made(tmp_path)
    store.erase(number(store, "Zephyrine"), NOW)
    (summary,) = store.ingest([export({"Cal": "/ \\"}, file="new.csv")], NOW)
    assert summary.pupils_new == 1
    assert (store.check(), store.spoilt()) == ((), ())
    assert set(store.register().pupils["adno"]) == {"Bo", "Cal"}


def test_reading_the_same_export_again_brings_the_pupil_back_whole(tmp_path: Path) -> None:
    """Its part may then be the very one that was erased."""
    store = Store(tmp_path / "register")
    store.ingest([export({"Zephyrine": "N N"}, file="monday.csv")], NOW)
    store.erase(number(store, "Zephyrine"), NOW)
    assert store.register().pupils.is_empty()
    store.ingest([export({"Zephyrine": "N N"}, file="again.csv")], NOW)
    assert store.check() == ()
    assert store.register().marks.height == 2


def test_a_pupil_who_was_two_until_proved_one_is_gone_from_both(tmp_path: Path) -> None:
    store = Store(tmp_path / "register")
    store.ingest([export({"a": "N ."}, who={"a": {"upn": UPN}}, file="a.csv")], NOW)
    store.ingest([export({"b": "I ."}, who={"b": {"adno": "7"}}, file="b.csv")], NOW)
    store.ingest([pupil_list({"b": {"adno": "7", "upn": UPN}}, file="proof.csv")], NOW)
    (pupil,) = store.register().pupils["pupil"]
    store.erase(pupil, NOW)
    assert b"990409919000" not in everything(store.folder)
    assert store.history().is_empty()
    assert store.check() == ()


def test_one_that_was_killed_before_it_had_swept_is_swept_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = made(tmp_path)
    gone = number(store, "Zephyrine")
    with monkeypatch.context() as patched:
        patched.setattr(Parts, "sweep", _killed)
        with pytest.raises(KeyboardInterrupt):
            store.erase(gone, NOW)
    assert gone not in store.register().pupils["pupil"]
    assert any("parts" in problem.file for problem in store.spoilt())
    store.mend()
    assert store.spoilt() == ()
    assert b"Zephyrine" not in everything(store.folder)


def test_one_that_was_killed_before_its_line_has_done_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = made(tmp_path)
    before, gone = store.register().digest, number(store, "Zephyrine")
    with monkeypatch.context() as patched:
        patched.setattr("attendkit.register.journal.Journal.append", _killed)
        with pytest.raises(KeyboardInterrupt):
            store.erase(gone, NOW)
    assert (store.register().digest, store.check()) == (before, ())


def test_the_register_of_a_day_before_it_cannot_be_given(tmp_path: Path) -> None:
    store = made(tmp_path)
    store.erase(number(store, "Zephyrine"), NOW.replace(year=2033))
    with pytest.raises(BadArgumentError, match="erased"):
        store.standing(date(2026, 11, 30))
    assert store.standing(date(2033, 12, 31)).register.digest == store.register().digest


def test_a_part_that_took_anothers_place_is_held_to_its_digest(tmp_path: Path) -> None:
    store = made(tmp_path)
    store.erase(number(store, "Zephyrine"), NOW)
    for path in (store.folder / "parts").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert len(store.check()) >= 2
    for path in (store.folder / "snapshot").iterdir():
        path.unlink()
    with pytest.raises(DamagedError):
        store.register()


def _killed(*_: object) -> None:
    raise KeyboardInterrupt

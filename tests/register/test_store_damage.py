"""Whatever happens to a file of the store, it gives the right register or an error: never another one."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.register.drawn import export, pupil_list
from tests.register.test_store import LIST, MONDAY, NOW, TUESDAY, UPN

from attendkit.errors import DamagedError
from attendkit.register.store import Store

LOSSES = ("gone", "flipped", "cut", "zeros", "inserted", "appended")
places = st.floats(0, 1, exclude_max=True)
losses = st.tuples(st.integers(0, 99), st.sampled_from(LOSSES), places)
damages = st.tuples(st.integers(0, 99), st.sampled_from([*LOSSES, "doubled"]), places)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "register"
    by_upn = export({"a": "N ."}, who={"a": {"upn": UPN}}, file="a.csv")
    by_number = export({"b": "I ."}, who={"b": {"adno": "7"}}, file="b.csv")
    proof = pupil_list({"b": {"adno": "7", "upn": UPN}}, file="proof.csv")
    for delta in (MONDAY, by_upn, by_number, proof, LIST, TUESDAY):
        Store(folder).ingest([delta], NOW)
    return folder


def harm(folder: Path, damage: tuple[int, str, float]) -> None:
    which, kind, where = damage
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    path = files[which % len(files)]
    content = path.read_bytes()
    at = int(where * len(content))
    harmed = {
        "flipped": content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :],
        "cut": content[:at],
        "zeros": content[:at] + bytes(len(content) - at),
        "inserted": content[:at] + b"!" + content[at:],
        "appended": content + b"!",
        "doubled": content + content[at:],
    }
    if kind == "gone":
        path.unlink()
    else:
        path.write_bytes(harmed[kind])


def copy_of(sound: Path, *done: tuple[int, str, float]) -> Path:
    folder = sound.with_name("copy")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sound, folder)
    for damage in done:
        harm(folder, damage)
    return folder


@given(losses)
@settings(max_examples=50, deadline=None)
def test_no_loss_in_one_file_changes_the_register(sound: Path, damage: tuple[int, str, float]) -> None:
    folder = copy_of(sound, damage)
    assert Store(folder).register().digest == Store(sound).register().digest
    Store(folder).check()
    try:
        assert Store(folder).history().equals(Store(sound).history())
    except DamagedError:
        assert Store(folder).check() != ()


@given(st.lists(damages, min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_more_damage_gives_the_right_register_or_an_error(
    sound: Path, done: list[tuple[int, str, float]]
) -> None:
    folder = copy_of(sound, *done)
    try:
        register = Store(folder).register()
    except DamagedError:
        assert Store(folder).check() != ()
    else:
        assert register.digest == Store(sound).register().digest

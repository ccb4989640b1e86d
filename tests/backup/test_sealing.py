"""Encrypted to keys or a passphrase, opened by the right one only, and refused in words."""

import sys

import pytest

from attendkit.backup.sealing import Seal, is_sealed, new_key, wants_passphrase, with_key, with_passphrase
from attendkit.errors import BadArgumentError, DamagedError

CONTENT = b"registers" * 1000
OFFICER, HEAD, STRANGER = (new_key("2026-11-20") for _ in range(3))


def test_every_recipient_opens_it_and_nobody_else() -> None:
    sealed, opener = Seal((OFFICER.public, HEAD.public)).closed(CONTENT)
    assert CONTENT not in sealed
    assert is_sealed(sealed)
    assert not wants_passphrase(sealed)
    assert opener(sealed) == CONTENT
    assert with_key(OFFICER.file, "key")(sealed) == CONTENT
    assert with_key(HEAD.file, "key")(sealed) == CONTENT
    with pytest.raises(DamagedError, match="not its key"):
        with_key(STRANGER.file, "key")(sealed)


def test_the_key_that_proves_a_backup_proves_no_other() -> None:
    first, _ = Seal((OFFICER.public,)).closed(CONTENT)
    _, other = Seal((OFFICER.public,)).closed(CONTENT)
    with pytest.raises(DamagedError):
        other(first)


def test_a_passphrase_opens_what_it_closed() -> None:
    sealed, opener = Seal(passphrase="correct horse").closed(CONTENT)  # noqa: S106
    assert wants_passphrase(sealed)
    assert opener(sealed) == CONTENT
    with pytest.raises(DamagedError, match="passphrase"):
        with_passphrase("wrong horse")(sealed)


def test_unencrypted_is_what_it_is() -> None:
    sealed, opener = Seal().closed(CONTENT)
    assert sealed == opener(sealed) == CONTENT
    assert not is_sealed(sealed)
    assert (Seal().ending, Seal(passphrase="x").ending, Seal((OFFICER.public,)).ending) == (  # noqa: S106
        ".zip",
        ".zip.age",
        ".zip.age",
    )


def test_a_key_file_says_what_it_is_and_may_hold_several_keys() -> None:
    lines = OFFICER.file.splitlines()
    assert lines[:2] == ["# created: 2026-11-20", f"# public key: {OFFICER.public}"]
    assert lines[2].startswith("AGE-SECRET-KEY-1")
    sealed, _ = Seal((HEAD.public,)).closed(CONTENT)
    assert with_key(OFFICER.file + HEAD.file, "keys")(sealed) == CONTENT


@pytest.mark.parametrize("text", ["", "age1notasecret", "AGE-SECRET-KEY-1NONSENSE", OFFICER.public])
def test_what_is_no_key_file_is_refused(text: str) -> None:
    with pytest.raises(BadArgumentError, match="not a key file"):
        with_key(text, "stick/key.txt")


def test_a_mistyped_recipient_is_refused_with_its_place() -> None:
    wrong = f"{OFFICER.public[:-1]}{'q' if OFFICER.public[-1] != 'q' else 'p'}"
    with pytest.raises(BadArgumentError, match="not a public key") as raised:
        Seal((OFFICER.public, wrong)).closed(CONTENT)
    assert raised.value.where == "attendkit.toml, backup.recipients"


@pytest.mark.parametrize("seal", [Seal((OFFICER.public,)), Seal(passphrase="x")])  # noqa: S106
def test_a_computer_without_pyrage_says_so(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(BadArgumentError, match="cannot encrypt") as raised:
        seal.closed(CONTENT)
    assert "--unencrypted" in raised.value.remedy
    assert Seal().closed(CONTENT)[0] == CONTENT


def test_a_byte_changed_in_what_was_encrypted_is_damage() -> None:
    sealed, opener = Seal((OFFICER.public,)).closed(CONTENT)
    for at in range(0, len(sealed), 37):
        flipped = bytearray(sealed)
        flipped[at] ^= 1
        with pytest.raises(DamagedError):
            opener(bytes(flipped))

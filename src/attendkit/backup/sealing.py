"""Backups encrypted with age, which any age program opens: to the school's public keys, or a passphrase.

To make a backup nothing secret is needed: public keys stand in `attendkit.toml`. To prove that what lies on
the disk can be opened again, it is encrypted also to a key made for this one backup and then forgotten.
"""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from attendkit.errors import BadArgumentError, DamagedError

_AGE = b"age-encryption.org/v1\n"
_BY_PASSPHRASE = b"-> scrypt "
_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 - how the line of a key file begins, not a key

Opener = Callable[[bytes], bytes]
"""Gives back what was sealed, or raises `DamagedError`."""


@dataclass(frozen=True)
class Seal:
    """How a backup is closed: to `recipients` (public keys), by a passphrase, or not at all."""

    recipients: tuple[str, ...] = ()
    passphrase: str = ""

    @property
    def ending(self) -> str:
        """What a sealed file's name ends with."""
        return ".zip.age" if self.recipients or self.passphrase else ".zip"

    def closed(self, content: bytes) -> tuple[bytes, Opener]:
        """The content sealed, and what opens it again to prove that it can be.

        Raises:
            BadArgumentError: a recipient is no public key, or this computer cannot encrypt.
        """
        if not (self.recipients or self.passphrase):
            return content, bytes
        age = _age()
        if self.passphrase:
            return age.passphrase.encrypt(content, self.passphrase), with_passphrase(self.passphrase)
        for_now = age.x25519.Identity.generate()
        keys = [*map(_public, self.recipients), for_now.to_public()]
        return age.encrypt(content, keys), lambda sealed: _opened(lambda: age.decrypt(sealed, [for_now]))


@dataclass(frozen=True)
class KeyPair:
    """A new key: `public` for attendkit.toml, and the secret half as the text of a key file."""

    public: str
    file: str


def new_key(made: str) -> KeyPair:
    """A new pair of keys; `made` is the day, for the comment in the key file.

    Raises:
        BadArgumentError: this computer cannot encrypt.
    """
    identity = _age().x25519.Identity.generate()
    public = str(identity.to_public())
    return KeyPair(public, f"# created: {made}\n# public key: {public}\n{identity}\n")


def is_sealed(content: bytes) -> bool:
    """Whether a file is encrypted with age."""
    return content.startswith(_AGE)


def wants_passphrase(content: bytes) -> bool:
    """Whether it was encrypted by a passphrase, not to keys."""
    return content[len(_AGE) :].startswith(_BY_PASSPHRASE)


def with_passphrase(passphrase: str) -> Opener:
    """Opens what was sealed with a passphrase."""
    age = _age()
    return lambda sealed: _opened(lambda: age.passphrase.decrypt(sealed, passphrase))


def with_key(text: str, where: str) -> Opener:
    """Opens what was sealed to a key, from the text of its key file.

    Raises:
        BadArgumentError: there is no key in the text.
    """
    age = _age()
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith(_SECRET)]
    try:
        keys = [age.x25519.Identity.from_str(line) for line in lines]
    except age.IdentityError:
        keys = []
    if not keys:
        raise BadArgumentError(
            "This is not a key file.", where=where, remedy="Give the file that `attendkit backup key` wrote."
        )
    return lambda sealed: _opened(lambda: age.decrypt(sealed, keys))


def _opened(decrypt: Callable[[], bytes]) -> bytes:
    age = _age()
    try:
        return decrypt()
    except age.DecryptError:
        raise DamagedError(
            "It cannot be decrypted: this is not its key or passphrase, or it is damaged.",
            remedy="Check it with `attendkit verify --bytes`, which needs no key; if that finds nothing, this"
            " is not its key.",
        ) from None


def _public(text: str) -> object:
    age = _age()
    try:
        return age.x25519.Recipient.from_str(text)
    except age.RecipientError:
        raise BadArgumentError(
            f"{text[:12]}... is not a public key of age.",
            where="attendkit.toml, backup.recipients",
            remedy="Copy it again from the key file: it begins with age1.",
        ) from None


def _age() -> ModuleType:
    try:
        import pyrage  # noqa: PLC0415 - no wheel of it on every computer
    except ImportError:
        raise BadArgumentError(
            f"This computer cannot encrypt: there is no pyrage for {platform.system()} {platform.machine()}.",
            where="attendkit backup",
            remedy="Make the backup on another computer; or give --unencrypted, and only onto a disk that is"
            " encrypted itself.",
        ) from None
    age: ModuleType = pyrage
    return age

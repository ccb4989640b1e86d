"""Drafts sent by the school's own mail server: only where one is set, only encrypted, each draft once."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from typing import cast

from attendkit.documents.drafts import UNSENT
from attendkit.documents.saving import save
from attendkit.errors import BadArgumentError
from attendkit.school import School, Smtp

SENT = "sent"
"""The folder beside the drafts where each one goes when the server has taken it."""

_SECONDS = 30
_NOBODY = "[127.0.0.1]"  # who calls: else Python looks this computer's name up and tells it
_WHERE = "attendkit.toml, [smtp]"


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of drafts: sent now, sent before (so not again), and refused, each with why."""

    sent: tuple[Path, ...] = ()
    before: tuple[Path, ...] = ()
    refused: tuple[tuple[Path, str], ...] = ()


def waiting(drafts: Sequence[Path], school: School) -> tuple[Sequence[Path], Posted]:
    """The drafts that are to be sent, and what is known of the others before any server is asked.

    A draft that was sent before, byte for byte, is not sent again. One to an address outside the school's own
    domains, or without a sender, is refused.
    """
    before = tuple(path for path in drafts if _was_sent(path))
    allowed = _domains(school)
    left: list[Path] = []
    refused: list[tuple[Path, str]] = []
    for path in drafts:
        domain = _domain(path)
        if path not in before and domain in allowed:
            left.append(path)
        elif path not in before:
            refused.append((path, f"{domain or 'no one address'} is not a domain of the school's"))
    return left, Posted(before=before, refused=tuple(refused))


def send(drafts: Sequence[Path], smtp: Smtp, password: str) -> Posted:
    """Send drafts, one connection for all; each goes to the folder `sent` when the server has taken it.

    Raises:
        BadArgumentError: the server cannot be reached, offers no encryption, or refuses the name or password.
            What was sent until then is in `sent` and is not sent again.
    """
    sent: list[Path] = []
    refused: list[tuple[Path, str]] = []
    with _server(smtp, password) as server:
        for path in drafts:
            try:
                server.send_message(_ready(path))
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
                refused.append((path, _answer(error)))
                continue
            sent.append(_moved(path))
    return Posted(sent=tuple(sent), refused=tuple(refused))


@contextmanager
def _server(smtp: Smtp, password: str) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted before anything is said, or none."""
    try:
        with smtplib.SMTP(smtp.host, smtp.port, _NOBODY, timeout=_SECONDS) as server:
            server.starttls(context=ssl.create_default_context())
            if smtp.user:
                server.login(smtp.user, password)
            yield server
    except smtplib.SMTPNotSupportedError:
        raise _fault("The mail server offers no encryption, so nothing is sent through it.") from None
    except smtplib.SMTPAuthenticationError:
        raise _fault("The mail server refuses the user or the password.") from None
    except ssl.SSLError as error:
        raise _fault(
            f"The mail server cannot prove who it is ({error.reason or 'no certificate'})."
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise _fault(f"The mail server cannot be used: {_answer(error)}.") from None


def _fault(what: str) -> BadArgumentError:
    return BadArgumentError(
        what,
        where=_WHERE,
        remedy="Check host, port and user, and run it again: what was sent is not sent again. Or open the"
        " drafts in a mail program and send them from there.",
    )


def _answer(error: Exception) -> str:
    """What went wrong, without the server's own words, which may hold an address: its code, or the kind."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), None)
    if code:
        return f"the server answered {code}"
    return getattr(error, "strerror", None) or type(error).__name__


def _ready(path: Path) -> EmailMessage:
    """A draft as it goes out: without the header that says that it has not."""
    message = _read(path)
    del message[UNSENT]
    return message


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=SMTP)


def _domain(path: Path) -> str:
    """The domain of a draft's one address, or nothing where it has no one address."""
    to = cast("AddressHeader | None", _read(path)["To"])
    addresses = to.addresses if to is not None else ()
    return addresses[0].domain.casefold() if len(addresses) == 1 else ""


def _domains(school: School) -> frozenset[str]:
    """The domains that may be sent to: those of the settings, else that of the officer's own address."""
    own = school.officer.email.rpartition("@")[2]
    named = school.smtp.domains if school.smtp else ()
    return frozenset(domain.casefold() for domain in named or (own,) if domain)


def _was_sent(path: Path) -> bool:
    kept = path.parent / SENT / path.name
    return kept.is_file() and _digest(kept) == _digest(path)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _moved(path: Path) -> Path:
    """Put a draft among those that were sent: whole there before it is gone from here."""
    kept = save(path.parent / SENT / path.name, path.read_bytes())
    path.unlink()
    return kept

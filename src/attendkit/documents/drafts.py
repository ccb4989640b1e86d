"""E-mail drafts: files that a mail program opens to be read over and sent, the same bytes every time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from attendkit.documents.cells import tidy
from attendkit.errors import BadArgumentError
from attendkit.school import School

UNSENT = "X-Unsent"
"""The header that has a mail program open a message to be sent, and not as one that came."""


def address(name: str, email: str, where: str, remedy: str) -> Address:
    """An address that a draft can go to.

    Raises:
        BadArgumentError: it is not one; `where` and `remedy` are told, the address is not.
    """
    try:
        return Address(tidy(name), addr_spec=tidy(email).strip())
    except (ValueError, IndexError, MessageError):  # as Python's parser has it, by where it gave up
        raise BadArgumentError(
            "This is not an e-mail address that a draft can be sent to.", where=where, remedy=remedy
        ) from None


def headed(subject: str, to: Address, school: School, on: date, text: str) -> EmailMessage:
    """A draft to one person from the school's officer, dated the day it is about, with its text."""
    draft = EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=78))
    draft["Subject"] = tidy(subject)
    draft["To"] = to
    if school.officer.email:
        draft["From"] = address(
            school.officer.name,
            school.officer.email,
            where="attendkit.toml, [officer] email",
            remedy="Write it as name@school.example.",
        )
    draft["Date"] = datetime.combine(on, time(), UTC)
    draft[UNSENT] = "1"
    draft.set_content(text, charset="utf-8", cte="quoted-printable")
    return draft


def finished(draft: EmailMessage, told: Iterable[str | bytes]) -> bytes:
    """The bytes of a draft, named after all that it says, so that the same one has the same name."""
    digest = sha256(b"\n".join(one.encode() if isinstance(one, str) else one for one in told)).hexdigest()
    draft["Message-ID"] = f"<{digest[:32]}@attendkit.invalid>"
    if draft.is_multipart():
        draft.set_boundary(f"=_{digest[32:]}")
    return draft.as_bytes()

"""Letters as e-mail drafts: a file a parent that a mail program opens ready to be read over and sent."""

import re
from datetime import UTC, datetime, time
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from attendkit.documents.cells import tidy
from attendkit.documents.letters.layout import values
from attendkit.documents.letters.plain import letter_text
from attendkit.documents.letters.wording import Letter
from attendkit.documents.templates import page
from attendkit.errors import BadArgumentError

_LAYOUT = "letters/layout/letter.html"


def letter_html(letter: Letter) -> bytes:
    """The letter as a page that stands by itself."""
    return page([_LAYOUT], values(letter), letter.school.folder).encode()


def letter_eml(letter: Letter) -> bytes:
    """The letter as a draft to one parent and nobody else: text, and the same as HTML.

    Its subject has the child's forename at most: it is seen on locked telephones and over shoulders.

    Raises:
        BadArgumentError: the parent has no e-mail address, or it is not one.
    """
    html = letter_html(letter).decode()
    text = letter_text(letter).decode()
    told = (letter.name, str(letter.on), str(letter.parent.get("email")), text)
    named = sha256("\n".join(told).encode()).hexdigest()
    draft = EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=78))
    draft["Subject"] = subject(letter)
    draft["To"] = _to(letter)
    if letter.school.officer.email:
        draft["From"] = _address(letter.school.officer.name, letter.school.officer.email)
    draft["Date"] = datetime.combine(letter.on, time(), UTC)
    draft["Message-ID"] = f"<{named[:32]}@attendkit.invalid>"
    draft["X-Unsent"] = "1"
    draft.set_content(text, charset="utf-8", cte="quoted-printable")
    draft.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    draft.set_boundary(f"=_{named[32:]}")
    return draft.as_bytes()


def subject(letter: Letter) -> str:
    """The subject of an e-mail: the letter's own, or where that has the surname in it, the forename only."""
    child = letter.facts.get("child", {})
    surname = tidy(str(child.get("surname", "")))
    if surname and re.search(rf"\b{re.escape(surname)}\b", letter.subject, re.IGNORECASE):
        return f"About {tidy(str(child.get('forename', 'your child')))}"
    return letter.subject


def _to(letter: Letter) -> Address:
    return _address(str(letter.parent.get("name", "")), str(letter.parent.get("email", "")))


def _address(name: str, email: str) -> Address:
    try:
        return Address(tidy(name), addr_spec=tidy(email).strip())
    except (ValueError, IndexError, MessageError):  # as Python's parser has it, by where it gave up
        raise BadArgumentError(
            "This is not an e-mail address that a draft can be sent to.",
            where="the parent's e-mail address",
            remedy="Mend it in the register, or send this letter on paper.",
        ) from None

"""Letters as e-mail drafts: a file a parent that a mail program opens ready to be read over and sent."""

import re
from email.headerregistry import Address

from attendkit.documents.cells import tidy
from attendkit.documents.drafts import address, finished, headed
from attendkit.documents.letters.layout import values
from attendkit.documents.letters.plain import letter_text
from attendkit.documents.letters.wording import Letter
from attendkit.documents.templates import page

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
    draft = headed(subject(letter), _to(letter), letter.school, letter.on, text)
    draft.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    return finished(draft, (letter.name, str(letter.on), str(letter.parent.get("email")), text))


def subject(letter: Letter) -> str:
    """The subject of an e-mail: the letter's own, or where that has the surname in it, the forename only."""
    child = letter.facts.get("child", {})
    forename, surname = (tidy(str(child.get(name, ""))) for name in ("forename", "surname"))
    without = letter.subject.replace(forename, "", 1)
    if surname and re.search(rf"(?<!\w){re.escape(surname)}(?!\w)", without, re.IGNORECASE):
        return f"About {forename or 'your child'}"
    return letter.subject


def _to(letter: Letter) -> Address:
    return address(
        str(letter.parent.get("name", "")),
        str(letter.parent.get("email", "")),
        where="the parent's e-mail address",
        remedy="Mend it in the register, or send this letter on paper.",
    )

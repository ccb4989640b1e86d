"""Papers to tutors and College Leaders as e-mail drafts: one a reader, with the PDF attached."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from attendkit.documents.drafts import address, finished, headed
from attendkit.documents.leaves import Leaf, Reader, leaves_pdf
from attendkit.documents.saving import file_stem, save
from attendkit.documents.templates import page
from attendkit.findings import Report, View, long_date

_WHERE = "attendkit.toml, the e-mail of"
_REMEDY = "Write it as name@school.example."


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One paper for one reader: the leaf, the report that it is of, and its templates.

    `template` sets the leaf; `wording` is the text of the e-mail, a template that names no pupil.
    """

    leaf: Leaf
    report: Report
    template: str
    wording: str

    @property
    def reader(self) -> Reader:
        """Whom it goes to."""
        return self.leaf.reader


def write_drafts(enclosures: Sequence[Enclosure], view: View, folder: Path) -> tuple[Path, ...]:
    """Write each paper as PDF, and a draft with it attached to each reader who has an address.

    Raises:
        BadArgumentError: an address of attendkit.toml is not one, or a file cannot be written.
    """
    written: dict[str, list[Path]] = {}
    for one in enclosures:
        stem = file_stem(one.leaf.stem, written)
        content = leaves_pdf(one.template, [one.leaf], one.report, view)
        written[stem] = [save(folder / f"{stem}.pdf", content)]
        if one.reader.email:
            draft = _draft(one, content, f"{stem}.pdf", view)
            written[stem].append(save(folder / f"{stem}.eml", draft))
    return tuple(path for paths in written.values() for path in paths)


def without_address(enclosures: Iterable[Enclosure]) -> Iterator[str]:
    """A sentence on the readers of whom attendkit.toml has no address."""
    without = [one.reader.about for one in enclosures if not one.reader.email]
    if without:
        yield f"No e-mail address in attendkit.toml, so no draft, for {', '.join(without)}."


def _draft(one: Enclosure, content: bytes, name: str, view: View) -> bytes:
    about = one.reader.about
    text = _text(one, view)
    subject = f"{about}: {one.report.title.partition(':')[0]}"
    to = address(one.reader.name, one.reader.email, where=f"{_WHERE} {about}", remedy=_REMEDY)
    draft = headed(subject, to, view.school, one.report.on, text)
    draft.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return finished(draft, (one.reader.email, subject, text, content))


def _text(one: Enclosure, view: View) -> str:
    """The words of the e-mail. The template's values are escaped for a page, which this is not."""
    officer = view.school.officer
    values = {
        "name": one.reader.name,
        "about": one.reader.about,
        "on": long_date(one.report.on),
        "figures": [{"name": f.name, "value": f.value, "beside": f.beside} for f in one.leaf.figures],
        "officer": officer.name,
        "role": officer.role,
        "phone": officer.phone,
        "school": view.school.name,
    }
    return unescape(page([one.wording], values, view.school.folder))

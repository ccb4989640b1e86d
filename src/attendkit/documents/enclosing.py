"""Papers to tutors and College Leaders: a PDF a reader, and an e-mail draft with it attached."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from attendkit.documents.cells import day_text
from attendkit.documents.drafts import address, finished, headed
from attendkit.documents.leaves import Leaf, Reader, leaves_pdf, leaves_values
from attendkit.documents.papers import Papers
from attendkit.documents.saving import file_stem, save
from attendkit.documents.templates import page
from attendkit.documents.typesetting import CannotSetError, pdf_in_any_font
from attendkit.findings import Report, View, long_date

_WHERE = "attendkit.toml, the e-mail of"
_REMEDY = "Write it as name@school.example."


@dataclass(frozen=True, slots=True, eq=False)
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


def write_enclosures(
    enclosures: Sequence[Enclosure], view: View, folder: Path, *, drafts: bool = False, together: str = ""
) -> Papers:
    """Write each paper as PDF, and `together` all of them in one to print, where there are several.

    With `drafts`, an e-mail with it attached to each reader who has an address. A paper that no font here has
    all the signs of is left out, and told; the others are written.

    Raises:
        BadArgumentError: no paper can be set, an address of attendkit.toml is not one, or a file cannot be
            written.
    """
    contents = {one: content for one in enclosures if (content := _set(one, view))}
    if enclosures and not contents:
        leaves_pdf(enclosures[0].template, [enclosures[0].leaf], enclosures[0].report, view)  # says why
    written: dict[str, list[Path]] = {}
    for one, content in contents.items():
        stem = file_stem(one.leaf.stem, written)
        written[stem] = [save(folder / f"{stem}.pdf", content)]
        if drafts and one.reader.email:
            written[stem].append(save(folder / f"{stem}.eml", _draft(one, content, f"{stem}.pdf", view)))
    if together and len(contents) > 1:
        whole = [one.leaf for one in contents]
        first = enclosures[0]
        written[together] = [
            save(folder / f"{together}.pdf", leaves_pdf(first.template, whole, first.report, view))
        ]
    paths = tuple(path for paths in written.values() for path in paths)
    return Papers(paths, told=tuple(_told(enclosures, contents, drafts=drafts)))


def _set(one: Enclosure, view: View) -> bytes | None:
    """The paper as PDF, or None where no font has all of its signs."""
    values = leaves_values([one.leaf], one.report, view)
    try:
        return pdf_in_any_font(one.template, values, one.report.on, view.school.folder)[0]
    except CannotSetError:
        return None


def _told(enclosures: Sequence[Enclosure], contents: Container[Enclosure], *, drafts: bool) -> Iterator[str]:
    """What was not written, and why. Tutor groups and colleges are named, and no pupil."""
    unset = [one.leaf.stem for one in enclosures if one not in contents]
    if unset:
        yield (
            f"Not written, because no font here has all of their signs: {', '.join(unset)}. `--format html` "
            "has them; or install a font for the names that they hold."
        )
    without = [one.reader.about for one in enclosures if not one.reader.email]
    if drafts and without:
        yield f"No e-mail address in attendkit.toml, so no draft, for {', '.join(without)}."


def _draft(one: Enclosure, content: bytes, name: str, view: View) -> bytes:
    about = one.reader.about
    text = _text(one, view)
    subject = f"{one.leaf.title}, {day_text(one.report.on)}"
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

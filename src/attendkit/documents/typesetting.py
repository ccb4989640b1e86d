"""PDF by Typst: a template and values in, the same bytes out on any machine.

Values reach the template as data (`values` in the example below) and never as Typst code, so that a name such
as `#read("x")` is printed as it stands. Only the fonts that attendkit ships are used, unless the caller asks
for the computer's own as well. Every template begins:

    #let values = json(bytes(sys.inputs.values))

What several templates share is in one of its own, and written out where another has a line such as

    #import "/reports/layout.typ": *
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from attendkit.documents.templates import shipped, source
from attendkit.errors import BadArgumentError

_PACKAGES = '"@'  # how Typst names a package, which it would fetch from the network
_SHARED = re.compile(r'^#import "/([\w./-]+\.typ)": \*$', re.MULTILINE)


_PICTURE = """#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "Noto Sans")
#image(bytes(sys.inputs.svg), width: 160mm)
"""


_BOXES = "Some signs of names are shown as boxes: no font on this computer has them. HTML may show them."


class CannotSetError(Exception):
    """Typst cannot set this text as it stands: `hints` say why. The caller says what it was about."""

    def __init__(self, what: str, hints: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.hints = hints


def pdf(  # noqa: PLR0913 - two of them have defaults that nearly every paper keeps
    name: str,
    values: Mapping[str, Any],
    on: date,
    school: Path | None = None,
    *,
    system_fonts: bool = False,
    accessible: bool = True,
) -> bytes:
    """The Typst template of that name (`letters/layout/letter.typ`) as a PDF, dated `on`.

    A school's own template of the name comes first. `accessible` makes it PDF/UA-1, which needs a title, a
    language and words for every picture; only a bundle of other people's papers does without. What Typst
    would only warn of is an error: it silently leaves out what it cannot place.

    Raises:
        BadArgumentError: there is no such template, or it asks for a package from the network.
        CannotSetError: Typst refuses, or warns.
    """
    text = _SHARED.sub(lambda shared: source(shared[1], school), source(name, school))
    if _PACKAGES in text:
        raise BadArgumentError(
            "The template asks for a Typst package, which would be fetched from the network.",
            where=f"templates/{name}",
            remedy="Write what is needed into the template itself.",
        )
    return _set(
        text,
        {"values": json.dumps(values, ensure_ascii=False)},
        system_fonts,
        format="pdf",
        pdf_standards=["ua-1"] if accessible else [],
        timestamp=datetime.combine(on, time(), UTC),
    )


def pdf_in_any_font(
    name: str, values: Mapping[str, Any], on: date, school: Path | None = None
) -> tuple[bytes, bool]:
    """As `pdf`, and where the fonts that attendkit ships lack a sign, with this computer's: whether they did.

    Raises:
        BadArgumentError: as `pdf`.
        CannotSetError: this computer's fonts lack a sign too, or Typst refuses for another reason.
    """
    try:
        return pdf(name, values, on, school), False
    except CannotSetError:
        return pdf(name, values, on, school, system_fonts=True), True


def report_pdf(name: str, values: Mapping[str, Any], on: date, school: Path | None = None) -> bytes:
    """As `pdf_in_any_font`; a sign that no font here has is a box, and the report's notes say so.

    A list of a whole school is wanted though one name in it cannot be shown. A letter is not: see `letters`.

    Raises:
        BadArgumentError: the template is not sound, or asks for a package from the network.
    """
    try:
        return pdf_in_any_font(name, values, on, school)[0]
    except CannotSetError:
        with_note = {**values, "notes": [*values.get("notes", ()), _BOXES]}
    try:
        return pdf(name, with_note, on, school, system_fonts=True, accessible=False)
    except CannotSetError:
        raise BadArgumentError(
            "This cannot be set as PDF by its template.",
            where=f"templates/{name}",
            remedy="Take your own template away to use the one that came with attendkit, or ask for html.",
        ) from None


def picture_png(svg: str) -> bytes:
    """A picture in SVG as PNG, twice as fine as a screen: Word shows no SVG of ours.

    Raises:
        CannotSetError: it is not SVG that can be drawn.
    """
    return _set(_PICTURE, {"svg": svg}, system_fonts=False, format="png", ppi=192)


def _set(text: str, given: Mapping[str, str], system_fonts: bool, **how: Any) -> bytes:  # noqa: FBT001
    try:
        made, warnings = _compiler(system_fonts).compile_with_warnings(
            input=text.encode(), sys_inputs=dict(given), **how
        )
    except typst.TypstError as error:
        raise CannotSetError(error.message, (error.diagnostic, *error.hints)) from None
    if warnings:
        raise CannotSetError(warnings[0].message, (warnings[0].diagnostic, *warnings[0].hints))
    if not isinstance(made, bytes):
        raise CannotSetError("Typst made no single file")
    return made


@cache
def _compiler(system_fonts: bool) -> typst.Compiler:  # noqa: FBT001 - a cache's key
    fonts = Path(str(shipped().joinpath("fonts")))
    return typst.Compiler(root=fonts, font_paths=[fonts], ignore_system_fonts=not system_fonts)

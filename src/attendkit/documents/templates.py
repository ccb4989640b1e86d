"""The wording and layout of pages: a school's own templates first, file by file, then attendkit's.

In an installed attendkit the templates are inside the package, at `attendkit/templates`. In a source
checkout, editable or not, they are in `templates/` at the repository root, so that a change is seen at once.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import FunctionLoader, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.loaders import split_template_path
from markupsafe import escape

from attendkit.documents.cells import tidy
from attendkit.documents.sandbox import LETTER_STEPS, PAGE_STEPS, MissingError, Sandbox, metered
from attendkit.errors import BadArgumentError

_FOLDER = "templates"
_MEND = "Mend the template, or take it away to use the one that came with attendkit."
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACES = re.compile(r" {2,}")


def shipped() -> Traversable:
    """The folder of attendkit's own templates, in the wheel or in the source checkout."""
    package = files("attendkit")
    packed = package.joinpath(_FOLDER)
    return packed if packed.is_dir() else Path(str(package)).parents[1] / _FOLDER


@cache
def environment(school: Path | None, *, markdown: bool = False) -> Sandbox:
    """A sandboxed Jinja that quotes every value, knows no undefined name, and reads no other folder."""
    found = FunctionLoader(lambda name: _found(name, school))
    return Sandbox(_as_markdown if markdown else escape, loader=found)


def page(names: list[str], values: Mapping[str, Any], school: Path | None) -> str:
    """The first of the named templates that there is, filled in.

    Raises:
        BadArgumentError: a template is not sound, or asks for a value that there is not.
    """
    with metered(PAGE_STEPS):
        return _filled(environment(school), names, values)


def wording(name: str, values: Mapping[str, Any], school: Path | None) -> str:
    """The Markdown of a letter, filled in: no value can be taken for Markdown, whatever is in it.

    Raises:
        BadArgumentError: the wording is not sound, or asks for a value that there is not.
    """
    with metered(LETTER_STEPS):
        return _filled(environment(school, markdown=True), [name], values)


def source(name: str, school: Path | None) -> str:
    """The text of a template that is not Jinja's to fill in: the school's own, or attendkit's.

    Raises:
        BadArgumentError: there is no such template.
    """
    found = _found(name, school)
    if found is None:
        raise BadArgumentError("There is no such template.", where=f"{_FOLDER}/{name}", remedy=_MEND)
    return found[0]


def content(name: str, school: Path | None) -> bytes:
    """A file that is no template but stands among them, such as a letterhead: the school's own, or ours."""
    own = school.joinpath(_FOLDER, *name.split("/")) if school else None
    return own.read_bytes() if own and own.is_file() else shipped().joinpath(*name.split("/")).read_bytes()


def _filled(loaded: Sandbox, names: list[str], values: Mapping[str, Any]) -> str:
    try:
        return loaded.select_template(names).render(values)
    except TemplateNotFound as error:
        what = f"There is no template {error.name}."
        raise BadArgumentError(what, where=_place(error, names[0]), remedy=_MEND) from None
    except TemplateSyntaxError as error:
        place = f"{_FOLDER}/{error.name or names[0]}, line {error.lineno}"
        raise BadArgumentError(f"{_sentence(error.message or '')}", where=place, remedy=_MEND) from None
    except MissingError as error:
        place = _place(error, names[0])
        raise _missing(error, place, values, loaded) from None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise BadArgumentError(_what(error), where=_place(error, names[0]), remedy=_MEND) from None


def _missing(error: MissingError, place: str, values: Mapping[str, Any], loaded: Sandbox) -> BadArgumentError:
    """A wrong name, with the nearest right one. What is not written in the template may be a pupil's name."""
    name = place.removeprefix(f"{_FOLDER}/").split(",")[0]
    text, _, _ = loaded.loader.get_source(loaded, name) if loaded.loader else ("", None, None)
    said = f" {error.name!r}" if error.name in text else ""
    known = values if error.among is None else error.among
    near = get_close_matches(error.name, known, n=1, cutoff=0.5) if said else []
    meant = f"Did you mean {near[0]!r}?" if near else f"Here there are {', '.join(sorted(known))}."
    return BadArgumentError(f"There is no name{said} here.", where=place, remedy=meant)


def _what(error: Exception) -> str:
    """What went wrong, without the values it went wrong with."""
    if isinstance(error, RecursionError):
        return "The template uses itself without end."
    if isinstance(error, TemplateError):
        return _sentence(error.message or "The template is not sound")
    return "A value is used as what it is not: a text as a number, or one value as a list."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _place(error: Exception, name: str) -> str:
    """The template and the line of it that an error comes from, through whatever it includes."""
    *_, last = f"{_FOLDER}/{name}", *_lines(error.__traceback__)
    return last


def _lines(trace: TracebackType | None) -> Iterator[str]:
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(f"{_FOLDER}/"):
            yield f"{file}, line {trace.tb_lineno}"
        trace = trace.tb_next


def _as_markdown(text: str) -> str:
    """A value as Markdown that says exactly that: on one line, its punctuation backslashed."""
    return _PUNCTUATION.sub(r"\\\1", _SPACES.sub(" ", tidy(text)))


def _found(name: str, school: Path | None) -> tuple[str, str, Callable[[], bool]] | None:
    """A template's text, its name for errors, and whether it is still what it was."""
    try:
        parts = split_template_path(name)
    except TemplateNotFound:
        return None
    own = school.joinpath(_FOLDER, *parts) if school else None
    if own and own.is_file():
        made = own.stat().st_mtime_ns
        return _text(own, name), f"{_FOLDER}/{name}", lambda: own.stat().st_mtime_ns == made
    file = shipped().joinpath(*parts)
    return (_text(file, name), f"{_FOLDER}/{name}", lambda: True) if file.is_file() else None


def _text(file: Traversable, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadArgumentError(
            "This template is not saved as UTF-8.",
            where=f"{_FOLDER}/{name}",
            remedy="In Notepad choose Save as, and UTF-8 as the encoding.",
        ) from None

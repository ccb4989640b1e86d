"""The wording and layout of pages: a school's own templates first, file by file, then attendkit's.

In an installed attendkit the templates are inside the package, at `attendkit/templates`. In a source
checkout, editable or not, they are in `templates/` at the repository root, so that a change is seen at once.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from attendkit.errors import BadArgumentError

_FOLDER = "templates"
_LONGEST = 1_000_000


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox in which a template can neither call Python nor grow a value without end."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Multiply small numbers only: `"a" * 10 ** 9` would fill the memory."""
        if operator == "*" and all(isinstance(v, int) and abs(v) < _LONGEST for v in (left, right)):
            return left * right
        raise TemplateError("a template may multiply small whole numbers only")


def shipped() -> Traversable:
    """The folder of attendkit's own templates, in the wheel or in the source checkout."""
    package = files("attendkit")
    packed = package.joinpath(_FOLDER)
    return packed if packed.is_dir() else Path(str(package)).parents[1] / _FOLDER


@cache
def environment(school: Path | None) -> Environment:
    """A sandboxed Jinja that escapes every value, knows no undefined name, and reads no other folder."""
    own = [FileSystemLoader(school / _FOLDER)] if school else []
    loaders: list[BaseLoader] = [*own, FunctionLoader(_read)]
    made = _Sandbox(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.pop("safe")
    made.globals.clear()
    return made


def page(names: list[str], values: Mapping[str, Any], school: Path | None) -> str:
    """The first of the named templates that there is, filled in.

    Raises:
        BadArgumentError: a template is not sound, or asks for a value that there is not.
    """
    try:
        return environment(school).select_template(names).render(values)
    except TemplateNotFound as error:
        raise _fault(f"There is no template {error.name}.", names[0]) from None
    except TemplateSyntaxError as error:
        raise _fault(f"{error.message}, line {error.lineno}.", error.name or names[0]) from None
    except TemplateError as error:
        raise _fault(f"{error.message}.", names[0]) from None


def source(name: str, school: Path | None) -> str:
    """The text of a template that is not Jinja's to fill in: the school's own, or attendkit's.

    Raises:
        BadArgumentError: there is no such template.
    """
    loaded = environment(school)
    try:
        text, _, _ = loaded.loader.get_source(loaded, name) if loaded.loader else ("", None, None)
    except TemplateNotFound:
        raise _fault("There is no such template.", name) from None
    return text


def _fault(what: str, name: str) -> BadArgumentError:
    return BadArgumentError(
        what,
        where=f"{_FOLDER}/{name}",
        remedy="Mend the template, or take it away to use the one that came with attendkit.",
    )


def _read(name: str) -> tuple[str, str | None, Callable[[], bool]] | None:
    parts = name.split("/")
    if ".." in parts:
        return None
    file = shipped().joinpath(*parts)
    return (file.read_text(encoding="utf-8"), None, lambda: True) if file.is_file() else None

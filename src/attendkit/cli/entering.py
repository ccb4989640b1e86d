"""A command for every kind of entry: its options, its questions and what it refuses come from the model."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from getpass import getuser
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from attendkit.casework.kinds import KINDS, Kind
from attendkit.cli.options import Asked, Command, day, takes, today
from attendkit.cli.printing import remark
from attendkit.errors import BadArgumentError, Exit

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry
    from attendkit.cli.opening import Opened

Pupil = Annotated[
    str,
    typer.Argument(metavar="PUPIL", help="UPN, admission number, or as much of the name as only one has."),
]
On = Annotated[
    date | None, typer.Option("--on", metavar="DATE", parser=day, help="The day it happened. Today.")
]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="When on that day, such as 10:40.")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who did it: the officer of attendkit.toml, else you."),
]

_SHARED = (("on", On), ("at", At), ("by", By))

_SHORT = 36
"""As many letters of choices as stand on a line of help beside the option's name."""


@dataclass(frozen=True, slots=True)
class Signed:
    """When something happened and who says so."""

    on: date
    when: time | None
    by: str


def command_of_kind(name: str) -> Command:
    """The command that writes one kind of entry."""

    def run(*, pupil: str, asked: Asked, **given: Any) -> Exit:
        from attendkit.cli.log import add

        return add(name, pupil, given, asked)

    run.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter("pupil", Parameter.KEYWORD_ONLY, annotation=Pupil),
            Parameter("asked", Parameter.KEYWORD_ONLY),
            *parameters(KINDS[name]),
        ]
    )
    return takes("school", "initials")(run)


def parameters(model: type[Kind]) -> list[Parameter]:
    """A kind's fields as options, and those that every kind has."""
    own = [(name, _option(name, field)) for name, field in model.model_fields.items()]
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=hint)
        for name, hint in (*own, *_SHARED)
    ]


def signed(given: dict[str, Any], opened: "Opened", was: "Entry | None" = None) -> Signed:
    """When and by whom, taken out of what was given; of a correction, as it was where nothing is said.

    Raises:
        BadArgumentError: the time of day is none.
    """
    on, at, by = (given.pop(name) for name, _ in _SHARED)
    on = on or (was.on if was else today())
    when = _time(at) if at else was.when if was else None
    return Signed(on, when, by or opened.school.officer.name or getuser())


def refuse_to_come(kind: str, on: date, last: date | None) -> None:
    """Refuse an entry of a day that is yet to come, by the clock and by the register's last mark.

    Raises:
        BadArgumentError: it is; what is planned has an option of its own for its day.
    """
    if on <= max(today(), last or date.min):
        return
    plan = "Log what is planned today, with its day as --next." if "next" in KINDS[kind].model_fields else ""
    raise BadArgumentError(
        f"{on.day} {on:%B %Y} is yet to come, and the log tells of what was done.",
        where="--on",
        remedy=plan or "Say the day it happened.",
    )


def body_of(kind: str, given: Mapping[str, Any], was: Mapping[str, Any] | None = None) -> Kind:
    """What an entry says: what it said before, where it did, what was given, and what a terminal is asked.

    Raises:
        BadArgumentError: something is missing or not sound, each named by its option.
    """
    model = KINDS[kind]
    told = {name: value for name, value in given.items() if value not in (None, [])}
    said = {**(was or {}), **told}
    while True:
        try:
            return model(**said)
        except ValidationError as error:
            faults = [(str(fault["loc"][0]) if fault["loc"] else "", fault) for fault in error.errors()]
        ask = [name for name, _ in faults if name and name not in told]
        if len(ask) < len(faults) or not sys.stdin.isatty():
            raise _refused(model, faults)
        for name, fault in faults:
            if fault["type"] != "missing":
                remark(_words(fault))
            said[name] = _asked(model.model_fields[name])


def changes_of(was: Kind, changes: Sequence[str]) -> dict[str, Any]:
    """What an entry says once some of it is changed, each change as NAME=VALUE; an empty value takes it out.

    Raises:
        BadArgumentError: a change is written some other way, or names nothing that the kind says.
    """
    fields = type(was).model_fields
    said: dict[str, Any] = was.model_dump()
    for change in changes:
        flag, equals, value = change.partition("=")
        name = flag.strip().lstrip("-").replace("-", "_")
        if not equals or name not in fields:
            raise BadArgumentError(
                "This says nothing that the entry could." if equals else "This is not NAME=VALUE.",
                where=f"--set {flag}",
                remedy=f"Its names are {', '.join(map(_flag, fields))}, without the dashes.",
            )
        said.pop(name, None)
        if value:
            said[name] = value
    return said


def _refused(model: type[Kind], faults: Sequence[tuple[str, Any]]) -> BadArgumentError:
    missing = [name for name, fault in faults if fault["type"] == "missing"]
    if len(missing) == len(faults):
        fields = model.model_fields
        lines = ", ".join(f"{_flag(name)} {_typed(fields[name])}" for name in missing)
        return BadArgumentError(f"This needs {', '.join(map(_flag, missing))}.", remedy=f"Add {lines}.")
    name, fault = next((name, fault) for name, fault in faults if fault["type"] != "missing")
    return BadArgumentError(
        _words(fault), where=_flag(name) if name else "", remedy="Nothing was logged: say it again."
    )


def _words(fault: Any) -> str:
    said = str(fault["msg"]).removeprefix("Value error, ").replace("Input should be", "This is not")
    if fault["type"] == "literal_error":
        said = f"This is one of {fault['ctx']['expected']}"
    return said[0].upper() + said[1:] + "."


def _asked(field: FieldInfo) -> Any:
    choices = f" ({', '.join(_choices(field))})" if _choices(field) else ""
    answer: str = typer.prompt(f"{field.description}{choices}", err=True)
    return answer


def _option(name: str, field: FieldInfo) -> Any:
    """A field as an option. What is typed is judged by the model, so that a file is judged alike."""
    if _plain(field) is bool:
        return Annotated[
            bool | None, typer.Option(f"{_flag(name)}/{_flag(f'not_{name}')}", help=_help(field))
        ]
    many = get_origin(_plain(field)) is tuple
    hint = list[str] | None if many else str | None
    return Annotated[hint, typer.Option(_flag(name), metavar=_metavar(field), help=_help(field))]


def _help(field: FieldInfo) -> str:
    choices = _choices(field)
    shown = f" One of {', '.join(choices)}." if choices and _metavar(field) == "WORD" else ""
    default = f" {field.default} if left out." if choices and not field.is_required() else ""
    return f"{field.description}{shown}{default}{' Needed.' if field.is_required() else ''}"


def _plain(field: FieldInfo) -> Any:
    """The type of a field, without None and without what it is checked by."""
    kinds = [kind for kind in get_args(field.annotation) if kind is not type(None)]
    plain = kinds[0] if type(None) in get_args(field.annotation) else field.annotation
    return get_args(plain)[0] if get_origin(plain) is Annotated else plain


def _choices(field: FieldInfo) -> tuple[str, ...]:
    return get_args(_plain(field)) if get_origin(_plain(field)) is Literal else ()


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _metavar(field: FieldInfo) -> str:
    choices = "|".join(_choices(field))
    if choices:
        return choices if len(choices) <= _SHORT else "WORD"
    return {date: "DATE", int: "NUMBER"}.get(_plain(field), "TEXT")


def _typed(field: FieldInfo) -> str:
    return "|".join(_choices(field)) or _metavar(field)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text.replace(".", ":").zfill(5))
    except ValueError:
        raise BadArgumentError(
            f"{text!r} is not a time of day.", where="--at", remedy="Write it as 09:05 or 14:30."
        ) from None


def numbered(text: str) -> int:
    """The number of an entry as it is typed, or as a list shows it: 1296 or 1,296.

    Raises:
        BadArgumentError: it is none.
    """
    digits = text.strip().replace(",", "")
    if not (digits.isascii() and digits.isdigit()):
        raise BadArgumentError(
            "This is not the number of an entry.", where="ENTRY", remedy="`attendkit log show` lists them."
        )
    return int(digits)


def now() -> datetime:
    """This moment, to be written down."""
    return datetime.now(tz=UTC)

"""What every kind of entry is made of: a pydantic model, the one declaration of what may be said."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from attendkit.rules.codes import all_codes


class Kind(BaseModel):
    """One kind of entry: the one declaration of what may be said.

    The command's options, its prompts, the columns of a file and what is refused all come from the fields,
    and the docstring's first line says what the kind is for.

    `whole_school` kinds are about no one pupil. `machine` kinds are written by attendkit alone and are no
    choice of `attendkit log`. One that `goes_forward` begins on its day, so its `until` is not before that.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True, validate_default=False
    )

    whole_school: ClassVar[bool] = False
    machine: ClassVar[bool] = False
    goes_forward: ClassVar[bool] = False

    @classmethod
    def purpose(cls) -> str:
        """What the kind is for, in one line."""
        return (cls.__doc__ or "").partition("\n")[0]

    def fault_on(self, day: date) -> str:
        """What is wrong with it where it is logged on a day; an empty text where nothing is."""
        until = getattr(self, "until", None) if self.goes_forward else None
        return "The last day is before the day that it is logged on." if until and until < day else ""

    def told(self) -> str:
        """The entry in one line, as a chronology has it: what was said, nothing that was left out."""
        return "; ".join(self._parts())

    def outcome_text(self) -> str:
        """What came of it in a word or two: the first thing that the kind says, and any code."""
        first = next(iter(type(self).model_fields))
        code = getattr(self, "code", "")
        return " ".join(dict.fromkeys(filter(None, (written(getattr(self, first) or ""), code))))

    def _parts(self) -> Iterator[str]:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value in ("", None, (), False) or not field.repr:
                continue
            if value is True:
                yield field.title or name
            else:
                yield f"{field.title} {written(value)}" if field.title else written(value)


def written(value: Any) -> str:
    """A value as a person writes it: 20 November 2026, several with commas."""
    match value:
        case date():
            return f"{value.day} {value:%B %Y}"
        case tuple():
            return ", ".join(map(written, value))
    return str(value)


def _known_code(code: str) -> str:
    if code and code not in all_codes():
        raise ValueError("this is not an attendance code (`attendkit codes` lists them)")
    return code


def _upper(value: Any) -> Any:
    # Officers type codes as they come, and a register's backslash is no code that anybody types.
    return value.strip().upper() if isinstance(value, str) else value


def _day(value: Any) -> Any:
    if isinstance(value, datetime):  # a workbook's cell
        return value.date()
    if isinstance(value, str):
        text = value.strip()
        try:
            if "/" in text:
                return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  (a day has no time zone)
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError("this is not a date (write it as 2026-11-20 or 20/11/2026)") from None
    return value


def _several(value: Any) -> Any:
    return (
        tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value
    )


Code = Annotated[str, BeforeValidator(_upper), AfterValidator(_known_code)]
"""An attendance code, or an empty text where none is known."""

Day = Annotated[date, BeforeValidator(_day)]
"""A date as a person types it, or as a workbook holds it."""

Several = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Several texts; where they stand in one cell, a semicolon parts them."""

Said = Annotated[str, StringConstraints(min_length=1)]
"""Words that may not be left out."""

"""Ways in which another system may count sessions otherwise, and what each would do to a figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attendkit.model import MISSING
from attendkit.rules.codes import Category

Vector = tuple[int, int, int, int]
"""Sessions possible, present, authorised and unauthorised."""

COUNTED: Mapping[str, Vector] = {
    "present": (1, 1, 0, 0),
    "authorised absence": (1, 0, 1, 0),
    "unauthorised absence": (1, 0, 0, 1),
    "possible only": (1, 0, 0, 0),
    "not possible": (0, 0, 0, 0),
}
"""What a session adds to each figure, by what it is counted as."""

NOTHING: Vector = (0, 0, 0, 0)

BY_CATEGORY: Mapping[str, Vector] = {
    Category.PRESENT.value: COUNTED["present"],
    Category.EDUCATIONAL.value: COUNTED["present"],
    Category.AUTHORISED.value: COUNTED["authorised absence"],
    Category.UNAUTHORISED.value: COUNTED["unauthorised absence"],
    Category.NOT_POSSIBLE.value: NOTHING,
    MISSING: NOTHING,
}
"""What a session adds to each figure by the law's own reading of its code (R1.4)."""


LIKELY = ("no mark", "N", "L", "U", "educational activity")
"""The sessions that systems count otherwise most often."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Sessions with these codes, counted as something else than the law has it."""

    name: str
    codes: tuple[str, ...]
    counted_as: str

    @property
    def says(self) -> str:
        """The cause in words: N counted as not possible."""
        return f"{self.name} counted as {self.counted_as}"


def causes() -> tuple[Cause, ...]:
    """Every cause that is looked for, the likeliest first."""
    return tuple(_causes())


def _causes() -> Iterator[Cause]:
    absences = ("unauthorised absence", "authorised absence")
    yield from _each("no mark", (MISSING,), (*absences, "present", "possible only"))
    yield from _each("N", ("N",), ("not possible", "authorised absence", "possible only"))
    yield from _each("L", ("L",), (*absences, "not possible"))
    yield from _each("U", ("U",), ("present", "authorised absence", "not possible"))
    yield from _each("educational activity", ("B", "J", "K", "P", "V", "W"), (*absences, "not possible"))
    for code in ("D", "X", "Z", "#", "Q"):
        yield from _each(code, (code,), ("possible only", "present", *absences))
    closed = ("Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7")
    yield from _each("Y1 to Y7", closed, ("possible only", "present", *absences))
    for code in closed:
        yield from _each(code, (code,), ("possible only", "present", *absences))
    for code in ("B", "J", "K", "P", "V", "W"):
        yield from _each(code, (code,), (*absences, "not possible"))
    yield from _each("C, C1 and C2", ("C", "C1", "C2"), ("unauthorised absence", "not possible", "present"))
    for code in ("C", "C1", "C2", "E", "F", "H", "I", "J1", "M", "R", "S", "T"):
        yield from _each(code, (code,), ("unauthorised absence", "not possible", "present"))
    for code in ("G", "O"):
        yield from _each(code, (code,), ("authorised absence", "not possible"))


def _each(name: str, codes: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Cause]:
    for kind in kinds:
        yield Cause(name, codes, kind)


def added(one: Vector, other: Vector, times: int = 1) -> Vector:
    """One vector and so many times another."""
    return (
        one[0] + other[0] * times,
        one[1] + other[1] * times,
        one[2] + other[2] * times,
        one[3] + other[3] * times,
    )


def size(vector: Vector) -> int:
    """How many sessions a difference is of, whichever way it goes."""
    one, two, three, four = vector
    return abs(one) + abs(two) + abs(three) + abs(four)

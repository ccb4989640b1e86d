"""A chart as a report has it: what it shows, and its values. How it is drawn is for `documents`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart, in hundredths of a percent (null where there is none), and as it is written."""

    label: str
    value: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a report's figures: a `trend` along the weeks, or `bars` from nothing.

    `says` is the picture in one sentence, for those who cannot see it. `against` are published figures drawn
    beside the values: a line across a trend, a bar of its own kind among bars.
    """

    title: str
    says: str
    kind: Literal["trend", "bars"]
    points: tuple[Point, ...]
    against: tuple[Point, ...] = ()

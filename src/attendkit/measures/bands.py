"""Where a pupil stands against the lines of absence, and when that can change: whole sessions only.

Every column here is counted in sessions. `missed` is `absent`: authorised and unauthorised together.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from attendkit.rules import RuleVersion

BAND = pl.Enum(["severe", "persistent", "at_risk", "on_track", "no_data"])
"""The bands, worst first. Each pupil is in one only."""

_STRICT = "strict_below"
_possible = pl.col("possible").cast(pl.Int64)
_missed = pl.col("absent").cast(pl.Int64)


class Lines:
    """The lines of absence in force: 10% and 50% of possible sessions missed, and the school's own 92%.

    With `pa_rule = "dfe"` a pupil exactly on 10% or 50% is over it; with `strict_below` not (R3.1-R3.4).
    """

    def __init__(self, bands: RuleVersion, at_risk: RuleVersion) -> None:
        self.persistent = bands.number("persistent_percent")
        self.severe = bands.number("severe_percent")
        self.risk = 100 - at_risk.number("below_percent")
        self.on_line_counts = bands.values["pa_rule"] != _STRICT

    def reached(self, percent: int) -> pl.Expr:
        """Whether the sessions missed put a pupil at a line that counts those who are exactly on it."""
        over = _missed * 100 - _possible * percent
        return (_possible > 0) & ((over >= 0) if self.on_line_counts else (over > 0))

    def below(self, percent: int) -> pl.Expr:
        """Whether attendance is strictly below the line, as a job description may have it (R3.4)."""
        return (_possible > 0) & (_missed * 100 > _possible * percent)

    def band(self) -> pl.Expr:
        """The `BAND` that `possible` and `absent` put a pupil in."""
        return (
            pl.when(_possible == 0)
            .then(pl.lit("no_data"))
            .when(self.reached(self.severe))
            .then(pl.lit("severe"))
            .when(self.reached(self.persistent))
            .then(pl.lit("persistent"))
            .when(self.below(self.risk))
            .then(pl.lit("at_risk"))
            .otherwise(pl.lit("on_track"))
            .cast(BAND)
        )

    def on_line(self) -> pl.Expr:
        """The percentage missed of the line that a pupil is exactly on, or null."""
        lines = [self.severe, self.persistent, self.risk]
        exactly = [
            pl.when((_possible > 0) & (_missed * 100 == _possible * line)).then(pl.lit(line, pl.UInt8))
            for line in lines
        ]
        return pl.coalesce(exactly)

    def in_hand(self, ahead: int) -> pl.Expr:
        """Sessions that may still be missed with the pupil not persistent once `ahead` more have been held.

        The most k, from 0 to `ahead`, with missed + k under the line of possible + ahead.
        """
        room = (_possible + ahead) * self.persistent - (1 if self.on_line_counts else 0)
        return (room // 100 - _missed).clip(0, ahead)

    def sessions_to_cross(self) -> pl.Expr:
        """The fewest sessions after which a pupil who misses every one is persistent; at least 1."""
        short = _possible * self.persistent - _missed * 100
        each = 100 - self.persistent
        fewest = -(-short // each) if self.on_line_counts else short // each + 1
        return fewest.clip(lower_bound=1)

    def sessions_to_recover(self) -> pl.Expr:
        """The fewest sessions after which a pupil who attends every one is not persistent (R3.6)."""
        over = _missed * 100 - _possible * self.persistent
        fewest = over // self.persistent + 1 if self.on_line_counts else -(-over // self.persistent)
        return fewest.clip(lower_bound=1)


def day_of(nth: pl.Expr, ahead: Sequence[date]) -> pl.Expr:
    """The date of the nth session to come, counted from 1; null beyond the last one known.

    `ahead` has one date a session to come, in order.
    """
    dates = pl.lit(pl.Series("ahead", ahead, dtype=pl.Date))
    inside = nth.is_between(1, len(ahead))
    if not ahead:
        return pl.lit(None, dtype=pl.Date)
    return pl.when(inside).then(dates.gather(pl.when(inside).then(nth - 1).otherwise(0)))

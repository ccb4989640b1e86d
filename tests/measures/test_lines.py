"""The lines of absence: every pupil there can be, up to sixty sessions, against the slow way."""

from datetime import date, timedelta

import polars as pl
from tests import oracle

from attendkit.measures.bands import Lines, day_of
from attendkit.rules import Rulebook

ON = date(2026, 11, 20)
AHEAD = [ON + timedelta(days=n // 2 + 1) for n in range(14)]
EVERY = pl.DataFrame(
    [(possible, missed) for possible in range(61) for missed in range(possible + 1)],
    schema=["possible", "absent"],
    orient="row",
)


def lines(**overrides: str) -> Lines:
    book = Rulebook({"bands": overrides})
    return Lines(book.rule("bands", ON), book.rule("at-risk", ON))


def test_every_band_is_the_oracles() -> None:
    for row in EVERY.with_columns(band=lines().band()).to_dicts():
        assert row["band"] == oracle.band(row["possible"], row["absent"]), row


def test_sessions_in_hand_are_what_trying_every_number_gives() -> None:
    for ahead in (0, 1, 14):
        for row in EVERY.with_columns(hand=lines().in_hand(ahead)).to_dicts():
            assert row["hand"] == oracle.in_hand(row["possible"], row["absent"], ahead), (row, ahead)


def test_days_to_cross_and_recover_are_what_walking_there_gives() -> None:
    crosses = day_of(lines().sessions_to_cross(), AHEAD)
    recovers = day_of(lines().sessions_to_recover(), AHEAD)
    for row in EVERY.with_columns(crosses=crosses, recovers=recovers).to_dicts():
        possible, missed = row["possible"], row["absent"]
        if oracle.persistent(possible, missed):
            assert row["recovers"] == oracle.recovers(possible, missed, AHEAD), row
        else:
            assert row["crosses"] == oracle.crosses(possible, missed, AHEAD), row


def test_below_the_line_a_pupil_exactly_on_it_is_left_out() -> None:
    strict = lines(pa_rule="strict_below")
    frame = EVERY.with_columns(
        band=strict.band(),
        hand=strict.in_hand(14),
        crosses=day_of(strict.sessions_to_cross(), AHEAD),
        recovers=day_of(strict.sessions_to_recover(), AHEAD),
    )
    for row in frame.to_dicts():
        possible, missed = row["possible"], row["absent"]
        over = 10 * missed > possible
        assert (row["band"] in {"persistent", "severe"}) == over, row
        assert (row["band"] == "severe") == (2 * missed > possible), row
        able = [k for k in range(15) if not 10 * (missed + k) > possible + 14]
        assert row["hand"] == max(able, default=0), row
        days = enumerate(AHEAD, start=1)
        if over:
            assert row["recovers"] == next((d for n, d in days if not 10 * missed > possible + n), None), row
        else:
            assert row["crosses"] == next((d for n, d in days if 10 * (missed + n) > possible + n), None), row


def test_a_pupil_exactly_on_a_line_is_named_with_it() -> None:
    named = EVERY.with_columns(line=lines().on_line()).drop_nulls("line")
    for row in named.to_dicts():
        assert row["absent"] * 100 == row["line"] * row["possible"]
    assert set(named["line"]) == {50, 10, 8}
    assert named.filter(pl.col("possible") == 50).rows() == [(50, 4, 8), (50, 5, 10), (50, 25, 50)]


def test_nothing_to_come_gives_no_day() -> None:
    frame = EVERY.with_columns(crosses=day_of(lines().sessions_to_cross(), []))
    assert frame["crosses"].null_count() == frame.height

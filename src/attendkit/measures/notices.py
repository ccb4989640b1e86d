"""What a penalty notice costs and until when, and which notice the next one would be (R17.4-17.8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import polars as pl

from attendkit.model import Notice
from attendkit.rules import RuleVersion

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)

NTH = ("first", "second", "none")
"""Which notice one is to a parent for a child in the years looked back on; `none` may be issued after two."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a notice costs, in pounds: `early` for the first days, then `full`. None where there is none."""

    early: int | None
    full: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a notice stands on a day.

    `received` is the day its periods begin with, `deemed` where that is by rule and not known. `early_until`
    and `full_until` are the last days to pay. `state` is one of `STATES`. `counts_until` is the last day on
    which it counts towards the next notice; None once withdrawn.
    """

    notice: Notice
    nth: str
    price: Price
    received: date
    deemed: bool
    early_until: date
    full_until: date
    state: str
    counts_until: date | None


STATES = ("to_pay", "paid_early", "paid", "paid_after", "unpaid", "withdrawn", "prosecuted")
"""Still in time to pay, paid within the first days, in time, too late, not at all, withdrawn, prosecuted."""


NOTICE = pl.Struct(
    {
        "parent": pl.String(),
        "notice": pl.Enum(NTH),
        "issued": pl.Date(),
        "received": pl.Date(),
        "deemed": pl.Boolean(),
        "early": pl.Int64(),
        "early_until": pl.Date(),
        "full": pl.Int64(),
        "full_until": pl.Date(),
        "state": pl.Enum(STATES),
        "counts_until": pl.Date(),
    }
)
"""A `Standing` in a table; sums in pounds."""

NEXT = pl.Struct({"parent": pl.String(), "notice": pl.Enum(NTH), "early": pl.Int64(), "full": pl.Int64()})
"""What the next notice to one parent would be, in pounds."""


class Ladder:
    """First, second and no third notice, by the rules in force."""

    def __init__(self, amounts: RuleVersion, receipt: RuleVersion) -> None:
        self._early_days, self._days = amounts.number("early_days"), amounts.number("days")
        self._years, self._most = amounts.number("years"), amounts.number("most")
        self._anniversary = amounts.values["lookback"] == "anniversary_counts"
        self._since = amounts.since
        self._posted = receipt.number("working_days")
        self.prices = {
            "first": Price(amounts.number("first_early"), amounts.number("first")),
            "second": Price(amounts.number("second"), amounts.number("second")),
            "none": Price(None, None),
        }

    def last_day(self, received: date, days: int) -> date:
        """The last of `days` calendar days that begin with the day of receipt (R17.5)."""
        return received + timedelta(days=days - 1)

    def received(self, notice: Notice) -> tuple[date, bool]:
        """The day a notice was received, and whether that is deemed: so many weekdays after its issue."""
        if notice.received:
            return notice.received, False
        day, left = notice.issued, self._posted
        while left:
            day += _ONE_DAY
            left -= day.weekday() < _SATURDAY
        return day, True

    def counts_until(self, notice: Notice) -> date:
        """The last day on which a notice counts towards another (R17.7)."""
        anniversary = _years_after(notice.issued, self._years)
        return anniversary if self._anniversary else anniversary - _ONE_DAY

    def next_on(self, earlier: Iterable[Notice], on: date) -> str:
        """Which notice one issued on a day would be, after those to the same parent for the same child.

        Withdrawn notices and those of before the rule do not count (R17.7, R17.8).
        """
        standing = [
            one
            for one in earlier
            if self._since <= one.issued <= on <= self.counts_until(one) and not _withdrawn(one, on)
        ]
        return NTH[min(len(standing), self._most)]

    def standing(self, notices: Sequence[Notice], on: date) -> list[Standing]:
        """How each of one parent's notices for one child stands on a day, oldest first.

        Those issued after that day are left out.
        """
        ordered = sorted((one for one in notices if one.issued <= on), key=lambda one: one.issued)
        return [self._one(notice, ordered[:at], on) for at, notice in enumerate(ordered)]

    def price_on(self, standing: Standing, paid: date) -> int | None:
        """What settles a notice on a day: the lower sum, the full one, or None when it is too late."""
        if paid <= standing.early_until:
            return standing.price.early
        return standing.price.full if paid <= standing.full_until else None

    def _one(self, notice: Notice, earlier: Sequence[Notice], on: date) -> Standing:
        nth = self.next_on(earlier, notice.issued)
        received, deemed = self.received(notice)
        early_until = self.last_day(received, self._early_days)
        full_until = self.last_day(received, self._days)
        return Standing(
            notice=notice,
            nth=nth,
            price=self.prices[nth],
            received=received,
            deemed=deemed,
            early_until=early_until,
            full_until=full_until,
            state=_state(notice, early_until, full_until, on),
            counts_until=None if _withdrawn(notice, on) else self.counts_until(notice),
        )


def of_parents(ladder: Ladder, notices: Iterable[Notice], on: date) -> pl.DataFrame:
    """How each parent's notices for each pupil stand on a day, and which the next would be (R17.6).

    Parents are told apart by their name, capitals and spaces aside, and written as last written.

    Returns:
        pupil, notices (a list of `NOTICE`, by parent and then oldest first), next_notices (a list of `NEXT`).
    """
    rows: dict[int, tuple[list[Any], list[Any]]] = {}
    for (pupil, _), theirs in groupby(sorted(notices, key=_whose), key=_whose):
        standings = ladder.standing(list(theirs), on)
        if standings:
            told, to_come = rows.setdefault(pupil, ([], []))
            parent = standings[-1].notice.parent
            told += [_as_struct(one) | {"parent": parent} for one in standings]
            to_come.append(_next(ladder, standings, on))
    table = [(pupil, *both) for pupil, both in rows.items()]
    schema = pl.Schema({"pupil": pl.UInt32(), "notices": pl.List(NOTICE), "next_notices": pl.List(NEXT)})
    return pl.DataFrame(table, schema=schema, orient="row")


def _whose(notice: Notice) -> tuple[int, str]:
    return notice.pupil, " ".join(notice.parent.casefold().split())


def _as_struct(one: Standing) -> dict[str, Any]:
    return {
        "parent": one.notice.parent,
        "notice": one.nth,
        "issued": one.notice.issued,
        "received": one.received,
        "deemed": one.deemed,
        "early": one.price.early,
        "early_until": one.early_until,
        "full": one.price.full,
        "full_until": one.full_until,
        "state": one.state,
        "counts_until": one.counts_until,
    }


def _next(ladder: Ladder, standings: Sequence[Standing], on: date) -> dict[str, Any]:
    nth = ladder.next_on([one.notice for one in standings], on)
    price = ladder.prices[nth]
    parent = standings[-1].notice.parent
    return {"parent": parent, "notice": nth, "early": price.early, "full": price.full}


def _state(notice: Notice, early_until: date, full_until: date, on: date) -> str:
    if _withdrawn(notice, on):
        return "withdrawn"
    if notice.paid is None or notice.paid > on:
        if notice.prosecuted is not None and notice.prosecuted <= on:
            return "prosecuted"
        return "to_pay" if on <= full_until else "unpaid"
    if notice.paid <= early_until:
        return "paid_early"
    return "paid" if notice.paid <= full_until else "paid_after"


def _withdrawn(notice: Notice, on: date) -> bool:
    return notice.withdrawn is not None and notice.withdrawn <= on


def _years_after(day: date, years: int) -> date:
    """The same day so many years on; 1 March for 29 February where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)

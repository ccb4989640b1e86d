"""The ledger of penalty notices: referred, issued, paid, unpaid, withdrawn, prosecuted (R17.13)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from attendkit.casework.notices import Logged, Referral, notices, referrals, same_parent
from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, long_date
from attendkit.measures.notices import NTH, STATES, Ladder, Standing
from attendkit.model import Notice
from attendkit.register.model import empty

REFERRED = "referred"
"""The state of a notice that the council was asked for and has not issued yet."""

MATTERS = ("absence", "leave", "legal-target")
"""What a notice may be for; of one in a list of the officer's own it is not known."""

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "parent": pl.String(),
        "notice": pl.Enum(NTH),
        "matter": pl.Enum(MATTERS),
        "issued": pl.Date(),
        "received": pl.Date(),
        "early_until": pl.Date(),
        "full_until": pl.Date(),
        "state": pl.Enum([REFERRED, *STATES]),
        "paid": pl.Date(),
        "pounds": pl.Int64(),
        "reference": pl.String(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("state", "State"),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor", narrow=True),
    Column("parent", "Parent"),
    Column("notice", "Notice", narrow=True),
    Column("matter", "For", narrow=True),
    Column("issued", "Issued", Kind.DATE),
    Column("early_until", "Lower sum to", Kind.DATE, narrow=True),
    Column("full_until", "Pay by", Kind.DATE),
    Column("paid", "Paid on", Kind.DATE, narrow=True),
    Column("pounds", "Pounds", Kind.NUMBER),
    Column("reference", "Reference", narrow=True),
)


def ledger(view: View, listed: Sequence[Notice]) -> Report:
    """Every notice of the log and of the officer's own list, and referrals still waiting, the newest first.

    Rows: `ROWS`. issued is the day of referral where the state is referred. early_until and full_until are
    the last days to pay the lower and the full sum; pounds are those paid, by the log, else by the day.
    The counts of the states come to those issued.
    """
    ladder = Ladder(view.rule("penalty-notice-amounts"), view.rule("penalty-notice-receipt"))
    chosen = set(view.pupils["pupil"])
    logged = [one for one in all_of(view, listed) if one.notice.pupil in chosen]
    waiting = [one for one in referrals(view.casework) if one.pupil in chosen]
    told = [*map(_of_referral, waiting), *_of_notices(ladder, logged, view)]
    rows = (
        pl.DataFrame(told, schema=ROWS, orient="row")
        .join(view.order.select("pupil", "by_name"), on="pupil")
        .sort("issued", "by_name", "parent", descending=[True, False, False])
    )
    return Report(
        duty="penalties ledger",
        title=f"Penalty notices to {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS.names()),
        columns=_COLUMNS,
        counts=_counts(rows),
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        rests_on=("penalty-notice-amounts", "penalty-notice-receipt"),
    )


def all_of(view: View, listed: Sequence[Notice]) -> list[Logged]:
    """The notices of the log, and those of the officer's own list that it does not have, by the day."""
    logged = notices(view.casework)
    known = [one.notice for one in logged]
    more = [_until(view.on, one) for one in listed if one.issued <= view.on and not _in(one, known)]
    return [*logged, *(Logged(one, "", "") for one in more)]


def _until(on: date, one: Notice) -> Notice:
    """A notice of a list as it stood on a day: what became of it later is not known yet, as in the log."""
    return replace(
        one,
        paid=_by(on, one.paid),
        withdrawn=_by(on, one.withdrawn),
        prosecuted=_by(on, one.prosecuted),
    )


def _by(on: date, day: date | None) -> date | None:
    return day if day and day <= on else None


def _in(one: Notice, known: Sequence[Notice]) -> bool:
    return any(
        (one.pupil, one.issued) == (other.pupil, other.issued) and same_parent(one.parent, other.parent)
        for other in known
    )


def _of_referral(one: Referral) -> Mapping[str, Any]:
    return _row(pupil=one.pupil, parent=one.parent, matter=one.matter, issued=one.on, state=REFERRED)


def _of_notices(ladder: Ladder, logged: Sequence[Logged], view: View) -> Iterator[Mapping[str, Any]]:
    for one in logged:
        theirs = [
            other.notice
            for other in logged
            if other.notice.pupil == one.notice.pupil and same_parent(other.notice.parent, one.notice.parent)
        ]
        standing = next(s for s in ladder.standing(theirs, view.on) if s.notice is one.notice)
        yield _row(
            pupil=one.notice.pupil,
            parent=one.notice.parent,
            notice=standing.nth,
            matter=one.matter or None,
            issued=one.notice.issued,
            received=standing.received,
            early_until=standing.early_until,
            full_until=standing.full_until,
            state=standing.state,
            paid=one.notice.paid,
            pounds=_pounds(ladder, one, standing),
            reference=one.reference or None,
        )


def _pounds(ladder: Ladder, one: Logged, standing: Standing) -> int | None:
    if one.notice.paid is None or standing.state == "withdrawn":
        return None
    return one.amount or ladder.price_on(standing, one.notice.paid) or standing.price.full


def _row(**said: Any) -> Mapping[str, Any]:
    return {name: said.get(name) for name in ROWS}


def _counts(rows: pl.DataFrame) -> dict[str, Any]:
    states = Counter(rows["state"])
    issued = rows.filter(pl.col("state") != REFERRED)
    return {
        REFERRED: states[REFERRED],
        "issued": issued.height,
        **{state: states[state] for state in STATES},
        "pounds": int(rows["pounds"].sum()),
        "matters": dict(
            issued.group_by(pl.col("matter").cast(pl.String)).len().sort("matter").drop_nulls().iter_rows()
        ),
    }

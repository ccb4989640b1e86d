"""Severe, persistent and at-risk absence, in whole sessions of the academic year to date (R3)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    counted,
    gathered,
    in_days,
    long_date,
    presumed_left,
    short_date,
)
from attendkit.measures.bands import BAND, Lines, day_of
from attendkit.measures.registers import marked
from attendkit.measures.sessions import percent, totals
from attendkit.model import Session
from attendkit.terms import academic_year

FIGURES = (
    "possible",
    "present",
    "authorised",
    "unauthorised",
    "late",
    "late_after_close",
    "minutes_late",
    "n_codes",
    "not_possible",
    "missing",
)

ROWS = (
    "pupil",
    *FIGURES,
    "missed",
    "percent",
    "band",
    "on_line",
    "short_enrolment",
    "sessions_in_hand",
    "in_hand_until",
    "crosses_on",
    "recovers_on",
    "cannot_recover",
    "band_before",
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("band", "Band"),
    Column("band_before", "Band before", narrow=True),
    Column("missed", "Missed", Kind.NUMBER),
    Column("possible", "of", Kind.NUMBER),
    Column("percent", "Attendance", Kind.PERCENT),
    Column("authorised", "Authorised", Kind.NUMBER, narrow=True),
    Column("unauthorised", "Unauthorised", Kind.NUMBER, narrow=True),
    Column("missing", "No mark", Kind.NUMBER, narrow=True),
    Column("sessions_in_hand", "In hand", Kind.NUMBER),
    Column("crosses_on", "Could cross on", Kind.DATE, narrow=True),
    Column("recovers_on", "Could recover on", Kind.DATE, narrow=True),
    Column("short_enrolment", "Short", Kind.FLAG, narrow=True),
)

_OVER = ("severe", "persistent")
_BEYOND = (*_OVER, "at_risk")


def bands(view: View) -> Report:
    """Every pupil at or beyond a line of absence, or with `all` everyone on roll or marked this year.

    Worst first: by band, then by the share of possible sessions missed, then by name. A pupil is in one band
    only, so a severe pupil is not in `persistent`; `persistent_including_severe` is what the DfE counts.

    Rows: `ROWS`, in sessions of the academic year to date. on_line is the percentage missed of the line that
    the pupil is exactly on. sessions_in_hand is how many more may be missed with the pupil not persistent
    at the end of the term, which is in_hand_until. By all term dates of the year, crosses_on is the first day
    on which a pupil who misses every session could be persistent; recovers_on the first on which one who
    attends every session could cease to be. All four are null where term dates do not reach, or where there
    is no such day. cannot_recover is of one who will still be persistent at the end of the year however many
    they attend. band_before is the band at the end of the last school day before, or of the day `since`; with
    that option only pupils whose band is another one now are listed.
    """
    lines = Lines(view.rule("bands"), view.rule("at-risk"))
    ahead = _sessions_to_come(view)
    everyone = _everyone(view, lines, ahead)
    beyond = pl.col("band").is_in(_BEYOND) | pl.col("on_line").is_not_null()
    rows = everyone.filter(_listed(view, beyond))
    found, evidence = gathered(_said(view, everyone.filter(beyond)), view.missed)
    return Report(
        duty="bands",
        title=f"Absence bands to {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS),
        shown=rows.select(ROWS).with_columns(band_before=pl.when(_rank != _rank_before).then("band_before")),
        columns=_columns(_end_of_term(view, ahead)),
        counts=_counts(everyone, lines),
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, everyone, ahead)),
        rests_on=("bands", "at-risk"),
        labels={"missing": "Sessions without a mark", **_moved_since(view)},
    )


def _moved_since(view: View) -> dict[str, str]:
    """What the figures of those in another band are called: since the day asked for, or the last one."""
    since = short_date(_before(view))
    return {"crossed": f"Into a worse band since {since}", "recovered": f"Into a better band since {since}"}


def _columns(until: date | None) -> tuple[Column, ...]:
    """The columns, with the day up to which sessions in hand are counted in their heading."""
    in_hand = f"In hand to {short_date(until)}" if until else "In hand"
    return tuple(replace(c, heading=in_hand) if c.name == "sessions_in_hand" else c for c in _COLUMNS)


def _listed(view: View, beyond: pl.Expr) -> pl.Expr:
    if view.options.get("since"):
        return _CROSSED | _RECOVERED
    return pl.lit(value=True) if view.options.get("all") else beyond


_rank, _rank_before = (pl.col(name).to_physical() for name in ("band", "band_before"))
_CROSSED = pl.col("band").is_in(_BEYOND) & (_rank < _rank_before)
_RECOVERED = pl.col("band_before").is_in(_BEYOND) & (_rank > _rank_before)


def _before(view: View) -> date:
    """The day whose bands today's are compared with."""
    since: date | None = view.options.get("since")
    days = view.calendar.days
    before = bisect_left(days, view.on) - 1
    return since or (days[before] if before >= 0 else view.on)


_COUNTED = ("possible", "absent")


def _bands_before(view: View, lines: Lines) -> pl.DataFrame:
    """Bands by the year's figures without those of the days since: those are few."""
    since = totals(view.marks.filter(pl.col("date") > _before(view)))
    both = view.figures.select("pupil", *_COUNTED).join(
        since.select("pupil", *_COUNTED), on="pupil", how="left", suffix="_since"
    )
    then = both.select("pupil", *(pl.col(name) - pl.col(f"{name}_since").fill_null(0) for name in _COUNTED))
    return then.select("pupil", band_before=lines.band())


def _everyone(view: View, lines: Lines, ahead: Sequence[date]) -> pl.DataFrame:
    label_from = view.rule("bands").number("min_possible_for_label")
    zero = [pl.col(name).fill_null(0) for name in (*FIGURES, "absent")]
    this_year = pl.col("pupil").is_in(view.on_roll["pupil"].implode()) | pl.col("possible").is_not_null()
    figures = view.order.join(view.figures, on="pupil", how="left").filter(this_year).with_columns(zero)
    figures = figures.join(_bands_before(view, lines), on="pupil", how="left", maintain_order="left")
    share = pl.when(pl.col("possible") > 0).then(pl.col("absent") * 1_000_000 // pl.col("possible"))
    return (
        figures.with_columns(
            percent=percent(),
            band=lines.band(),
            band_before=pl.col("band_before").fill_null(pl.lit("no_data", BAND)),
            on_line=lines.on_line(),
            missed=pl.col("absent"),
            short_enrolment=(pl.col("possible") > 0) & (pl.col("possible") < label_from),
        )
        .with_columns(**_ahead(view, lines, ahead))
        .sort(pl.col("band"), share, "by_name", descending=[False, True, False], nulls_last=True)
    )


def _ahead(view: View, lines: Lines, ahead: Sequence[date]) -> dict[str, pl.Expr]:
    """What can still happen to each pupil in the sessions to come, where the calendar knows them."""
    until = _end_of_term(view, ahead)
    this_term = bisect_right(ahead, until) if until else 0
    known = pl.lit(value=bool(ahead)) & pl.col("pupil").is_in(view.on_roll["pupil"].implode())
    over = pl.col("band").is_in(_OVER)
    crosses = day_of(lines.sessions_to_cross(), ahead)
    recovers = day_of(lines.sessions_to_recover(), ahead)
    return {
        "sessions_in_hand": pl.when(known & (this_term > 0)).then(lines.in_hand(this_term)),
        "in_hand_until": pl.when(known).then(pl.lit(until, pl.Date())),
        "crosses_on": pl.when(known & ~over).then(crosses),
        "recovers_on": pl.when(known & over).then(recovers),
        "cannot_recover": known & over & recovers.is_null(),
    }


def _end_of_term(view: View, ahead: Sequence[date]) -> date | None:
    """The last day of the term that the next session to come is in."""
    ends = [last for _, last in view.school.term_dates() if ahead and ahead[0] <= last]
    return min(ends, default=None)


def _year_is_planned(view: View) -> bool:
    """Whether a term of this academic year that is not over yet has its dates."""
    _, end = academic_year(view.on)
    return any(first <= end and view.on <= last for first, last in view.school.term_dates())


def _sessions_to_come(view: View) -> list[date]:
    """One date a session that the school is still to hold this academic year, as far as is known."""
    if not _year_is_planned(view):
        return []
    _, end = academic_year(view.on)
    begun = marked(view.register.marks.filter(pl.col("date") == view.on)).height
    today = [view.on] * (len(Session) - begun) if view.on in view.calendar.days else []
    return [*today, *(day for day in view.calendar.days if view.on < day <= end for _ in Session)]


def _counts(everyone: pl.DataFrame, lines: Lines) -> dict[str, Any]:
    """Pupils in each band, and beyond each line by either wording where the two differ."""
    each = dict(everyone["band"].cast(pl.String).value_counts().iter_rows())
    severe, persistent = each.get("severe", 0), each.get("persistent", 0)
    below = {
        f"below_{100 - percent_missed}": everyone.filter(lines.below(percent_missed)).height
        for percent_missed in (lines.risk, lines.persistent, lines.severe)
    }
    exactly = everyone["on_line"].drop_nulls().sort(descending=True).value_counts(sort=False)
    return {
        "pupils": everyone.height,
        **{band: each.get(band, 0) for band in BAND.categories},
        "persistent_including_severe": persistent + severe,
        **below,
        "exactly_on_a_line": {f"{line}% missed": number for line, number in exactly.iter_rows()},
        "short_enrolments": int(everyone["short_enrolment"].sum()),
        "missing": int(everyone["missing"].sum()),
        "cannot_recover": int(everyone["cannot_recover"].sum()),
        "crossed": everyone.filter(_CROSSED).height,
        "recovered": everyone.filter(_RECOVERED).height,
    }


def _said(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    words = _words(view)
    said = [_sentence(row, words) for row in rows.iter_rows(named=True)]
    over = pl.col("band").is_in(_OVER)
    return rows.select(
        "pupil",
        says=pl.Series(said, dtype=pl.String),
        of="possible",
        rule=pl.when(over).then(pl.lit("bands")).otherwise(pl.lit("at-risk")),
    )


def _words(view: View) -> dict[str, str]:
    """What each band means, with the numbers of the rules in force."""
    rule, risk = view.rule("bands"), view.rule("at-risk").number("below_percent")
    more = rule.choices["pa_rule"][rule.values["pa_rule"]]
    return {
        "severe": f"severe absence, {more} {rule.number('severe_percent')}% missed",
        "persistent": f"persistent absence, {more} {rule.number('persistent_percent')}% missed",
        "at_risk": f"at risk of persistent absence, attendance below {risk}%",
        "on_track": f"on track, exactly on the line of {risk}% attendance",
    }


def _sentence(row: dict[str, Any], words: dict[str, str]) -> str:
    missed, possible = row["missed"], row["possible"]
    return (
        f"Missed {in_days(missed)} ({missed} of {counted(possible, 'session')}), attendance "
        f"{row['percent']}%: {words[row['band']]}."
    )


def _notes(view: View, everyone: pl.DataFrame, ahead: Sequence[date]) -> Iterator[str]:
    if not ahead:
        yield (
            "Sessions in hand, and dates to cross or recover, need term dates, and none of this year are "
            f"known after {long_date(view.on)}: set the end of term in attendkit.toml."
        )
    if missing := int(everyone["missing"].sum()):
        yield f"{counted(missing, 'session')} without a mark: left out of every figure here."
    if short := int(everyone["short_enrolment"].sum()):
        least = view.rule("bands").number("min_possible_for_label")
        yield f"{counted(short, 'pupil')} with fewer than {least} possible sessions: too few to judge by."
    yield from changed_rules(view, "bands", "at-risk")
    if view.presumed_left:
        yield presumed_left(view)

"""Why a letter is due: what the register shows of a pupil, by the rules in force, and the marks behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from attendkit.duties import report_of
from attendkit.duties.letters.figures import MOST_LINES, absences, by_pupil
from attendkit.duties.letters.good_news import fresh_starts, improved, term_information
from attendkit.duties.letters.reasons import without_reason
from attendkit.duties.letters.sight import Occasion, Sight, found_by, law, weeks_ago
from attendkit.duties.letters.table import letter_kind
from attendkit.findings import View, counted, findings, in_days, long_date
from attendkit.measures import days
from attendkit.measures.bands import Lines

_LATEST = 3
"""Lines of absences in a letter that says how many days there were, and is to be short."""

_GOES_ON = 8
"""Lines of them in a warning of absence that has gone on since, which says besides what came before."""

_TRIES = ("call", "visit", "letter", "enquiry")

TOO_FEW = "too_few_sessions"
TOLD = "reason_told"
LONG_PAST = "long_past"
PART_TIME = "part_time"


def of_bands(sight: Sight) -> Iterator[Occasion]:
    """Severe, persistent and at-risk absence, as `bands` has it."""
    view, report = sight.view, sight.bands
    named = {"severe": "severe", "persistent": "persistent-absence", "at_risk": "at-risk"}
    rows = {row["pupil"]: row for row in report.rows.iter_rows(named=True)}
    rule = view.rule("bands")
    lines = {name: rule.number(name) for name in ("persistent_percent", "severe_percent")}
    agreed = _by_agreement(view)
    for pupil, finding in zip(report.found["pupil"], findings(report, view), strict=True):
        row = rows[pupil]
        if row["band"] not in named:
            continue
        facts: dict[str, Any] = {"bands": lines, **sight.own_rules("bands", "at-risk")}
        if row["band"] == "persistent":
            facts["absences"] = absences(sight.missed.marks[pupil], view.on, _LATEST)["absences"]
        if row["band"] == "at_risk" and row["sessions_in_hand"] is not None:
            crossing = in_days(row["sessions_in_hand"] + 1)
            facts["ahead"] = {"days": crossing, "until": long_date(row["in_hand_until"])}
        yield Occasion(
            letter_kind(named[row["band"]]),
            pupil,
            finding.says,
            (finding.id,),
            facts,
            held=TOO_FEW if row["short_enrolment"] else PART_TIME if pupil in agreed else "",
        )


def _by_agreement(view: View) -> frozenset[int]:
    """Pupils whom only the sessions of an agreed part-time timetable put where they are (R9.5)."""
    codes = view.rule("part-time-timetable").codes()
    sessions = view.missed.filter(pl.col("code").is_in(codes)).group_by("pupil").agg(pl.len().alias("agreed"))
    band = Lines(view.rule("bands"), view.rule("at-risk")).band()
    with_them = view.figures.join(sessions, on="pupil").with_columns(band=band)
    without = with_them.with_columns(pl.col("possible", "absent") - pl.col("agreed")).with_columns(other=band)
    return frozenset(without.filter(pl.col("band") != pl.col("other"))["pupil"])


def first_concerns(sight: Sight) -> Iterator[Occasion]:
    """The first days missed, where no line is crossed: no longer ago than a letter is repeated."""
    view = sight.view
    limit = view.rule("letter-first-concern").number("sessions")
    beyond = set(sight.bands.found["pupil"])
    lately = weeks_ago(view, view.rule("letter-again").number("school_weeks"))
    nth = pl.int_range(pl.len()).over("pupil")
    agreed = pl.col("code").is_in(view.rule("part-time-timetable").codes())
    first = view.missed.filter(~agreed).sort("pupil", "date", "session").filter(nth < limit)
    reached = first.group_by("pupil").agg(pl.len().alias("sessions"), pl.col("date").max().alias("on"))
    due = reached.filter(pl.col("sessions") == limit, pl.col("on") >= lately).sort("pupil")
    says = {
        row["pupil"]: f"Missed {in_days(limit)} by {long_date(row['on'])}: no line is crossed."
        for row in due.iter_rows(named=True)
        if row["pupil"] not in beyond
    }
    least = view.rule("bands").number("min_possible_for_label")
    for pupil, finding in found_by(view, "letter-first-concern", says, first).items():
        few = sight.missed.totals[pupil]["possible"] < least
        yield Occasion(
            letter_kind("first-concern"), pupil, finding.says, (finding.id,), held=TOO_FEW if few else ""
        )


def away_unexplained(sight: Sight) -> Iterator[Occasion]:
    """Away without explanation: to be seen, and from the council's number of days on, to be reported."""
    view = sight.view
    report = report_of("cme", view)
    limit = view.rule("cme-referral").number("school_days")
    rule = view.rule("letter-safe-and-well")
    least, answer = rule.number("school_days"), rule.number("answer")
    asked = without_reason(
        view, view.every_mark.filter(pl.col("code").is_in(view.rule("cme-referral").codes()))
    )
    found = zip(report.found.iter_rows(named=True), findings(report, view), strict=True)
    referrals = {row["pupil"]: finding for row, finding in found if row["rule"] == "cme-referral"}
    for row in report.rows.filter(pl.col("school_days") >= least).iter_rows(named=True):
        pupil, finding = row["pupil"], referrals[row["pupil"]]
        away = {"school_days": row["school_days"], "limit": limit, **_last_seen(sight, pupil)}
        away |= _tried(view, pupil, row["since"])
        letter = letter_kind("cme" if row["refer"] else "safe-and-well")
        facts = {"away": away, "reply_by": long_date(view.calendar.after(view.on, answer))}
        theirs = asked.filter(pl.col("pupil") == pupil, pl.col("date") >= row["since"])
        held = TOLD if theirs["date"].n_unique() < least else ""
        yield Occasion(letter, pupil, finding.says, (finding.id,), facts, since=row["since"], held=held)


def _last_seen(sight: Sight, pupil: int) -> dict[str, str]:
    day = sight.last_seen.get(pupil)
    return {"last_seen": day} if day else {}


def _tried(view: View, pupil: int, since: date) -> dict[str, str]:
    """How often the log says that somebody tried to reach the home, where it says so at all.

    A letter of the day itself is the one that says so, or goes out beside it.
    """
    tries = [
        one
        for one in view.casework.of(pupil, *_TRIES)
        if one.on >= since and (one.kind != "letter" or one.on < view.on)
    ]
    return {"tried": counted(len(tries), "time")} if tries else {}


def of_penalties(sight: Sight) -> Iterator[Occasion]:
    """The threshold of a penalty notice is reached; with an open N among its sessions, not yet.

    One reached in the school weeks that the rule looks back over is told as it was reached. Of one reached
    before, which may be a year ago, these weeks are told, if they reach it by themselves and no notice was
    issued for any of them; else it is past.
    """
    view = sight.view
    report = report_of("penalties", view, notices=view.options.get("notices"))
    rows = {row["pupil"]: row for row in report.rows.iter_rows(named=True)}
    rule = view.rule("penalty-notice")
    since = weeks_ago(view, rule.number("school_weeks"))
    evidence = report.evidence.join(report.found.select("finding", "pupil"), on="finding")
    then = by_pupil(view, evidence)
    recent = view.every_mark.filter(pl.col("date") >= since, pl.col("code").is_in(rule.codes()))
    now = by_pupil(view, recent)
    open_n = view.rule("first-day-calling").codes("unexplained")
    unsettled = set(recent.filter(pl.col("code").is_in(open_n))["pupil"])
    names = ("penalty-notice", "penalty-notice-amounts")
    for finding, pupil in zip(findings(report, view), report.found["pupil"], strict=True):
        row = rows[pupil]
        lately = row["reached_on"] >= since
        marks = then[pupil] if lately else now.get(pupil, ())
        past = not lately and not rule.number("sessions") <= len(marks) == row["in_last_weeks"]
        first, most = (row["window_first"], MOST_LINES) if lately else (since, _GOES_ON)
        window = {
            "sessions": len(marks),
            "days": in_days(len(marks)),
            "school_weeks": rule.number("school_weeks"),
            "first": long_date(view.calendar.next_school_day(first - timedelta(days=1))),
        }
        told_of = {"window": window, "notice": sight.notice, "law": law(rule), "reply_by": sight.reply_by}
        facts = {**told_of, **absences(marks, view.on, most), **sight.own_rules(*names)}
        waits = row["open_n"] if lately else pupil in unsettled
        held = LONG_PAST if past else "open_n" if waits else ""
        yield Occasion(letter_kind("penalty-warning"), pupil, finding.says, (finding.id,), facts, held=held)


def unexplained(sight: Sight) -> Iterator[Occasion]:
    """Sessions that are still N some school days on: one letter asks about all of them."""
    view = sight.view
    least = view.rule("letter-unexplained").number("school_days")
    limit = view.rule("n-code")
    coded = view.marks.filter(pl.col("code").is_in(view.rule("first-day-calling").codes("unexplained")))
    old = (
        without_reason(view, coded)
        .join(days.ages(coded["date"], view.calendar, view.on), on="date")
        .filter(pl.col("age_school_days") >= least)
        .join(days.deadlines(coded["date"], view.calendar, limit.number("school_days")), on="date")
    )
    each = old.group_by("pupil").agg(pl.len(), pl.col("deadline").min(), pl.col("date").max()).sort("pupil")
    says = {
        row["pupil"]: f"No reason for {in_days(row['len'])}: settle by {long_date(row['deadline'])}."
        for row in each.iter_rows(named=True)
    }
    marks = by_pupil(view, old)
    found = found_by(view, "letter-unexplained", says, old.select(coded.columns))
    tomorrow = view.calendar.next_school_day(view.on)
    for row in each.iter_rows(named=True):
        finding = found[row["pupil"]]
        until = row["deadline"] if row["deadline"] >= view.on else tomorrow
        asked = {
            "days": in_days(row["len"]),
            "deadline": long_date(until),
            "school_days": limit.number("school_days"),
        }
        yield Occasion(
            letter_kind("unexplained-absence"),
            row["pupil"],
            finding.says,
            (finding.id,),
            {"unexplained": asked, **absences(marks[row["pupil"]], view.on), **sight.own_rules("n-code")},
            since=view.calendar.after(row["date"], least),
        )


def lateness(sight: Sight) -> Iterator[Occasion]:
    """Lates of the half term: at one number a letter, at a larger one a meeting."""
    view = sight.view
    rule, lates = view.rule("letter-punctuality"), view.rule("lateness")
    since = view.calendar.half_term_of(view.on)
    codes = [lates.values[name] for name in ("before_close", "after_close")]
    late = view.marks.filter(pl.col("code").is_in(codes), pl.col("date") >= since)
    after = dict(late.filter(pl.col("code") == codes[1])["pupil"].value_counts().iter_rows())
    counts = dict(late["pupil"].value_counts().sort("pupil").iter_rows())
    nth = pl.int_range(pl.len()).over("pupil")
    for name, least in (
        ("punctuality-meeting", rule.number("meeting")),
        ("punctuality", rule.number("lates")),
    ):
        says = {
            pupil: f"Late {times} times since {long_date(since)}."
            for pupil, times in counts.items()
            if times >= least and (name == "punctuality-meeting" or times < rule.number("meeting"))
        }
        first = late.sort("pupil", "date", "session").filter(nth < least)
        for pupil, finding in found_by(view, rule.id, says, first).items():
            told_of: dict[str, Any] = {"times": counts[pupil], "since": long_date(since)}
            told_of |= {"after_close": after[pupil]} if after.get(pupil) else {}
            facts = {"late": told_of, "reply_by": sight.reply_by, **_register(view)}
            yield Occasion(letter_kind(name), pupil, finding.says, (finding.id,), facts, since=since)


def _register(view: View) -> dict[str, Any]:
    """When the morning register opens and closes, as a parent reads a clock."""
    times = view.school.registers.get("AM")
    if times is None:
        return {}
    clocks = {name: getattr(times, name) for name in ("opens", "closes")}
    return {"register": {name: f"{one.hour % 12 or 12}.{one:%M}am" for name, one in clocks.items()}}


def reviews(sight: Sight) -> Iterator[Occasion]:
    """Part-time timetables that are due to be looked at again."""
    view = sight.view
    report = report_of("timetables", view)
    found = dict(zip(report.found["pupil"], findings(report, view), strict=False))
    for row in report.rows.filter(pl.col("review").is_in(["red", "amber"])).iter_rows(named=True):
        finding = found[row["pupil"]]
        facts = {"first": long_date(row["since"])}
        facts |= {"review_by": long_date(row["review_by"])} if row["review_by"] >= view.on else {}
        yield Occasion(
            letter_kind("reduced-timetable-review"),
            row["pupil"],
            finding.says,
            (finding.id,),
            {"timetable": facts, "reply_by": sight.reply_by},
            since=row["review_from"],
        )


Source = Callable[[Sight], Iterator[Occasion]]

BY_REGISTER: Mapping[Source, Sequence[str]] = {
    away_unexplained: ("cme", "safe-and-well"),
    of_penalties: ("penalty-warning",),
    of_bands: ("severe", "persistent-absence", "at-risk"),
    first_concerns: ("first-concern",),
    unexplained: ("unexplained-absence",),
    lateness: ("punctuality-meeting", "punctuality"),
    reviews: ("reduced-timetable-review",),
    fresh_starts: ("welcome-back",),
    improved: ("improved",),
    term_information: ("term-information",),
}
"""What looks for each letter that the register gives rise to."""

"""Why a letter is due: what the register shows of a pupil, by the rules in force, and the marks behind it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

import polars as pl

from attendkit.duties import report_of
from attendkit.duties.letters.figures import Missed, absences, by_pupil
from attendkit.duties.letters.table import LetterKind, letter_kind
from attendkit.findings import Finding, Report, View, counted, findings, gathered, in_days, long_date
from attendkit.measures import days
from attendkit.measures.bands import Lines
from attendkit.measures.codes import told
from attendkit.measures.runs import last_on_site
from attendkit.measures.sessions import ABSENT, FIGURES, totals
from attendkit.measures.weekly import weeks_gone
from attendkit.measures.windows import week_ends
from attendkit.rules import RuleVersion

_LATEST = 3
"""Lines of absences in a letter that says how many days there were, and is to be short."""

_TRIES = ("call", "visit", "letter", "enquiry")

TOO_FEW = "too_few_sessions"
PART_TIME = "part_time"
OUTSIDE = "outside_fresh_start"


@dataclass(frozen=True)
class Occasion:
    """Why a pupil's parents are due a letter, and what it says that no other letter does.

    `findings` name what it rests on: findings by their ids, casework entries as `entry-12`. A letter of the
    name that went out on `since` or later was about the same. `to` is the one parent it is for, as the log
    names them. `held` is why it is not written, where that is known from the start.
    """

    letter: LetterKind
    pupil: int
    says: str
    findings: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    since: date | None = None
    to: str = ""
    held: str = ""

    def digest(self, figures: Mapping[str, Any]) -> str:
        """The digest of what the letter says of the pupil, by which a later look tells whether it holds.

        Who writes to whom, and by when an answer is asked for, is not of it.
        """
        own = {name: value for name, value in self.facts.items() if name != "reply_by"}
        wanted = {name: figures.get(name) for name in self.letter.figures}
        told_of = {"letter": self.letter.name, "figures": wanted, **own}
        text = json.dumps(told_of, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Sight:
    """A view with the figures and reports that letters rest on, each made once."""

    view: View

    @cached_property
    def missed(self) -> Missed:
        """What every pupil looked at has missed."""
        return Missed(self.view)

    @cached_property
    def bands(self) -> Report:
        """The bands of absence."""
        return report_of("bands", self.view)

    @cached_property
    def last_seen(self) -> Mapping[int, str]:
        """The last day on which each pupil was seen on site."""
        seen = last_on_site(self.view.every_mark).select("pupil", "last_on_site")
        return {pupil: long_date(day) for pupil, day in seen.iter_rows()}

    @cached_property
    def people(self) -> Mapping[int, Mapping[str, Any]]:
        """What the register says of each pupil looked at."""
        return {row["pupil"]: row for row in self.view.pupils.iter_rows(named=True)}

    @cached_property
    def reply_by(self) -> str:
        """The day by which a letter asks for an answer."""
        within = self.view.rule("letter-reply").number("school_days")
        return long_date(self.view.calendar.after(self.view.on, within))

    @cached_property
    def notice(self) -> dict[str, Any]:
        """What a penalty notice is and costs, by the rules."""
        amounts = self.view.rule("penalty-notice-amounts")
        names = ("first_early", "first", "second", "early_days", "days", "years")
        rule = self.view.rule("penalty-notice")
        counted = {name: rule.number(name) for name in ("sessions", "school_weeks")}
        return {**{name: amounts.number(name) for name in names}, **counted}

    def own_rules(self, *names: str) -> dict[str, Any]:
        """What a letter says of rules that the school has changed: nothing where it has changed none."""
        changed = [rule.says for rule in map(self.view.rule, names) if rule.overridden]
        said = " ".join(f"This is the school's own rule, not the nation's: {says}" for says in changed)
        return {"own_rules": said} if changed else {}


def law(rule: RuleVersion) -> dict[str, Any]:
    """A rule as a letter quotes it: what it says and where it is written.

    By whom its source was quoted to us is for the officer to know, and not for a parent.
    """
    source = rule.citation.reference.partition(", as ")[0]
    return {"says": rule.says, "cite": f"{rule.citation.title}, {source}"}


def found_by(view: View, rule: str, says: Mapping[int, str], marks: pl.DataFrame) -> Mapping[int, Finding]:
    """A finding a pupil by one of the rules of letters: what is said of each, and the marks behind it."""
    schema = {"pupil": pl.UInt32, "says": pl.String, "of": pl.UInt32, "rule": pl.String}
    told_of = [(pupil, sentence, None, rule) for pupil, sentence in says.items()]
    said = pl.DataFrame(told_of, schema=schema, orient="row")
    found, evidence = gathered(said, marks)
    report = Report("letters", "", view.on, said, (), {}, found, evidence)
    return dict(zip(found["pupil"].to_list(), findings(report, view), strict=True))


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
            facts["absences"] = absences(sight.missed.marks[pupil], _LATEST)["absences"]
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
    least = view.rule("letter-safe-and-well").number("school_days")
    found = zip(report.found.iter_rows(named=True), findings(report, view), strict=True)
    referrals = {row["pupil"]: finding for row, finding in found if row["rule"] == "cme-referral"}
    for row in report.rows.filter(pl.col("school_days") >= least).iter_rows(named=True):
        pupil, finding = row["pupil"], referrals[row["pupil"]]
        away = {"school_days": row["school_days"], "limit": limit, **_last_seen(sight, pupil)}
        away |= _tried(view, pupil, row["since"])
        letter = letter_kind("cme" if row["refer"] else "safe-and-well")
        yield Occasion(letter, pupil, finding.says, (finding.id,), {"away": away}, since=row["since"])


def _last_seen(sight: Sight, pupil: int) -> dict[str, str]:
    day = sight.last_seen.get(pupil)
    return {"last_seen": day} if day else {}


def _tried(view: View, pupil: int, since: date) -> dict[str, str]:
    """How often the log says that somebody tried to reach the home, where it says so at all."""
    tries = [one for one in view.casework.of(pupil, *_TRIES) if one.on >= since]
    return {"tried": counted(len(tries), "time")} if tries else {}


def of_penalties(sight: Sight) -> Iterator[Occasion]:
    """The threshold of a penalty notice is reached; with an open N among its sessions, not yet."""
    view = sight.view
    report = report_of("penalties", view, notices=view.options.get("notices"))
    rows = {row["pupil"]: row for row in report.rows.iter_rows(named=True)}
    evidence = report.evidence.join(report.found.select("finding", "pupil"), on="finding")
    marks = by_pupil(view, evidence)
    rule = view.rule("penalty-notice")
    names = ("penalty-notice", "penalty-notice-amounts")
    for finding, pupil in zip(findings(report, view), report.found["pupil"], strict=True):
        row = rows[pupil]
        window = {
            "sessions": row["sessions"],
            "days": in_days(row["sessions"]),
            "school_weeks": rule.number("school_weeks"),
            "first": long_date(row["window_first"]),
        }
        told_of = {"window": window, "notice": sight.notice, "law": law(rule), "reply_by": sight.reply_by}
        facts = {**told_of, **absences(marks[pupil]), **sight.own_rules(*names)}
        held = "open_n" if row["open_n"] else ""
        yield Occasion(letter_kind("penalty-warning"), pupil, finding.says, (finding.id,), facts, held=held)


def unexplained(sight: Sight) -> Iterator[Occasion]:
    """Sessions that are still N some school days on: one letter asks about all of them."""
    view = sight.view
    least = view.rule("letter-unexplained").number("school_days")
    limit = view.rule("n-code")
    coded = view.marks.filter(pl.col("code").is_in(view.rule("first-day-calling").codes("unexplained")))
    old = (
        coded.join(days.ages(coded["date"], view.calendar, view.on), on="date")
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
            {"unexplained": asked, **absences(marks[row["pupil"]]), **sight.own_rules("n-code")},
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


def improved(sight: Sight) -> Iterator[Occasion]:
    """Hardly a session missed in the last whole school weeks, by a pupil who had missed many before."""
    view = sight.view
    rule = view.rule("letter-improved")
    firsts, lasts = week_ends(view.calendar.days, view.calendar.school_weeks)
    gone = weeks_gone(view.calendar, view.on)
    if gone < rule.number("school_weeks"):
        return
    since, until = firsts[gone - rule.number("school_weeks")], lasts[gone - 1]
    inside = pl.col("date").is_between(since, until)
    now = totals(view.marks.filter(inside)).filter(
        pl.col("absent") <= rule.number("missed"), pl.col("possible") > pl.col("absent")
    )
    before = totals(view.marks.filter(pl.col("date") < since)).filter(
        pl.col("absent") * 100 >= pl.col("possible") * rule.number("before_percent"),
        pl.col("possible") >= view.rule("bands").number("min_possible_for_label"),
    )
    both = {row["pupil"]: row for row in now.join(before, on="pupil", suffix="_before").iter_rows(named=True)}
    says = {
        pupil: f"Missed {row['absent']} of {row['possible']} sessions since {long_date(since)}, after "
        f"{row['absent_before']} of {row['possible_before']}."
        for pupil, row in both.items()
    }
    here = told(view.marks.filter(inside)).filter(FIGURES["present"])
    for pupil, finding in found_by(view, rule.id, says, here).items():
        row = both[pupil]
        told_of = {
            "since": long_date(since),
            "days_in": in_days(row["present"]),
            "days_open": in_days(row["possible"]),
            "missed_before": in_days(row["absent_before"]),
        }
        yield Occasion(letter_kind("improved"), pupil, finding.says, (finding.id,), {"improved": told_of})


def fresh_starts(sight: Sight) -> Iterator[Occasion]:
    """Pupils who missed much of the last term, in the first weeks of this one."""
    view = sight.view
    terms = sorted((term for term in view.school.terms if term.first <= view.on), key=lambda term: term.first)
    if len(terms) < 2:
        return
    last = terms[-2]
    marks = view.every_mark.filter(pl.col("date").is_between(last.first, last.last))
    lines = Lines(view.rule("bands"), view.rule("at-risk"))
    over = totals(marks).filter(lines.band().is_in(["severe", "persistent"]))
    missed = told(marks).filter(ABSENT)
    says = {
        row["pupil"]: f"Missed {in_days(row['absent'])} in {last.name}." for row in over.iter_rows(named=True)
    }
    absent = dict(over.select("pupil", "absent").iter_rows())
    held = "" if in_fresh_start(view) else OUTSIDE
    for pupil, finding in found_by(view, "letter-fresh-start", says, missed).items():
        facts = {"before": {"missed_days": in_days(absent[pupil])}}
        yield Occasion(
            letter_kind("welcome-back"),
            pupil,
            finding.says,
            (finding.id,),
            facts,
            since=terms[-1].first,
            held=held,
        )


def in_fresh_start(view: View) -> bool:
    """Whether the day is in the first school weeks of a term, by the school's term dates."""
    weeks = view.rule("letter-fresh-start").number("school_weeks")
    for term in view.school.terms:
        if term.first <= view.on <= term.last:
            inside = [
                week for week in view.calendar.school_weeks if view.calendar.week_of(term.first) <= week
            ]
            return view.calendar.week_of(view.on) in inside[:weeks]
    return False


def term_information(sight: Sight) -> Iterator[Occasion]:
    """Every pupil on roll, in the first weeks of a term."""
    view = sight.view
    term = next((one for one in view.school.terms if one.first <= view.on <= one.last), None)
    facts: dict[str, Any] = {"notice": sight.notice}
    if term:
        half = term.half_term
        facts["term"] = {"first": long_date(term.first), "last": long_date(term.last)}
        facts["term"] |= {"half_term": f"{long_date(half.first)} to {long_date(half.last)}"} if half else {}
    held = "" if in_fresh_start(view) else OUTSIDE
    since = term.first if term else view.on
    says = view.rule("letter-fresh-start").says
    for pupil in view.on_roll["pupil"].to_list():
        yield Occasion(letter_kind("term-information"), pupil, says, (), facts, since=since, held=held)


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


def weeks_ago(view: View, school_weeks: int) -> date:
    """The first day of the school week so many before the one of the day looked from."""
    weeks = [week for week in view.calendar.school_weeks if week <= view.on]
    return weeks[-min(school_weeks, len(weeks))] if weeks else view.on


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

"""Away without explanation: school days so far, what to do on each, and two time limbs (R13.5, R14)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.findings import (
    Column,
    Kind,
    Report,
    View,
    counted,
    either,
    gathered,
    long_date,
    presumed_left,
)
from attendkit.measures.ages import of_school_age
from attendkit.measures.runs import last_on_site
from attendkit.measures.spans import NEUTRAL, lengths, sessions_held, spans, strict_spans
from attendkit.model import Session
from attendkit.register.model import MARKS
from attendkit.rules import RuleVersion

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

ROWS = (
    "pupil",
    "school_days",
    "sessions",
    "since",
    "step",
    "to_do",
    "refer",
    "last_on_site",
    "ground_i_sessions",
    "ground_i_since",
    "ground_i_time_limb",
    "leave_ended",
    "ground_h_sessions",
    "ground_h_time_limb",
    "enquiries_done",
    "enquiries_owed",
    "referred_on",
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("school_days", "School days", Kind.NUMBER),
    Column("since", "Since", Kind.DATE),
    Column("to_do", "To do now"),
    Column("refer", "Refer", Kind.FLAG, narrow=True),
    Column("last_on_site", "Last on site", Kind.DATE, narrow=True),
    Column("ground_i_time_limb", "Ground I time", Kind.FLAG),
    Column("ground_h_time_limb", "Ground H time", Kind.FLAG, narrow=True),
    Column("referred_on", "Referred", Kind.DATE, narrow=True),
    Column("enquiries", "Enquiries", hangs=True),
)

_LOGGED = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "enquiries_done": pl.List(pl.String()),
        "enquiries_owed": pl.List(pl.String()),
        "referred_on": pl.Date(),
    }
)

_ALSO = {"visit": "home-visit", "letter": "letter-or-email"}
"""Kinds of entry that are an enquiry by themselves."""

_PER_DAY = len(Session)


_PER_DAY = len(Session)

_NEXT_QUESTIONS = (
    "Ask next, with the council: are there reasonable grounds to believe the pupil cannot attend through "
    "sickness or an unavoidable cause, and have both made reasonable efforts together to find them?"
)


def cme(view: View) -> Report:
    """Every pupil on roll who is away without explanation now, the longest first.

    Sessions of N and O in a row up to the last one marked count, through holidays; one that was not possible,
    or that nobody marked, neither counts nor breaks the row. Ground I counts G, N and O, and any other code,
    a session not marked or not in the register breaks it; Ground H counts them after the last mark of leave.
    Both are only the first question of a ground for deletion. Pupils are listed for them alone too.

    Rows: `ROWS`. school_days are the days of the row on which nothing else was marked, so that a pupil first
    missed this morning is on day 1, and one who came in the morning is not; the two grounds are in whole
    sessions, two a school day. step is the last of the school's steps that school_days has come to, and to_do
    its words. refer is the council's ten days. From the log, since the row began: enquiries_done and
    enquiries_owed of the reasonable enquiries, and referred_on, when the council was told.
    """
    of_age = of_school_age(view.on_roll, view.rule("school-age"), view.on)
    marks = _of_those_away(view, of_age)
    held = sessions_held(view.register.marks)
    unexplained = _unexplained(view, marks)
    ground_i, ground_h = _ground_i(view, marks, held), _ground_h(view, marks, held)
    rows = _rows(view, marks, unexplained, ground_i, ground_h)
    asked = bool(rows["enquiries_done"].list.len().sum() or rows["referred_on"].count())
    evidence = pl.concat([each.select(*MARKS, "rule") for each in (unexplained, ground_i, ground_h)])
    found, proof = gathered(_said(view, rows), evidence, by=["pupil", "rule"])
    return Report(
        duty="cme",
        title=f"Away without explanation on {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS),
        shown=rows.with_columns(enquiries=_enquiries_text(view)) if asked else None,
        columns=_COLUMNS if asked else _COLUMNS[:-2],
        counts={
            "pupils": rows.filter(pl.col("school_days") > 0).height,
            "refer": int(rows["refer"].sum()),
            "referred": rows["referred_on"].count(),
            "time_limb_of_ground_I": int(rows["ground_i_time_limb"].sum()),
            "time_limb_of_ground_H": int(rows["ground_h_time_limb"].sum()),
            "past_school_age": view.on_roll.height - of_age.height,
        },
        found=found,
        evidence=proof,
        notes=tuple(_notes(view, rows)),
    )


def _of_those_away(view: View, of_age: pl.DataFrame) -> pl.DataFrame:
    """All the marks of the pupils whose last mark that says anything is one of G, N or O."""
    codes = {code for rule in ("cme-referral", "ground-i", "ground-h") for code in view.rule(rule).codes()}
    says = view.every_mark.select("pupil", "code").filter(~pl.col("code").is_in(list(NEUTRAL)))
    last = says.filter(pl.col("pupil").ne_missing(pl.col("pupil").shift(-1)))
    away = last.filter(pl.col("code").is_in(sorted(codes))).join(of_age, on="pupil", how="semi")
    return view.every_mark.filter(pl.col("pupil").is_in(away["pupil"].implode()))


def _unexplained(view: View, marks: pl.DataFrame) -> pl.DataFrame:
    """The marks that nobody has explained, in a row up to now (R13.2)."""
    rule = view.rule("cme-referral")
    neutral = NEUTRAL if rule.values["others"] == "skip" else ()
    return spans(marks, rule.codes(), neutral=neutral).filter("current").with_columns(rule=pl.lit(rule.id))


def _ground_i(view: View, marks: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The marks of G, N and O in a row up to now, with nothing at all between them (R14.3)."""
    rule = view.rule("ground-i")
    return strict_spans(marks, rule.codes(), held).filter("current").with_columns(rule=pl.lit(rule.id))


def _ground_h(view: View, marks: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The marks of G, N and O in a row up to now, right after leave, with the day it ended (R14.4)."""
    rule = view.rule("ground-h")
    on_leave = pl.col("code").is_in(rule.codes("leave"))
    both = strict_spans(marks, [*rule.codes("leave"), *rule.codes()], held).filter("current")
    since_leave = on_leave.cum_sum().over("span")
    return (
        both.with_columns(rule=pl.lit(rule.id), leave=since_leave, leaves=on_leave.sum().over("span"))
        .with_columns(leave_ended=pl.col("date").filter(on_leave).last().over("span"))
        .filter(~on_leave, pl.col("leaves") > 0, pl.col("leave") == pl.col("leaves"))
        .drop("leave", "leaves")
    )


def _rows(
    view: View, marks: pl.DataFrame, unexplained: pl.DataFrame, ground_i: pl.DataFrame, ground_h: pl.DataFrame
) -> pl.DataFrame:
    """One row a pupil, longest away first."""
    limbs = {name: view.rule(name).number("school_days") * _PER_DAY for name in ("ground-i", "ground-h")}
    i = ground_i.group_by("pupil").agg(ground_i_sessions=pl.len(), ground_i_since=pl.col("date").min())
    h = ground_h.group_by("pupil").agg(pl.col("leave_ended").first(), ground_h_sessions=pl.len())
    whole = _whole_days(marks, unexplained)
    row = lengths(unexplained).select("pupil", "sessions", "since")
    zero = ("school_days", "sessions", "ground_i_sessions", "ground_h_sessions")
    rows = view.order
    for each in (whole, row, i, h, last_on_site(marks)):
        rows = rows.join(each, on="pupil", how="left")
    return (
        rows.with_columns(pl.col(zero).fill_null(0))
        .with_columns(
            **_steps(view),
            ground_i_time_limb=pl.col("ground_i_sessions") >= limbs["ground-i"],
            ground_h_time_limb=pl.col("ground_h_sessions") >= limbs["ground-h"],
        )
        .filter((pl.col("school_days") > 0) | pl.col("ground_i_time_limb") | pl.col("ground_h_time_limb"))
        .sort("school_days", "ground_i_sessions", "by_name", descending=[True, True, False])
        .pipe(lambda found: found.join(_logged(view, found), on="pupil", how="left", maintain_order="left"))
    )


def _logged(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """The enquiries made after each pupil since their row began, those still owed, and the referral."""
    wanted = view.rule("cme-enquiries").codes("enquiries")
    told = []
    for pupil, since in rows.select(
        "pupil", pl.coalesce("since", "ground_i_since", "leave_ended")
    ).iter_rows():
        done = {what for one in view.casework.of(pupil) if one.on >= since and (what := _enquiry(one))}
        council = [one.on for one in view.casework.of(pupil, "told-council") if _refers(one, since)]
        owed = [what for what in wanted if what not in done]
        told.append((pupil, sorted(done), owed, council[-1] if council else None))
    return pl.DataFrame(told, schema=_LOGGED, orient="row")


def _enquiry(entry: "Entry") -> str:
    """Which of the enquiries an entry is, or an empty text."""
    body: Any = entry.body
    if entry.kind == "enquiry":
        return str(body.what)
    if entry.kind == "message" and body.sent:
        return _ALSO["letter"]
    return _ALSO.get(entry.kind, "")


def _refers(entry: "Entry", since: date) -> bool:
    body: Any = entry.body
    return entry.on >= since and body.what == "missing-education"


def _enquiries_text(view: View) -> pl.Expr:
    """What was done and what is owed, in the words of the rule; owed from half way to a referral."""
    words = view.rule("cme-enquiries").choices["enquiries"]
    named = pl.element().replace_strict(words, default=pl.element(), return_dtype=pl.String)
    done, owed = (pl.col(f"enquiries_{which}").list.eval(named).list.join(", ") for which in ("done", "owed"))
    soon = pl.col("school_days") >= view.rule("cme-referral").number("school_days") // 2
    said = (
        pl.when(done != "").then(pl.format("done: {}", done)),
        pl.when((owed != "") & ((done != "") | soon)).then(pl.format("owed: {}", owed)),
    )
    return pl.concat_str(said, separator="\n", ignore_nulls=True)


def _whole_days(marks: pl.DataFrame, unexplained: pl.DataFrame) -> pl.DataFrame:
    """How many days each row has on which nothing else was marked: pupil, school_days."""
    says = marks.filter(~pl.col("code").is_in(list(NEUTRAL)))
    others = says.join(unexplained, on=["pupil", "date", "session"], how="anti")
    whole = unexplained.join(others, on=["pupil", "date"], how="anti")
    return whole.group_by("pupil").agg(school_days=pl.col("date").n_unique())


def _steps(view: View) -> dict[str, pl.Expr]:
    """The step of the school's that the days have come to, its words, and whether to refer (R13.5)."""
    rule = view.rule("cme-steps")
    step, words = pl.lit(None, pl.Int64), pl.lit(None, pl.String)
    for day in sorted(rule.values["steps"]):
        reached = pl.col("school_days") >= day
        step = pl.when(reached).then(pl.lit(day)).otherwise(step)
        words = pl.when(reached).then(pl.lit(rule.choices["steps"][str(day)])).otherwise(words)
    return {
        "step": step,
        "to_do": words,
        "refer": pl.col("school_days") >= view.rule("cme-referral").number("school_days"),
    }


def _said(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """What is said of each pupil by each rule that has something to say."""
    says = {"cme-referral": _of_days, "ground-i": _of_ground_i, "ground-h": _of_ground_h}
    told = [
        (row["pupil"], sentence(row, view.rule(rule)), None, rule)
        for row in rows.iter_rows(named=True)
        for rule, sentence in says.items()
    ]
    schema = {"pupil": pl.UInt32, "says": pl.String, "of": pl.UInt32, "rule": pl.String}
    return pl.DataFrame(told, schema=schema, orient="row").filter(pl.col("says").is_not_null())


def _of_days(row: Mapping[str, Any], _: RuleVersion) -> str | None:
    if not row["school_days"]:
        return None
    days = counted(row["school_days"], "school day")
    told = (
        f"Away without explanation for {days} ({counted(row['sessions'], 'session')}), since "
        f"{long_date(row['since'])}"
    )
    return f"{told}: {row['to_do']}." if row["to_do"] else f"{told}."


def _of_ground_i(row: Mapping[str, Any], rule: RuleVersion) -> str | None:
    if not row["ground_i_time_limb"]:
        return None
    sessions = f"{counted(row['ground_i_sessions'], 'session')} in a row of {either(rule.codes())}"
    days = counted(rule.number("school_days"), "school day")
    return (
        f"{sessions} since {long_date(row['ground_i_since'])}: the time limb of Ground I is met, {days}. "
        f"{_NEXT_QUESTIONS}"
    )


def _of_ground_h(row: Mapping[str, Any], rule: RuleVersion) -> str | None:
    if not row["ground_h_time_limb"]:
        return None
    days = counted(rule.number("school_days"), "school day")
    return (
        f"Not back within the {days} after the last mark of leave, {long_date(row['leave_ended'])}: the time "
        f"limb of Ground H is met. Check first until when leave was given, which the register cannot show. "
        f"{_NEXT_QUESTIONS}"
    )


def _notes(view: View, rows: pl.DataFrame) -> Iterator[str]:
    if rows["refer"].any():
        yield (
            "Before a referral every step of the council's form is taken, home visits too. Where there is a "
            "safeguarding concern, do not wait."
        )
    if ready := rows.filter(
        "refer", pl.col("enquiries_owed").list.len() == 0, pl.col("referred_on").is_null()
    ).height:
        yield f"Every enquiry is made and no referral is logged: {counted(ready, 'pupil')}."
    for name in ("cme-referral", "cme-steps", "cme-enquiries"):
        rule = view.rule(name)
        if rule.overridden:
            yield f"The school has changed {', '.join(rule.overridden)} of the rule {name}: {rule.says}"
    if view.presumed_left:
        yield presumed_left(view)

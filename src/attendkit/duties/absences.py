"""Today's absent pupils for first-day calling (R8): no reason given first."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from attendkit.findings import (
    CONTACTS,
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    counted,
    entry_text,
    gathered,
    long_date,
    no_marks,
    presumed_left,
    reasons_told,
    session_name,
)
from attendkit.measures import contacts, days, runs
from attendkit.measures.bands import Lines
from attendkit.measures.codes import told
from attendkit.measures.registers import held, mostly_taken, roll_call, taken
from attendkit.measures.sessions import ABSENT, FIGURES, PRESENT, UNMARKED, totals
from attendkit.model import MISSING, Session
from attendkit.rules import codes_on
from attendkit.terms import academic_year

FLAGS = ("social_worker", "child_protection", "looked_after", "young_carer")
"""Columns of the pupil list that may put a pupil first in the calling order."""

ROWS = (
    "pupil",
    "session",
    "code",
    "reason_known",
    "on_site",
    "already_missing",
    *FLAGS,
    "days_in_a_row",
    "last_on_site",
    "last_on_site_session",
    "days_since_on_site",
    "possible",
    "missed",
    "band",
    "contacts",
    "last_contact",
    "tried",
    "told",
    "held",
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("marks", "Marks", Kind.CODE),
    Column("reason", "Reason"),
    Column("first", "First because", hangs=True),
    Column("days_in_a_row", "Days in a row", Kind.NUMBER),
    Column("last_on_site", "Last on site", Kind.DATE),
    Column("missed", "Missed", Kind.NUMBER, narrow=True),
    Column("possible", "of", Kind.NUMBER, narrow=True),
    Column("band", "Band", narrow=True),
    Column("call", "Call", hangs=True),
)

_LABELS = {
    "absent_by_reason": "Sessions missed by reason",
    "absent_by_code": "Sessions missed by code",
    "missing": "No mark",
}

_TRIED = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "last_contact": pl.String(),
        "tried": pl.List(pl.String()),
        "held": pl.List(pl.String()),
    }
)

_LATE_ONLY = 2
"""The last group: every session listed is U, so the pupil is in school."""

_BY_CODE = {"n_codes": "N", "late": "L", "late_after_close": "U"}
"""Figures of a session that its counts give by their code."""


def absences(view: View) -> Report:
    """Who to call this morning: one row a pupil and session, in the order to call them.

    No reason given comes first (N, or no mark in a register that was otherwise taken). Within that come
    the school's calling order, then pupils already missing without a reason, then the most days in a row.
    A pupil who arrived after the register closed (U) is on site, comes last and is not to be called.

    Rows: `ROWS`. on_site is by the latest session looked at. days_in_a_row and days_since_on_site are school
    days; possible and missed are sessions of the academic year to date. contacts are
    `measures.contacts.CONTACT`. From the log: last_contact, the last try to reach home or word from it,
    tried, those of the day, told, the code of a reason that home gave for the session (empty where it has
    none), and held, why nothing is to go home. A reason given is known, whatever the mark still says.
    """
    today = _today(view)
    call = told(roll_call(view.everyone.on_roll, today))
    seen = call.filter(pl.col("pupil").is_in(view.pupils["pupil"].implode()))
    rows = _in_order(view, _about(view, _absent(view, call, seen), today))
    found, evidence = gathered(_said(view, rows), today.join(rows, on=["pupil", "session"], how="semi"))
    return Report(
        duty="absences",
        title=f"Absences on {long_date(view.on)}",
        on=view.on,
        rows=rows.with_columns(session=session_name()).select(ROWS),
        shown=_shown(view, rows),
        columns=_COLUMNS,
        counts=_counts(view, seen, rows),
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, call, rows)),
        above=() if _begun(view) else (no_marks(view),),
        rests_on=("first-day-calling",),
        labels=_LABELS,
    )


def _begun(view: View) -> bool:
    """Whether the school met, by any mark of the day."""
    return not held(view.register.marks.filter(pl.col("date") == view.on)).is_empty()


def _today(view: View) -> pl.DataFrame:
    """The whole school's marks on the day: one session's where the option asks for one."""
    marks = view.register.marks.filter(pl.col("date") == view.on)
    asked = view.options.get("session")
    return marks.filter(pl.col("session") == Session[asked]) if asked else marks


def _absent(view: View, call: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """The sessions to list: absences, and no mark where at least half of the tutor group has one."""
    otherwise = taken(call).filter(mostly_taken()).select("session", "tutor", was_taken=True)
    unexplained = _open(view)
    latest = pl.col("session") == pl.col("session").max().over("pupil")
    return (
        seen.with_columns(on_site=(latest & runs.ON_SITE).any().over("pupil"))
        .join(otherwise, on=["session", "tutor"], how="left", nulls_equal=True)
        .filter(ABSENT | (UNMARKED & (pl.col("was_taken") | pl.col("tutor").is_null())))
        .with_columns(reason_known=~pl.col("code").cast(pl.String).is_in(unexplained))
    )


def _open(view: View) -> list[str]:
    """What a mark is while nobody knows the reason."""
    return [*view.rule("first-day-calling").codes("unexplained"), MISSING]


def _about(view: View, absent: pl.DataFrame, today: pl.DataFrame) -> pl.DataFrame:
    """What the caller needs to know of each absent pupil, joined to their sessions."""
    pupils = absent.select("pupil").unique()
    so_far = _so_far(view, pupils, today)
    start, _ = academic_year(view.on)
    lines = Lines(view.rule("bands"), view.rule("at-risk"))
    year = totals(so_far.filter(pl.col("date") >= start)).with_columns(band=lines.band(), missed="absent")
    flags = [pl.col(flag).fill_null(value=False) for flag in FLAGS]
    return (
        absent.join(view.pupils.select("pupil", *flags), on="pupil")
        .join(runs.days_in_a_row(so_far), on="pupil", how="left")
        .join(_last_on_site(view, so_far), on="pupil", how="left")
        .join(_already_missing(view, so_far), on="pupil", how="left")
        .join(year.select("pupil", "possible", "missed", "band"), on="pupil", how="left")
        .join(contacts.in_order(view.contacts), on="pupil", how="left")
        .join(_tried(view, pupils), on="pupil", how="left")
        .join(reasons_told(view, pupils["pupil"]), on=["pupil", "session"], how="left")
        .with_columns(
            pl.col("days_in_a_row").fill_null(0),
            pl.col("already_missing").fill_null(value=False),
            reason_known=pl.col("reason_known") | pl.col("told").is_not_null(),
        )
    )


def _tried(view: View, pupils: pl.DataFrame) -> pl.DataFrame:
    """What the log says of reaching each pupil's home: pupil, last_contact, tried (of the day), held."""
    rows = []
    for pupil in pupils["pupil"]:
        every = view.casework.of(pupil, *CONTACTS)
        held: list[Any] = [hold.body for hold in view.casework.held(pupil)]
        rows.append(
            (
                pupil,
                entry_text(every[-1]) if every else None,
                [entry_text(one) for one in every if one.on == view.on],
                [hold.why for hold in held if not hold.contact],
            )
        )
    return pl.DataFrame(rows, schema=_TRIED, orient="row")


def _so_far(view: View, pupils: pl.DataFrame, today: pl.DataFrame) -> pl.DataFrame:
    """Every mark of these pupils up to the last session looked at."""
    last = today["session"].max() or 0
    return view.register.marks.join(pupils, on="pupil", how="semi").filter(
        (pl.col("date") < view.on) | (pl.col("session") <= last)
    )


def _last_on_site(view: View, so_far: pl.DataFrame) -> pl.DataFrame:
    last = runs.last_on_site(so_far)
    ages = days.ages(last["last_on_site"], view.calendar, view.on)
    return last.join(ages, left_on="last_on_site", right_on="date").select(
        "pupil",
        "last_on_site",
        last_on_site_session=session_name("last_session"),
        days_since_on_site="age_school_days",
    )


def _already_missing(view: View, so_far: pl.DataFrame) -> pl.DataFrame:
    """Whether the last possible session before today was an absence that nobody has explained."""
    unexplained = [
        *view.rule("first-day-calling").codes("unexplained"),
        view.rule("n-code").values["becomes"],
    ]
    return (
        told(so_far.filter(pl.col("date") < view.on))
        .filter(FIGURES["possible"])
        .group_by("pupil")
        .agg(pl.col("code").sort_by("date", "session").last().cast(pl.String).is_in(unexplained))
        .rename({"code": "already_missing"})
    )


def _in_order(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """The order to call in, see `absences`. `group` is 0 no reason, 1 reason known, 2 only arrived late."""
    late = view.rule("lateness").values["after_close"]
    known = pl.when(pl.col("code") == late).then(_LATE_ONLY).otherwise(1)
    group = pl.when("reason_known").then(known).otherwise(0)
    worst_first = [*view.rule("calling-order").codes("first"), "already_missing", "days_in_a_row"]
    keys = ["group", *worst_first, "by_name", "session"]
    return (
        rows.join(view.order.select("pupil", "by_name"), on="pupil")
        .with_columns(group=group.min().over("pupil"))
        .sort(keys, descending=[key in worst_first for key in keys])
    )


def _one_a_pupil(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """One row a pupil: with marks ("AM N  PM N"), sessions ("AM and PM") and the reason in words."""
    labels = {code.code: code.label for code in codes_on(view.on).values()} | {MISSING: "No mark"}
    said = pl.format("{} (told)", _label("told", labels))
    reason = (
        pl.when(pl.col("told").is_not_null() & (pl.col("told") != pl.col("code").cast(pl.String)))
        .then(said)
        .when("reason_known")
        .then(_label("code", labels))
    )
    here = pl.when("on_site").then(pl.lit(", now on site")).otherwise(pl.lit(""))
    unknown = pl.lit("No reason given") + here
    name = session_name().cast(pl.String)
    return rows.group_by("pupil", maintain_order=True).agg(
        pl.all().exclude("session", "code", "reason_known").first(),
        pl.concat_str(name, pl.lit(" "), "code").str.join("  ").alias("marks"),
        name.str.join(" and ").alias("sessions"),
        UNMARKED.all().alias("unmarked"),
        pl.when(pl.col("reason_known").all()).then(reason.first()).otherwise(unknown.first()).alias("reason"),
    )


def _label(column: str, labels: Mapping[str, str]) -> pl.Expr:
    """What a code means; a reason without one is told in no word of its own."""
    known = {**labels, "": "Reason given"}
    return pl.col(column).cast(pl.String).replace_strict(known, default=None, return_dtype=pl.String)


def _shown(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    asked = view.rule("calling-order").codes("first")
    first = [pl.when(flag).then(pl.lit(flag.replace("_", " "))) for flag in asked]
    already = pl.when("already_missing").then(pl.lit("already missing"))
    shown = (
        _one_a_pupil(view, rows)
        .with_columns(
            first=pl.concat_str([*first, already], separator=", ", ignore_nulls=True),
            call=pl.when(pl.col("group") == _LATE_ONLY)
            .then(pl.lit("On site: do not call"))
            .when(view.register.contacts.height > 0)
            .then(pl.col("contacts").list.eval(_one_line()).list.join("\n").fill_null("no contact held")),
        )
        .with_columns(call=_with_log())
    )
    own = [column.name for column in _COLUMNS if column.name != "tutor"]
    return shown.select(*own, "on_site", "contacts", "held", "last_contact")


def _with_log() -> pl.Expr:
    """What there is to know before ringing: holds, and the last try, over the numbers."""
    held = pl.when(pl.col("held").list.len() > 0).then(
        pl.format("HOLD, ask before ringing: {}", pl.col("held").list.join(", "))
    )
    last = pl.format("Last: {}", "last_contact")
    lines = pl.concat_list(held, last, "call").list.drop_nulls()
    return pl.when(lines.list.len() > 0).then(lines.list.join("\n"))


def _one_line() -> pl.Expr:
    """A contact on one line: Mrs Ada Clark (Mother) 07700 900717."""
    field = pl.element().struct.field
    number = (
        pl.when(field("hold"))
        .then(pl.lit("HOLD: court order"))
        .when(field("numbers").list.len() == 0)
        .then(pl.lit("no number held"))
        .otherwise(field("numbers").list.join(", "))
    )
    who = field("name").fill_null("Name not known")
    return pl.format("{} ({}) {}", who, field("relationship").fill_null("contact"), number)


def _said(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    pupils = _one_a_pupil(view, rows)
    return pupils.select(
        "pupil",
        pl.Series("says", [_sentence(row) for row in pupils.iter_rows(named=True)], pl.String),
        pl.lit(None).alias("of"),
        pl.when(pl.col("group") == _LATE_ONLY)
        .then(pl.lit("lateness"))
        .otherwise(pl.lit("first-day-calling"))
        .alias("rule"),
    )


def _sentence(row: dict[str, Any]) -> str:
    if row["group"] == _LATE_ONLY:
        return f"Arrived after the register closed ({row['sessions']}): absent in the count, but on site."
    in_a_row = row["days_in_a_row"]
    reason = row["reason"][0].lower() + row["reason"][1:]
    absent = "No mark for" if row["unmarked"] else "Absent"
    away = f", {counted(in_a_row, 'school day')} in a row" if in_a_row > 1 else ""
    seen = f"; last on site {long_date(row['last_on_site'])}" if row["last_on_site"] else ""
    return f"{absent} {row['sessions']}, {reason}{away}{seen}."


def _counts(view: View, seen: pl.DataFrame, rows: pl.DataFrame) -> dict[str, Any]:
    """Pupils first, each in just one of absent, no_mark, present and not_required; then sessions.

    On a known school day that nobody has marked yet no pupil has a mark.
    `to_ring` are those listed without a reason who are not on site now.
    """
    standing = (
        pl.when(ABSENT.any())
        .then(pl.lit("absent"))
        .when(UNMARKED.any())
        .then(pl.lit("no_mark"))
        .when(PRESENT.any())
        .then(pl.lit("present"))
        .otherwise(pl.lit("not_required"))
    )
    stands = seen.group_by("pupil").agg(standing.alias("stands"))["stands"].value_counts()
    pupils = dict(stands.iter_rows())
    absent = seen.filter(ABSENT)
    return {
        "on_roll": view.on_roll.height,
        **{name: pupils.get(name, 0) for name in ("present", "absent", "no_mark", "not_required")},
        **({"no_mark": view.on_roll.height} if seen.is_empty() and view.on in view.calendar.days else {}),
        "to_ring": rows.filter(pl.col("group") == 0, ~pl.col("on_site"))["pupil"].n_unique(),
        "absent_by_reason": _tally(absent, "category"),
        "absent_by_code": _tally(absent, "code"),
        "sessions": _session_counts(seen),
    }


def _tally(marks: pl.DataFrame, column: str) -> dict[str, int]:
    """How many sessions there are of each value of a column, most first."""
    named = pl.col(column).cast(pl.String)
    return dict(marks.group_by(named).len().sort("len", column, descending=[True, False]).iter_rows())


def _session_counts(seen: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Every figure of each session held, by its name."""
    on_roll = seen.group_by("session").len("on_roll")
    figures = totals(seen, by=["session"]).join(on_roll, on="session")
    return {
        Session(row["session"]).name: {
            **{name: row[name] for name in ("on_roll", *FIGURES) if name not in _BY_CODE},
            **{code: row[name] for name, code in _BY_CODE.items()},
        }
        for row in figures.sort("session").iter_rows(named=True)
    }


def _notes(view: View, call: pl.DataFrame, rows: pl.DataFrame) -> Iterator[str]:
    if held(call).is_empty():
        if (session := view.options.get("session")) and _begun(view):
            yield f"{session} was not held, or nobody has marked it."
        return
    yield from _not_listed(view, call)
    if told := rows.filter(pl.col("told").is_not_null(), pl.col("code").is_in(_open(view)))[
        "pupil"
    ].n_unique():
        yield f"Home gave a reason for {counted(told, 'pupil')}, and the mark does not say so yet: amend it."
    if view.register.contacts.is_empty():
        yield "No contacts have been read: give the contacts export to see whom to ring."
    elif few := _hard_to_reach(view, rows):
        least = view.rule("emergency-contacts").number("at_least")
        yield f"Pupils listed with fewer than {least} contacts that can be rung: {few:,}."
    yield from changed_rules(view, "calling-order", "emergency-contacts", "bands", "at-risk")
    if view.presumed_left:
        yield presumed_left(view)


def _not_listed(view: View, call: pl.DataFrame) -> Iterator[str]:
    """The registers that were not taken, for the pupils looked at: a line a session."""
    groups = view.order.filter(pl.col("tutor").is_not_null()).select("tutor", "by_tutor").unique()
    untaken = taken(call).filter(~mostly_taken()).join(groups, on="tutor").sort("session", "by_tutor")
    named = pl.format("{} ({} of {})", "tutor", "missing", "on_roll").str.join(", ").alias("named")
    lines = untaken.group_by("session", maintain_order=True).agg(named, pl.col("missing").sum())
    for row in lines.iter_rows(named=True):
        yield (
            f"{Session(row['session']).name}: {counted(row['missing'], 'pupil')} without a mark in registers "
            f"not taken, not listed one by one: {row['named']}. See `attendkit missing-registers`."
        )


def _hard_to_reach(view: View, rows: pl.DataFrame) -> int:
    least = view.rule("emergency-contacts").number("at_least")
    reach = contacts.reachable(view.contacts)
    absent = rows.select("pupil").unique().join(reach, on="pupil", how="left")
    return absent.filter(pl.col("reachable").fill_null(0) < least).height

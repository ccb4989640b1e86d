"""What the council is owed: attendance, sickness, new pupil and deletion returns (R12)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from attendkit.findings import Column, Kind, Report, View, counted, either, gathered, in_days, long_date
from attendkit.measures.ages import of_school_age, while_of_school_age
from attendkit.measures.spans import NEUTRAL, lengths, spans
from attendkit.model import Session
from attendkit.register.model import MARKS
from attendkit.rules import RuleVersion
from attendkit.terms import academic_year, school_age_ends

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

KIND = pl.Enum(["attendance", "sickness", "new-pupil", "deletion"])
"""The four returns."""

ROWS = (
    "pupil",
    "kind",
    "sessions",
    "school_days",
    "since",
    "until",
    "reached_on",
    "continuing",
    "spells",
    "short_of",
    "expected_back",
    "due",
    "due_passed",
    "told_on",
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("kind", "Return"),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("school_days", "School days", Kind.NUMBER),
    Column("sessions", "Sessions", Kind.NUMBER, narrow=True),
    Column("since", "Since", Kind.DATE),
    Column("reached_on", "Reached on", Kind.DATE),
    Column("continuing", "Still", Kind.FLAG, narrow=True),
    Column("spells", "Spells", Kind.NUMBER, narrow=True),
    Column("due", "Due by", Kind.DATE),
    Column("due_passed", "Passed", Kind.FLAG, narrow=True),
    Column("told_on", "Sent on", Kind.DATE),
)

_PER_DAY = len(Session)

_MAY_BE_AHEAD = ("new-pupil", "deletion")
_AHEAD = timedelta(weeks=13)
"""How long before a name is entered or left the council may be told of it: a term and the holidays after."""

_EMPTY = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "kind": KIND,
        "sessions": pl.UInt32(),
        "school_days": pl.UInt32(),
        "since": pl.Date(),
        "until": pl.Date(),
        "reached_on": pl.Date(),
        "continuing": pl.Boolean(),
        "spells": pl.UInt32(),
        "short_of": pl.UInt32(),
        "expected_back": pl.Date(),
        "due": pl.Date(),
        "due_passed": pl.Boolean(),
        "told_on": pl.Date(),
        "span": pl.UInt32(),
    }
)
"""The columns that each kind fills as far as it has them; span tells one row of a kind from another."""


def returns(view: View) -> Report:
    """Every return that this academic year gives cause for and that is not logged as sent.

    With `all`, also those sent, and what is half way to one.

    attendance: ten school days in a row of G, N, O and U, twenty possible sessions; each time in a row is a
    row, also one that began last year. sickness: fifteen school days of I in the school year, thirty
    sessions, in a row or not; one row a pupil, since one return is enough for a continuous time of sickness.
    new-pupil: by the fifth day after the day entered, weekends counted. deletion: by the day of leaving.

    Rows: `ROWS`. since and until are the first and last session, or the day entered or left; school_days are
    whole days, two sessions each. reached_on is the day of the session that gave cause. spells are how many
    separate times of sickness. short_of is how many sessions are missing: evidence of so many more to come
    makes a sickness return due now. due_passed says only that the day is over. From the log: expected_back is
    of medical evidence, told_on when the council was told; where an entry does not say of which absence, of
    the last that had begun by then. Of a name entered or left it may be told up to 13 weeks before.
    """
    of_age = of_school_age(view.pupils, view.rule("school-age"), academic_year(view.on)[0])
    attendance, away = _attendance(view, of_age)
    sickness, ill = _sickness(view, of_age)
    joined, youngest = _new_pupils(view)
    left, finals = _deletions(view)
    every = _every(view, attendance, sickness, joined, left)
    every = every.with_columns(told_on=_told_on(view, every), expected_back=_expected_back(view, every))
    due = every.filter(pl.col("short_of").fill_null(0) == 0)
    owed = due.filter(pl.col("told_on").is_null())
    rows = every if view.options.get("all") else owed
    marks = pl.concat([away, ill])
    found, evidence = gathered(_said(view, owed), marks, by=["pupil", "kind", "span"])
    return Report(
        duty="returns",
        title=f"Returns to the council on {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS),
        columns=_COLUMNS if rows["told_on"].count() else _COLUMNS[:-1],
        counts={
            **{kind: owed.filter(pl.col("kind") == kind).height for kind in KIND.categories},
            "due_passed": int(owed["due_passed"].sum()),
            "sent": due.height - owed.height,
            "past_school_age": view.pupils.height - of_age.height,
        },
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, owed, youngest, finals)),
    )


def _told_on(view: View, every: pl.DataFrame) -> pl.Series:
    """When the council was told of each row, where the log says so."""
    rows = every.select("pupil", "kind", "since").rows()
    begun: dict[tuple[int, str], list[date]] = {}
    for pupil, kind, since in rows:
        begun.setdefault((pupil, kind), []).append(since)
    told: dict[tuple[int, str, date], date] = {}
    for pupil in {pupil for pupil, _, _ in rows}:
        for entry in view.casework.of(pupil, "told-council"):
            body: Any = entry.body
            if about := _about(begun.get((pupil, body.what), ()), entry):
                told[pupil, body.what, body.since or about] = entry.on
    return pl.Series([told.get(row) for row in rows], dtype=pl.Date)


def _about(begun: Sequence[date], entry: "Entry") -> date | None:
    """The day since when the absence goes on, or of the name entered or left, that the council was told of.

    The last that had begun by then; of a name entered or left, else the next one soon after: the return may
    be sent before the day (R12.1, R12.2).
    """
    body: Any = entry.body
    if before := [since for since in begun if since <= entry.on]:
        return max(before)
    ahead = entry.on + _AHEAD if body.what in _MAY_BE_AHEAD else entry.on
    return min((since for since in begun if since <= ahead), default=None)


def _expected_back(view: View, every: pl.DataFrame) -> pl.Series:
    """When medical evidence says that a pupil will be back, on the rows about sickness."""
    days: list[date | None] = []
    for pupil, kind in every.select("pupil", "kind").iter_rows():
        papers: Sequence[Any] = view.casework.of(pupil, "evidence-received") if kind == "sickness" else ()
        days.append(next((one.body.back for one in reversed(papers) if one.body.back), None))
    return pl.Series(days, dtype=pl.Date)


def _attendance(view: View, of_age: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each time of G, N, O and U in a row that is long enough or on the way, and its marks (R12.3)."""
    rule = view.rule("attendance-return")
    least = rule.number("school_days") * _PER_DAY
    neutral = NEUTRAL if rule.values["others"] == "skip" else ()
    marks = while_of_school_age(_of_those_with(view.every_mark, rule.codes(), least // 2), of_age)
    spanned = spans(marks, rule.codes(), neutral=neutral)
    rows = lengths(spanned, least).with_columns(continuing="current", spells=pl.lit(1))
    return _told(rows.filter(pl.col("until") >= academic_year(view.on)[0]), spanned, "attendance", least)


def _sickness(view: View, of_age: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each pupil's sessions of I in the school year, enough or on the way, and their marks (R12.4)."""
    rule = view.rule("sickness-return")
    least = rule.number("school_days") * _PER_DAY
    marks = while_of_school_age(_of_those_with(view.marks, rule.codes(), least // 2), of_age)
    spanned = spans(marks, rule.codes())
    times = spanned.group_by("pupil").agg(
        spells=pl.col("span").n_unique(), continuing=pl.col("current").any()
    )
    whole = spanned.with_columns(span=pl.col("pupil"))
    rows = lengths(whole, least).join(times, on="pupil", maintain_order="left")
    return _told(rows, whole, "sickness", least)


def _told(
    rows: pl.DataFrame, spanned: pl.DataFrame, kind: str, least: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of one kind that have `least` sessions, or half of them and go on; and their marks."""
    sessions = pl.col("sessions")
    told = rows.filter((sessions >= least) | (pl.col("continuing") & (sessions * 2 >= least))).with_columns(
        kind=pl.lit(kind, KIND),
        school_days=sessions // _PER_DAY,
        short_of=least - sessions.clip(upper_bound=least),
    )
    ours = pl.col("span").is_in(told["span"].implode())
    marks = spanned.filter(ours).select(*MARKS, pl.col("span").cast(pl.UInt32), kind=pl.lit(kind, KIND))
    return told, marks


def _of_those_with(marks: pl.DataFrame, codes: Collection[str], least: int) -> pl.DataFrame:
    """All the marks of the pupils who have enough of some codes: the others need no walk."""
    enough = marks.filter(pl.col("code").is_in(list(codes)))["pupil"].value_counts()
    pupils = enough.filter(pl.col("count") >= least)["pupil"]
    return marks.filter(pl.col("pupil").is_in(pupils.implode()))


def _new_pupils(view: View) -> tuple[pl.DataFrame, int]:
    """Pupils entered this academic year, and how many of the youngest year came on its first day (R12.1)."""
    start, _ = academic_year(view.on)
    first_day = next((day for day in view.calendar.days if day >= start), view.on)
    youngest = pl.col("year").eq_missing(pl.lit(view.register.pupils["year"].min(), pl.Int8))
    entered = view.pupils.filter(pl.col("admitted").is_between(start, view.on))
    owed = entered.filter(pl.col("year").is_null() | ~youngest | (pl.col("admitted") > first_day))
    due = pl.col("admitted") + timedelta(days=view.rule("new-pupil-return").number("calendar_days"))
    rows = owed.select("pupil", kind=pl.lit("new-pupil", KIND), since="admitted", until="admitted", due=due)
    return rows, entered.height - owed.height


def _deletions(view: View) -> tuple[pl.DataFrame, int]:
    """Pupils who left this academic year, and how many did at the normal end of their final year (R12.2)."""
    start, _ = academic_year(view.on)
    left = view.pupils.filter(pl.col("left").is_between(start, view.on))
    finals = pl.col("year").is_in(view.rule("deletion-return").values["final_years"]).fill_null(value=False)
    at_the_end = pl.any_horizontal(
        pl.col("left").is_between(_end_of_year_11(year), date(year, 8, 31))
        for year in (start.year, view.on.year)
    )
    owed = left.filter(~(finals & at_the_end))
    rows = owed.select("pupil", kind=pl.lit("deletion", KIND), since="left", until="left", due="left")
    return rows, left.height - owed.height


def _end_of_year_11(year: int) -> date:
    """The day on which compulsory school age ends for those who turn 16 in the academic year to `year`."""
    return school_age_ends(date(year - 16, 1, 1))


def _every(view: View, *kinds: pl.DataFrame) -> pl.DataFrame:
    """All the rows: kind by kind, the newest first."""
    return (
        pl.concat([pl.DataFrame(schema=_EMPTY), *(_filled(kind) for kind in kinds)])
        .join(view.order.select("pupil", "by_name"), on="pupil")
        .with_columns(due_passed=(pl.col("due") < view.on).fill_null(value=False))
        .sort(
            "kind",
            pl.coalesce("reached_on", "due"),
            "by_name",
            descending=[False, True, False],
            nulls_last=True,
        )
    )


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    told = [pl.col(n) if n in rows.columns else pl.lit(None, kind).alias(n) for n, kind in _EMPTY.items()]
    return rows.select(told).cast(_EMPTY)


def _said(view: View, owed: pl.DataFrame) -> pl.DataFrame:
    rules = {"attendance": view.rule("attendance-return"), "sickness": view.rule("sickness-return")}
    proven = owed.filter(pl.col("kind").is_in(list(rules)))
    said = [_sentence(row, rules[row["kind"]]) for row in proven.iter_rows(named=True)]
    return proven.select(
        "pupil",
        "kind",
        "span",
        says=pl.Series(said, dtype=pl.String),
        of=pl.lit(None),
        rule=pl.col("kind").replace_strict({k: r.id for k, r in rules.items()}, return_dtype=pl.String),
    )


def _sentence(row: Mapping[str, Any], rule: RuleVersion) -> str:
    days, sessions = in_days(row["sessions"]), counted(row["sessions"], "session")
    of = f"{sessions} of {either(rule.codes())}"
    when = f"from {long_date(row['since'])} to {long_date(row['until'])}"
    if row["kind"] == "attendance":
        return f"Absent for {days} in a row ({of}), {when}: an attendance return is due."
    spells = counted(row["spells"], "time of sickness", "times of sickness")
    return f"Ill for {days} of the school year ({of}), {when}, in {spells}: a sickness return is due."


def _notes(view: View, owed: pl.DataFrame, youngest: int, finals: int) -> Iterator[str]:
    if owed.height:
        yield "No return is logged for these: `attendkit log told-council` says that one was sent."
    # A name entered or left is no mark, so no finding cites the rule of these two.
    for kind, rule in (
        ("new-pupil", view.rule("new-pupil-return")),
        ("deletion", view.rule("deletion-return")),
    ):
        if kind in owed["kind"]:
            yield f"{rule.says} {rule.citation.text()}."
    if youngest:
        yield (
            f"{counted(youngest, 'pupil')} of the youngest year came on the first day of the school year: no "
            "return, unless the council asks for it."
        )
    if finals:
        yield f"{counted(finals, 'pupil')} left at the normal end of a final year: no return."
    for rule in (view.rule("attendance-return"), view.rule("sickness-return")):
        if rule.overridden:
            yield f"The school has changed {', '.join(rule.overridden)} of the rule {rule.id}: {rule.says}"

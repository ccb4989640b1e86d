"""Past weeks under other thresholds: who would have been written to, instead of who was."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from attendkit.duties.whatif.lines import LINES, SEEN, Line, Past
from attendkit.errors import BadArgumentError
from attendkit.findings import Column, Kind, Report, View, counted, gathered, long_date
from attendkit.measures.windows import week_ends
from attendkit.register.model import MARKS, empty
from attendkit.rules import Rulebook
from attendkit.rules.policy import Policy
from attendkit.terms import academic_year, plain_date

__all__ = ["LINES", "ROWS", "whatif"]

CHANGE = pl.Enum(["policy_only", "in_force_only", "sooner", "later", "same"])
"""What the policy changes for one pupil and line; `sooner` and `later` are the policy's."""

LINE = pl.Enum([line.name for line in LINES])
"""The lines that are replayed."""

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "line": LINE,
        "change": CHANGE,
        "in_force_on": pl.Date(),
        "in_force_sessions": pl.Int64(),
        "in_force_of": pl.Int64(),
        "in_force_weeks": pl.UInt32(),
        "policy_on": pl.Date(),
        "policy_sessions": pl.Int64(),
        "policy_of": pl.Int64(),
        "policy_weeks": pl.UInt32(),
        "school_days_sooner": pl.Int64(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("line", "Line"),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("change", "Change"),
    Column("in_force_on", "In force", Kind.DATE),
    Column("in_force_sessions", "In force: sessions", Kind.NUMBER, narrow=True),
    Column("in_force_of", "In force: of", Kind.NUMBER, narrow=True),
    Column("policy_on", "Policy", Kind.DATE),
    Column("policy_sessions", "Policy: sessions", Kind.NUMBER, narrow=True),
    Column("policy_of", "Policy: of", Kind.NUMBER, narrow=True),
    Column("school_days_sooner", "Sooner", Kind.NUMBER),
)

_WORDS: Mapping[str, str] = {
    "severe": "Severe absence",
    "persistent": "Persistent absence",
    "at_risk": "At risk of persistent absence",
    "penalty_notice": "A penalty notice to consider",
    "attendance_return": "An attendance return",
    "sickness_return": "A sickness return",
}

_FIRST = pl.Schema({**SEEN, "line": LINE, "policy": pl.Boolean()})


def whatif(view: View) -> Report:
    """Who reaches a line of absence under a policy and not under the rules in force, or on another day.

    Each school day of last term, or from `from` to `to`, is replayed at its end under both, from the marks as
    they stand now. The lines replayed are those whose rules the policy names, all of them without one; a
    pupil is seen on the first day at or beyond a line, which is the first day replayed where they were
    already. A return is seen only when it is reached on one of these days. Rows are those that differ; with
    `all`, everyone seen.

    Rows: `ROWS`. sessions and of are what is counted on that day; weeks is how many school weeks ended with
    the pupil seen; school_days_sooner is how much sooner the policy sees a pupil, negative where later.

    Raises:
        BadArgumentError: the policy names a rule that draws no line here.
    """
    policy: Policy = view.options.get("policy") or {}
    lines = _lines(policy)
    book = view.rulebook.supposing(policy) if policy else view.rulebook
    past = Past(view, _days(view))
    seen = _seen(past, lines, book)
    every = _rows(view, past, seen)
    differs = every.filter(pl.col("change") != "same")
    found, evidence = gathered(_said(every), _evidence(past, lines, every), by=["pupil", "line"])
    return Report(
        duty="whatif",
        title=_title(past),
        on=view.on,
        rows=(every if view.options.get("all") else differs).select(ROWS.names()).cast(ROWS),
        columns=_COLUMNS,
        counts=_counts(view, past, lines, every, seen),
        found=found,
        evidence=evidence,
        notes=tuple(_notes(view, past, lines, book, policy)),
    )


def _lines(policy: Policy) -> Sequence[Line]:
    """The lines that the policy's rules draw, or every line where it names none."""
    drawn = {rule for line in LINES for rule in line.rules}
    if others := sorted(set(policy) - drawn):
        raise BadArgumentError(
            f"{others[0]!r} draws no line that can be replayed.",
            where="--policy",
            remedy=f"These rules can be supposed: {', '.join(sorted(drawn))}.",
        )
    return [line for line in LINES if not policy or set(line.rules) & set(policy)]


def _days(view: View) -> Sequence[date]:
    """The school days to replay: those asked for, else those of the last term that is over and has marks."""
    first, last = _last_term(view)
    first, last = view.options.get("from") or first, min(view.options.get("to") or last, view.on)
    if first > last:
        raise BadArgumentError(
            f"{plain_date(first)} is after {plain_date(last)}.",
            where="--from and --to",
            remedy="Give the first and the last day to replay, none after the day looked from.",
        )
    return [day for day in view.calendar.days if first <= day <= last]


def _last_term(view: View) -> tuple[date, date]:
    """The latest term over by now that has marks, else the one begun, else the academic year so far."""
    start, _ = academic_year(view.on)
    begun = [(a, b) for a, b in sorted(view.school.term_dates()) if a <= view.on]
    held = view.register.first or view.on
    over = [(a, b) for a, b in begun if b <= view.on and held <= b]
    return (over or begun or [(start, view.on)])[-1]


def _seen(past: Past, lines: Sequence[Line], book: Rulebook) -> pl.DataFrame:
    """Everyone seen on every day, by the rules in force and by the policy: `_FIRST`."""
    if not past.days:
        return pl.DataFrame(schema=_FIRST)
    in_force = past.view.rulebook
    by_rules = pl.concat(_at_each(past, lines, in_force))
    by_policy = by_rules if book is in_force else pl.concat(_at_each(past, lines, book))
    sides = ((False, by_rules), (True, by_policy))
    return pl.concat([seen.with_columns(policy=pl.lit(by)) for by, seen in sides])


def _at_each(past: Past, lines: Sequence[Line], book: Rulebook) -> Iterator[pl.DataFrame]:
    """Who is seen at each line by some rules."""
    for line in lines:
        seen = line.seen(past, book).select([pl.col(name).cast(kind) for name, kind in SEEN.items()])
        yield seen.with_columns(line=pl.lit(line.name, LINE))


def _rows(view: View, past: Past, seen: pl.DataFrame) -> pl.DataFrame:
    """One row a line and pupil seen by either, with the first day by each."""
    ends = _week_ends(past)
    first = (
        seen.sort("date")
        .group_by("line", "pupil", "policy", maintain_order=True)
        .agg(
            pl.col("date").first().alias("on"),
            pl.col("count").first().alias("sessions"),
            pl.col("of").first(),
            pl.col("date").is_in(ends).sum().alias("weeks"),
        )
    )
    now, then = (_named(first.filter(pl.col("policy") == by), name) for by, name in _SIDES.items())
    days = pl.Series("day", past.days, dtype=pl.Date).to_physical()
    both = now.join(then, on=["line", "pupil"], how="full", coalesce=True)
    placed = {
        name: pl.Series(days.search_sorted(both[f"{name}_on"].to_physical()), dtype=pl.Int64)
        for name in _SIDES.values()
    }
    unseen = both["in_force_on"].is_null() | both["policy_on"].is_null()
    sooner = (placed["in_force"] - placed["policy"]).set(unseen, None)
    return (
        both.with_columns(pl.col("in_force_weeks", "policy_weeks").fill_null(0), school_days_sooner=sooner)
        .with_columns(change=_change())
        .join(view.order, on="pupil")
        .sort("line", "change", pl.coalesce("policy_on", "in_force_on"), "by_name")
    )


_SIDES = {False: "in_force", True: "policy"}


def _named(first: pl.DataFrame, side: str) -> pl.DataFrame:
    names = {name: f"{side}_{name}" for name in ("on", "sessions", "of", "weeks")}
    return first.drop("policy").rename(names)


def _change() -> pl.Expr:
    return (
        pl.when(pl.col("in_force_on").is_null())
        .then(pl.lit("policy_only"))
        .when(pl.col("policy_on").is_null())
        .then(pl.lit("in_force_only"))
        .when(pl.col("school_days_sooner") > 0)
        .then(pl.lit("sooner"))
        .when(pl.col("school_days_sooner") < 0)
        .then(pl.lit("later"))
        .otherwise(pl.lit("same"))
        .cast(CHANGE)
    )


def _week_ends(past: Past) -> list[date]:
    """The last school day replayed of each school week."""
    _, lasts = week_ends(past.days, past.view.calendar.school_weeks)
    return lasts.to_list()


def _evidence(past: Past, lines: Sequence[Line], every: pl.DataFrame) -> pl.DataFrame:
    """The marks behind each line that the rules in force saw reached: those counted on its first day."""
    schema = pl.Schema({**MARKS, "line": LINE})
    seen = every.filter(pl.col("in_force_on").is_not_null())
    told = [empty(schema)]
    for line in lines if past.days else ():
        firsts = seen.filter(pl.col("line") == line.name).select("pupil", "in_force_on", "in_force_sessions")
        marks = line.counted(past, past.view.rulebook).join(firsts, on="pupil", maintain_order="left")
        so_far = marks.filter(pl.col("date") <= pl.col("in_force_on"))
        back = pl.int_range(pl.len(), 0, -1).over("pupil")
        latest = so_far.filter(back <= pl.col("in_force_sessions"))
        told.append(latest.with_columns(line=pl.lit(line.name, LINE)).select(schema.names()))
    return pl.concat(told)


def _said(every: pl.DataFrame) -> pl.DataFrame:
    seen = every.filter(pl.col("in_force_on").is_not_null())
    said = [_sentence(row) for row in seen.iter_rows(named=True)]
    rules = {line.name: line.rules[0] for line in LINES}
    return seen.select(
        "pupil",
        "line",
        says=pl.Series(said, dtype=pl.String),
        of="in_force_of",
        rule=pl.col("line").cast(pl.String).replace_strict(rules, return_dtype=pl.String),
    )


def _sentence(row: Mapping[str, Any]) -> str:
    of = f" of {row['in_force_of']}" if row["in_force_of"] is not None else ""
    sessions = counted(row["in_force_sessions"], "session")
    told = f"{_WORDS[row['line']]} on {long_date(row['in_force_on'])}, {sessions}{of}"
    if row["policy_on"] is None:
        return f"{told}; by the policy on none of these days."
    return f"{told}; by the policy on {long_date(row['policy_on'])}."


def _title(past: Past) -> str:
    if not past.days:
        return "What if: no school day to replay"
    return f"What if: from {long_date(past.days[0])} to {long_date(past.last)}"


def _counts(
    view: View, past: Past, lines: Sequence[Line], every: pl.DataFrame, seen: pl.DataFrame
) -> dict[str, Any]:
    """Pupils seen under each, by line, by year group and by college, and at the end of each school week."""
    who = every.join(view.pupils.select("pupil", "year"), on="pupil")
    differs = every.filter(pl.col("change") != "same")
    return {
        "school_days": len(past.days),
        "pupils": differs["pupil"].n_unique(),
        "lines": {line.name: _of_line(every.filter(pl.col("line") == line.name)) for line in lines},
        "years": _by(who.sort("year", nulls_last=True), "year"),
        "colleges": _by(who.sort("college", nulls_last=True), "college"),
        "weeks": _by_week(seen, _week_ends(past), lines),
    }


def _of_line(rows: pl.DataFrame) -> dict[str, int]:
    each = dict(rows["change"].cast(pl.String).value_counts().iter_rows())
    return {**_pupils(rows), **{name: each.get(name, 0) for name in CHANGE.categories}}


def _pupils(rows: pl.DataFrame) -> dict[str, int]:
    """How many pupils each side sees at any of the lines."""
    return {
        side: rows.filter(pl.col(f"{side}_on").is_not_null())["pupil"].n_unique() for side in _SIDES.values()
    }


def _by(rows: pl.DataFrame, group: str) -> dict[str, dict[str, int]]:
    groups = rows.partition_by(group, maintain_order=True, as_dict=True)
    return {"" if key is None else str(key): _pupils(theirs) for (key,), theirs in groups.items()}


def _by_week(
    seen: pl.DataFrame, ends: Sequence[date], lines: Sequence[Line]
) -> dict[str, dict[str, dict[str, int]]]:
    """Pupils seen at each line by each side, at the end of each school week."""
    numbers = seen.filter(pl.col("date").is_in(ends)).group_by("date", "line", "policy").len().iter_rows()
    then = {(end, line, by_policy): number for end, line, by_policy, number in numbers}
    return {
        end.isoformat(): {
            line.name: {side: then.get((end, line.name, by), 0) for by, side in _SIDES.items()}
            for line in lines
        }
        for end in ends
    }


def _notes(view: View, past: Past, lines: Sequence[Line], book: Rulebook, policy: Policy) -> Iterator[str]:
    if not policy:
        yield "No policy was given (--policy FILE), so nothing differs: `--all` lists who was seen."
    if past.days:
        for rule in policy:
            yield f"The policy: {book.rule(rule, past.last).says}"
            yield f"In force: {view.rulebook.rule(rule, past.last).says}"
        yield "Replayed from the marks as they are now, so a mark amended since counts as amended."
    if any(line.name == "penalty_notice" for line in lines):
        yield "Notices issued are not known here, so no session is left out for one."

"""Attendance of the school and of its groups, against last year and what is published (R2, R4, R20)."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from attendkit.duties.kpi.against import NATION, WHOLE, Published
from attendkit.duties.kpi.groupings import COHORT, FLAGS, groupings, in_order, label
from attendkit.duties.kpi.pictures import pictures
from attendkit.findings import (
    EVIDENCE,
    FOUND,
    Chart,
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    counted,
    long_date,
    presumed_left,
)
from attendkit.measures.bands import Lines
from attendkit.measures.groups import Small, memberships, rates
from attendkit.measures.sessions import difference, percent, totals
from attendkit.register.model import empty
from attendkit.terms import academic_year, same_date

ROWS = (
    "group_type",
    "group",
    "pupils",
    "enrolments",
    "possible",
    "present",
    "authorised",
    "unauthorised",
    "late",
    "missing",
    "percent",
    "authorised_percent",
    "unauthorised_percent",
    "persistent",
    "persistent_percent",
    "severe",
    "severe_percent",
    "gap",
    "last_year",
    "cohort_percent",
    "cohort_persistent_percent",
    "benchmark",
    "benchmark_name",
    "against_benchmark",
    "local",
    "local_name",
    "against_local",
    "benchmark_persistent",
    "benchmark_persistent_name",
    "left_out",
)
"""The columns of the rows, in order."""

_RULES = ("group-rate", "bands", "possible-sessions", "national-cohort", "same-date")
_SUMMED = ("possible", "present", "absent", "authorised", "unauthorised", "late", "missing")
_BESIDE = ("pupils", "enrolments", "possible", "present", "persistent")
_KEY = ["group_type", "group"]


def kpi(view: View) -> Report:
    """The school, Years 7 to 11, the sixth form, each year, college and group of pupils, a row each.

    Of the academic year to date, for everyone on roll or marked this year. With `tutors` the tutor groups
    too; with `outside` small groups, and those that would give them away, have no figure at all.

    Rows: `ROWS`. Sessions are whole; `persistent` and `severe` are pupils, out of `enrolments`, those with a
    possible session. Percentages and differences of them are text with two decimals, half up; `gap` is the
    group's attendance less that of the pupils known not to be in it, in points. The columns that begin with
    `cohort_` are of the group's pupils in Years 7 to 11, and so is what is set against a published figure.
    """
    outside = bool(view.options.get("outside"))
    people, published = _people(view), Published(view)
    a_year_ago = _a_year_ago(view, people)
    told = _told(view, people, a_year_ago).pipe(_beside, published)
    if outside:
        told = _safe(view, people, a_year_ago, told)
    rows = told.with_columns(**_printed(2))
    return Report(
        duty="kpi",
        title=f"Attendance of the school and its groups to {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS),
        columns=_columns(published, told),
        counts=_counts(rows),
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        shown=_shown(told),
        notes=tuple(_notes(view, told, published)),
        charts=tuple(_charts(view, people, told, published)),
        rests_on=(*_RULES, *(["small-groups"] if outside else [])),
    )


def _charts(view: View, people: pl.DataFrame, told: pl.DataFrame, published: Published) -> Iterator[Chart]:
    """Pictures of Years 7 to 11, or of all pupils where those are nobody or left out."""
    seen = told.filter(~pl.col("left_out"))["group"]
    if "all" in seen:
        cohort = people.filter(pl.col("cohort") == COHORT) if COHORT in seen else people.clear()
        yield from pictures(view, told, cohort["pupil"], published)


def _types(view: View, *, ago: int = 0) -> dict[str, pl.Expr]:
    return groupings(view.rule("national-cohort"), tutors=bool(view.options.get("tutors")), ago=ago)


def _people(view: View) -> pl.DataFrame:
    """The pupils on roll or marked this year, as `bands` has them, with their figures and their cohort."""
    people = view.pupils.join(_figures(view, view.figures), on="pupil", how="left")
    on_roll = pl.col("pupil").is_in(view.on_roll["pupil"].implode())
    return people.filter(on_roll | pl.col("possible").is_not_null()).with_columns(
        *(pl.col(name).fill_null(0) for name in _SUMMED),
        *(pl.col(name).fill_null(value=False) for name in ("persistent", "severe")),
        cohort=_types(view)["cohort"],
    )


def _figures(view: View, counted: pl.DataFrame) -> pl.DataFrame:
    lines = Lines(view.rule("bands"), view.rule("at-risk"))
    return counted.select(
        "pupil",
        *_SUMMED,
        persistent=lines.reached(lines.persistent),
        severe=lines.reached(lines.severe),
    )


_Grouped = tuple[pl.DataFrame, pl.DataFrame]
"""Pupils with their figures, and the groups they are in."""


def _told(view: View, people: pl.DataFrame, a_year_ago: _Grouped) -> pl.DataFrame:
    """Every group in order, with all that its figures are made of: whole sessions, pupils and hundredths."""
    types = _types(view)
    members = memberships(people, types)
    cohort = rates(people.filter(pl.col("cohort") == COHORT), members)
    told = (
        rates(people, members)
        .join(_renamed(cohort, "cohort"), on=_KEY, how="left")
        .join(_renamed(rates(*a_year_ago), "last"), on=_KEY, how="left")
        .with_columns(whole=pl.lit(WHOLE), left_out=pl.lit(value=False))
    )
    return in_order(told, list(types))


def _beside(told: pl.DataFrame, published: Published) -> pl.DataFrame:
    """Each group with what it is set against; nothing where it has nobody in the national cohort."""
    known = pl.col("cohort_possible") > 0
    columns = published.columns(told)
    nothing = [pl.when(known).then(pl.col(name)).alias(name) for name in columns.columns[2:]]
    return told.join(columns, on=_KEY, how="left", maintain_order="left").with_columns(nothing)


def _renamed(told: pl.DataFrame, prefix: str) -> pl.DataFrame:
    return told.select(*_KEY, pl.col(_BESIDE).name.prefix(f"{prefix}_"))


def _a_year_ago(view: View, people: pl.DataFrame) -> _Grouped:
    """The pupils who had marks last year up to the same date, with their figures, and their groups then."""
    then = same_date(view.on)
    marks = view.every_mark.filter(pl.col("date").is_between(academic_year(then)[0], then))
    moved_up = pl.col("pupil").is_in(people["pupil"].implode())
    pupils = view.pupils.join(_figures(view, totals(marks)), on="pupil").with_columns(moved_up=moved_up)
    return pupils, memberships(pupils, _types(view, ago=1))


def _safe(view: View, people: pl.DataFrame, a_year_ago: _Grouped, told: pl.DataFrame) -> pl.DataFrame:
    """What strangers may read: nothing of a group that is too small, or that would give one away."""
    least = view.rule("small-groups").number("at_least")
    members = memberships(people, _types(view))
    told = _without_few(people, members, told, least)
    now = _hidden(people, members, least)
    before = _hidden(*a_year_ago, least)
    others = pl.col("pupils") - pl.col("cohort_pupils")
    few = (pl.col("cohort_pupils") < least) | ((others > 0) & (others < least))
    gone = pl.struct(_KEY).is_in(now)
    kept = (*_KEY, "whole", "left_out")
    return (
        told.with_columns(left_out=gone)
        .with_columns(
            pl.when(~gone & ~few).then(pl.col("^cohort_.*$")),
            pl.when(~pl.struct(_KEY).is_in(before)).then(pl.col("^last_.*$")),
        )
        .with_columns(pl.when(~gone).then(pl.exclude(kept)))
    )


def _without_few(people: pl.DataFrame, members: pl.DataFrame, told: pl.DataFrame, least: int) -> pl.DataFrame:
    """The groups without any number of pupils, persistently or severely absent, that is too small itself."""
    cohort = people.filter(pl.col("cohort") == COHORT)
    others = pl.col("persistent") - pl.col("cohort_persistent")
    counts = {"persistent": (people, "persistent"), "severe": (people, "severe")}
    counts["cohort_persistent"] = (cohort, "persistent")
    kept = {
        name: ~pl.struct(_KEY).is_in(_few(those.filter(counted_as), members, least))
        for name, (those, counted_as) in counts.items()
    }
    kept["cohort_persistent"] &= (others <= 0) | (others >= least)
    return told.with_columns(pl.when(keep).then(pl.col(name)).alias(name) for name, keep in kept.items())


def _few(those: pl.DataFrame, members: pl.DataFrame, least: int) -> list[dict[str, str]]:
    """The groups with some of these pupils and too few, or whose number would tell of such a group."""
    there = pl.col("pupil").filter(pl.col("pupil").is_in(those["pupil"].implode()))
    each = members.group_by(_KEY).agg(there).rows()
    small = Small({(kind, group): frozenset(pupils) for kind, group, pupils in each if pupils}, least)
    return [{"group_type": kind, "group": group} for kind, group in sorted(small.hidden())]


def _hidden(people: pl.DataFrame, members: pl.DataFrame, least: int) -> list[dict[str, str]]:
    """The groups to leave out: too small by their pupils, or by those of them who have a possible session."""
    marked = pl.col("pupil").is_in(people.filter(pl.col("possible") > 0)["pupil"].implode())
    each = members.group_by(_KEY).agg("pupil", marked=pl.col("pupil").filter(marked)).rows()
    every = Small({(kind, group): frozenset(pupils) for kind, group, pupils, _ in each}, least).hidden()
    judged = Small({(kind, group): frozenset(pupils) for kind, group, _, pupils in each}, least).hidden()
    return [{"group_type": kind, "group": group} for kind, group in sorted(every | judged)]


def _printed(decimals: int) -> dict[str, pl.Expr]:
    """Every percentage and difference of percentages as text, each from the whole numbers behind it."""
    shares = {
        "percent": ("present", "possible"),
        "authorised_percent": ("authorised", "possible"),
        "unauthorised_percent": ("unauthorised", "possible"),
        "persistent_percent": ("persistent", "enrolments"),
        "severe_percent": ("severe", "enrolments"),
        "last_year": ("last_present", "last_possible"),
        "cohort_percent": ("cohort_present", "cohort_possible"),
        "cohort_persistent_percent": ("cohort_persistent", "cohort_enrolments"),
        "benchmark": ("benchmark", "whole"),
        "local": ("local", "whole"),
        "benchmark_persistent": ("benchmark_persistent", "whole"),
    }
    apart = {
        "gap": ("present", "possible", "rest_present", "rest_possible"),
        "against_benchmark": ("cohort_present", "cohort_possible", "benchmark", "whole"),
        "against_local": ("cohort_present", "cohort_possible", "local", "whole"),
    }
    told = {name: percent(part, whole, decimals) for name, (part, whole) in shares.items()}
    return told | {name: difference(*columns, decimals) for name, columns in apart.items()}


def _shown(told: pl.DataFrame) -> pl.DataFrame:
    """What a person sees: one decimal, and of a yes and a no only the yes, whose gap says the rest."""
    both = pl.col("group_type").is_in(list(FLAGS)) & (pl.col("group") == "N")
    seen = told.filter(~both).with_columns(**_printed(1))
    called = [label(group_type, group) for group_type, group in seen.select(_KEY).iter_rows()]
    name = pl.Series(called, dtype=pl.String)
    return seen.with_columns(
        name=name + pl.when("left_out").then(pl.lit(" (left out)")).otherwise(pl.lit(""))
    )


def _columns(published: Published, told: pl.DataFrame) -> tuple[Column, ...]:
    """What a person sees; what is set beside it only where there is something to set."""
    columns = (
        Column("name", "Group"),
        Column("pupils", "Pupils", Kind.NUMBER),
        Column("percent", "Attendance", Kind.PERCENT),
        Column("gap", "Gap", Kind.POINTS),
        Column("persistent", "PA", Kind.NUMBER),
        Column("persistent_percent", "PA rate", Kind.PERCENT),
        Column("last_year", "Last year", Kind.PERCENT, narrow=True),
        Column("against_benchmark", f"Against {NATION}", Kind.POINTS, narrow=True),
        Column("against_local", f"Against {published.area}", Kind.POINTS, narrow=True),
        Column("cohort_percent", "Years 7 to 11", Kind.PERCENT, narrow=True),
        Column("severe", "SA", Kind.NUMBER, narrow=True),
        Column("severe_percent", "SA rate", Kind.PERCENT, narrow=True),
        Column("authorised_percent", "Authorised", Kind.PERCENT, narrow=True),
        Column("unauthorised_percent", "Unauthorised", Kind.PERCENT, narrow=True),
        Column("benchmark_persistent", f"PA in {NATION}", Kind.PERCENT, narrow=True),
        Column("possible", "Possible sessions", Kind.NUMBER, narrow=True),
    )
    beside = {"last_year": "last_possible", "against_benchmark": "benchmark", "against_local": "local"}
    empty_ones = [name for name, made_of in beside.items() if told[made_of].is_null().all()]
    return tuple(column for column in columns if column.name not in empty_ones)


def _counts(rows: pl.DataFrame) -> dict[str, Any]:
    school = next(rows.head(1).iter_rows(named=True), {})
    cohort = next(rows.filter(pl.col("group") == COHORT).iter_rows(named=True), {})
    return {
        "pupils": school.get("pupils", 0),
        "attendance": _with_sign(school.get("percent")),
        "attendance_of_years_7_to_11": _with_sign(cohort.get("percent")),
        "persistent": _or_left_out(school.get("persistent", 0)),
        "severe": _or_left_out(school.get("severe", 0)),
        "missing": school.get("missing", 0),
        "groups": rows.height,
        "left_out": int(rows["left_out"].sum()),
    }


def _or_left_out(number: int | None) -> int | str:
    return "left out" if number is None else number


def _with_sign(text: str | None) -> str | None:
    return text and f"{text}%"


def _notes(view: View, told: pl.DataFrame, published: Published) -> Iterator[str]:
    if told.is_empty():
        yield "There is nobody to give figures for."
        return
    yield "PA: persistently absent pupils. SA: severely absent ones, who are counted in PA too."
    yield "Gap: attendance less that of the pupils known not to be in the group, in percentage points."
    if told["last_possible"].is_not_null().any():
        yield f"Last year: up to {long_date(same_date(view.on))}, of the pupils who were in that group then."
    compared = told.filter(pl.col("benchmark").is_not_null() | pl.col("benchmark_persistent").is_not_null())
    if compared.height:
        yield "Published figures are about Years 7 to 11, and are set against those pupils of a group only."
        yield from published.sources(compared)
    if missing := int(told["missing"].head(1).fill_null(0).sum()):
        yield f"{counted(missing, 'session')} without a mark: left out of every figure here."
    if left_out := int(told["left_out"].sum()):
        least = view.rule("small-groups").number("at_least")
        yield f"{counted(left_out, 'group')} left out: under {least} pupils, or would give one such away."
    if view.options.get("outside"):
        least = view.rule("small-groups").number("at_least")
        yield f"PA and SA of 1 to {least - 1} pupils are left out, and what would give such a number away."
    yield from changed_rules(view, "bands", "small-groups")
    if view.presumed_left:
        yield presumed_left(view)

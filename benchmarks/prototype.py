"""Six families of measures as a bare Polars script has them: the yardstick of the duties from the store.

No rules, no calendar but the days that have marks, no names, no findings, no proof: what is left is the
arithmetic that any program on Polars has to do. Run as `python -m benchmarks.prototype MARKS PUPILS`.
"""

import sys
from collections.abc import Iterator

import polars as pl
import rich.table  # noqa: F401  (a duty prints a table)

PRESENT = ("/", "\\", "L", "B", "K", "P", "V", "W")
AUTHORISED = ("C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T")
UNAUTHORISED = ("G", "N", "O", "U")
ON_SITE = ("/", "\\", "L", "U")

_present, _authorised, _unauthorised, _on_site = (
    pl.col("code").is_in(codes) for codes in (PRESENT, AUTHORISED, UNAUTHORISED, ON_SITE)
)
_absent = _authorised | _unauthorised


def bands(marks: pl.DataFrame) -> pl.DataFrame:
    """Each pupil's sessions by how they count, and band."""
    codes = marks.lazy().group_by("pupil", "code").len()
    counted = [
        pl.col("len").filter(picked).sum().alias(name)
        for name, picked in {
            "present": _present,
            "authorised": _authorised,
            "unauthorised": _unauthorised,
            "late": pl.col("code") == "L",
            "missing": pl.col("code") == "-",
        }.items()
    ]
    missed, possible = pl.col("missed"), pl.col("possible")
    return (
        codes.group_by("pupil")
        .agg(counted)
        .with_columns(missed=pl.col("authorised") + pl.col("unauthorised"))
        .with_columns(possible=pl.col("present") + missed)
        .with_columns(
            band=pl.when(missed * 2 >= possible)
            .then(pl.lit("severe"))
            .when(missed * 10 >= possible)
            .then(pl.lit("persistent"))
            .when(missed * 100 > possible * 8)
            .then(pl.lit("at risk"))
            .otherwise(pl.lit("on track"))
        )
        .collect()
    )


def runs(marks: pl.DataFrame) -> pl.DataFrame:
    """How many days in a row each pupil has been away up to the last, and when they were last on site."""
    days = marks.lazy().group_by("pupil", "date").agg(missed=_absent.any(), seen=(_present | _on_site).any())
    seen = days.filter("seen").group_by("pupil").agg(seen_on=pl.col("date").max())
    away = days.filter("missed").join(seen, on="pupil", how="left")
    in_a_row = away.filter((pl.col("date") > pl.col("seen_on")).fill_null(value=True)).group_by("pupil").len()
    return seen.join(in_a_row, on="pupil", how="full", coalesce=True).collect()


def window(marks: pl.DataFrame) -> pl.DataFrame:
    """When each pupil first had 10 unauthorised sessions within 10 school weeks."""
    monday = pl.col("date").dt.truncate("1w")
    weeks = marks.select(monday.unique().sort().alias("monday")).with_row_index("week")
    counted = marks.lazy().filter(_unauthorised).sort("pupil", "date", "session").with_columns(monday=monday)
    placed = counted.join(weeks.lazy(), on="monday", how="left", maintain_order="left")
    back = pl.col("week") - pl.col("week").shift(9).over("pupil")
    return placed.filter(back < 10).group_by("pupil").agg(pl.col("date").min()).collect()


def open_n(marks: pl.DataFrame) -> pl.DataFrame:
    """Every N, with its age in the days that have marks."""
    days = marks.select(pl.col("date").unique().sort())["date"]
    age = len(days) - 1 - pl.lit(days).search_sorted(pl.col("date")).cast(pl.Int64)
    return marks.filter(pl.col("code") == "N").with_columns(age=age)


def weekdays(marks: pl.DataFrame) -> pl.DataFrame:
    """Sessions possible and missed of each pupil on each weekday."""
    each = (
        marks.lazy().group_by("pupil", "date").agg(missed=_absent.sum(), possible=(_present | _absent).sum())
    )
    weekday = pl.col("date").dt.weekday().alias("weekday")
    return each.group_by("pupil", weekday).agg(pl.col("missed", "possible").sum()).collect()


def groups(totals: pl.DataFrame, pupils: pl.DataFrame) -> pl.DataFrame:
    """Sessions of each year, tutor group and sex."""
    named = pupils.select("pupil", pl.col("year").cast(pl.String), "tutor", "sex")
    members = named.unpivot(["year", "tutor", "sex"], index="pupil", variable_name="type", value_name="group")
    sums = pl.col("possible", "present", "missed").sum()
    return members.join(totals, on="pupil").group_by("type", "group").agg(pl.len(), sums)


def families(marks: pl.DataFrame, pupils: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """All six."""
    totals = bands(marks)
    yield totals
    yield runs(marks)
    yield window(marks)
    yield open_n(marks)
    yield weekdays(marks)
    yield groups(totals, pupils)


if __name__ == "__main__":
    for found in families(*map(pl.read_parquet, sys.argv[1:3])):
        sys.stdout.write(f"{found}\n")

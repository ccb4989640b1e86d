"""Who is of compulsory school age, as far as the register can say (R1.5)."""

from datetime import date

import polars as pl

from attendkit.rules import RuleVersion
from attendkit.terms import school_age_ends


def of_school_age(pupils: pl.DataFrame, rule: RuleVersion, since: date) -> pl.DataFrame:
    """The pupils who are of compulsory school age on a day from `since` on, and the last such day.

    A pupil of the sixth form is not. Of one whose date of birth is known it lasts as long as that says; of
    one with neither year nor date, nobody can say, and they are left in.

    Args:
        pupils: with pupil, year and dob.
        rule: `school-age`, which has the first year group of the sixth form.
        since: a day, commonly the first of an academic year.

    Returns:
        pupil, school_age_until (date; null where the date of birth is not known).
    """
    born = pupils["dob"].drop_nulls().unique().to_list()
    ends = {day: school_age_ends(day) for day in born}
    until = pl.col("dob").replace_strict(ends, default=None, return_dtype=pl.Date)
    return (
        pupils.select("pupil", "year", school_age_until=until)
        .filter(
            pl.col("year").is_null() | (pl.col("year") < rule.number("sixth_form")),
            pl.col("school_age_until").is_null() | (pl.col("school_age_until") >= since),
        )
        .drop("year")
    )


def while_of_school_age(marks: pl.DataFrame, of_age: pl.DataFrame) -> pl.DataFrame:
    """The marks of pupils who were of compulsory school age on their dates (`of_school_age`)."""
    # Looked up by the pupil's number, which is quicker than a join; of anybody else there is no last day.
    until = of_age.select("pupil", pl.col("school_age_until").fill_null(date.max))
    highest = of_age.select(pl.col("pupil").max()).item() or 0
    numbers = pl.DataFrame({"pupil": range(highest + 1)}, schema={"pupil": pl.UInt32})
    last = numbers.join(until, on="pupil", how="left", maintain_order="left")["school_age_until"]
    return marks.filter(pl.col("date") <= pl.lit(last).gather("pupil", null_on_oob=True))

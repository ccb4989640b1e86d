"""One pupil's session twice in a file: the same mark is one mark, different marks are none."""

import polars as pl

from attendkit.read.people import People
from attendkit.register.marks import session_number

_SESSION = ["pupil", "day", "session"]


def repeats_told(rows: pl.DataFrame, people: People) -> pl.DataFrame:
    """Rows with `is`, `fault` and `detail` set where a session stands twice.

    Rows that agree are one mark, and the later ones are `repeated`. An empty cell beside a mark is repeated
    too: nobody marked it there. Rows that disagree are all refused (`conflict`). Where the pupil is known
    by name alone, two rows for one session may be two children of one name, and all of that pupil's rows
    are refused (`ambiguous`).
    """
    usable = pl.col("is").is_in(["mark", "missing"])
    rows = rows.with_row_index("at")
    sessions = rows.filter(usable).select("at", *_SESSION, "code", "row")
    numbers = sessions.select(session_number("day"))["number"]
    if numbers.n_unique() == len(numbers):
        return rows.drop("at")
    twice = sessions.filter(numbers.is_duplicated())
    shared = twice["pupil"].unique()
    doubtful = [pupil for pupil in shared if pupil in people.named_only]
    told = _compared(twice.filter(~pl.col("pupil").is_in(doubtful)))
    rows = rows.join(told, on="at", how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.coalesce("new_is", "is").alias("is"),
        pl.coalesce("new_fault", "fault").alias("fault"),
        pl.coalesce("new_detail", "detail").alias("detail"),
    )
    doubt = pl.col("pupil").is_in(doubtful) & usable
    return rows.with_columns(
        pl.when(doubt).then(pl.lit("refused")).otherwise("is").alias("is"),
        pl.when(doubt).then(pl.lit("ambiguous")).otherwise("fault").alias("fault"),
    ).drop("at", "new_is", "new_fault", "new_detail")


def _compared(twice: pl.DataFrame) -> pl.DataFrame:
    """`at`, `new_is`, `new_fault`, `new_detail` for rows whose session stands more than once."""
    code, row = pl.col("code").cast(pl.String), pl.col("row")
    marked = code != "-"
    first = code.filter(marked).first().over(_SESSION)
    seen = twice.with_columns(
        kinds=code.filter(marked).n_unique().over(_SESSION),
        keeper=pl.coalesce(
            pl.col("at").filter(marked).first().over(_SESSION), pl.col("at").first().over(_SESSION)
        ),
        kept_row=pl.coalesce(row.filter(marked).first().over(_SESSION), row.first().over(_SESSION)),
        kept_code=pl.coalesce(first, pl.lit("-")),
    )
    other = marked & (code != pl.col("kept_code"))
    conflict = (pl.col("kinds") > 1) & marked
    repeated = (pl.col("at") != pl.col("keeper")) & ~conflict
    # A mark that was kept first is told of the first that disagrees with it; every other row of the first.
    differs = conflict & (code == pl.col("kept_code"))
    return (
        seen.with_columns(
            other_row=row.filter(other).first().over(_SESSION),
            other_code=code.filter(other).first().over(_SESSION),
        )
        .filter(conflict | repeated)
        .select(
            "at",
            new_is=pl.when(conflict).then(pl.lit("refused")).otherwise(pl.lit("repeated")),
            new_fault=pl.when(conflict).then(pl.lit("conflict")),
            new_detail=pl.format(
                "row {} says {}",
                pl.when(differs).then("other_row").otherwise("kept_row"),
                pl.when(differs).then("other_code").otherwise("kept_code"),
            ),
        )
    )

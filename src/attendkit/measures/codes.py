"""What each mark means: the code table of the mark's own day, laid over a whole register at once."""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from attendkit.model import MISSING
from attendkit.register.model import CODES
from attendkit.rules.codes import Category, Code, OnSite, generations

CATEGORY = pl.Enum([MISSING, *(kind.value for kind in Category)])
"""How a session is counted: a `rules.codes.Category`, or `MISSING` for a session that nobody marked."""

ON_SITE = pl.Enum([site.value for site in OnSite])
"""Whether a code puts the pupil on the school site."""


def category() -> pl.Expr:
    """A mark's `CATEGORY` by its `code` and `date`; null where the code was not in force that day (R1.4)."""
    return by_own_day(lambda code: code.category, unmarked=MISSING, dtype=CATEGORY)


def on_site() -> pl.Expr:
    """A mark's `ON_SITE` by its `code` and `date`: a session that nobody marked says `maybe` (R7.8)."""
    return by_own_day(lambda code: code.on_site, unmarked=OnSite.MAYBE, dtype=ON_SITE)


def told(marks: pl.DataFrame) -> pl.DataFrame:
    """Marks with two more columns, `category` and `on_site`, read by the code table of each mark's own day.

    Raises:
        ValueError: a code was not in force on its date. No import lets one in, so it is a fault of
            attendkit, and a figure that left the mark out would be silently wrong.
    """
    read = marks.with_columns(category().alias("category"), on_site().alias("on_site"))
    if read["category"].null_count():
        stray = read.filter(pl.col("category").is_null()).row(0, named=True)
        raise ValueError(f"the register holds {stray['code']} on {stray['date']}, when it was not a code")
    return read


def table_of_day() -> pl.Expr:
    """The number of the code table that a mark is read by: marks of one code and one table mean the same."""
    return pl.sum_horizontal((pl.col("date") >= table.since).cast(pl.UInt8) for table in generations())


def read_by_the_latest(day: object) -> bool:
    """Whether marks from a day on are all read by the latest code table."""
    return isinstance(day, date) and day >= generations()[-1].since


def by_own_day(
    says: Callable[[Code], str], *, unmarked: str, dtype: pl.Enum | type[pl.String] = pl.String
) -> pl.Expr:
    """What the code table of a mark's own day says of it, by its `code` and `date`.

    Null where the code was not in force that day; `unmarked` for a session that nobody marked.
    """
    # A code's place among all codes finds its meaning in a list, much faster than its letters in a table.
    place = pl.col("code").cast(CODES).to_physical()
    meaning = pl.lit(None, dtype=dtype)
    for generation in generations():
        table: Mapping[str, str] = {
            MISSING: unmarked,
            **{letter: says(code) for letter, code in generation.codes.items()},
        }
        meanings = pl.Series([table.get(letter) for letter in CODES.categories], dtype=dtype)
        since = pl.col("date") >= generation.since
        meaning = pl.when(since).then(pl.lit(meanings).gather(place)).otherwise(meaning)
    return meaning

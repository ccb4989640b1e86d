"""The latest word on each mark: what an export adds to the marks of the register, and what it changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from attendkit.model import MISSING
from attendkit.register.model import MARKS, empty

KEY = ("pupil", "date", "session")

_CODE, _WAS = pl.col("code"), pl.col("was")

_HEADINGS = 1
"""The row by which an export says what it says by having none."""

_MOST_DAYS = 200_000
"""More than the days since 1970 that any mark is of."""


def session_number(day: str = "date") -> pl.Expr:
    """A whole number for each pupil's session: Polars tells equal numbers sooner than equal rows."""
    pupil, days = pl.col("pupil").cast(pl.Int64), pl.col(day).dt.epoch("d")
    return ((pupil * _MOST_DAYS + days) * 4 + pl.col("session")).alias("number")


@dataclass(frozen=True)
class Words:
    """One export's marks beside the register's.

    `marks` are those that are new or differ, as they now stand. `new` is a session's first word or first
    code; `changed` a code that was another one before, of which `removed` now have none; `same` agrees with
    the register (though it may bring a comment, minutes, or the full code of a letter). `withdrawn` are codes
    of days that the pupil was not on roll, for which the export has no word: they are taken back.
    """

    marks: pl.DataFrame
    new: int = 0
    changed: int = 0
    same: int = 0
    removed: pl.DataFrame = field(default_factory=lambda: empty(MARKS))
    overruled: int = 0
    withdrawn: int = 0

    def less(self, marks: pl.DataFrame) -> "Words":
        """The same, with these marks without a code besides."""
        return replace(self, marks=pl.concat([self.marks, marks]), withdrawn=marks.height)


def placed(table: pl.DataFrame, numbers: Mapping[int, int], source: int) -> pl.DataFrame:
    """An export's marks or contacts under the register's pupil numbers, less those of refused pupils."""
    places = pl.DataFrame(
        {"at": list(numbers), "place": list(numbers.values())}, schema={"at": pl.UInt32, "place": pl.UInt32}
    )
    return (
        table.join(places, left_on="pupil", right_on="at", maintain_order="left")
        .with_columns(pupil="place", source=pl.lit(source, dtype=pl.UInt16))
        .select(table.columns)
    )


def agreed(marks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each mark once, and the rows refused because they give one session two codes.

    Two pupils of an export may prove to be one pupil of the register; where their marks differ, neither
    can be believed.
    """
    if marks.select(session_number())["number"].n_unique() == marks.height:
        return marks, marks.clear()
    codes = _CODE.n_unique().over(KEY)
    return marks.filter(codes == 1).unique(KEY, keep="first", maintain_order=True), marks.filter(codes > 1)


def latest(
    before: pl.DataFrame,
    said: pl.DataFrame,
    *,
    short: bool,
    letters: frozenset[int] = frozenset(),
    gaps_only: bool = False,
) -> Words:
    """What an export's marks say that the register's do not.

    A mark without a code is a word too: it takes the place of an older code, and is counted as a change. An
    export with one character a mark (`short`) does not replace C1 by C or Y4 by Y; a fuller code replaces
    the letter that such an import (`letters`) had for it, and agrees with it. A word that agrees keeps the
    older minutes and comment where it has none. With `gaps_only` no word replaces an older one.
    """
    if before.is_empty():
        return Words(said, new=said.height)
    older = before.select(*KEY, was="code", was_from="source", was_minutes="minutes", was_comment="comment")
    beside = said.join(older, on=KEY, how="left", maintain_order="left")
    if gaps_only:
        return _gaps(beside)
    equal = (_CODE == _WAS).fill_null(value=False)
    letter = abbreviates(_CODE, _WAS).fill_null(value=False) if short else pl.lit(value=False)
    fuller = pl.col("was_from").is_in(sorted(letters)) & abbreviates(_WAS, _CODE)
    told = beside.with_columns(
        minutes=pl.when(equal).then(pl.coalesce("minutes", "was_minutes")).otherwise("minutes"),
        comment=pl.when(equal).then(pl.coalesce("comment", "was_comment")).otherwise("comment"),
        agrees=equal | letter | fuller.fill_null(value=False),
        stands=letter,
    )
    nothing_more = pl.col("minutes").eq_missing(pl.col("was_minutes")) & pl.col("comment").eq_missing(
        pl.col("was_comment")
    )
    return _counted(told.with_columns(stands=pl.col("stands") | (equal & nothing_more)))


def _gaps(beside: pl.DataFrame) -> Words:
    gaps = beside.filter(_WAS.is_null()).select(MARKS.names())
    overruled = beside.filter(_CODE != _WAS, ~abbreviates(_CODE, _WAS), ~abbreviates(_WAS, _CODE)).height
    return Words(gaps, new=gaps.height, same=beside.height - gaps.height, overruled=overruled)


def _counted(told: pl.DataFrame) -> Words:
    first = ~pl.col("agrees") & (_WAS.is_null() | (_WAS == MISSING))
    differs = ~pl.col("agrees") & ~first
    counts = told.select(new=first.sum(), changed=differs.sum(), same=pl.col("agrees").sum())
    return Words(
        told.filter(~pl.col("stands")).select(MARKS.names()),
        removed=told.filter(differs, _CODE == MISSING).select(MARKS.names()),
        **counts.row(0, named=True),
    )


def withdrawn(
    before: pl.DataFrame, said: pl.DataFrame, pupils: pl.DataFrame, named: Collection[int], source: int
) -> pl.DataFrame:
    """Marks without a code for what an export has no word on, because its pupil was not on roll by then.

    Once a leaving date is known, a school's system clears the marks after it, and an export leaves them out.
    So where an export covers a session, and names the pupil or has that session of others in the pupil's
    tutor group, an older code of a day before joining or after leaving is taken back. `named` are the
    register's numbers of the pupils of the export, and `pupils` those of the register with their dates.
    """
    dates = pupils.filter(pl.col("admitted").is_not_null() | pl.col("left").is_not_null())
    off_roll = (pl.col("date") < pl.col("admitted")) | (pl.col("date") > pl.col("left"))
    held = before.filter(_CODE != MISSING).join(
        dates.select("pupil", "tutor", "admitted", "left"), on="pupil", maintain_order="left"
    )
    silent = held.filter(off_roll.fill_null(value=False)).join(
        said, on=KEY, how="anti", maintain_order="left"
    )
    if silent.is_empty():
        return empty(MARKS)
    covered = said.join(pupils.select("pupil", "tutor"), on="pupil")
    named_there = silent.filter(pl.col("pupil").is_in(list(named))).join(
        covered, on=["date", "session"], how="semi"
    )
    group_there = silent.join(covered, on=["date", "session", "tutor"], how="semi")
    word = {
        "code": MISSING,
        "minutes": None,
        "comment": None,
        "source": source,
        "row": _HEADINGS,
        "column": None,
    }
    taken_back = {name: pl.lit(said, MARKS[name]) for name, said in word.items()}
    return (
        pl.concat([named_there, group_there])
        .unique(KEY, maintain_order=True)
        .with_columns(**taken_back)
        .select(MARKS.names())
    )


def abbreviates(letter: pl.Expr, full: pl.Expr) -> pl.Expr:
    """Whether a code is one character that stands for a fuller one: C for C1, Y for Y4."""
    fuller = full.cast(pl.String)
    return (fuller.str.len_chars() == 2) & (fuller.str.head(1) == letter.cast(pl.String))


def overlaid(before: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """The register's marks with an export's words laid over them, in no order."""
    if before.is_empty() or words.is_empty():
        return words if before.is_empty() else before
    return pl.concat([before.join(words.select(KEY), on=KEY, how="anti"), words])


def within(marks: pl.DataFrame, said: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The marks on the dates that an export covers, and the rest: comparing a week costs a week."""
    if said.is_empty():
        return marks.clear(), marks
    covered = pl.col("date").is_between(said["date"].min(), said["date"].max())
    return marks.filter(covered), marks.filter(~covered)


def renumbered(
    marks: pl.DataFrame, merged: Mapping[int, int], short: frozenset[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The marks after pupils proved to be one child, and those where both had a word.

    The later import's word stands, unless it only abbreviates the earlier one (`short` are the imports with
    one character a mark).
    """
    if not merged:
        return marks, empty(MARKS)
    ours = pl.col("pupil").is_in([*merged, *merged.values()])
    moved = marks.filter(ours).with_columns(pl.col("pupil").replace(merged)).sort(*KEY, "source")
    letter = pl.col("source").is_in(sorted(short)) & abbreviates(_CODE, _CODE.shift(1).over(KEY))
    both = moved.filter(pl.len().over(KEY) > 1).filter(~letter.fill_null(False))
    settled = both.unique(KEY, keep="last", maintain_order=True)
    return overlaid(pl.concat([marks.filter(~ours), moved.unique(KEY, keep="last")]), settled), settled

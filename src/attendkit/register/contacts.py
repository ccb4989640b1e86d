"""Whom to call: a newer export of contacts takes the place of all the contacts of the pupils in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from attendkit.register.content import set_aside
from attendkit.register.model import CONTACTS

_SAID = set_aside(CONTACTS, "source", "row")


@dataclass(frozen=True)
class Heard:
    """`contacts` are all those of the pupils for whom something is new or differs; `new` counts those."""

    contacts: pl.DataFrame
    new: int


def newer(before: pl.DataFrame, said: pl.DataFrame, *, gaps_only: bool = False) -> Heard:
    """What an export of contacts says that the register does not.

    With `gaps_only` it speaks only for pupils who have no contact yet.
    """
    if gaps_only:
        said = said.join(before, on="pupil", how="anti")
    ours = before.join(said, on="pupil", how="semi")
    added = said.join(ours, on=_SAID, how="anti", nulls_equal=True)
    gone = ours.join(said, on=_SAID, how="anti", nulls_equal=True)
    differing = pl.concat([added["pupil"], gone["pupil"]]).unique()
    return Heard(said.filter(pl.col("pupil").is_in(differing.implode())), added.height)


def replaced(before: pl.DataFrame, heard: pl.DataFrame) -> pl.DataFrame:
    """The register's contacts with those of some pupils replaced."""
    return pl.concat([before.join(heard, on="pupil", how="anti"), heard])


def renumbered(contacts: pl.DataFrame, merged: Mapping[int, int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The contacts after pupils proved to be one child, and that child's: the later import's stand."""
    moved = contacts.with_columns(pl.col("pupil").replace(merged))
    ours = pl.col("pupil").is_in(sorted(set(merged.values())))
    latest = moved.filter(ours).filter(pl.col("source") == pl.col("source").max().over("pupil"))
    return pl.concat([moved.filter(~ours), latest]), latest

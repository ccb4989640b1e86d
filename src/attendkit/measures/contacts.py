"""Who can be reached about a pupil: numbers in the school's order, held back where a court says so."""

import polars as pl

CONTACT = pl.Struct(
    {
        "name": pl.String(),
        "relationship": pl.String(),
        "numbers": pl.List(pl.String()),
        "hold": pl.Boolean(),
    }
)
"""One contact. `hold` is a court order: the numbers are left out until a person has read it."""

_NUMBERS = ("mobile", "home", "work")
_NAMES = ("title", "forename", "surname")


def in_order(contacts: pl.DataFrame) -> pl.DataFrame:
    """Each pupil's contacts by priority: pupil, contacts (a list of `CONTACT`).

    Args:
        contacts: `register.model.CONTACTS`.
    """
    hold = pl.col("court_order").fill_null(value=False)
    given = [pl.when(pl.col(name).str.len_chars() > 0).then(name) for name in _NUMBERS]
    numbers = pl.concat_list(given).list.drop_nulls().list.unique(maintain_order=True)
    contact = pl.struct(
        name=pl.concat_str([pl.col(name) for name in _NAMES], separator=" ", ignore_nulls=True),
        relationship=pl.col("relationship"),
        numbers=pl.when(hold).then(pl.lit([], pl.List(pl.String()))).otherwise(numbers),
        hold=hold,
    ).cast(CONTACT)
    return (
        contacts.sort("pupil", "priority", "row", nulls_last=True)
        .group_by("pupil", maintain_order=True)
        .agg(contact.alias("contacts"))
    )


def reachable(contacts: pl.DataFrame) -> pl.DataFrame:
    """How many of each pupil's contacts have a telephone number and no hold: pupil, reachable (R7.7)."""
    can_ring = pl.col("contacts").list.eval(pl.element().struct.field("numbers").list.len() > 0)
    return in_order(contacts).select("pupil", can_ring.list.sum().cast(pl.UInt32).alias("reachable"))

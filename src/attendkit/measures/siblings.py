"""Who is probably whose brother or sister, from what their contacts share. Never from a surname alone."""

from itertools import combinations

import polars as pl

_MOST_SHARING = 6
"""A telephone or address that more pupils than this share is an office's or a home's, not a family's."""


def siblings(contacts: pl.DataFrame) -> list[tuple[int, int]]:
    """Pairs of pupils whose contacts share a mobile or home telephone, an e-mail address or a postal address.

    A telephone counts with its contact's surname, because one digit mistyped is another family's number. A
    postal address is the same when its letters and digits are and its postcode is; where no postcode is
    given the surname must be the same too. A telephone at work, a postcode alone and a surname alone show
    nothing. What is shared by more than six pupils is left out.

    Args:
        contacts: `register.model.CONTACTS`.

    Returns:
        Pairs of register numbers, the lower first, in order.
    """
    plain = contacts.select("pupil", **_plain_fields())
    shared = (
        pl.concat([plain.select("pupil", mark=mark).drop_nulls() for mark in _marks()])
        .unique()
        .group_by("mark")
        .agg(pl.col("pupil").sort())
        .filter(pl.col("pupil").list.len().is_between(2, _MOST_SHARING))
    )
    return sorted({pair for pupils in shared["pupil"].unique() for pair in combinations(pupils, 2)})


def _plain_fields() -> dict[str, pl.Expr]:
    """What of a contact tells a household, without what is written now one way and now another."""
    return {
        "surname": _plain("surname", r"[\W_]", 1),
        **{name: _plain(name, r"\D", 9).str.tail(9) for name in ("mobile", "home")},
        "email": pl.when(pl.col("email").str.contains("@", literal=True)).then(_plain("email", r"\s", 5)),
        "address": _plain("address", r"[\W_]", 5),
        "postcode": _plain("postcode", r"[\W_]", 5),
    }


def _marks() -> list[pl.Expr]:
    """What two households do not share: each as text, or null where there is too little of it."""
    numbers = [pl.format("{} of {}", name, "surname") for name in ("mobile", "home")]
    postal = pl.coalesce(
        pl.format("{} {}", "address", "postcode"), pl.format("{} of {}", "address", "surname")
    )
    return [*numbers, pl.col("email"), postal]


def _plain(name: str, dropped: str, least: int) -> pl.Expr:
    """A field in lower case without some characters, or null where fewer than `least` are left."""
    left = pl.col(name).str.to_lowercase().str.replace_all(dropped, "")
    return pl.when(left.str.len_chars() >= least).then(left)

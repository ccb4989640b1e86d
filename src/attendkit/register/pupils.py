"""Which pupil of the register each pupil of an export is, and the newest word on each of their fields."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from attendkit.model import upn_fault
from attendkit.register.matching import (
    IDENTIFIERS,
    NOBODY,
    Identity,
    Match,
    Roll,
    better_adno,
    better_upn,
    folded,
    unpadded,
)
from attendkit.register.model import PUPILS

FIELDS = tuple(name for name in PUPILS if name not in {"pupil", "key"})
"""What an export may say about a pupil, in the order of `PUPILS`."""

STANDING = pl.Schema({**PUPILS, "listed": pl.UInt32()})
"""`PUPILS`, and which fields a pupil list has said: bit n for the n-th of `FIELDS`."""


@dataclass(frozen=True)
class Placing:
    """Where the pupils of one export belong in the register.

    `numbers` maps the export's number to the register's. `refused` maps those that have no place to the
    reason. `merged` are pairs (gone, kept) of register pupils that proved to be one child. `padded` counts
    those found only by adding zeros to their admission number, and `new_upns` those whose UPN is another now.
    """

    numbers: Mapping[int, int]
    refused: Mapping[int, str]
    added: frozenset[int]
    merged: tuple[tuple[int, int], ...]
    padded: int
    new_upns: int = 0


def place(roll: Roll, pupils: pl.DataFrame, strangers: frozenset[int] = frozenset()) -> Placing:
    """Find each pupil of an export in the roll, and add those it does not know.

    `strangers` are those who may not be added: a contact's pupil must be on the roll already. All are
    looked for before any is added, because the pupils of one export are already told apart.
    """
    asked = {row["pupil"]: Identity.of(row) for row in pupils.iter_rows(named=True)}
    first_look = {number: roll.find(identity) for number, identity in asked.items()}
    claims = Counter(match.pupil for match in first_look.values())
    matches = {n: _uncontested(match, asked[n], claims[match.pupil]) for n, match in first_look.items()}
    kept = _one_child(matches.values())
    numbers = {n: kept.get(m.pupil, m.pupil) for n, m in matches.items() if m.pupil is not None}
    refused = {n: match.reason for n, match in matches.items() if match.reason}
    added = set()
    for number in [number for number, match in matches.items() if match == NOBODY]:
        again = roll.find(asked[number])  # an identifier may have come in a moment ago
        if again.pupil is not None and again.by in IDENTIFIERS:
            numbers[number] = again.pupil
        elif number in strangers:
            refused[number] = "unknown_pupil"
        else:
            numbers[number] = roll.add(asked[number])
            added.add(numbers[number])
    padded = sum(match.by == "adno_padded" for match in matches.values())
    new_upns = sum(match.by == "upn_changed" for match in matches.values())
    return Placing(numbers, refused, frozenset(added), tuple(kept.items()), padded, new_upns)


def _uncontested(match: Match, asked: Identity, claims: int) -> Match:
    """A match, unless another pupil of the same export has the same one and this rests on a weak key."""
    if match.pupil is None or claims == 1 or match.by in IDENTIFIERS:
        return match
    named = asked.adno or asked.mis_id or (asked.upn and not upn_fault(asked.upn))
    return NOBODY if named else Match(None, "ambiguous_pupil", match.by)


def _one_child(matches: Iterable[Match]) -> dict[int, int]:
    """Register pupils that a match proved to be another one, and that one: the lowest number stays.

    Where two of an export's pupils lay claim to the same one, nothing is proved.
    """
    groups = {(match.pupil, *match.also) for match in matches if match.pupil is not None and match.also}
    claims = Counter(pupil for group in groups for pupil in group)
    sure = [group for group in groups if all(claims[pupil] == 1 for pupil in group)]
    return {pupil: min(group) for group in sorted(sure) for pupil in group if pupil != min(group)}


def take_in(standing: pl.DataFrame, said: pl.DataFrame, placing: Placing, *, roll: bool) -> pl.DataFrame:
    """`STANDING` after one export's word on its pupils: the newest on each field that is not null.

    A pupil list outranks a register's export: what a list has said, only a list replaces. In a list that
    gives leaving dates, a pupil without one has not left.
    """
    words = _words(said, placing)
    before = _merged(standing, placing)
    added = pl.DataFrame({"pupil": sorted(placing.added), "listed": 0}, schema_overrides=_NUMBERS)
    before = pl.concat([before, added], how="diagonal")
    joined = before.join(_best_identifiers(before, words), on="pupil", how="left", suffix="_said")
    may_clear = {"left"} if roll and words["left"].is_not_null().any() else set()
    spoke = pl.col("pupil").is_in(words["pupil"].implode())
    listed = pl.col("listed")
    columns, mask = [], listed
    for bit, name in enumerate(FIELDS):
        word, flag = pl.col(f"{name}_said"), pl.lit(1 << bit, dtype=pl.UInt32)
        heard = (word.is_not_null() | (spoke & (name in may_clear))) & (((listed & flag) == 0) | roll)
        if name == "adno":  # a list that lost its zeros is put right by any export that has them
            bare, known = (
                each.map_elements(unpadded, return_dtype=pl.String) for each in (word, pl.col(name))
            )
            heard = heard | (bare == known)
        columns.append(pl.when(heard).then(word).otherwise(pl.col(name)).alias(name))
        mask = mask | pl.when(heard & roll).then(flag).otherwise(pl.lit(0, dtype=pl.UInt32))
    after = joined.with_columns(*columns, mask.alias("listed"))
    return _keyed(after.select(STANDING.names()))


_NUMBERS = pl.Schema({"pupil": pl.UInt32(), "listed": pl.UInt32()})


def _words(said: pl.DataFrame, placing: Placing) -> pl.DataFrame:
    """One row a register pupil: the last word of each column among the export's pupils that are this one."""
    numbers = pl.col("pupil").replace_strict(placing.numbers, default=None, return_dtype=pl.UInt32)
    words = said.select(numbers, *FIELDS).drop_nulls("pupil")
    if words["pupil"].is_unique().all():
        return words
    return words.group_by("pupil", maintain_order=True).agg(pl.col(FIELDS).drop_nulls().last())


def _merged(standing: pl.DataFrame, placing: Placing) -> pl.DataFrame:
    """The standing pupils, with those that proved to be one child as one row: the kept one's word first."""
    if not placing.merged:
        return standing
    kept = dict(placing.merged)
    one = pl.col("pupil").replace(kept)
    return (
        standing.sort("pupil")
        .group_by(one, maintain_order=True)
        .agg(pl.col("key", *FIELDS).drop_nulls().first(), pl.col("listed").bitwise_or())
    )


def _best_identifiers(before: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """The words, with a UPN or admission number that is worse than the known one put right."""
    pairs = words.join(before, on="pupil", suffix="_known")
    for name, better in (("upn", better_upn), ("adno", better_adno)):
        differing = pairs.filter(pl.col(name).is_not_null(), pl.col(name) != pl.col(f"{name}_known"))
        rows = differing.select("pupil", f"{name}_known", name).iter_rows()
        best = {pupil: better(known, word) for pupil, known, word in rows}
        if best:
            mended = pl.col("pupil").replace_strict(best, default=pl.col(name), return_dtype=pl.String)
            words = words.with_columns(mended.alias(name))
    return words


def _keyed(standing: pl.DataFrame) -> pl.DataFrame:
    keys = [key_of(row) for row in standing.select(*Identity.__slots__).iter_rows(named=True)]
    return standing.with_columns(pl.Series("key", keys, dtype=pl.String))


def key_of(row: Mapping[str, Any]) -> str:
    """A pupil's key: sound UPN, else admission number, else MIS id, else a digest of what is known."""
    upn, adno, mis_id = row["upn"], row["adno"], row["mis_id"]
    if upn and not upn_fault(upn):
        return str(upn)
    if adno or mis_id or upn:
        return str(adno or (f"mis:{mis_id}" if mis_id else upn))
    known = folded(Identity.of(row))
    named = "\n".join(str(part or "") for part in (known.surname, known.forename, known.dob, known.tutor))
    return f"name:{hashlib.sha256(named.encode()).hexdigest()[:16]}"

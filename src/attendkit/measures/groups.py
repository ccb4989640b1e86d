"""Rates of groups of pupils: sessions over sessions, and pupils over pupils, by any grouping (R2.2, R2.3)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

UNKNOWN = "not known"
"""The group of those of whom no export has said which they are in."""

_SUMMED = ("possible", "present", "absent", "authorised", "unauthorised", "late", "missing")


def memberships(pupils: pl.DataFrame, groupings: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Which group of each type every pupil is in.

    Args:
        pupils: pupil, and what the expressions read.
        groupings: each group type, and the text of a pupil's group or null. A type that is null for every
            pupil is left out; otherwise null is `UNKNOWN`, so that each type parts all the pupils.

    Returns:
        pupil, group_type, group: a row a pupil and type.
    """
    told = pupils.select("pupil", **{name: group.cast(pl.String) for name, group in groupings.items()})
    known = [name for name in groupings if told[name].null_count() < told.height or told.is_empty()]
    return told.unpivot(known, index="pupil", variable_name="group_type", value_name="group").with_columns(
        pl.col("group").fill_null(UNKNOWN)
    )


def rates(figures: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """What each group adds up to, and what all the others of its type do.

    Args:
        figures: a row a pupil: possible, present, absent, authorised, unauthorised, late and missing
            (sessions), persistent and severe (whether the pupil is).
        members: what `memberships` gives.

    Returns:
        group_type, group, pupils, enrolments (those with a possible session), the sessions, persistent and
        severe (pupils), rest_possible and rest_present (sessions of those known not to be in the group).
    """
    known = pl.when(pl.col("group") != UNKNOWN)
    return (
        members.join(figures, on="pupil")
        .group_by("group_type", "group", maintain_order=True)
        .agg(
            pl.len().alias("pupils"),
            (pl.col("possible") > 0).sum().alias("enrolments"),
            pl.col(*_SUMMED).cast(pl.Int64).sum(),
            pl.col("persistent", "severe").sum(),
        )
        .with_columns(
            known.then(known.then(pl.col(name)).sum().over("group_type") - pl.col(name)).alias(f"rest_{name}")
            for name in ("possible", "present")
        )
    )


Group = tuple[str, str]
"""A group's type and name."""


@dataclass(frozen=True)
class Small:
    """Which groups must be left out of what strangers read, so that none of fewer than `least` is told.

    `members` are the pupils of each group. Three ways to work a group out are shut: reading it; taking the
    groups beside it away from the one that they make up together; and taking a group away from another that
    holds it. What is left out with a small group is the smallest that will do.
    """

    members: Mapping[Group, frozenset[int]]
    least: int

    def hidden(self) -> frozenset[Group]:
        """The groups to leave out."""
        left_out = {group for group, pupils in self.members.items() if len(pupils) < self.least}
        sums = list(self._sums())
        while further := next(self._further(left_out, sums), None):
            left_out.add(further)
        return frozenset(left_out)

    def _further(self, left_out: Collection[Group], sums: Iterable[Sequence[Group]]) -> Iterator[Group]:
        """The next groups that would tell of what is left out already."""
        for whole, *parts in sums:
            gone = [group for group in parts if group in left_out]
            untold = sum(len(self.members[group]) for group in gone)
            alone = len(gone) + (whole in left_out) == 1
            told = whole not in left_out and bool(gone) and untold < self.least
            rest = [group for group in (*parts, whole) if group not in left_out]
            if (alone or told) and rest:
                yield min(rest, key=lambda group: (group == whole, len(self.members[group]), group))
        for inner, outer in self._nested():
            if inner not in left_out and outer not in left_out:
                yield inner

    def _sums(self) -> Iterator[tuple[Group, ...]]:
        """Every group with the groups of one other type that make it up: the whole first, then its parts."""
        types = {group_type for group_type, _ in self.members}
        for whole, pupils in self.members.items():
            for group_type in sorted(types - {whole[0]}):
                parts = [g for g, p in self.members.items() if g[0] == group_type and p and p <= pupils]
                if frozenset().union(*(self.members[part] for part in parts)) == pupils:
                    yield whole, *parts

    def _nested(self) -> Iterator[tuple[Group, Group]]:
        """Each group that is inside another with fewer than `least` others."""
        for inner, fewer in self.members.items():
            for outer, more in self.members.items():
                if 0 < len(more) - len(fewer) < self.least and fewer < more:
                    yield inner, outer

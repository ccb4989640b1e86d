"""The groups that are looked at: what parts the pupils, in what order, and how each is called."""

from collections.abc import Mapping

import polars as pl

from attendkit.measures.groups import UNKNOWN
from attendkit.rules import RuleVersion

COHORT, SIXTH_FORM, YOUNGER = "years_7_to_11", "sixth_form", "younger"
"""The groups of the type `cohort`: those whom national figures are about, and those on either side."""

FLAGS: Mapping[str, str] = {
    "fsm": "Free school meals",
    "fsm6": "FSM in six years",
    "pupil_premium": "Pupil premium",
    "eal": "EAL",
    "looked_after": "Looked after",
    "social_worker": "Social worker",
    "young_carer": "Young carer",
}
"""What an export says yes or no to, as a person reads a yes."""

_NAMED: Mapping[tuple[str, str], str] = {
    ("school", "all"): "Whole school",
    ("cohort", COHORT): "Years 7 to 11",
    ("cohort", SIXTH_FORM): "Sixth form",
    ("cohort", YOUNGER): "Below Year 7",
    ("sen", "K"): "SEN support",
    ("sen", "E"): "EHC plan",
    ("sen", "N"): "No SEN",
    ("sex", "F"): "Girls",
    ("sex", "M"): "Boys",
}
_FIRST = ("all", COHORT, SIXTH_FORM, YOUNGER, "Y", "K", "E", "N")
_WORDS = {"cohort": "age", "year": "Year", "sen": "SEN", "sex": "sex", "tutor": "tutor group"}


def groupings(cohort: RuleVersion, *, tutors: bool, ago: int = 0) -> dict[str, pl.Expr]:
    """Every group type, with the text of a pupil's group by the columns of `register.model.PUPILS`.

    Args:
        cohort: the rule `national-cohort`: first_year and last_year.
        tutors: whether by tutor group too.
        ago: 1 for the groups that the pupils were in a year ago, as far as the register knows: each in the
            year below, unless `moved_up` is false, and tutor groups not at all.
    """
    first, last = cohort.number("first_year"), cohort.number("last_year")
    year = pl.col("year") - pl.col("moved_up").cast(pl.Int8) if ago else pl.col("year")
    aged = (
        pl.when(year.is_between(first, last))
        .then(pl.lit(COHORT))
        .when(year > last)
        .then(pl.lit(SIXTH_FORM))
        .when(year < first)
        .then(pl.lit(YOUNGER))
    )
    return {
        "school": pl.lit("all"),
        "cohort": aged,
        "year": year.cast(pl.String),
        "college": pl.col("college"),
        **({"tutor": pl.col("tutor")} if tutors and not ago else {}),
        **{name: _yes_or_no(name) for name in ("fsm", "fsm6", "pupil_premium")},
        "sen": pl.col("sen"),
        **{name: _yes_or_no(name) for name in ("eal",)},
        "sex": pl.col("sex"),
        **{name: _yes_or_no(name) for name in ("looked_after", "social_worker", "young_carer")},
        "ethnicity": pl.col("ethnicity"),
    }


def _yes_or_no(name: str) -> pl.Expr:
    return pl.when(pl.col(name)).then(pl.lit("Y")).when(~pl.col(name)).then(pl.lit("N"))


def in_order(groups: pl.DataFrame, types: list[str]) -> pl.DataFrame:
    """Groups in the order to be read: by type; then years as numbers, yes before no, the unknown last."""
    place = {name: number for number, name in enumerate(types)}
    listed = {name: number for number, name in enumerate(_FIRST)}
    return groups.sort(
        pl.col("group_type").replace_strict(place, return_dtype=pl.Int32),
        pl.col("group") == UNKNOWN,
        pl.col("group").replace_strict(listed, default=len(listed), return_dtype=pl.Int32),
        pl.col("group").str.extract(r"^\D*(\d+)").cast(pl.Int64).fill_null(0),
        "group",
    )


def label(group_type: str, group: str) -> str:
    """How a group is called in a table."""
    if group == UNKNOWN:
        return f"{FLAGS.get(group_type) or _WORDS.get(group_type, group_type)}: {UNKNOWN}".capitalize()
    if group_type in FLAGS:
        return FLAGS[group_type] if group == "Y" else f"Not {FLAGS[group_type]}"
    if group_type in {"year", "college"}:
        return f"{group_type.capitalize()} {group}"
    return _NAMED.get((group_type, group), group)

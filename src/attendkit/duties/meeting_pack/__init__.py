"""What is talked about in the weekly meetings: College Leaders', the Inclusion Panel, the council's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from attendkit.duties import report_of
from attendkit.duties.meeting_pack.kinds import MEETINGS, SECTIONS, Meeting
from attendkit.duties.meeting_pack.ladder import Ladder
from attendkit.duties.meeting_pack.sections import Sections
from attendkit.errors import NotFoundError
from attendkit.findings import (
    EVIDENCE,
    FOUND,
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    long_date,
    presumed_left,
)
from attendkit.measures.bands import BAND
from attendkit.register.model import empty

ROWS = pl.Schema(
    {
        "section": pl.Enum(list(SECTIONS)),
        "college": pl.String(),
        "pupil": pl.UInt32(),
        "says": pl.String(),
        "owner": pl.String(),
        "due": pl.Date(),
        "overdue": pl.Boolean(),
        "band": BAND,
        "band_before": BAND,
        "missed": pl.UInt32(),
        "possible": pl.UInt32(),
        "percent": pl.String(),
        "since_missed": pl.UInt32(),
        "since_possible": pl.UInt32(),
        "done": pl.List(pl.String()),
        "next_step": pl.String(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("section", "Section"),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor"),
    Column("missed", "Missed", Kind.NUMBER),
    Column("possible", "of", Kind.NUMBER),
    Column("percent", "Attendance", Kind.PERCENT),
    Column("due", "Due", Kind.DATE, narrow=True),
    Column("says", "Says", hangs=True),
)

_GROUPED = ("fsm", "pupil_premium", "sen", "eal", "looked_after", "social_worker", "young_carer")
_GROUP_FIGURES = ("pupils", "percent", "gap", "persistent", "persistent_percent")
_RULES = ("bands", "at-risk", "support-ladder")


@dataclass(frozen=True)
class _Pack:
    """One pack: whose, who is in it, and since when things have changed; `met` is when it last met."""

    college: str
    pupils: tuple[int, ...]
    since: date
    met: date | None


def meeting_pack(view: View) -> Report:
    """What has changed since the last meeting of a kind, what is overdue, and what to do next for whom.

    The last meeting is the last entry of that kind in the log before the day, of a college about one of its
    pupils; where there is none, the end of the school week before. Nothing is counted here: figures are those
    of `bands` and `kpi`, and a sentence about a pupil is that of the duty which found it.

    Rows: `ROWS`, a row a pupil and section, worst first. A college's pack has its rows under its name; the
    other two have one pack for all. since_missed and since_possible are sessions since that meeting; owner,
    due and overdue are of actions, targets and reviews. done is what is logged of the school's ladder this
    academic year, and next_step the first step of it without evidence, or what it waits for.
    """
    meeting = MEETINGS[view.options.get("kind") or "college"]
    packs, sections = tuple(_packs(view, meeting)), Sections(view)
    rows = pl.concat([empty(ROWS), *(_told(view, meeting, pack, sections) for pack in packs)])
    return Report(
        duty="meeting-pack",
        title=f"{meeting.title}{_of([pack.college for pack in packs])}, {long_date(view.on)}",
        on=view.on,
        rows=rows,
        columns=_COLUMNS,
        counts={**_counts(packs, rows, sections), **_groups(view, meeting)},
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=tuple(_notes(view, packs, sections)),
        rests_on=(*_RULES, *(["small-groups"] if meeting.groups else [])),
        labels={"packs": "", "groups": "", "open_n": "Open N", "overdue": "N overdue"},
    )


def _packs(view: View, meeting: Meeting) -> Iterator[_Pack]:
    """The packs asked for: a college each, or one for all."""
    _, week_ends = view.calendar.school_week(view.on, ago=1)
    week_before = max((day for day in view.calendar.days if day <= week_ends), default=week_ends)
    asked: date | None = view.options.get("since")
    pupils = view.pupils.select("pupil", pl.col("college").fill_null(""))
    parts = {"": tuple(pupils["pupil"])}
    if meeting.apart:
        each = pupils.group_by("college").agg("pupil").sort(pl.col("college") == "", "college")
        parts = {college: tuple(theirs) for college, theirs in each.iter_rows()}
        parts = _named(parts, view.options.get("name") or "")
    for college, theirs in parts.items():
        met = _last_met(view, meeting, college)
        yield _Pack(college, theirs, asked or met or week_before, met)


def _named(parts: Mapping[str, tuple[int, ...]], name: str) -> dict[str, tuple[int, ...]]:
    """The college that was asked for by name, or all of them."""
    found = {college: theirs for college, theirs in parts.items() if college.casefold() == name.casefold()}
    if name and not found:
        # What was typed may be a name, so it is not said again.
        raise NotFoundError(
            "There is no such college.",
            where="NAME",
            remedy="Write it as the register or attendkit.toml has it.",
        )
    return found or dict(parts)


def _last_met(view: View, meeting: Meeting, college: str) -> date | None:
    """The last day before this one on which the meeting was held, by the log."""
    theirs = dict(view.everyone.pupils.select("pupil", pl.col("college").fill_null("")).iter_rows())
    days = []
    for entry in view.casework.kind("meeting"):
        body: Any = entry.body
        about = theirs.get(view.casework.pupils.get(entry.pupil, -1), college)
        if body.what == meeting.logged and body.held == "held" and (not meeting.apart or about == college):
            days.append(entry.on)
    return max((day for day in days if day < view.on), default=None)


def _told(view: View, meeting: Meeting, pack: _Pack, sections: Sections) -> pl.DataFrame:
    """The rows of one pack, section by section: what is due first, then worst first."""
    said = pl.concat([sections.points(name, pack.since) for name in meeting.sections])
    order = {name: place for place, name in enumerate(meeting.sections)}
    share = pl.col("missed") * 1_000_000 // pl.max_horizontal("possible", 1)
    rows = (
        said.filter(pl.col("pupil").is_in(pack.pupils))
        .join(sections.figures, on="pupil")
        .join(sections.since(pack.since), on="pupil", how="left")
        .sort(
            pl.col("section").replace_strict(order, return_dtype=pl.Int32),
            pl.col("due"),
            share,
            "by_name",
            descending=[False, False, True, False],
            nulls_last=True,
        )
        .with_columns(pl.col("since_missed", "since_possible").fill_null(0), college=pl.lit(pack.college))
    )
    return _stepped(view, rows, meeting)


def _stepped(view: View, rows: pl.DataFrame, meeting: Meeting) -> pl.DataFrame:
    """The rows with each pupil's place on the ladder; the section of next steps says the step itself."""
    ladder = Ladder(view)
    places = {pupil: ladder.place(pupil) for pupil in rows["pupil"].unique()}
    told = [places[pupil] for pupil in rows["pupil"]]
    placed = rows.with_columns(
        done=pl.Series([place.done for place in told], dtype=pl.List(pl.String)),
        next_step=pl.Series([place.next_step for place in told], dtype=pl.String),
        referred=pl.Series([place.referred for place in told], dtype=pl.Boolean),
    ).with_columns(says=pl.coalesce("says", "next_step"))
    if meeting.whom != "all":
        placed = placed.filter(~pl.col("section").is_in(meeting.only) | pl.col(meeting.whom))
    return placed.select([pl.col(name).cast(kind) for name, kind in ROWS.items()])


def _counts(packs: Sequence[_Pack], rows: pl.DataFrame, sections: Sections) -> dict[str, Any]:
    """Figures of all the packs together, and of each of them."""
    theirs = {pack.college: _figures(pack, rows, sections) for pack in packs}
    pupils = [pupil for pack in packs for pupil in pack.pupils]
    sums = ("moved_worse", "moved_better", "actions_overdue")
    return {
        **sections.standing(pupils),
        **{name: sum(one[name] for one in theirs.values()) for name in sums},
        "packs": theirs,
    }


def _figures(pack: _Pack, rows: pl.DataFrame, sections: Sections) -> dict[str, Any]:
    own = rows.filter(pl.col("college") == pack.college)
    moved = sections.moved(pack.since).filter(pl.col("pupil").is_in(pack.pupils))["moved"]
    return {
        "since": pack.since,
        "met": pack.met,
        **sections.standing(pack.pupils),
        "moved_worse": int((moved == "worse").sum()),
        "moved_better": int((moved == "better").sum()),
        "actions_overdue": own.filter(pl.col("section") == "actions", pl.col("overdue")).height,
        "logged": dict(sections.logged_since(pack.since, pack.pupils)),
    }


def _groups(view: View, meeting: Meeting) -> dict[str, Any]:
    """Groups of pupils beside everybody else, as `kpi` has them for those outside the team (R20.2, R20.3)."""
    if not meeting.groups:
        return {}
    seen = report_of("kpi", view, outside=True).table
    wanted = seen.filter(pl.col("group_type").is_in(_GROUPED), ~pl.col("left_out"))
    rows = wanted.select("name", *_GROUP_FIGURES).iter_rows(named=True)
    return {"groups": {row.pop("name"): row for row in rows}}


def _notes(view: View, packs: Sequence[_Pack], sections: Sections) -> Iterator[str]:
    days = {pack.since for pack in packs}
    for since in sorted(days):
        held = sorted(pack.college for pack in packs if pack.since == since and pack.met)
        if held:
            yield f"Changes since the last meeting, {long_date(since)}{_of(held)}."
    if waiting := sorted(pack.college for pack in packs if not pack.met):
        which = _of(waiting)
        yield f"No meeting of this kind is logged{which}: changes since {long_date(min(days))}."
    yield from sections.notes
    yield from changed_rules(view, "bands", "at-risk", "support-ladder")
    if view.presumed_left:
        yield presumed_left(view)


def _of(colleges: Sequence[str]) -> str:
    named = [college for college in colleges if college]
    return f" ({', '.join(named)})" if named else ""

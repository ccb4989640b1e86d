"""The proof of any figure: every mark it counts, what it leaves out, and the rule that makes it count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import polars as pl

from attendkit.duties import DUTIES, Duty
from attendkit.errors import BadArgumentError, NotFoundError
from attendkit.findings import PROOF, Proof, View, counted, in_days, long_date, session_name
from attendkit.measures import runs, sessions
from attendkit.measures.bands import Lines
from attendkit.measures.codes import by_own_day, told
from attendkit.model import MISSING


@dataclass(frozen=True, slots=True)
class _Asked:
    """How one figure is proved: its words, which marks it counts, by which rule, and on whose page it stands.

    `counts` is the name of an entry of `measures.sessions.FIGURES`; `of` likewise, for the denominator.
    """

    words: str
    counts: str
    rule: str = "possible-sessions"
    page: str = "bands"
    of: str = ""


_ASKED: Mapping[str, _Asked] = {
    "possible": _Asked("Possible", "possible"),
    "present": _Asked("Present", "present", of="possible"),
    "absent": _Asked("Missed", "absent", of="possible"),
    "missed": _Asked("Missed", "absent", of="possible"),
    "authorised": _Asked("Authorised absence", "authorised", of="possible"),
    "unauthorised": _Asked("Unauthorised absence", "unauthorised", of="possible"),
    "percent": _Asked("Present", "present", of="possible"),
    "band": _Asked("Missed", "absent", "bands", of="possible"),
    "late": _Asked("Late before the register closed", "late", "lateness", "late"),
    "late_after_close": _Asked("Late after the register closed", "late_after_close", "lateness", "late"),
    "minutes_late": _Asked("Minutes late", "minutes_late", "lateness", "late"),
    "n_codes": _Asked("Reason not yet established (N)", "n_codes", "n-code", "ncode-report"),
    "open_n": _Asked("Reason not yet established (N)", "n_codes", "n-code", "ncode-report"),
    "missing": _Asked("No mark", "missing", "missing-mark", "missing-registers"),
    "not_possible": _Asked("Not possible", "not_possible"),
    "days_in_a_row": _Asked("Away in a row", "days_in_a_row", "school-day", "absences"),
}

_FOUND: Mapping[str, Duty] = {rule: duty for duty in DUTIES for rule in duty.proves}

FIGURES = (*_ASKED, *_FOUND)
"""The figures that can be proved: by their names in the duties' rows, then by rules of findings."""


def prove(view: View, pupil: int, figure: str) -> Proof:
    """The proof of one figure of one pupil, from the marks up to the view's day.

    The figure is counted by the same measure that the duties use, and the proof is checked against it. Under
    the name of a rule it is what a duty found by that rule, the newest where it found several.

    Raises:
        BadArgumentError: there is no such figure.
        NotFoundError: there is no such pupil in the register.
    """
    duty = _finder(figure)
    if figure not in _ASKED and duty is None:
        raise BadArgumentError(
            f"There is no figure called {figure!r}.", remedy=f"These can be proved: {', '.join(FIGURES)}."
        )
    if pupil not in view.register.pupils["pupil"]:
        raise NotFoundError("There is no such pupil in the register.")
    one = replace(view, chosen=frozenset({pupil}))
    if duty:
        return _proof_of_finding(one, pupil, figure, duty)
    asked = _ASKED[figure]
    marks = _looked_at(one, figure)
    counts = _picked(marks, asked.counts)
    totals = _totals(one)
    value = _value(one, figure, counts, totals)
    of = totals[asked.of] if asked.of else None
    rule = "at-risk" if value == "at_risk" else asked.rule
    return Proof(
        pupil=pupil,
        figure=figure,
        on=view.on,
        value=value,
        unit=_unit(figure),
        says=_sentence(figure, value, counts.height, of, one),
        marks=_shown(counts, view),
        excluded=_excluded(marks, counts),
        rule=view.rule(rule),
        page=f"docs/duties/{asked.page}.md",
        of=of,
    )


def _finder(figure: str) -> Duty | None:
    """The duty whose findings rest on the rule of that name, if any."""
    named = (duty for rule, duty in _FOUND.items() if fnmatchcase(figure, rule))
    return None if "*" in figure else next(named, None)


def _proof_of_finding(one: View, pupil: int, rule: str, duty: Duty) -> Proof:
    """What a duty found of one pupil by a rule: its evidence; the marks between are left out."""
    report = duty.load()(one)
    found = report.found.filter(pl.col("rule") == rule).head(1)
    evidence = report.evidence.join(found.select("finding"), on="finding", how="semi")
    counts = told(one.every_mark.join(evidence, on=["date", "session"], how="semi"))
    since = pl.col("date").is_between(counts["date"].min(), counts["date"].max())
    nothing = f"Nothing found by {rule} up to {long_date(one.on)}."
    return Proof(
        pupil=pupil,
        figure=rule,
        on=one.on,
        value=counts.height,
        unit="sessions",
        says=found["says"].item() if found.height else nothing,
        marks=_shown(counts, one),
        excluded=_excluded(told(one.every_mark.filter(since)), counts),
        rule=one.rule(rule),
        page=f"docs/duties/{duty.name}.md",
    )


def _looked_at(one: View, figure: str) -> pl.DataFrame:
    """The pupil's marks of the academic year; of every year where a row of days may be longer."""
    chosen = one.register.marks.filter(pl.col("pupil").is_in(sorted(one.chosen or ())))
    return told(chosen if figure == "days_in_a_row" else one.marks)


def _picked(marks: pl.DataFrame, counts: str) -> pl.DataFrame:
    """The marks that a figure counts."""
    if counts == "days_in_a_row":
        days = runs.away(marks)
        return marks.join(days, on=["pupil", "date"], how="semi").filter(sessions.ABSENT)
    if counts == "minutes_late":
        return marks.filter(pl.col("minutes") > 0)
    return marks.filter(sessions.FIGURES[counts])


def _totals(one: View) -> dict[str, int]:
    figures = sessions.totals(one.marks)
    empty = dict.fromkeys([*sessions.FIGURES, "minutes_late"], 0)
    return figures.row(0, named=True) if figures.height else empty


def _value(one: View, figure: str, counts: pl.DataFrame, totals: dict[str, int]) -> int | str | None:
    """The figure itself, by the measure that the duties print."""
    lines = Lines(one.rule("bands"), one.rule("at-risk"))
    if figure in {"band", "percent"}:
        expression = lines.band().cast(pl.String) if figure == "band" else sessions.percent()
        said: str | None = pl.DataFrame([totals]).select(expression).item()
        return said
    if figure == "days_in_a_row":
        return counts["date"].n_unique()
    return totals[_ASKED[figure].counts]


def _unit(figure: str) -> str:
    units = {"days_in_a_row": "school days", "minutes_late": "minutes", "band": "", "percent": ""}
    return units.get(figure, "sessions")


def _sentence(figure: str, value: int | str | None, count: int, of: int | None, one: View) -> str:
    """One sentence: days before sessions, and sessions before a percentage."""
    words = _ASKED[figure].words
    until = f"up to {long_date(one.on)}"
    if figure == "days_in_a_row":
        return f"{words}: {counted(int(value or 0), 'school day')}, from {counted(count, 'mark')}, {until}."
    if figure == "minutes_late":
        return f"{words}: {value}, from {counted(count, 'mark')}, {until}."
    if of is None:
        return f"{words}: {counted(count, 'session')}, {until}."
    marks = f"{words}: {in_days(count)} ({count} of {counted(of, 'possible session')}), {until}"
    said = {"band": f": {value}".replace("_", " "), "percent": f": attendance {value}%"}
    return f"{marks}{said.get(figure, '')}."


def _shown(marks: pl.DataFrame, view: View) -> pl.DataFrame:
    """Marks as `PROOF` has them: with their meaning, its source in law, and where each was read."""
    files = dict(view.register.imports.select("source", "file").iter_rows())
    shown = marks.sort("date", "session").with_columns(
        session=session_name().cast(pl.String),
        meaning=by_own_day(lambda code: code.label, unmarked="Nobody marked it"),
        citation=by_own_day(lambda code: code.citation.text(), unmarked=""),
        file=pl.col("source").replace_strict(files, default="", return_dtype=pl.String),
    )
    return shown.select([pl.col(name).cast(kind) for name, kind in PROOF.items()])


def _excluded(marks: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """The marks that the figure leaves out, by code: code, sessions, why. Most first."""
    left_out = marks.join(counts, on=["date", "session"], how="anti")
    category = pl.col("category").cast(pl.String).str.replace_all("_", " ")
    meaning = by_own_day(lambda code: code.label, unmarked="nobody marked it")
    why = pl.when(pl.col("code") == MISSING).then(meaning).otherwise(pl.format("{}: {}", meaning, category))
    return (
        left_out.group_by(pl.col("code").cast(pl.String), why=why)
        .agg(pl.len().alias("sessions"))
        .sort("sessions", "code", descending=[True, False])
        .select("code", "sessions", "why")
    )

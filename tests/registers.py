"""Random registers for Hypothesis: every code of both generations, holidays, joiners, leavers and gaps."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st
from tests import oracle
from tests.drawn import Drawing, Mark

STARTS = (date(2024, 8, 12), date(2026, 7, 13), date(2026, 9, 7), date(2026, 10, 12))
"""Mondays: across the change of codes, across the academic year, at its start, and before half term."""


@dataclass(frozen=True)
class Random:
    """A drawing, and the day to look from."""

    drawing: Drawing
    on: date


def _code(day: date) -> st.SearchStrategy[str]:
    """A code of that day: any, but often one that matters; or no mark, or no row."""
    return st.one_of(
        st.sampled_from(["/", "/", "N", "O", "I", "U", "L", oracle.MISSING, "."]),
        st.sampled_from(oracle.codes(day)),
    )


@st.composite
def registers(draw: st.DrawFn, *, since: date = STARTS[0]) -> Random:
    """Up to four pupils over up to three weeks, with term dates or without."""
    monday = draw(st.sampled_from([start for start in STARTS if start >= since]))
    weeks = draw(st.integers(1, 3))
    gap = draw(st.sampled_from([0, 0, 2]))  # weeks of holiday after the first
    starts = [monday + timedelta(weeks=n + (gap if n else 0)) for n in range(weeks)]
    inset = draw(st.sampled_from([None, starts[-1]]))
    days = [start + timedelta(days=n) for start in starts for n in range(5)]
    days = [day for day in days if day != inset]
    drawing = Drawing()
    for name in ("Ada", "Bea", "Cal", "Dee")[: draw(st.integers(1, 4))]:
        _pupil(draw, drawing, name, days)
    if draw(st.booleans()):
        ends = days[-1] + timedelta(days=draw(st.integers(0, 9)))
        drawing.terms.append({"first": days[0], "last": ends})
        drawing.closures += _holiday(starts) + ([{"first": inset, "last": inset}] if inset else [])
    return Random(drawing, draw(st.sampled_from([day for day in days if day >= since])))


def _pupil(draw: st.DrawFn, drawing: Drawing, name: str, days: list[date]) -> None:
    number = drawing.number(name)
    about: dict[str, object] = {"tutor": draw(st.sampled_from(["7A1", "7B1"]))}
    if draw(st.booleans()):
        about["admitted"] = draw(st.sampled_from(days))
    if draw(st.integers(0, 3)) == 0:
        about["left"] = draw(st.sampled_from(days))
    drawing.about[name] = about
    for day in days:
        for session in (1, 2):
            code = draw(_code(day))
            if code != ".":
                minutes = draw(st.integers(1, 60)) if code in {"L", "U"} else None
                drawing.marks.append(Mark(number, day, session, code, minutes))


def _holiday(starts: list[date]) -> list[dict[str, date]]:
    if len(starts) == 1 or (starts[1] - starts[0]).days == 7:
        return []
    return [{"first": starts[0] + timedelta(days=7), "last": starts[1] - timedelta(days=1)}]

"""Whatever another system does to the figures, it is named, and at least 99% of the difference with it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests import oracle
from tests.drawn import Drawing, Mark, register, view

from attendkit.cli.duties import with_lists
from attendkit.cli.options import Asked
from attendkit.duties import duty
from attendkit.errors import UnreadableError
from attendkit.findings import Report

MONDAY = date(2026, 9, 7)
DAYS = [MONDAY + timedelta(weeks=week, days=day) for week in range(6) for day in range(5)]
ON = DAYS[-1]
PUPILS = 60
KINDS = {
    "present": (1, 1, 0, 0),
    "authorised": (1, 0, 1, 0),
    "unauthorised": (1, 0, 0, 1),
    "out": (0, 0, 0, 0),
}
HEAD = "Adno,Possible Sessions,Present,Authorised Absences,Unauthorised Absences"

Counting = Callable[[Mark], str]


def school() -> Drawing:
    """Sixty pupils with every code, gaps and not-possible sessions among mostly attended ones."""
    chance = Random(7)  # noqa: S311
    usual, others = ["/"] * 20, [oracle.MISSING, *"NLUBVXDIOMCE", "C1", "Y1", "#"]
    drawing = Drawing()
    for pupil in range(PUPILS):
        drawing.number(f"{pupil + 1000:06}")
        for day in DAYS:
            drawing.marks += [Mark(pupil, day, session, chance.choice(usual + others)) for session in (1, 2)]
    return drawing


def by_law(mark: Mark) -> str:
    if oracle.attended(mark):
        return "present"
    if not oracle.absent(mark):
        return "out"
    return "unauthorised" if mark.code in oracle.UNAUTHORISED else "authorised"


def instead(codes: Mapping[str, str]) -> Counting:
    return lambda mark: codes.get(mark.code) or by_law(mark)


def totals_file(drawing: Drawing, counting: Counting, path: Path) -> Path:
    sums = {pupil: [0, 0, 0, 0] for pupil in range(len(drawing.names))}
    for mark in drawing.marks:
        for at, part in enumerate(KINDS[counting(mark)]):
            sums[mark.pupil][at] += part
    rows = [f"{drawing.names[pupil]},{','.join(map(str, figures))}" for pupil, figures in sums.items()]
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return path


def reconciled(drawing: Drawing, file: Path, **options: Any) -> Report:
    look, _ = with_lists(duty("reconcile"), view(drawing, ON, file=file, **options))
    return duty("reconcile").load()(look)


@pytest.mark.parametrize(
    ("counting", "causes"),
    [
        (instead({"-": "unauthorised"}), {"no mark counted as unauthorised absence"}),
        (instead({"-": "authorised"}), {"no mark counted as authorised absence"}),
        (instead({"-": "present"}), {"no mark counted as present"}),
        (instead({"N": "out"}), {"N counted as not possible"}),
        (instead({"L": "unauthorised"}), {"L counted as unauthorised absence"}),
        (instead({"U": "present"}), {"U counted as present"}),
        (
            instead(dict.fromkeys("BV", "authorised")),
            {"educational activity counted as authorised absence"},
        ),
        (instead({"X": "authorised"}), {"X counted as authorised absence"}),
        (instead({"D": "present"}), {"D counted as present"}),
        (instead({"#": "unauthorised"}), {"# counted as unauthorised absence"}),
        (instead({"Y1": "authorised"}), {"Y1 to Y7 counted as authorised absence"}),
        (instead({"C1": "present"}), {"C1 counted as present"}),
        (
            instead({"-": "unauthorised", "N": "out", "U": "present", "X": "authorised"}),
            {
                "no mark counted as unauthorised absence",
                "N counted as not possible",
                "U counted as present",
                "X counted as authorised absence",
            },
        ),
        (
            lambda mark: by_law(mark) if mark.date <= DAYS[19] else "out",
            {f"sessions after {DAYS[19]:%d/%m/%Y} PM left out"},
        ),
        (
            lambda mark: by_law(mark) if mark.date >= DAYS[10] else "out",
            {f"sessions before {DAYS[10]:%d/%m/%Y} AM left out"},
        ),
        (
            lambda mark: instead({"-": "authorised"})(mark) if mark.date <= DAYS[19] else "out",
            {f"sessions after {DAYS[19]:%d/%m/%Y} PM left out", "no mark counted as authorised absence"},
        ),
    ],
)
def test_what_the_whole_school_is_counted_by_is_named(
    counting: Counting, causes: set[str], tmp_path: Path
) -> None:
    drawing = school()
    counts = reconciled(drawing, totals_file(drawing, counting, tmp_path / "totals.csv")).counts
    whole = {cause for cause in counts["causes"] if not cause.startswith("perhaps")}
    assert whole == causes
    assert counts["sessions_explained"] * 100 >= counts["sessions_different"] * 99 > 0


def test_the_law_counts_as_we_do(tmp_path: Path) -> None:
    drawing = school()
    counts = reconciled(drawing, totals_file(drawing, by_law, tmp_path / "totals.csv")).counts
    assert (counts["agree"], counts["differ"], counts["explained_percent"]) == (PUPILS, 0, None)


def test_a_leaver_and_a_joiner_are_found_by_their_own_dates(tmp_path: Path) -> None:
    drawing = school()
    own = {3: (DAYS[0], DAYS[12]), 4: (DAYS[7], DAYS[-1])}

    def counting(mark: Mark) -> str:
        first, last = own.get(mark.pupil, (DAYS[0], DAYS[-1]))
        return by_law(mark) if first <= mark.date <= last else "out"

    report = reconciled(drawing, totals_file(drawing, counting, tmp_path / "totals.csv"))
    assert set(report.rows["pupil"]) == set(own)
    assert report.counts["explained_percent"] == "100.00"
    assert [cause for cause in report.counts["causes"] if "from" not in cause and "up to" not in cause] == []


def test_sessions_before_a_joiner_came_counted_as_possible(tmp_path: Path) -> None:
    drawing = school()
    file = totals_file(drawing, by_law, tmp_path / "totals.csv")
    drawing.marks = [m for m in drawing.marks if m.pupil != 5 or m.date >= DAYS[5]]
    totals_file(drawing, by_law, file)
    lines = file.read_text("utf-8").splitlines()
    adno, possible, present, authorised, unauthorised = lines[6].split(",")
    lines[6] = f"{adno},{int(possible) + 10},{present},{authorised},{int(unauthorised) + 10}"
    file.write_text("\n".join(lines), encoding="utf-8")
    report = reconciled(drawing, file)
    assert report.rows.select("pupil", "explained").rows() == [(5, 20)]
    assert report.counts["causes"] == {
        "sessions before the pupil's first counted as unauthorised absence": 10
    }


def test_a_figure_that_the_file_lacks_is_said_and_not_compared(tmp_path: Path) -> None:
    drawing = school()
    file = totals_file(drawing, instead({"N": "out"}), tmp_path / "totals.csv")
    lines = [",".join(line.split(",")[:3]) for line in file.read_text("utf-8").splitlines()]
    file.write_text("\n".join(lines), encoding="utf-8")
    report = reconciled(drawing, file)
    assert report.notes == ("The file does not say authorised, unauthorised: not compared.",)
    assert report.counts["explained_percent"] == "100.00"
    ours = report.rows.select("possible", "present", "authorised", "unauthorised").rows()
    law = {p: oracle.totals(m for m in drawing.marks if m.pupil == p) for p in report.rows["pupil"]}
    assert ours == [(f["possible"], f["present"], f["authorised"], f["unauthorised"]) for f in law.values()]


def test_another_registers_export_is_counted_as_ours_is(tmp_path: Path) -> None:
    drawing = school()
    rows = [
        f"{drawing.names[m.pupil]},{m.date:%d/%m/%Y},{'AM' if m.session == 1 else 'PM'},{m.code.strip('-')}"
        for m in drawing.marks
    ]
    file = tmp_path / "marks.csv"
    file.write_text("\n".join(["Adno,Date,Session,Mark", *rows]), encoding="utf-8")
    assert reconciled(drawing, file).counts["agree"] == PUPILS


def test_a_file_with_nothing_to_compare_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.csv"
    file.write_text("Dear all,\nthank you", encoding="utf-8")
    with pytest.raises(UnreadableError, match="nothing to compare with"):
        reconciled(school(), file)
    assert register(school()).pupils.height == PUPILS


def test_a_file_whose_dates_could_be_read_two_ways_is_read_as_the_officer_answers(tmp_path: Path) -> None:
    drawing = school()
    drawing.marks = [mark for mark in drawing.marks if mark.date.day < 12 and mark.code != oracle.MISSING]
    rows = [
        f"{drawing.names[m.pupil]},{m.date:%m/%d/%Y},{'AM' if m.session == 1 else 'PM'},{m.code}"
        for m in drawing.marks
    ]
    file = tmp_path / "marks.csv"
    file.write_text("\n".join(["Adno,Date,Session,Mark", *rows]), encoding="utf-8")
    look = view(drawing, drawing.marks[-1].date, file=file)
    with pytest.raises(UnreadableError):
        with_lists(duty("reconcile"), look)
    answered, _ = with_lists(duty("reconcile"), look, Asked(dates="mdy"))
    assert duty("reconcile").load()(answered).counts["sessions_different"] == 0

"""An auditor's sample: the same from the same seed, of whom it may be, and traced to all that there is."""

from datetime import date
from typing import Any

import pytest
from tests.drawn import drawn, view

from attendkit.duties.audit import audit
from attendkit.findings import Report

MANY = "\n".join(f"2026-11-16  P{number:02}  // // // // //" for number in range(30))
ON = date(2026, 11, 20)


def sample(text: str = MANY, on: date = ON, **options: Any) -> Report:
    return audit(view(text, on, **options))


def test_the_same_seed_draws_the_same_and_another_draws_others() -> None:
    first, again, other = (sample(seed=seed).rows for seed in ("Hale", "Hale", "Hale 2"))
    assert first.equals(again)
    assert not first.equals(other)


def test_without_a_seed_the_day_is_the_seed_and_is_told() -> None:
    report = sample()
    assert report.counts["seed"] == "20261120"
    assert "20261120" in report.title
    assert report.rows.equals(sample(seed="20261120").rows)


@pytest.mark.parametrize(
    ("pupils", "sessions", "rows"), [(3, 4, 12), (99, 2, 60), (1, 99, 10), (30, 10, 300)]
)
def test_so_many_are_drawn_as_asked_for_and_there_are(pupils: int, sessions: int, rows: int) -> None:
    report = sample(seed="1", pupils=pupils, sessions=sessions)
    assert report.rows.height == report.counts["sessions"] == rows
    assert report.rows.select("pupil", "date", "session").is_unique().all()
    assert report.counts["pupils"] == min(pupils, 30)


def test_it_is_drawn_from_those_looked_at_and_from_nothing_after_the_day() -> None:
    report = sample(on=date(2026, 11, 17), seed="1", pupils=99, sessions=99, chosen=["P03", "P07"])
    assert set(report.rows["pupil"]) == {3, 7}
    assert report.rows["date"].max() == date(2026, 11, 17)


def test_a_filter_draws_the_same_sessions_of_those_it_leaves() -> None:
    drawing = drawn(MANY)
    whole = sample(seed="1", pupils=30, sessions=3).rows
    chosen = ["P03", "P07", "P20"]
    some = audit(view(drawing, ON, seed="1", pupils=2, sessions=3, chosen=chosen)).rows
    theirs = whole.filter(whole["pupil"].is_in([3, 7, 20]))
    assert some.equals(theirs[:6])


def test_a_register_with_nobody_marked_gives_no_sample() -> None:
    assert sample(on=date(2026, 11, 1)).rows.is_empty()


def test_a_mark_is_traced_through_every_code_it_had() -> None:
    report = sample("2026-11-16  Amy  /I", earlier=drawn("2026-11-16  Amy  /N"), seed="1")
    am, pm = report.rows.iter_rows(named=True)
    assert am["changes"] == []
    (said,) = pm["changes"]
    assert said.startswith("N in drawn.txt, I in later.txt (row ")
    assert report.counts["changed"] == 1


def test_what_was_done_counts_from_the_day_until_ten_school_days_after() -> None:
    logged = """
    2026-11-02  Amy  //
    2026-11-02  Ben  // // // // //  x4
    log 2026-10-30 Amy note notes=before
    log 2026-11-02 Amy note notes=same
    log 2026-11-16 Amy note notes=tenth
    log 2026-11-17 Amy note notes=eleventh
    """
    text = "\n".join(line.strip() for line in logged.strip().splitlines())
    report = sample(text, date(2026, 11, 27), seed="1", chosen=["Amy"])
    told = report.rows["log"].to_list()[0]
    assert [line.rpartition(" ")[2] for line in told] == ["same", "tenth"]
    assert report.counts["followed"] == 2
    assert report.rows["letters"].to_list() == [[], []]

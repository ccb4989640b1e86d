"""What holds of the findings and rows of all duties on random registers and calendars."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from tests.drawn import named, view
from tests.registers import Random, registers

from attendkit.duties import DUTIES, duty
from attendkit.findings import findings

NEW_RULES = date(2024, 8, 19)


@given(registers(since=NEW_RULES))
@settings(max_examples=40, deadline=None)
def test_no_reason_always_comes_before_a_reason(made: Random) -> None:
    rows = duty("absences").load()(view(made.drawing, made.on)).rows
    known = rows.group_by("pupil", maintain_order=True).agg(pl.col("reason_known").all())["reason_known"]
    assert known.to_list() == sorted(known)


@given(registers(since=NEW_RULES))
@settings(max_examples=25, deadline=None)
def test_every_finding_is_proved_by_its_own_pupils_marks(made: Random) -> None:
    look = view(made.drawing, made.on, all=True)
    drawn_marks = {(m.pupil, m.date, m.session, m.code) for m in made.drawing.marks}
    for each in DUTIES:
        report = each.load()(look)
        for finding in findings(report, look):
            pupil = made.drawing.names.index(finding.pupil)
            pieces = {(pupil, e.date, int(e.session), e.code) for e in finding.evidence}
            assert pieces <= drawn_marks
            assert all(made.drawing.marks[e.row - 2].code == e.code for e in finding.evidence)
        assert named(made.drawing, report.rows) is not None

"""A line of the day at a glance is the count of the command it names, for every duty that has one."""

from datetime import date
from io import StringIO

from hypothesis import given, settings
from tests.drawn import view
from tests.registers import Random, registers

from attendkit.documents.table import print_table
from attendkit.duties import DUTIES, duty

NEW_RULES = date(2024, 8, 19)


@given(registers(since=NEW_RULES))
@settings(max_examples=15, deadline=None)
def test_every_line_is_the_count_of_the_command_that_it_names(made: Random) -> None:
    look = view(made.drawing, made.on)
    lines = duty("today").load()(look).rows.to_dicts()
    for line in lines:
        counts = duty(line["duty"]).load()(look).counts
        assert counts[line["figure"]] == line["number"] > 0
        assert line["run"] == f"attendkit {line['duty']} --on {made.on}"
    named = {(line["duty"], line["figure"]) for line in lines}
    for each in DUTIES:
        counts = each.load()(look).counts if each.due else {}
        assert all(((each.name, name) in named) == bool(counts[name]) for name, _, _ in each.due)


def test_a_duty_whose_rule_was_not_in_force_is_said_and_does_not_stop_the_rest() -> None:
    before = "2024-07-15  Ada  // // // // -/\n2024-07-15  Bea  // // // // //"
    report = duty("today").load()(view(before, date(2024, 7, 19)))
    assert "missing-registers" in set(report.rows["duty"])
    assert [note for note in report.notes if note.startswith("ncode-report is left out. No version of")]


def test_every_command_is_whole_on_a_narrow_screen() -> None:
    look = view("2026-11-16  Ada  // OO NN NN -/\n2026-11-16  Bea  // // // // //", date(2026, 11, 20))
    report, out = duty("today").load()(look), StringIO()
    print_table(report, look, out, 50)
    lines = {line.strip() for line in out.getvalue().splitlines()}
    assert report.rows.height >= 1
    assert set(report.rows["run"]) | set(report.rows["due"]) <= lines

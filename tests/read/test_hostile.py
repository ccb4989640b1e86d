"""No damaged or hostile file crashes, hangs or aborts what reads it, or fills the memory."""

import pytest
from benchmarks.hostile import MEGABYTES_ALLOWED, TARGETS, bombs, run


@pytest.mark.slow
def test_three_hundred_hostile_files_are_read_or_refused_in_words() -> None:
    outcome = run(300, seed=3, with_bombs=False)
    assert outcome.failures == []
    assert outcome.ends.total() == 300
    assert outcome.ends["refused"] > 20
    assert outcome.ends.total() - outcome.ends["refused"] - outcome.ends["reject"] > 50
    assert outcome.megabytes < MEGABYTES_ALLOWED


@pytest.mark.slow
def test_what_has_killed_a_parser_is_refused() -> None:
    made = sum(1 for _ in bombs())
    outcome = run(made, seed=3)
    assert outcome.failures == []
    assert set(outcome.ends) == {"reject"}
    assert outcome.megabytes < MEGABYTES_ALLOWED


def test_every_reader_of_files_is_a_target() -> None:
    assert len(TARGETS) >= 16
    for target in TARGETS.values():
        assert target.good()

import pytest
from benchmarks.kills import WRITERS, run


@pytest.mark.slow
def test_no_import_is_lost_or_torn_when_writers_are_killed() -> None:
    outcome = run(kills=20)
    assert outcome.kills >= 20
    assert outcome.acknowledged >= outcome.kills // WRITERS
    assert outcome.lost == []
    assert outcome.faults == []

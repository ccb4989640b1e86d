import pytest

from attendkit.casework.crashing import crash


@pytest.mark.slow
def test_no_entry_is_lost_or_torn_when_writers_are_killed() -> None:
    outcome = crash(20)
    assert outcome.kills >= 20
    assert outcome.acknowledged >= 20
    assert outcome.lost == []
    assert outcome.faults == []

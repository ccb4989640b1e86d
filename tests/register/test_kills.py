import pytest

from attendkit.register.crashing import WRITERS, crash


@pytest.mark.slow
def test_no_import_is_lost_or_torn_when_writers_are_killed() -> None:
    outcome = crash(kills=20)
    assert outcome.kills >= 20
    assert outcome.acknowledged >= outcome.kills // WRITERS
    assert outcome.lost == []
    assert outcome.faults == []

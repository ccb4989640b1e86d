"""Commands killed at random moments lose nothing that they said was done, and leave nothing half there."""

import pytest
from benchmarks.kills import ACTS, run


@pytest.mark.slow
def test_nothing_is_lost_or_torn_when_ingest_log_backup_and_restore_are_killed() -> None:
    outcome = run(kills=30)
    assert outcome.kills >= 30
    assert set(outcome.acknowledged) == set(ACTS)
    assert outcome.lost == []
    assert outcome.faults == []

"""A flipped byte anywhere in the register or the log is found, and its file named."""

import pytest
from benchmarks.flips import run


@pytest.mark.slow
def test_every_flipped_byte_is_found_and_named() -> None:
    outcome = run(40, seed=7)
    assert outcome.missed == []
    assert outcome.found == 40
    assert {"casework.db", "parts/*.parquet"} <= set(outcome.flips)

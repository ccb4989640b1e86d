from pathlib import Path

import pytest
from tests.backup.schools import drawn_school


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small school's folder."""
    return drawn_school(tmp_path / "school")

"""No duty reads a table of the store twice. Its journal is read also to tell new exports from old."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import ON, Run, asking

from attendkit.duties import DUTIES

_watching: list[Counter[str]] = []


def _opened(event: str, about: tuple[Any, ...]) -> None:
    if _watching and event == "open" and isinstance(about[0], str) and about[1] in {"r", "rb", None}:
        _watching[-1][about[0]] += 1


sys.addaudithook(_opened)  # for good: nothing takes one away, so it listens only while something is watched


@contextmanager
def files_read(folder: Path) -> Iterator[Mapping[str, int]]:
    """How often each file below a folder is opened to read."""
    told: dict[str, int] = {}
    _watching.append(Counter())
    try:
        yield told
    finally:
        every = _watching.pop()
        told |= {path: times for path, times in every.items() if path.startswith(str(folder))}


def test_reading_a_file_twice_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"marks")
    with files_read(tmp_path) as read:
        assert (tmp_path / "part").read_bytes() == (tmp_path / "part").read_bytes()
    assert read == {str(tmp_path / "part"): 2}


@pytest.mark.parametrize("name", [duty.name for duty in DUTIES])
def test_no_duty_reads_the_store_twice(name: str, run: Run, school: Path) -> None:
    run("doctor", "--school", school)  # which takes in the exports and keeps a snapshot
    with files_read(school / "register") as read:
        run(*asking(name), "--school", school, "--on", ON)
    tables = {path: times for path, times in read.items() if path.endswith(".parquet")}
    assert tables
    assert {path: times for path, times in tables.items() if times > 1} == {}

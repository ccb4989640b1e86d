"""A sheet read again and again, whatever was changed, sorted, corrected by hand or struck out between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.casework.entry import Entry, New
from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ROWS = ("a", "b", "c")
"""The places on a sheet."""

readings = st.lists(
    st.dictionaries(st.sampled_from(ROWS), st.integers(1, 3), max_size=3), min_size=1, max_size=6
)
"""What each row says, each time that the sheet is read; a row that is left out says nothing."""


def _new(row: str, says: int) -> New:
    body = KINDS["note"].model_validate({"notes": f"{row}{says}"})
    return New("note", "A1", body, "b", DAY, NOW, source=f"{row}{says}", row=row)


def _sheet(said: Mapping[str, int]) -> list[New]:
    return [_new(*one) for one in said.items()]


@dataclass
class Told:
    """A log in a folder of its own, for as long as an example lasts."""

    folder: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)

    def __enter__(self) -> Casework:
        return Casework(Path(self.folder.name) / "casework.db")

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()


def notes(entries: Sequence[Entry]) -> list[str]:
    return sorted(entry.body.told() for entry in entries)


@given(readings)
@settings(max_examples=60, deadline=None)
def test_each_row_counts_once_as_it_was_last_read_and_nothing_is_lost(said: list[Mapping[str, int]]) -> None:
    with Told() as log:
        last: dict[str, int] = {}
        changes = 0
        for sheet in said:
            added = log.add_all(_sheet(sheet))
            changes += len(added)
            assert len(added) == sum(last.get(row) != says for row, says in sheet.items())
            assert {bool(entry.corrects) for entry in added if entry.body.told()[0] in last} <= {True}
            last |= sheet
            assert log.add_all(_sheet(sheet)) == ()
            assert log.add_all(list(reversed(_sheet(sheet)))) == ()
        assert notes(log.entries()) == sorted(f"{row}{says}" for row, says in last.items())
        assert len(log.every_entry()) == changes
        assert log.check() == ()


@given(st.integers(1, 3), st.integers(1, 3), st.booleans())
@settings(max_examples=25, deadline=None)
def test_what_was_put_right_by_hand_stays_until_its_row_is_changed(
    first: int,
    then: int,
    struck_out: bool,  # noqa: FBT001  (drawn)
) -> None:
    with Told() as log:
        log.add_all([_new("a", first)])
        kind, said = ("struck-out", {"why": "x"}) if struck_out else ("note", {"notes": "by hand"})
        log.add(kind, "A1", KINDS[kind].model_validate(said), by="b", on=DAY, at=NOW, corrects=1)
        assert log.add_all([_new("a", first)]) == ()
        assert notes(log.entries()) == ([] if struck_out else ["by hand"])
        added = log.add_all([_new("a", then)])
        corrects = None if struck_out else 2
        assert [entry.corrects for entry in added] == ([] if then == first else [corrects])


def test_one_that_was_erased_is_not_corrected(tmp_path: Path) -> None:
    log = Casework(tmp_path / "casework.db")
    log.add_all([_new("a", 1)])
    log.erase([1], "the parents asked", by="b", on=DAY, at=NOW)
    assert log.add_all([_new("a", 1)]) == ()
    assert [entry.corrects for entry in log.add_all([_new("a", 2)])] == [None]


def test_rows_in_the_same_place_are_each_known_by_what_they_say(tmp_path: Path) -> None:
    log = Casework(tmp_path / "casework.db")
    assert len(log.add_all([_new("a", 1), _new("a", 2), _new("a", 2)])) == 2
    assert log.add_all([_new("a", 2), _new("a", 1)]) == ()
    (changed,) = log.add_all([_new("a", 1), _new("a", 3)])
    assert changed.corrects == 2
    assert notes(log.entries()) == ["a1", "a3"]


def test_a_log_from_before_places_were_kept_still_knows_its_rows(tmp_path: Path) -> None:
    log = Casework(tmp_path / "casework.db")
    body = KINDS["note"].model_validate({"notes": "x"})
    log.add("note", "A1", body, by="b", on=DAY, at=NOW, source="sheet a1")
    assert log.add_all([_new("a", 1)]) == ()
    assert [entry.corrects for entry in log.add_all([_new("a", 2)])] == [None]

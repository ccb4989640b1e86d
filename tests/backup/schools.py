"""A small school's folder, drawn: a register read in September and again in November, and a log."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from tests.register.drawn import export, pupil_list

from attendkit.backup.contents import source
from attendkit.backup.copies import Copy, read_copy
from attendkit.backup.making import Made, make
from attendkit.backup.sealing import Seal
from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.register.backups import Month
from attendkit.register.store import Store
from attendkit.school import load_school

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
ON = date(2026, 11, 20)
OPEN = Seal()


def drawn_school(folder: Path) -> Path:
    """Three pupils of two groups; one mark of September changed in November; a call logged in each month."""
    folder.mkdir()
    (folder / "attendkit.toml").write_text('name = "Harrowmere"\n', encoding="utf-8")
    (folder / "templates" / "letters").mkdir(parents=True)
    (folder / "templates" / "letters" / "own.md").write_text("Dear parent\n", encoding="utf-8")
    store = Store(folder / "register")
    people = {
        "101": {"surname": "Amery", "forename": "Jo", "tutor": "7A1"},
        "102": {"surname": "=Bell", "forename": "Kit", "tutor": "7A1"},
        "103": {"surname": "Coe", "forename": "Zoë", "tutor": "8B2"},
    }
    first = export(
        {"101": r"/ \ / \ N N", "102": r"/ \ I I - -", "103": r"/ \ / \ / \\"[:-1]},
        first=date(2026, 9, 7),
        file="september.csv",
        contacts=[("101", "07700 900001")],
        notes={"102": "=1+1"},
    )
    store.ingest([pupil_list(people), first], datetime(2026, 9, 9, 15, 0, tzinfo=UTC))
    later = export(
        {"101": r"/ \ / \ I I / \ ", "102": r"/ \ I I / \ O O"}, first=date(2026, 9, 7), file="november.csv"
    )
    store.ingest([later], datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
    for number, day in enumerate((date(2026, 9, 9), date(2026, 11, 20)), start=1):
        called(folder, day, f"call {number}")
    return folder


def called(folder: Path, day: date, notes: str) -> None:
    """Log a call home about the first pupil."""
    body = KINDS["call"].model_validate({"outcome": "reason", "notes": notes})
    at = datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)
    Casework(folder / "casework.db").add("call", "101", body, by="Mrs Okafor", on=day, at=at)


def backed_up(folder: Path, month: Month = NOVEMBER, seal: Seal = OPEN) -> Made:
    """A month's backup in the school's own folder of them."""
    made_from = source(folder, load_school(folder), month)
    return make(made_from, folder / "backups", seal, on=ON, by="somebody")


def copy_of(folder: Path, month: Month = NOVEMBER) -> Copy:
    """A backup made now, as it lies on the disk."""
    return read_copy(backed_up(folder, month).folder)


def everything_in(folder: Path) -> Iterable[str]:
    """Every file and folder below one, by name."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))

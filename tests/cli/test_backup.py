"""`backup`, `verify`, `restore`: as the officer runs them, and without attendkit at all."""

import csv
import json
import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests import oracle
from tests.cli.conftest import ON, Run, asking, read_only

from attendkit.cli.app import COMMANDS
from attendkit.duties import DUTIES

AGE = pytest.mark.skipif(not (shutil.which("age") and shutil.which("unzip")), reason="no age or unzip here")


@dataclass(frozen=True)
class Mark:
    """A mark as the CSV has it, for the oracle."""

    pupil: int
    date: date
    session: int
    code: str
    minutes: int | None


@pytest.fixture
def keys(run: Run, school: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two key files, their public halves in attendkit.toml."""
    files = tmp_path / "officer.txt", tmp_path / "head.txt"
    for file in files:
        assert run("backup", "key", "--out", file, "--school", school, "--on", ON).code == 0
    public = [
        line.split()[-1] for file in files for line in file.read_text().splitlines() if "public" in line
    ]
    with (school / "attendkit.toml").open("a", encoding="utf-8") as config:
        config.write(f"\n[backup]\nrecipients = {json.dumps(public)}\n")
    return files


def flowing(text: str) -> str:
    """What was printed, as if no line had been broken; none is wider than the screen."""
    assert max(map(len, text.splitlines()), default=0) <= 80
    return " ".join(text.split())


@pytest.fixture
def opened(run: Run, school: Path) -> Path:
    """The folder of a backup that is not encrypted."""
    assert run("backup", "--unencrypted", "--school", school).code == 0
    (folder,) = (school / "backups").glob("2*")
    return folder


# Without attendkit ----------------------------------------------------------------------------------------


@AGE
def test_stock_age_unzip_and_csv_give_every_figure_that_bands_gives(
    run: Run, school: Path, tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    assert run("backup", "--school", school).code == 0
    (sealed,) = (school / "backups").rglob("*.age")
    plain, place = tmp_path / "registers.zip", tmp_path / "registers"
    for command in (
        ["age", "--decrypt", "-i", str(keys[1]), "-o", str(plain), str(sealed)],
        ["unzip", "-q", str(plain), "-d", str(place)],
    ):
        subprocess.run(command, check=True, capture_output=True)
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=place, check=False)  # noqa: S607
    assert sums.returncode == 0
    by_hand = figures_by_hand(place / "registers" / "attendance-register.csv")
    told = json.loads(run("bands", "--all", "--school", school, "--on", ON, "--format", "json").out)["rows"]
    assert len(told) > 100
    for row in told:
        figures = by_hand[row["pupil"]["upn"]]
        assert (row["possible"], row["missed"]) == (figures["possible"], figures["absent"])
        assert row["band"] == oracle.band(figures["possible"], figures["absent"])


def figures_by_hand(path: Path) -> dict[str, dict[str, int]]:
    """Each pupil's figures of this academic year by UPN, from the CSV and nothing else."""
    marks = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["date"])
            if date(2026, 8, 1) <= day <= date.fromisoformat(ON):
                code = oracle.MISSING if row["code"] == "no mark" else row["code"]
                minutes = int(row["minutes"]) if row["minutes"] else None
                mark = Mark(int(row["pupil"]), day, 1 if row["session"] == "AM" else 2, code, minutes)
                marks[row["upn"]].append(mark)
    return {upn: oracle.totals(theirs) for upn, theirs in marks.items()}


# Made -----------------------------------------------------------------------------------------------------


def test_one_line_says_what_was_made_and_again_that_it_is_held(
    run: Run, school: Path, keys: tuple[Path, Path]
) -> None:
    assert keys
    first, again = (run("backup", "--school", school) for _ in range(2))
    assert (first.code, again.code) == (0, 0)
    told = "120 pupils, 12,076 sessions, 9 without a mark; made, read back, opened and counted."
    assert told in flowing(first.out)
    assert "held already, and sound" in flowing(again.out)
    assert first.err == again.err == ""


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"TZ": "America/Adak", "LC_ALL": "de_DE.UTF-8", "POLARS_MAX_THREADS": "1"},
    ],
)
def test_it_is_the_same_bytes_in_any_time_zone_and_locale(
    process: Run, school: Path, opened: Path, surroundings: dict[str, str]
) -> None:
    other = school.with_name("other")
    shutil.copytree(school, other, ignore=shutil.ignore_patterns("backups"))
    month = opened.name
    said = process("backup", "--unencrypted", "--month", month, "--school", other, **surroundings)
    assert said.code == 0, said.err
    name = f"attendkit-{month}.zip"
    assert (other / "backups" / month / name).read_bytes() == (opened / name).read_bytes()


def test_without_a_key_it_says_how_to_make_one(run: Run, school: Path) -> None:
    said = run("backup", "--school", school)
    assert said.code == 2
    assert "attendkit backup key --out FILE" in said.err
    assert list((school / "backups").iterdir()) == []


def test_a_key_is_explained_private_and_kept_away_from_the_backups(
    run: Run, school: Path, tmp_path: Path
) -> None:
    said = run("backup", "key", "--out", tmp_path / "k.txt", "--school", school)
    assert said.code == 0
    assert "AGE-SECRET-KEY" not in said.out + said.err
    assert 'recipients = [\n    "age1' in said.out
    assert (tmp_path / "k.txt").stat().st_mode & 0o777 == 0o600
    for where, why in ((school / "k.txt", "beside the backups"), (tmp_path / "k.txt", "never written over")):
        said = run("backup", "key", "--out", where, "--school", school)
        assert said.code == 2
        assert why in said.err
    assert run("backup", "key", "--school", school).code == 2


def test_one_key_alone_is_warned_of_and_a_secret_one_refused(run: Run, school: Path, tmp_path: Path) -> None:
    run("backup", "key", "--out", tmp_path / "k.txt", "--school", school)
    _, public, secret = (tmp_path / "k.txt").read_text().splitlines()
    config = school / "attendkit.toml"
    before = config.read_text(encoding="utf-8")
    config.write_text(f'{before}\n[backup]\nrecipients = ["{public.split()[-1]}"]\n', encoding="utf-8")
    assert "One key only" in run("backup", "--school", school).err
    config.write_text(f'{before}\n[backup]\nrecipients = ["{secret}"]\n', encoding="utf-8")
    said = run("backup", "--school", school)
    assert said.code == 2
    assert "secret half" in said.err
    assert secret not in said.err


def test_a_passphrase_comes_from_the_environment_and_opens_it_again(
    run: Run, school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", "--passphrase", "--school", school).code == 2  # nobody to ask
    monkeypatch.setenv("ATTENDKIT_PASSPHRASE", "correct horse")
    assert run("backup", "--passphrase", "--school", school).code == 0
    assert "every pupil counted again" in run("verify", "--school", school).out
    monkeypatch.setenv("ATTENDKIT_PASSPHRASE", "wrong horse")
    (folder,) = (school / "backups").glob("2*")
    said = run("restore", folder, tmp_path / "new")
    assert said.code == 5
    assert "cannot be decrypted" in said.err
    assert not (tmp_path / "new").exists()


def test_a_month_that_has_not_begun_and_one_that_is_none_are_refused(run: Run, school: Path) -> None:
    for month in ("2026-12", "October"):
        said = run("backup", "--unencrypted", "--month", month, "--school", school, "--on", ON)
        assert said.code == 2, month


def test_a_folder_that_may_not_be_written_to_is_said(run: Run, school: Path) -> None:
    with read_only(school / "backups"):
        if (school / "backups").joinpath("probe").exists() or _may_write(school / "backups"):
            pytest.skip("this user may write anywhere")
        said = run("backup", "--unencrypted", "--school", school)
    assert said.code == 5
    assert "The backup cannot be written" in said.err


def _may_write(folder: Path) -> bool:
    try:
        (folder / "probe").touch()
    except OSError:
        return False
    (folder / "probe").unlink()
    return True


# Due ------------------------------------------------------------------------------------------------------


def test_a_backup_is_due_on_the_last_school_day_and_said_until_it_is_made(run: Run, school: Path) -> None:
    begun = date.fromisoformat(_imported_on(school))
    due = date(begun.year + begun.month // 12, begun.month % 12 + 1, 28)  # the month after, this one is due
    before = run("today", "--school", school, "--on", begun.replace(day=1)).out
    assert "monthly backup" not in before
    assert "attendkit backup --if-due" in run("today", "--school", school, "--on", due).out
    assert "backups: Due and not there" in run("doctor", "--school", school, "--on", due).out
    listed = run("backup", "list", "--school", school, "--on", due)
    assert listed.code == 1
    assert "MISSING" in listed.out
    made = run("backup", "--if-due", "--unencrypted", "--school", school, "--on", due)
    assert made.code == 0
    assert flowing(made.out).count("made, read back") >= 1
    assert run("backup", "--if-due", "--unencrypted", "--school", school, "--on", due).out == ""
    assert "attendkit backup --if-due" not in run("today", "--school", school, "--on", due).out
    assert run("backup", "list", "--school", school, "--on", due).code == 0


def _imported_on(school: Path) -> str:
    first, *_ = (school / "register" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return str(json.loads(first)["seen"])[:10]


def test_what_may_be_destroyed_is_told_and_nothing_is(run: Run, school: Path, opened: Path) -> None:
    told = json.loads((opened / "manifest.json").read_text(encoding="utf-8"))
    until = date.fromisoformat(told["keep_until"])
    before, then = (
        flowing(run("backup", "list", "--school", school, "--on", str(on)).out)
        for on in (until - timedelta(days=1), until)
    )
    assert "not to be destroyed before" in before
    assert "may be destroyed now" in then
    assert "NOT ENCRYPTED" in then
    (held,) = json.loads(run("backup", "list", "--school", school, "--format", "json").out)["held"]
    assert held["keep_until"] == told["keep_until"]
    assert held["may_be_destroyed"] is False
    assert opened.is_dir()


def test_the_schedule_is_a_task_and_a_cron_line(run: Run, school: Path) -> None:
    said = run("backup", "--schedule", "--school", school)
    task = ET.fromstring(said.out)  # noqa: S314 - our own
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert (
        task.findtext("t:Actions/t:Exec/t:Arguments", namespaces=space)
        == f"backup --if-due --school {school}"
    )
    assert "30 16 * * 1-5 " in said.err
    assert said.code == 0


# Verified and restored ------------------------------------------------------------------------------------


def test_every_command_gives_the_same_figures_from_what_was_restored(
    run: Run, school: Path, tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    assert run("log", "call", "004240", "--outcome", "reason", "--school", school, "--on", ON).code == 0
    assert run("backup", "--school", school).code == 0
    (folder,) = (school / "backups").glob("2*")
    new = tmp_path / "new"
    assert run("restore", folder, new, "--key", keys[0]).code == 0
    plain = [duty for duty in DUTIES if duty.words in COMMANDS]
    assert len(plain) > 15
    for duty in plain:
        if any(option.required for option in duty.options) and duty.name != "pupil":
            continue
        asked = [*asking(duty.name), "--on", ON, "--format", "json", "--school"]
        was, now = run(*asked, school), run(*asked, new)
        assert was.out == now.out, duty.name
        assert was.out.startswith("{"), duty.name
    assert run("doctor", "--school", new, "--on", ON).code in {0, 1}


def test_verify_names_a_changed_file_in_either_depth(run: Run, school: Path, keys: tuple[Path, Path]) -> None:
    run("backup", "--school", school)
    (folder,) = (school / "backups").glob("2*")
    sound = run("verify", "--school", school)
    assert sound.code == 0
    assert "It was not opened" in flowing(sound.out)
    assert "counted again" in flowing(run("verify", folder, "--key", keys[1]).out)
    (sealed,) = folder.glob("*.age")
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 1
    sealed.write_bytes(content)
    for asked in (["--bytes"], ["--key", keys[1]]):
        said = run("verify", folder, *asked)
        assert said.code == 5
        assert f"DAMAGED: {sealed.name} is not as it was written." in flowing(said.out)
    bare = run("verify", sealed, "--key", keys[1], "--format", "json")
    assert bare.code == 5
    (told,) = json.loads(bare.out)["backups"]
    assert "cannot be decrypted" in told["problems"][0]["message"]


def test_what_is_there_is_never_restored_over(run: Run, school: Path, opened: Path) -> None:
    said = run("restore", opened, school)
    assert said.code == 2
    assert "something here already" in said.err


def test_where_no_backup_is_it_says_so(run: Run, school: Path) -> None:
    assert run("verify", "--school", school).code == 2
    assert run("verify", school).code == 2
    assert run("restore", school / "nowhere", school / "new").code == 2
    assert "No backup is held" in run("backup", "list", "--school", school, "--on", "2020-01-01").out


# A certificate --------------------------------------------------------------------------------------------


def test_a_certificate_is_written_for_each_pupil_asked_for(run: Run, school: Path, tmp_path: Path) -> None:
    dates = ("--from", "2026-09-01", "--to", ON, "--on", ON, "--school", school)
    said = run("certificate", "004240", "004283", *dates)
    assert said.code == 0
    assert len(list((school / "out" / ON).glob("certificate-*.pdf"))) == 2
    assert run("certificate", "004240", "--from", ON, "--to", "2026-09-01", "--school", school).code == 2
    assert run("certificate", "nobody", *dates, "--out", tmp_path).code == 4


def test_no_day_that_the_register_does_not_reach_is_certified(run: Run, school: Path) -> None:
    first = ("certificate", "004240", "--from", "2026-09-01", "--school", school)
    for last in ("2026-11-21", "2027-11-20"):
        said = run(*first, "--to", last, "--on", "2027-12-01")
        assert (said.code, f"Give `--to {ON}`" in " ".join(said.err.split())) == (2, True), said.err
    assert run(*first, "--to", "2026-11-19", "--on", "2026-11-18").code == 2
    assert not list(school.rglob("certificate-*"))
    for last in ("2026-11-13", ON):
        assert run(*first, "--to", last, "--on", ON).code == 0
    assert sorted(path.name for path in (school / "out" / ON).glob("certificate-*")) == [
        "certificate-004240-2026-09-01-to-2026-11-13.pdf",
        f"certificate-004240-2026-09-01-to-{ON}.pdf",
    ]

"""`attendkit.toml`: what is found, what is read, what is refused and where it says the fault is."""

from datetime import date, time
from pathlib import Path

import pytest

from attendkit.errors import BadArgumentError, Exit
from attendkit.school import ENVIRONMENT, RegisterTimes, find_school, load_school

SOUND = """
name = "Millbrook School"
authority = "Warwickshire"

[[terms]]
name = "Autumn 2026"
first = 2026-09-03
last = 2026-12-18
half_term = { first = 2026-10-26, last = 2026-10-30 }

[[closures]]
first = 2026-11-27
last = 2026-11-27
why = "INSET"

[registers]
AM = { opens = 08:40:00, closes = 09:10:00 }

[colleges.Larch]
leader = "Ms Okafor"
tutors = ["7L1"]

[tutor_groups.7W1]
tutor = "Mr Tennant"
college = "Willow"

[[lateness]]
lates = 3
action = "speak to the tutor"

[rules.at-risk]
below_percent = 95

[profiles.ours]
files = "SIMS*.csv"
codes.PRE = { to = "/", why = "the clerk's own code" }
"""

AUTUMN = "[[terms]]\nname = 'A'\nfirst = 2026-09-03\nlast = 2026-12-18\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return wrote(tmp_path / "school", SOUND)


def wrote(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "attendkit.toml").write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path) -> BadArgumentError:
    with pytest.raises(BadArgumentError) as caught:
        load_school(folder)
    assert caught.value.exit is Exit.BAD_INPUT
    assert caught.value.where == str(folder / "attendkit.toml")
    assert caught.value.remedy
    return caught.value


# Reading it -----------------------------------------------------------------------------------------


def test_every_setting_is_read(folder: Path) -> None:
    school = load_school(folder)
    assert school.name == "Millbrook School"
    assert school.folder == folder
    assert school.term_dates() == [(date(2026, 9, 3), date(2026, 12, 18))]
    assert school.closed_dates() == [
        (date(2026, 10, 26), date(2026, 10, 30)),
        (date(2026, 11, 27), date(2026, 11, 27)),
    ]
    assert school.registers["AM"].closes == time(9, 10)
    assert school.rules["at-risk"]["below_percent"] == 95
    assert school.profiles["ours"].codes["PRE"].to == "/"
    assert school.lateness[0].lates == 3


def test_a_tutor_groups_college_is_its_own_word_or_else_the_colleges_list(folder: Path) -> None:
    school = load_school(folder)
    assert school.college_of("7W1") == "Willow"
    assert school.college_of("7L1") == "Larch"
    assert school.college_of("9Z9") == ""


def test_without_a_folder_every_setting_has_its_default() -> None:
    school = load_school(None)
    assert school.name == ""
    assert school.terms == ()
    assert school.week_start() == 0


def test_a_school_week_may_start_on_sunday(tmp_path: Path) -> None:
    assert load_school(wrote(tmp_path, 'week_starts_on = "Sunday"')).week_start() == 6


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "attendkit.toml").write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load_school(tmp_path).name == "Millbrook School"


def test_a_file_without_a_setting_is_sound(tmp_path: Path) -> None:
    assert load_school(wrote(tmp_path, "# nothing yet\n")).colleges == {}


# Refusing it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('nmae = "Millbrook"', "nmae"),
        ('[colleges.Larch]\nleadr = "Ms Okafor"', "colleges.Larch.leadr"),
        ("[[lateness]]\nlates = 3\naction = 'x'\nuntil = 4", "lateness.0.until"),
    ],
)
def test_a_setting_that_does_not_exist_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str
) -> None:
    assert refused(wrote(tmp_path, text)).what == f"{place}: there is no such setting."


def test_a_register_open_for_thirty_minutes_is_allowed_and_for_longer_is_not(tmp_path: Path) -> None:
    longest = RegisterTimes(opens=time(8, 45), closes=time(9, 15))
    assert (longest.opens, longest.closes) == (time(8, 45), time(9, 15))
    times = "[registers]\nAM = { opens = 08:45:00, closes = %s }"
    assert refused(wrote(tmp_path, times % "09:16:00")).what == (
        "registers.AM: a register is open for 1 to 30 minutes, not 31 (`attendkit rules register-times`)."
    )
    assert "30.5" in refused(wrote(tmp_path, times % "09:15:30")).what
    assert "not 0" in refused(wrote(tmp_path, times % "08:45:00")).what


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[terms]]\nname = 'A'\nfirst = 2026-12-18\nlast = 2026-09-03", "last (2026-09-03) is before first"),
        (
            AUTUMN + "half_term = { first = 2025-10-27, last = 2025-10-31 }",
            "the half term of A is not inside it",
        ),
        (
            "[[terms]]\nname = 'B'\nfirst = 2026-12-18\nlast = 2027-03-26\n" + AUTUMN,
            "B begins before A has ended.",
        ),
        ('week_starts_on = "Mon"', "week_starts_on"),
        ("[[lateness]]\nlates = 0\naction = 'x'", "lateness.0.lates"),
        ("[registers]\nNOON = { opens = 08:45:00, closes = 09:00:00 }", "registers.NOON"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    assert says in refused(wrote(tmp_path, text)).what


def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in refused(wrote(tmp_path, "name = 'x'\nauthority Warwickshire\n")).what
    (tmp_path / "attendkit.toml").write_bytes(b'name = "Caf\xe9"')
    assert "not a TOML file" in refused(tmp_path).what


# Finding it -----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)


def test_the_nearest_parent_with_settings_is_the_school(folder: Path) -> None:
    inside = folder / "out" / "2026-11-20"
    inside.mkdir(parents=True)
    assert find_school(None, inside) == folder
    assert find_school(None, folder) == folder
    nearer = wrote(folder / "out", "")
    assert find_school(None, inside) == nearer


def test_without_settings_anywhere_there_is_no_school(tmp_path: Path) -> None:
    assert find_school(None, tmp_path) is None


def test_the_environment_is_asked_only_when_no_parent_has_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    assert find_school(None, tmp_path) == folder
    here = wrote(tmp_path / "here", "")
    assert find_school(None, here) == here


def test_the_folder_asked_for_comes_before_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    asked = wrote(tmp_path / "asked", "")
    assert find_school(asked, folder) == asked


def test_a_folder_without_settings_is_refused_and_says_who_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(BadArgumentError) as caught:
        find_school(tmp_path)
    assert caught.value.where == f"--school {tmp_path}"
    assert "attendkit init" in caught.value.remedy
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    with pytest.raises(BadArgumentError) as caught:
        find_school(None, tmp_path)
    assert caught.value.where == f"$ATTENDKIT_SCHOOL {tmp_path}"

"""No pupil's name comes out on stderr, whatever is done to a file."""

import io
import random
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.cli import main

NAMES = ("Zebrowskaya", "Quillfeather", "Thistledown", "Marrowbone")
HEAD = "UPN,Admission No,Surname,Forename,DOB,Reg,Date,Session,Mark,Minutes Late,Comment"
COMMANDS = (
    ["absences", "--export", "FILE"],
    ["bands", "--all", "--export", "FILE", "--format", "xlsx"],
    ["bands", "--export", "FILE", "--pupil", NAMES[0]],
    ["bands", "--export", "FILE", "--pupil", NAMES[0][:5], "--tutor", "7A"],
    ["ingest", "FILE", "--school", "SCHOOL"],
    ["init", "--yes", "--school", "NEW", "--export", "FILE"],
)


def _rows() -> list[list[str]]:
    pupils = [
        [f"{letter}82345678901{n}", f"00{n}", surname, forename, f"0{n + 1}/09/2014", "7A"]
        for n, (letter, surname, forename) in enumerate(zip("QRST", NAMES, reversed(NAMES), strict=True))
    ]
    return [
        [*pupil, f"{day}/11/2026", session, mark, "", f"rang {pupil[3]} at home"]
        for pupil in pupils
        for day in (16, 17)
        for session, mark in (("AM", "N"), ("PM", "\\"))
    ]


def spoilt(chance: random.Random) -> bytes:
    """A register with a few things wrong: cells moved or swapped, rows cut, bytes lost, headings gone."""
    rows = [HEAD.split(","), *_rows()]
    for _ in range(chance.randint(1, 6)):
        row = rows[chance.choice([0, chance.randrange(len(rows))])]
        one, other = chance.randrange(len(row)), chance.randrange(len(row))
        match chance.randrange(6):
            case 0:
                row[one], row[other] = row[other], row[one]
            case 1:
                row.insert(one, row[other])
            case 2:
                del row[one:]
                row.append('"')
            case 3:
                row[one] = chance.choice([*NAMES, "", "=1+1", "\x00", "31/02/2026", "ZZ"])
            case 4:
                rows.append([*row])
            case _:
                for each in rows:
                    each[min(one, len(each) - 1)] = ""
    text = "\n".join(",".join(row) for row in rows).encode(chance.choice(["utf-8", "utf-16", "cp1252"]))
    cut = chance.choice([0, 0, chance.randrange(len(text))])
    return text[: len(text) - cut]


def stderr_of(args: list[str]) -> str:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit):
        main(args)
    return err.getvalue()


@given(seed=st.integers(0, 10**6), command=st.sampled_from(COMMANDS))
@settings(max_examples=40, deadline=None)
def test_no_name_is_ever_said_on_stderr(seed: int, command: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "marks.csv").write_bytes(spoilt(random.Random(seed)))  # noqa: S311  (not a secret)
        (folder / "attendkit.toml").touch()
        places = {"FILE": folder / "marks.csv", "SCHOOL": folder, "NEW": folder / "new"}
        out = ["--out", str(folder / "out.xlsx")] if "xlsx" in command else []
        said = stderr_of([*(str(places.get(word, word)) for word in command), *out])
    assert [name for name in NAMES if name.lower() in said.lower()] == []
    assert "Traceback" not in said
    assert "fault of its own" not in said

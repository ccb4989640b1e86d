"""`kpi` and `bands` as commands: one register, one day, the same figures."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import ON, Run

FIGURES = ("possible", "present", "authorised", "unauthorised", "late", "missing")


@pytest.mark.parametrize("filters", [(), ("--year", "9"), ("--college", "Wren")])
def test_every_group_is_the_sum_of_what_bands_says_of_its_pupils(
    run: Run, ready: Path, filters: tuple[str, ...]
) -> None:
    shared = ["--on", ON, "--format", "json", "--school", str(ready), *filters]
    bands = json.loads(run("bands", "--all", *shared).out)
    groups = {
        (row["group_type"], row["group"]): row
        for row in json.loads(run("kpi", "--tutors", *shared).out)["rows"]
    }
    for kind in ("school", "year", "college", "tutor"):
        for name in {row["pupil"].get(kind, "all") for row in bands["rows"]}:
            pupils = [row for row in bands["rows"] if row["pupil"].get(kind, "all") == name]
            told = groups[kind, str(name)]
            assert told["pupils"] == len(pupils)
            assert {f: told[f] for f in FIGURES} == {f: sum(row[f] for row in pupils) for f in FIGURES}
            assert told["severe"] == sum(row["band"] == "severe" for row in pupils)
            assert told["persistent"] == sum(row["band"] in {"severe", "persistent"} for row in pupils)
    assert groups["school", "all"]["persistent"] == bands["counts"]["persistent_including_severe"]

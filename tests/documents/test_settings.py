"""The text of a new attendkit.toml: sound whatever the school calls its colleges."""

from datetime import date
from pathlib import Path

import pytest

from attendkit.documents.settings import settings_text
from attendkit.errors import BadArgumentError
from attendkit.register.proposal import Proposal, SeenTerm
from attendkit.school import load_school


@pytest.mark.parametrize(
    "name", ["St Anne's", 'The "Annexe"', "Back\\slash", "Elm.Ash", "Ünï", "a\u007fb", "#1"]
)
def test_a_college_may_be_called_anything(name: str, tmp_path: Path) -> None:
    text = settings_text(Proposal(name=name, colleges={name: [name, "7A"]}, groups=[f"{name} 2"]))
    (tmp_path / "attendkit.toml").write_text(text, encoding="utf-8")
    school = load_school(tmp_path)
    assert len(school.colleges) == 1
    assert school.college_of("7A") in {name, "a b"}


@pytest.mark.parametrize(
    "term",
    [
        SeenTerm("Autumn", date(2026, 12, 18), date(2026, 9, 3)),
        SeenTerm("Autumn", date(2026, 11, 2), date(2026, 12, 18), (date(2026, 10, 26), date(2026, 10, 30))),
    ],
    ids=["ends before it begins", "half term outside it"],
)
def test_answers_that_do_not_fit_together_are_refused(term: SeenTerm) -> None:
    with pytest.raises(BadArgumentError, match=r"terms\.0"):
        settings_text(Proposal(terms=(term,)))


def test_everything_that_is_commented_out_would_be_accepted(tmp_path: Path) -> None:
    lines = settings_text(Proposal()).splitlines()
    live = [line.removeprefix("# ") if _is_setting(line) else line for line in lines]
    (tmp_path / "attendkit.toml").write_text("\n".join(live), encoding="utf-8")
    school = load_school(tmp_path)
    assert school.terms
    assert school.profiles
    assert school.registers
    assert school.rules


def _is_setting(line: str) -> bool:
    return line.startswith("# [") or (line.startswith("# ") and " = " in line)

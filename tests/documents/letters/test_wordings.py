"""Every wording: filled in for the made-up pupil and for drawn ones, it keeps the house rules and facts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.drawn import drawn, view
from tests.test_pages import PAGES, Example, _asked, _of_page, _options

from attendkit.documents.letters import render
from attendkit.documents.letters.facts import facts_of
from attendkit.documents.letters.lint import lint
from attendkit.documents.letters.madeup import DAY, facts, letter, settled
from attendkit.documents.letters.parts import PARTS, check_parts
from attendkit.documents.letters.plain import letter_text
from attendkit.documents.templates import shipped
from attendkit.duties.letters.planning import Plan, plan
from attendkit.duties.letters.table import LETTERS, LetterKind, letter_kind
from attendkit.errors import BadArgumentError
from attendkit.findings import View

WORDINGS = Path(str(shipped())) / "letters"
NOBODY = view(drawn("2026-09-07  Ada  //"), DAY)


def wording(name: str) -> str:
    return (WORDINGS / f"{name}.md").read_text(encoding="utf-8")


def school_with(tmp_path: Path, name: str, text: str) -> View:
    """A view of a school whose folder has a wording of its own."""
    folder = tmp_path / "templates" / "letters"
    folder.mkdir(parents=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return replace(NOBODY, school=NOBODY.school.model_copy(update={"folder": tmp_path}))


# The wordings and the table --------------------------------------------------------------------------


def test_every_letter_has_a_wording_and_every_wording_a_letter() -> None:
    written = {path.stem for path in WORDINGS.glob("*.md") if not path.stem.startswith("_")}
    assert written == {kind.name for kind in LETTERS}


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_a_wording_for_the_made_up_pupil_keeps_every_house_rule(kind: LetterKind) -> None:
    made = letter(kind, NOBODY)
    assert made.uses
    assert [problem.message for problem in lint(made, legal=kind.legal)] == []


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_the_figures_that_a_wording_prints_are_those_that_it_rests_on(kind: LetterKind) -> None:
    assert set(re.findall(r"\bfigures\.(\w+)", wording(kind.name))) == set(kind.figures)


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_what_is_asked_for_is_said_and_nothing_else_is(kind: LetterKind) -> None:
    assert set(re.findall(r"\bsaid\.(\w+)", wording(kind.name))) == {ask.name for ask in kind.asks}


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_no_letter_speaks_of_what_is_nobody_elses_business(kind: LetterKind) -> None:
    said = letter_text(letter(kind, NOBODY)).decode().lower()
    for word in ("religio", "diagnos", "ethnic", "disab", "special needs", "exclu", "suspen"):
        assert word not in said


@pytest.mark.parametrize("kind", [kind for kind in LETTERS if "notice." in wording(kind.name)], ids=str)
def test_amounts_are_those_of_the_rule(kind: LetterKind) -> None:
    amounts = NOBODY.rule("penalty-notice-amounts")
    text = letter_text(letter(kind, NOBODY)).decode()
    assert {f"£{amounts.number(name)}" for name in ("first_early", "first")} <= set(re.findall(r"£\d+", text))
    other = facts(kind, NOBODY)
    other["notice"] = {**other["notice"], "first_early": 81, "first": 161, "second": 171}
    changed = letter_text(render(kind.name, other, settled(NOBODY.school), DAY)).decode()
    assert not set(re.findall(r"£\d+", changed)) & {"£80", "£160"}


# The facts of drawn pupils ---------------------------------------------------------------------------


def drawn_plans() -> Iterator[tuple[Example, Plan]]:
    """The plan of every register drawn on the page of letters."""
    page = (PAGES / "letters-plan.md").read_text(encoding="utf-8")
    for example in _of_page("letters-plan", page):
        given = dict(_options(*_asked(example.command)))
        names = [given["letter"]] if "letter" in given else []
        look = view(drawn(example.register), given["on"], school=example.settings)
        look = replace(look, school=settled(look.school))
        yield example, plan(look, names, again=bool(given.get("again")))


def letters_of(made: Plan) -> Iterator[tuple[str, Any]]:
    for one in made.to_write():
        assert one.parent is not None
        given = facts_of(made.sight, one.occasion, one.parent)
        kind, look = one.occasion.letter, made.sight.view
        yield kind.name, (given, render(kind.name, given, look.school, look.on), one.occasion.pupil)


def test_letters_about_drawn_pupils_keep_every_house_rule_and_list_only_their_absences() -> None:
    written = set()
    for _, made in drawn_plans():
        for name, (_, one, pupil) in letters_of(made):
            away = {day for day, _, _ in made.sight.missed.marks.get(pupil, ())}
            found = lint(one, legal=letter_kind(name).legal, absent=away)
            assert (name, [problem.message for problem in found]) == (name, [])
            written.add(name)
    assert len(written) >= 14


def test_the_made_up_pupil_has_no_fact_that_a_drawn_one_never_has() -> None:
    always = {"today", "school", "officer", "signatory", "child", "parent", "figures", "reply_by", "duty"}
    for _, made in drawn_plans():
        for name, (given, _, _) in letters_of(made):
            invented = facts(letter_kind(name), NOBODY)
            groups = set(given) - always - {"law", "notice", "own_rules"}
            assert groups <= set(invented), name
            for group in groups & set(invented):
                if isinstance(invented[group], dict):
                    assert set(given[group]) <= set(invented[group]), (name, group)


def test_the_days_in_a_letter_are_the_findings_own_sessions() -> None:
    compared = 0
    for _, made in drawn_plans():
        rows = {row["pupil"]: row for row in made.sight.bands.rows.iter_rows(named=True)}
        for name, (given, one, pupil) in letters_of(made):
            if name in {"severe", "persistent-absence", "at-risk"}:
                assert given["figures"]["missed_sessions"] == rows[pupil]["missed"]
                assert given["figures"]["missed_days"] in letter_text(one).decode()
                compared += 1
    assert compared >= 8


def test_a_rule_that_the_school_has_changed_is_said_to_be_its_own() -> None:
    look = view(
        drawn(
            "term 2026-09-07 to 2026-12-18\n"
            "2026-09-07  Ada  // // // // //  x5\n2026-10-12  Ada  II II I/ // //\n"
            "Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise"
        ),
        date(2026, 10, 16),
        school={"rules": {"at-risk": {"below_percent": 93}}},
    )
    made = plan(replace(look, school=settled(look.school)))
    ((name, (_, one, _)),) = letters_of(made)
    assert name == "at-risk"
    assert "This is the school's own rule" in " ".join(letter_text(one).decode().split())


# What a school may break -----------------------------------------------------------------------------


def test_a_schools_own_wording_is_used_instead_one_file_at_a_time(tmp_path: Path) -> None:
    look = school_with(tmp_path, "_closing", "Ring {{ officer.name }} at the gate: {{ officer.phone }}.\n")
    said = letter_text(letter(letter_kind("severe"), look)).decode()
    assert "at the gate" in said
    assert "We miss Rowan" in said


def test_a_name_that_is_not_known_is_an_error_and_no_gap(tmp_path: Path) -> None:
    look = school_with(tmp_path, "severe", "# Hello\n\n{{ child.forename }} is {{ child.forname }}.\n")
    with pytest.raises(BadArgumentError) as refused:
        letter(letter_kind("severe"), look)
    assert refused.value.where == "templates/letters/severe.md, line 3"
    assert "forename" in f"{refused.value.what} {refused.value.remedy}"


@pytest.mark.parametrize("part", PARTS)
def test_a_notice_to_improve_without_one_of_its_parts_is_refused(part: str, tmp_path: Path) -> None:
    text = wording("notice-to-improve")
    for fact in PARTS[part]:
        text = re.sub(rf"\{{\{{ {re.escape(fact)} \}}\}}", "something", text)
    look = school_with(tmp_path, "notice-to-improve", text)
    with pytest.raises(BadArgumentError, match=f"must tell {re.escape(part)}"):
        check_parts(letter(letter_kind("notice-to-improve"), look))


def test_a_notice_to_improve_as_it_comes_holds_all_eight() -> None:
    assert len(PARTS) == 8
    check_parts(letter(letter_kind("notice-to-improve"), NOBODY))

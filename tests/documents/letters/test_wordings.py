"""Every wording: filled in for the made-up pupil and for drawn ones, it keeps the house rules and facts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
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
from attendkit.measures.sessions import absences

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
            theirs = absences(made.sight.view.every_mark.filter(pl.col("pupil") == pupil))
            away = set(theirs["date"])
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


# What was logged ------------------------------------------------------------------------------------

HOME = """
term 2026-09-07 to 2026-12-18
2026-09-07  Ada  // // // // //  x4
2026-10-05  Ada  OO // // L/ U/
Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise
"""
LATELY = "log 2026-10-07 Ada "
REQUEST = (
    'log 2026-10-01 Ada leave-requested first=2026-10-05 last=2026-10-07 parent="Ms Ida Ames" why=other\n'
)
DECIDED = 'leave-decided decided="Mr P. Lindqvist" why="A rare event." '
TARGET = "log 2026-10-02 Ada target-set target={} first=2026-10-05 last=2026-10-09 most={}\n"
AGREED = (
    'timetable-agreed first=2026-10-12 last=2026-12-18 times="Mornings" '
    'parent="Ms Ida Ames" decided="The head"'
)
IMPROVE = 'notice-to-improve first=2026-10-12 last={} parent="Ms Ida Ames" expects="No day without leave"'


@pytest.mark.parametrize(
    ("name", "log", "said"),
    [
        (
            "meeting-record",
            LATELY + 'meeting notes="A mentor from Monday" next=2026-10-21',
            "A mentor from Monday",
        ),
        ("attendance-target", TARGET.format("attendance", 3), "miss no more than 1.5 days"),
        ("attendance-target", TARGET.format("attendance", 0), "miss no school"),
        ("attendance-target", TARGET.format("punctuality", 1), "be late no more than 1 time"),
        (
            "target-met",
            TARGET.format("attendance", 3) + LATELY + "target-reviewed target=attendance outcome=met",
            "The result was 1.5 days missed",
        ),
        (
            "target-not-met",
            TARGET.format("punctuality", 1) + LATELY + "target-reviewed target=punctuality outcome=not-met",
            "The result was late 2 times",
        ),
        ("home-visit", LATELY + "visit outcome=no-answer", "Friday 9 October 2026"),
        ("loa-approved", REQUEST + LATELY + DECIDED + "decision=granted", "3 days may be taken"),
        ("loa-approved", REQUEST + LATELY + DECIDED + "decision=in-part days=1", "1 day may be taken"),
        ("loa-declined", REQUEST + LATELY + DECIDED + "decision=declined", "cannot agree to it"),
        (
            "ehe-information",
            LATELY + 'ehe-notice way=spoken parent="Ida Ames"',
            "You may take 14 days to think",
        ),
        (
            "ehe-acknowledgement",
            LATELY + 'ehe-notice way=written parent="Ida Ames" stated=2026-10-19',
            "You name Monday 19 October 2026",
        ),
        (
            "ehe-acknowledgement",
            LATELY + 'ehe-notice way=written parent="Ida Ames"',
            "Your letter names no day",
        ),
        ("ehe-removed", LATELY + "ehe-removed", "We must tell Anyshire"),
        (
            "ehe-removed",
            LATELY + "ehe-removed\n" + LATELY + "told-council what=home-education",
            "We told Anyshire on Wednesday 7 October 2026",
        ),
        ("reduced-timetable", LATELY + AGREED, "by Monday 7 December 2026"),
        ("notice-to-improve", LATELY + IMPROVE.format("2026-11-20"), "which is 6 school weeks"),
        ("notice-to-improve", LATELY + IMPROVE.format("2026-10-30"), "which is 3 school weeks"),
    ],
)
def test_a_letter_says_what_was_logged(name: str, log: str, said: str) -> None:
    text = HOME + log
    look = view(drawn(text), date(2026, 10, 9))
    look = replace(look, school=settled(look.school))
    told = {"support": "We met twice.", "offer": "A mentor."} if name == "notice-to-improve" else {}
    made = plan(look, [name], said=told)
    (one,) = made.to_write()
    assert one.parent is not None
    given = facts_of(made.sight, one.occasion, one.parent, told)
    shown = render(name, given, look.school, look.on)
    check_parts(shown)
    assert said in " ".join(letter_text(shown).decode().split())
    assert [problem.message for problem in lint(shown, legal=letter_kind(name).legal)] == []


def test_leave_that_has_ended_without_the_pupil_coming_back_is_asked_about() -> None:
    log = REQUEST + "log 2026-10-02 Ada " + DECIDED + "decision=granted\n"
    away = HOME.replace("2026-10-05  Ada  OO // // L/ U/", "2026-10-05  Ada  CC CC CC OO OO")
    back = HOME.replace("2026-10-05  Ada  OO // // L/ U/", "2026-10-05  Ada  CC CC CC O/ OO")
    asked = 'log {} Ada leave-requested first={} last={} parent="Ms Dee" why=other lives_with=yes\n'
    other = asked + "log {} Ada " + DECIDED + "decision=granted\n"
    before = other.format("2026-09-14", "2026-09-21", "2026-09-22", "2026-09-15")
    to_come = other.format("2026-10-07", "2026-11-16", "2026-11-17", "2026-10-08")
    cases = (
        (away, True),
        (back, False),
        (away + "log 2026-10-09 Ada leave-returned\n", False),
        (away + before + "log 2026-10-03 Ada leave-returned\n", True),
        (away + to_come, True),
    )
    for drawing, due in cases:
        made = plan(view(drawn(drawing + log), date(2026, 10, 9)), ["loa-returned-late"])
        assert [one.occasion.letter.name for one in made.to_write()] == ["loa-returned-late"] * due
        if due:
            (one,) = made.to_write()
            assert one.occasion.facts["away"]["days"] == "2 days"
            assert one.occasion.facts["leave"]["back"] == "Thursday 8 October 2026"


def test_a_part_time_timetable_is_asked_about_from_its_sixth_week() -> None:
    drawing = HOME.replace("2026-10-05  Ada  OO // // L/ U/", "2026-10-05  Ada  /C2 /C2 /C2 /C2 /C2  x7")
    for on, due in ((date(2026, 11, 15), False), (date(2026, 11, 16), True)):
        made = plan(view(drawn(drawing), on), ["reduced-timetable-review"])
        assert bool(made.to_write()) is due


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

"""The house rules: each kept on one side of its edge, and broken on the other."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.documents.letters.names import SCHOOL, facts, letter

from attendkit.documents.letters.dates import dates_in
from attendkit.documents.letters.lint import lint
from attendkit.documents.letters.plainness import reading_age, sentences, syllables, words_in

ON = date(2026, 11, 20)
OPENING = "{{ child.forename }} missed **{{ figures.missed_days }}**."
ACTION = "**What to do now:** ring us."
CLOSING = "Ring **{{ officer.name }}** on **{{ officer.phone }}**."
HEAD = "# About {{ child.forename }}\n\nDear Ms X,"
GOOD = f"{HEAD}\n\n{OPENING}\n\n%s\n\n{ACTION}\n\n{CLOSING}\n\nYours sincerely,"
FILLER = "We want to help. "


def said(folder: Path, body: str = FILLER, wording: str = GOOD, **asked: Any) -> list[str]:
    name = asked.pop("name", "own")
    more = asked.pop("facts", {})
    file = folder / "templates" / "letters" / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(wording.replace("%s", body), encoding="utf-8")
    school = SCHOOL.model_copy(update={"folder": folder})
    return [problem.message for problem in lint(letter(facts(**more), name, school), **asked)]


def one(told: list[str], about: str) -> None:
    assert len(told) == 1, told
    assert about in told[0]


def test_a_good_letter_has_nothing_said_of_it(tmp_path: Path) -> None:
    assert said(tmp_path) == []


def test_a_problem_names_the_wording_and_what_to_do(tmp_path: Path) -> None:
    said(tmp_path)
    (tmp_path / "templates/letters/own.md").write_text(GOOD.replace("%s", "You pay £80."), encoding="utf-8")
    (problem,) = lint(letter(facts(), "own", SCHOOL.model_copy(update={"folder": tmp_path})))
    assert (problem.file, problem.reason) == ("templates/letters/own.md", "wording")
    assert "letters check" in problem.remedy


@pytest.mark.parametrize(("legal", "most"), [(False, 150), (True, 250)])
def test_a_letter_is_short(tmp_path: Path, legal: bool, most: int) -> None:  # noqa: FBT001
    rest = 15  # words in its opening, its action and its closing
    short = " ".join(["We help."] * ((most - 1 - rest) // 2)) + " So." * ((most - 1 - rest) % 2)
    assert said(tmp_path, short, legal=legal) == []
    one(said(tmp_path, f"{short} So.", legal=legal), f"It has {most} words")


def test_a_sentence_has_at_most_25_words(tmp_path: Path) -> None:
    assert said(tmp_path, "we " * 24 + "help.") == []
    one(said(tmp_path, "we " * 25 + "help."), "A sentence has 26 words")


def test_long_words_are_hard_to_read(tmp_path: Path) -> None:
    hard = "Persistent unauthorised absenteeism necessitates immediate multidisciplinary intervention."
    one(said(tmp_path, hard), "It reads at the age of")


def test_the_first_line_begins_with_the_child(tmp_path: Path) -> None:
    one(said(tmp_path, wording=GOOD.replace(OPENING, "Your child missed **3 days**.")), "first line")


@pytest.mark.parametrize("gone", ["{{ officer.name }}", "{{ officer.phone }}"])
def test_the_last_lines_name_a_person_and_a_number(tmp_path: Path, gone: str) -> None:
    one(said(tmp_path, wording=GOOD.replace(gone, "us")), "a person and a number")


def test_days_come_before_percentages(tmp_path: Path) -> None:
    assert (
        said(tmp_path, "That is {{ figures.p }}.", facts={"figures": {"missed_days": "3 days", "p": "9%"}})
        == []
    )
    swapped = {"figures": {"missed_days": "9%", "p": "3 days"}}
    one(said(tmp_path, "That is {{ figures.p }}.", facts=swapped), "percentage before")


def test_support_comes_before_law(tmp_path: Path) -> None:
    assert said(tmp_path, "We want to help. A court may fine you.") == []
    one(said(tmp_path, "A court may look at it. We want to help."), "(court)")


@pytest.mark.parametrize(("asks", "times"), [("", 0), (f"{ACTION}\n\n{ACTION}", 2)])
def test_a_letter_asks_for_one_thing(tmp_path: Path, asks: str, times: int) -> None:
    one(said(tmp_path, wording=GOOD.replace(ACTION, asks)), f"{times} paragraphs")


def test_a_comparison_is_one_that_was_worked_out(tmp_path: Path) -> None:
    text = "That is more than most pupils."
    one(said(tmp_path, text), "without a figure")
    assert said(tmp_path, text, facts={"comparison": {"days": 2}}) == []
    one(said(tmp_path, text, facts={"comparison": {"days": 2}}, name="severe"), "never does")


@pytest.mark.parametrize(
    "typed", ["You pay £80.", "It is 10% now.", "It is since 2024.", "See section 444.", "The Act says so."]
)
def test_amounts_years_and_law_are_not_typed(tmp_path: Path, typed: str) -> None:
    told = said(tmp_path, typed)
    assert any("not typed" in one for one in told)


def test_a_letter_has_one_page(tmp_path: Path) -> None:
    one(said(tmp_path, "\n".join(["- so"] * 60), legal=True), "2 pages")


def test_every_absence_listed_is_in_the_register(tmp_path: Path) -> None:
    listed = {
        "absences": [{"date": "Friday 13 November to Tuesday 17 November"}, {"date": "Monday 2 November"}]
    }
    away = {date(2026, 11, day) for day in (2, 13, 16, 17)}
    assert said(tmp_path, facts=listed, absent=away) == []
    one(said(tmp_path, facts=listed, absent=away - {date(2026, 11, 16)}), "2026-11-16")
    assert said(tmp_path, facts=listed) == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday 9 November", [date(2026, 11, 9)]),
        ("9 November 2025", [date(2025, 11, 9)]),
        ("20 November", [date(2026, 11, 20)]),
        ("21 November", [date(2025, 11, 21)]),
        ("13 November to 16 November", [date(2026, 11, 13), date(2026, 11, 16)]),
        ("Friday 18 December to Monday 4 January 2026", [date(2025, 12, 18)]),
        ("no date", []),
    ],
)
def test_dates_are_read_as_letters_write_them(text: str, days: list[date]) -> None:
    assert dates_in(text, ON)[:2] == days or dates_in(text, ON)[:1] == days


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("One. Two! Three?", 3),
        ("Ring Mrs J. Okafor at 3.30pm. Thank you.", 2),
        ("You missed 4.5 days.", 1),
        ("He said “stop.” Then he went.", 2),
        ("小明 came. 王 went.", 2),
    ],
)
def test_a_sentence_ends_where_a_reader_stops(text: str, number: int) -> None:
    assert len(sentences(text)) == number


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *(("a", 1), ("school", 1), ("missed", 1), ("started", 2), ("make", 1), ("table", 2), ("little", 2)),
        *(("attendance", 3), ("unauthorised", 4), ("Siân", 1), ("4.5", 1), ("days", 1), ("horses", 2)),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, number: int) -> None:
    assert syllables(word) == number


def test_a_date_or_an_amount_is_one_word() -> None:
    assert words_in("It’s £80, by 3.30pm on 9 November - well-known!") == [
        *("It’s", "80", "by", "3.30pm", "on", "9", "November", "well-known"),
    ]


def test_the_reading_age_is_five_years_over_the_grade() -> None:
    assert reading_age(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59 + 5)
    assert reading_age([]) == 0

"""Both generations of the code table, and the day on which one gives way to the other."""

from datetime import date

import pytest

from attendkit.errors import Exit, NoRuleError
from attendkit.register.model import CODES
from attendkit.rules import codes_on, generations
from attendkit.rules.codes import Category, Code, OnSite, all_codes

LAST_OLD_DAY = date(2024, 8, 18)
FIRST_NEW_DAY = date(2024, 8, 19)
OLD, NEW = generations()

COUNTED = {
    Category.PRESENT: ("/ \\ L", "/ \\ L"),
    Category.EDUCATIONAL: ("B J P V W", "B K P V W"),
    Category.AUTHORISED: ("C E F H I M R S T", "C C1 C2 E I J1 M R S T"),
    Category.UNAUTHORISED: ("G N O U", "G N O U"),
    Category.NOT_POSSIBLE: ("# D X Y Z", "# D Q X Y Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z"),
}


def test_the_new_table_begins_the_day_after_the_old_one_ends() -> None:
    assert OLD.in_force(LAST_OLD_DAY)
    assert not OLD.in_force(FIRST_NEW_DAY)
    assert NEW.in_force(FIRST_NEW_DAY)
    assert not NEW.in_force(LAST_OLD_DAY)
    assert NEW.until is None


@pytest.mark.parametrize("category", Category)
def test_every_code_stands_in_its_statistical_category(category: Category) -> None:
    for generation, expected in zip((OLD, NEW), COUNTED[category], strict=True):
        held = {code.code for code in generation.codes.values() if code.category is category}
        assert held == set(expected.split())


def test_one_letter_is_read_by_the_table_of_its_day() -> None:
    assert codes_on(LAST_OLD_DAY)["J"].attended
    assert "J" not in codes_on(FIRST_NEW_DAY)
    assert codes_on(FIRST_NEW_DAY)["J1"].absent
    assert codes_on(LAST_OLD_DAY)["C"].label != codes_on(FIRST_NEW_DAY)["C"].label
    assert "K" not in codes_on(LAST_OLD_DAY)


@pytest.mark.parametrize(
    ("withdrawn", "successor"), [("H", "C or G"), ("J", "J1"), ("Y", "Y1 to Y7"), ("F", "C or G")]
)
def test_a_withdrawn_code_names_its_successor(withdrawn: str, successor: str) -> None:
    assert OLD.codes[withdrawn].successor == successor
    assert NEW.codes.get(withdrawn, OLD.codes["Y"]).short_only == (withdrawn == "Y")


def test_only_withdrawn_codes_have_a_successor() -> None:
    named = {code.code for generation in (OLD, NEW) for code in generation.codes.values() if code.successor}
    assert named == {"F", "H", "J", "Y"}


def test_y_stands_for_y1_to_y7_only_where_a_mark_is_one_character() -> None:
    assert NEW.codes["Y"].short_only
    assert [code.code for code in NEW.codes.values() if code.short_only] == ["Y"]
    alike = {(NEW.codes[f"Y{n}"].category, NEW.codes[f"Y{n}"].on_site) for n in range(1, 8)}
    assert alike == {(NEW.codes["Y"].category, NEW.codes["Y"].on_site)}
    assert not OLD.codes["Y"].short_only


def test_f_went_out_of_force_before_the_rest_of_its_generation() -> None:
    assert OLD.codes["F"].until == date(2013, 8, 31)
    assert [code.code for code in OLD.codes.values() if code.until] == ["F"]


@pytest.mark.parametrize("code", [*OLD.codes.values(), *NEW.codes.values()], ids=lambda code: code.code)
def test_a_session_is_attended_absent_or_not_possible_and_only_one_of_them(code: Code) -> None:
    assert [code.attended, code.absent, not code.possible].count(True) == 1
    assert code.label
    assert code.meaning
    assert code.citation.title


def test_a_pupil_who_came_late_is_on_site_whether_or_not_the_session_counts() -> None:
    on_site = {code.code for code in NEW.codes.values() if code.on_site is OnSite.YES}
    unknown = {code.code for code in NEW.codes.values() if code.on_site is OnSite.MAYBE}
    assert on_site == {"/", "\\", "L", "U"}
    assert unknown == {"M", "N", "S", "X"}
    assert NEW.codes["U"].absent


def test_before_2006_no_code_table_is_known() -> None:
    assert codes_on(date(2006, 9, 1)) is OLD.codes
    with pytest.raises(NoRuleError) as refused:
        codes_on(date(2006, 8, 31))
    assert refused.value.exit is Exit.NO_RULE
    assert "31 August 2006" in refused.value.what


def test_the_register_can_hold_every_code_of_either_generation() -> None:
    assert set(all_codes()) == set(OLD.codes) | set(NEW.codes)
    assert CODES.categories.to_list() == ["-", *all_codes()]

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from string import ascii_uppercase
from typing import Any

import polars as pl
import pytest
from tests.register.drawn import MONDAY, codes, export, field, numbers, pupil_list

from attendkit.model import Severity, upn_fault
from attendkit.register import Delta, Register
from attendkit.register.folding import empty_register, fold
from attendkit.register.model import CONTACTS, IMPORTS, MARKS, PUPILS

UPN = "T999400126001"
TEMPORARY = "R99940012601A"


def folded(*deltas: Delta) -> Register:
    return fold(deltas).register


def reasons(*deltas: Delta) -> list[str]:
    return [problem.reason for problem in fold(deltas).problems]


def counts(delta: Delta, onto: Register) -> tuple[int, int, int, int]:
    (summary,) = fold([delta], onto).summaries
    assert summary.new + summary.changed + summary.same + summary.refused == delta.marks.height
    return summary.new, summary.changed, summary.same, summary.refused


def test_a_register_has_the_columns_of_its_tables() -> None:
    register = folded(export({"1": "/ \\"}, contacts=[("1", "07700 900001")]))
    for table, schema in (
        (register.pupils, PUPILS),
        (register.marks, MARKS),
        (register.contacts, CONTACTS),
        (register.imports, IMPORTS),
    ):
        assert table.schema == schema


def test_an_empty_register_has_nobody_and_no_days() -> None:
    register = empty_register()
    assert register.pupils.is_empty()
    assert (register.first, register.last) == (None, None)
    assert fold([]).register.digest == register.digest


def test_the_latest_word_on_a_mark_stands() -> None:
    register = folded(export({"1": "N N / ."}), export({"1": "I . / \\"}))
    assert codes(register, "1", days=2) == "I N / \\"


def test_each_mark_keeps_the_import_and_row_it_came_from() -> None:
    register = folded(export({"1": "N N"}), export({"1": "I N"}, file="later.csv"))
    assert register.marks.select("code", "source", "row").rows() == [("I", 1, 2), ("N", 0, 3)]
    assert register.imports["file"].to_list() == ["marks.csv", "later.csv"]


def test_marks_are_counted_as_new_changed_or_same() -> None:
    onto = folded(export({"1": "N N - ."}))
    assert counts(export({"1": "I N / \\"}), onto) == (2, 1, 1, 0)


def test_an_import_row_counts_its_marks_and_the_dates_it_covers() -> None:
    register = folded(export({"1": "N N - ."}, quarantined=3, short=True))
    row = register.imports.row(0, named=True)
    assert (row["marks"], row["missing"], row["quarantined"], row["short"]) == (2, 1, 3, True)
    assert (row["first"], row["last"]) == (MONDAY, MONDAY + timedelta(days=1))


def test_a_blank_in_a_newer_export_is_a_change_and_a_warning() -> None:
    onto = folded(export({"1": "N N"}))
    blank = fold([export({"1": "- N"})], onto)
    assert codes(blank.register, "1") == "- N"
    (problem,) = blank.problems
    assert (problem.reason, problem.row, problem.severity) == ("mark_removed", 2, Severity.WARNING)
    assert blank.summaries[0].changed == 1


def test_a_session_that_is_not_in_the_newer_export_keeps_its_mark() -> None:
    assert codes(folded(export({"1": "N N"}), export({"1": ". I"})), "1") == "N I"


LEFT: Mapping[str, Mapping[str, Any]] = {
    "1": {"adno": "1", "tutor": "7A", "left": MONDAY},
    "2": {"adno": "2", "tutor": "7A"},
}
BEFORE = export({"1": "/ \\ O O", "2": "/ \\ O O"}, who={key: {"adno": key, "tutor": "7A"} for key in "12"})


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param({"1": "/ \\ . .", "2": "/ \\ O O"}, id="it names the pupil"),
        pytest.param({"2": "/ \\ O O"}, id="it has the tutor group"),
    ],
)
def test_marks_after_leaving_that_a_newer_export_has_none_of_are_taken_back(newer: Mapping[str, str]) -> None:
    """The leaver's marks are cleared in the school's system once the leaving date is known."""
    told = fold([pupil_list(LEFT), export(newer, file="newer.csv")], folded(BEFORE))
    assert codes(told.register, "1", days=2) == "/ \\ - -"
    assert codes(told.register, "2", days=2) == "/ \\ O O"
    assert [problem.reason for problem in told.problems] == ["mark_off_roll"]
    assert told.problems[0].message.startswith("2 marks of days before joining or after leaving")
    summary = told.summaries[1]
    assert (summary.new, summary.changed) == (0, 0)
    assert summary.same == sum(len(marks.replace(".", "").split()) for marks in newer.values())


@pytest.mark.parametrize(
    ("newer", "stands"),
    [
        pytest.param({"1": "/ \\ O .", "2": "/ \\ O O"}, "/ \\ O -", id="a mark that it has stands"),
        pytest.param({"1": "/ \\", "2": "/ \\"}, "/ \\ O O", id="it ends before"),
        pytest.param({"3": "/ \\ O O"}, "/ \\ O O", id="it has another tutor group"),
    ],
)
def test_marks_after_leaving_stand_where_a_newer_export_says_so_or_says_nothing(
    newer: Mapping[str, str], stands: str
) -> None:
    others: Mapping[str, Any] = {"3": {"adno": "3", "tutor": "8B"}}
    told = fold([pupil_list({**LEFT, **others}), export(newer, file="newer.csv")], folded(BEFORE))
    assert codes(told.register, "1", days=2) == stands


def test_marks_before_joining_are_taken_back_alike_and_those_of_days_on_roll_never() -> None:
    joined: Mapping[str, Any] = {
        **LEFT,
        "1": {"adno": "1", "tutor": "7A", "admitted": MONDAY + timedelta(days=1)},
    }
    told = fold([pupil_list(joined), export({"2": "/ \\ O O"}, file="newer.csv")], folded(BEFORE))
    assert codes(told.register, "1", days=2) == "- - O O"


def test_a_file_read_again_takes_back_no_mark_after_leaving() -> None:
    first = export({"2": "/ \\ O O"}, file="first.csv")
    told = fold([first, pupil_list(LEFT)], folded(first, BEFORE))
    assert codes(told.register, "1", days=2) == "/ \\ O O"


def test_a_blank_that_was_blank_is_the_same_and_warns_of_nothing() -> None:
    onto = folded(export({"1": "- N"}))
    assert counts(export({"1": "- N"}, file="again.csv"), onto) == (0, 0, 2, 0)
    assert reasons(export({"1": "- N"}), export({"1": "- N"}, file="again.csv", quarantined=1)) == []


@pytest.mark.parametrize(
    ("full", "letter", "stands"),
    [("C1", "C", "C1"), ("Y4", "Y", "Y4"), ("C1", "I", "I"), ("I", "C", "C"), ("C2", "-", "-")],
)
def test_a_letter_does_not_replace_the_code_it_abbreviates(full: str, letter: str, stands: str) -> None:
    first = export({"1": f"{full} /"})
    assert codes(folded(first, export({"1": f"{letter} /"}, short=True)), "1") == f"{stands} /"


def test_only_an_export_with_one_character_a_mark_abbreviates() -> None:
    assert codes(folded(export({"1": "C1 /"}), export({"1": "C /"})), "1") == "C /"
    assert codes(folded(export({"1": "C /"}, short=True), export({"1": "C1 /"})), "1") == "C1 /"


def test_a_fuller_code_replaces_the_letter_that_stood_for_it_and_agrees_with_it() -> None:
    letters = folded(export({"1": "C Y I C"}, short=True))
    told = fold([export({"1": "C1 Y4 I I"})], letters)
    assert codes(told.register, "1", days=2) == "C1 Y4 I I"
    assert (told.summaries[0].same, told.summaries[0].changed) == (3, 1)
    spelt_out = folded(export({"1": "C /"}))
    assert counts(export({"1": "C1 /"}), spelt_out) == (0, 1, 1, 0)


def test_a_word_that_agrees_keeps_the_comment_and_one_that_differs_does_not() -> None:
    noted = export({"1": "I N"}, notes={"1": "mum rang"})
    register = folded(noted, export({"1": "I O"}))
    assert register.marks["comment"].to_list() == ["mum rang", None]


def test_a_comment_brought_later_is_kept_and_the_mark_counts_as_the_same() -> None:
    onto = folded(export({"1": "I N"}))
    noted = export({"1": "I N"}, notes={"1": "mum rang"})
    assert counts(noted, onto) == (0, 0, 2, 0)
    assert fold([noted], onto).register.marks["comment"].to_list() == ["mum rang", "mum rang"]


def test_the_same_file_twice_changes_nothing() -> None:
    once = export({"1": "/ \\"}, contacts=[("1", "07700 900001")])
    both = fold([once, once])
    assert [summary.already for summary in both.summaries] == [False, True]
    assert both.register.imports.height == 1
    assert fold([once], both.register).register.digest == both.register.digest


def test_the_same_content_in_another_file_changes_nothing_but_is_noted() -> None:
    once = export({"1": "/ \\"}, contacts=[("1", "07700 900001")])
    both = fold([once, replace(once, file="copy.csv", digest="other")])
    summary = both.summaries[1]
    assert (summary.already, summary.new, summary.changed, summary.contacts) == (False, 0, 0, 0)
    assert both.register.imports["file"].to_list() == ["marks.csv", "copy.csv"]
    assert both.register.marks["source"].to_list() == [0, 0]


def test_a_file_read_again_with_more_understood_fills_gaps_and_takes_nothing_back() -> None:
    first = export({"1": "N . /"})
    register = folded(first, export({"1": "I . /"}, file="later.csv"))
    again = replace(export({"1": "N O /"}), digest=first.digest)
    assert codes(fold([again], register).register, "1") == "I O"


def test_pupil_lists_are_read_first_and_contacts_last() -> None:
    contacts = export(contacts=[("2", "07700 900002")], file="contacts.csv")
    marks = export({"2": "/ \\"})
    told = fold([contacts, marks, pupil_list({"1": {}})])
    assert told.register.imports["file"].to_list() == ["pupils.csv", "marks.csv", "contacts.csv"]
    assert [summary.file for summary in told.summaries] == ["contacts.csv", "marks.csv", "pupils.csv"]
    assert told.register.contacts["mobile"].to_list() == ["07700 900002"]


def test_a_contact_of_nobody_on_the_register_is_refused_and_named_by_row() -> None:
    told = fold([export({"1": "/ \\"}), export(contacts=[("1", "x"), ("9", "y")], file="contacts.csv")])
    (problem,) = told.problems
    assert (problem.reason, problem.file, problem.row, problem.value) == (
        "unknown_pupil",
        "contacts.csv",
        3,
        "9",
    )
    assert list(numbers(told.register)) == ["1"]


def test_contacts_are_replaced_as_a_whole_for_the_pupils_a_newer_export_has() -> None:
    first = export({"1": "/ /", "2": "/ /"}, contacts=[("1", "a"), ("1", "b"), ("2", "c")])
    newer = fold([first, export(contacts=[("1", "b")], file="contacts.csv")])
    assert newer.register.contacts.select("mobile", "source").rows() == [("b", 1), ("c", 0)]
    assert newer.summaries[1].contacts == 1  # its priority is another one


def test_an_ambiguous_pupil_refuses_its_marks_and_counts_them() -> None:
    twins = {
        "a": {"adno": "1", "surname": "Fox", "forename": "Sam", "tutor": "7A1"},
        "b": {"adno": "2", "surname": "Fox", "forename": "Sam", "tutor": "7A1"},
    }
    onto = folded(export(who=twins, roll=True))
    unsure = export({"x": "/ O"}, who={"x": {"surname": "Fox", "forename": "Sam", "tutor": "7A1"}})
    told = fold([unsure], onto)
    assert told.register.marks.is_empty()
    assert told.summaries[0].refused == 2
    assert told.register.imports["quarantined"][-1] == 2
    (problem,) = told.problems
    assert (problem.reason, problem.row, "rows 2-3" in problem.message) == ("ambiguous_pupil", 2, True)
    assert "Fox" not in str(problem)


def test_two_pupils_of_one_export_who_are_one_must_agree() -> None:
    onto = folded(export(who={"x": {"upn": UPN, "adno": "1"}}, roll=True))
    who = {"a": {"upn": UPN}, "b": {"adno": "1"}}
    told = fold([export({"a": "/ O I", "b": "/ N"}, who=who)], onto)
    assert codes(told.register, UPN, days=2) == "/ . I ."
    assert told.summaries[0].refused == 2
    assert [problem.reason for problem in told.problems] == ["duplicate_conflict"]


def test_two_register_pupils_become_one_when_a_list_proves_it() -> None:
    by_upn = export({"a": "/ N ."}, who={"a": {"upn": UPN}})
    by_number = export({"b": ". I / O"}, who={"b": {"adno": "7"}})
    apart = folded(by_upn, by_number)
    assert apart.pupils.height == 2
    proof = export(who={"c": {"upn": UPN, "adno": "7"}}, roll=True, file="pupils.csv")
    told = fold([proof], apart)
    assert list(numbers(told.register)) == [UPN]
    assert codes(told.register, UPN, days=2) == "/ I / O"
    assert told.register.digest == folded(by_upn, proof, by_number).digest


def test_two_pupils_who_both_claim_a_third_prove_nothing() -> None:
    who = {"a": {"upn": UPN}, "b": {"upn": "G999400126002"}, "c": {"adno": "7"}}
    apart = folded(export({"a": "/ /", "b": "N N", "c": "I I"}, who=who))
    both = {name: {**who[name], "adno": "7"} for name in "ab"}
    register = fold([export(who=both, roll=True)], apart).register
    assert register.pupils.height == 3
    assert [codes(register, key) for key in (UPN, "G999400126002", "7")] == ["/ /", "N N", "I I"]


def test_a_later_letter_does_not_hide_a_fuller_code_when_two_pupils_become_one() -> None:
    by_upn = export({"a": "C1 /"}, who={"a": {"upn": UPN}})
    by_number = export({"b": "C /"}, who={"b": {"adno": "7"}}, short=True)
    proof = export(who={"c": {"upn": UPN, "adno": "7"}}, file="proof.csv")
    assert codes(folded(by_upn, by_number, proof), UPN) == "C1 /"


def test_contacts_of_two_pupils_who_become_one_are_the_later_ones() -> None:
    by_upn = export({"a": "/ /"}, who={"a": {"upn": UPN}}, contacts=[("a", "old")])
    by_number = export({"b": "/ /"}, who={"b": {"adno": "7"}}, contacts=[("b", "new")])
    proof = export(who={"c": {"upn": UPN, "adno": "7"}}, file="proof.csv")
    assert folded(by_upn, by_number, proof).contacts.select("pupil", "mobile").rows() == [(0, "new")]


def test_the_newest_word_on_a_field_stands_and_null_is_no_word() -> None:
    first = export({"x": "/ /"}, who={"x": {"adno": "1", "tutor": "7A1", "surname": "Fox"}})
    second = export({"x": "/ /"}, who={"x": {"adno": "1", "tutor": "7A2"}})
    register = folded(first, second)
    assert (field(register, "1", "tutor"), field(register, "1", "surname")) == ("7A2", "Fox")
    assert fold([second], folded(first)).summaries[0].pupils_changed == 1


def test_a_pupil_list_outranks_a_register_on_what_it_says_and_on_nothing_else() -> None:
    listed = pupil_list({"1": {"tutor": "7A1"}})
    marks = export({"x": "/ /"}, who={"x": {"adno": "1", "tutor": "7B9", "college": "Elm"}})
    later = export({"x": "/ /"}, who={"x": {"adno": "1", "college": "Oak"}}, file="later.csv")
    for register in (
        folded(marks, listed, later),
        fold([later], fold([marks], folded(listed)).register).register,
    ):
        assert (field(register, "1", "tutor"), field(register, "1", "college")) == ("7A1", "Oak")
    newer = pupil_list({"1": {"tutor": "8A1"}})
    assert field(folded(listed, marks, newer), "1", "tutor") == "8A1"


def test_a_leaving_date_taken_out_of_a_list_that_gives_them_is_gone() -> None:
    friday = date(2026, 11, 20)
    left = pupil_list({"1": {"left": friday}, "2": {"left": friday}})
    back = pupil_list({"1": {}, "2": {"left": friday}}, file="newer.csv")
    register = folded(left, back)
    assert (field(register, "1", "left"), field(register, "2", "left")) == (None, friday)
    silent = pupil_list({"1": {}, "2": {}}, file="no dates.csv")
    assert field(folded(left, silent), "1", "left") == friday


def test_a_permanent_upn_replaces_a_temporary_one_and_the_marks_stay() -> None:
    before = export({"x": "/ N"}, who={"x": {"adno": "1", "upn": TEMPORARY}})
    after = export({"x": ". ."}, who={"x": {"adno": "1", "upn": UPN}}, file="after.csv")
    register = folded(before, after)
    assert codes(register, UPN) == "/ N"
    assert list(numbers(folded(after, before))) == [UPN]


def test_a_newer_list_puts_a_upn_right_and_says_so() -> None:
    """Marks read with it later are the same pupil's; without the birthday nothing tells who it is."""
    other, ada = "?999400126002", {"adno": "1", "surname": "Poe", "forename": "Ada", "dob": date(2012, 3, 4)}
    other = next(
        f"{letter}{other[1:]}" for letter in ascii_uppercase if not upn_fault(f"{letter}{other[1:]}")
    )
    before = folded(pupil_list({"1": {**ada, "upn": UPN}}), export({"x": "/ N"}, who={"x": {"adno": "1"}}))
    told = fold([pupil_list({"1": {**ada, "upn": other}}, file="newer.csv")], before)
    assert [problem.reason for problem in told.problems] == ["upn_changed"]
    after = fold([export({"x": "/ I"}, who={"x": {"upn": other}}, file="after.csv")], told.register).register
    assert codes(after, other) == "/ I"
    namesake = pupil_list({"1": {**ada, "dob": date(2013, 3, 4), "upn": other}}, file="newer.csv")
    assert [problem.reason for problem in fold([namesake], before).problems] == ["ambiguous_pupil"]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"upn": UPN, "adno": "1"}, UPN),
        ({"upn": UPN[:-1], "adno": "1"}, "1"),
        ({"adno": "1", "mis_id": "9"}, "1"),
        ({"mis_id": "9"}, "mis:9"),
        ({"upn": UPN[:-1]}, UPN[:-1]),
    ],
)
def test_a_pupil_is_known_by_upn_else_number_else_mis_id(said: dict[str, str], key: str) -> None:
    assert list(numbers(folded(export(who={"x": said})))) == [key]


def test_a_pupil_known_by_name_only_has_a_key_that_does_not_show_it() -> None:
    (key,) = numbers(folded(export(who={"x": {"surname": "Fox", "forename": "Sam", "tutor": "7A1"}})))
    (typed,) = numbers(folded(export(who={"x": {"surname": "FOX", "forename": "Sam ", "tutor": "7a1"}})))
    assert key == typed
    assert key.startswith("name:")
    assert "Fox" not in key


def test_pupils_are_numbered_by_name_in_a_fresh_register_and_keep_their_numbers_after() -> None:
    people = {
        "z": {"adno": "1", "surname": "Żuk", "forename": "Ola"},
        "b": {"adno": "2", "surname": "fox", "forename": "Sam"},
        "a": {"adno": "3", "surname": "Fox", "forename": "Amy"},
    }
    register = folded(export(who=people))
    assert numbers(register) == {"3": 0, "2": 1, "1": 2}
    later = fold([export(who={"n": {"adno": "0", "surname": "Aarons", "forename": "Al"}})], register).register
    assert numbers(later) == {"3": 0, "2": 1, "1": 2, "0": 3}


def test_the_key_has_its_zeros_whichever_export_comes_first() -> None:
    listed = export(who={"4501": {"adno": "4501", "surname": "Fenwick"}}, roll=True, file="pupils.csv")
    marks = export({"004501": "/ \\"}, who={"004501": {"adno": "004501", "surname": "Fenwick"}})
    orders = [fold([listed, marks]), fold([marks, listed]), fold([listed], fold([marks]).register)]
    assert {tuple(folded.register.pupils["key"]) for folded in orders} == {("004501",)}
    assert len({folded.register.digest for folded in orders}) == 1


def test_leading_zeros_lost_in_a_spreadsheet_are_put_back_and_said() -> None:
    told = fold([export({"0012": "/ /"}), export({"12": "/ N"}, file="from excel.csv")])
    assert codes(told.register, "0012") == "/ N"
    assert [(p.reason, p.file) for p in told.problems] == [("adno_zeros", "from excel.csv")]


def test_an_export_that_has_both_numbers_means_two_pupils() -> None:
    onto = folded(export({"0012": "/ /"}))
    register = fold([export({"0012": "/ /", "12": "N N"})], onto).register
    assert (codes(register, "0012"), codes(register, "12")) == ("/ /", "N N")


def test_a_namesake_in_a_list_is_not_taken_for_the_one_known_by_name() -> None:
    onto = folded(export({"x": "/ /"}, who={"x": {"surname": "Fox", "forename": "Sam"}}))
    two = {
        "a": {"adno": "1", "surname": "Fox", "forename": "Sam", "tutor": "7A1"},
        "b": {"adno": "2", "surname": "Fox", "forename": "Sam", "tutor": "7A2"},
    }
    assert fold([export(who=two, roll=True)], onto).register.pupils.height == 3
    one = fold([export(who={"a": two["a"]}, roll=True)], onto).register
    assert codes(one, "1") == "/ /"


def test_the_digest_names_the_content_and_not_the_files() -> None:
    monday, tuesday = export({"1": "/ \\", "2": "N N"}), export({"1": ". . I I", "2": ". . / \\"})
    whole = export({"2": "N N / \\", "1": "/ \\ I I"}, file="whole.csv", layout="wide")
    assert folded(monday, tuesday).digest == folded(tuesday, monday).digest == folded(whole).digest
    assert folded(monday).digest != folded(tuesday).digest
    assert folded(export({"1": "/ \\", "2": "N O"})).digest != folded(monday).digest
    assert folded(replace(monday, contacts=monday.contacts), pupil_list({"1": {"fsm": True}})).digest != (
        folded(monday).digest
    )


def test_what_a_fold_did_is_exactly_what_its_steps_hold() -> None:
    onto = folded(export({"1": "N N", "2": "/ /"}))
    (step,) = fold([export({"1": "I N", "3": "/ ."}, file="later.csv")], onto).steps
    assert step.marks["code"].to_list() == ["I", "/"]
    assert step.pupils["key"].to_list() == ["3"]
    assert pl.Series(step.marks["source"]).unique().to_list() == [1]

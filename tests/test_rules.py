"""The rules as data: what the files hold, what a school may change, what stops a bad file."""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

import attendkit
from attendkit.errors import BadArgumentError, Exit, NoRuleError
from attendkit.rules import Authority, Citation, Rulebook, RuleVersion, citations, generations, loading
from attendkit.rules.loading import check, rule_files, versions, versions_of
from attendkit.school import RegisterTimes

SOURCES = Path(attendkit.__file__).parent
BOOK = Rulebook()
TODAY = date(2026, 11, 20)


EVERY_VERSION = [version for rule_id in BOOK.names() for version in BOOK.history(rule_id)]


def made(**fields: Any) -> RuleVersion:
    source = Citation(
        key="made-up", title="A made-up Act", reference="s.1", authority=Authority.LAW, checked=TODAY
    )
    settled = {"id": "made", "wording": "Wait {days} days.", "since": date(2020, 1, 1), "values": {"days": 3}}
    return RuleVersion(**{**settled, "citation": source, **fields})


# What the files hold --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", EVERY_VERSION, ids=lambda version: f"{version.id}-{version.since}")
def test_every_rule_is_one_plain_sentence_with_its_numbers_in(version: RuleVersion) -> None:
    assert re.fullmatch(r"[A-Z][^{}]*\.", version.says)
    assert ". " not in version.says


@pytest.mark.parametrize("version", EVERY_VERSION, ids=lambda version: f"{version.id}-{version.since}")
def test_what_a_school_may_change_shows_in_the_sentence_or_says_when_it_counts(version: RuleVersion) -> None:
    silent = {name for name in version.configurable if f"{{{name}}}" not in version.wording}
    assert silent <= {"min_possible_for_label"}


def test_every_citation_is_used() -> None:
    used = {version.citation.key for version in EVERY_VERSION}
    used |= {code.citation.key for generation in generations() for code in generation.codes.values()}
    assert used == set(citations())


def test_every_citation_has_an_authority_and_says_when_it_is_unverified() -> None:
    assert {citation.authority for citation in citations().values()} <= set(Authority)
    for citation in citations().values():
        assert citation.text().endswith("(check: unverified)") is not citation.verified


def test_every_rule_is_used_and_every_rule_used_exists() -> None:
    # A rule is named in code as `rule("bands")`, as the rule of a finding, or to a person who broke it.
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.py")))
    unused = [
        name for name in BOOK.names() if f'"{name}"' not in code and f"`attendkit rules {name}`" not in code
    ]
    unknown = set(re.findall(r'\.rule\(\s*"([^"]+)"', code)) - set(BOOK.names())
    assert not unused
    assert not unknown


def test_the_rules_are_those_of_this_release() -> None:
    assert BOOK.rule("bands", TODAY).number("persistent_percent") == 10
    assert BOOK.rule("bands", TODAY).number("severe_percent") == 50
    assert BOOK.rule("at-risk", TODAY).number("below_percent") == 92
    assert BOOK.rule("n-code", TODAY).number("school_days") == 5
    assert BOOK.rule("emergency-contacts", TODAY).number("at_least") == 2


def test_the_schools_own_lines_never_claim_a_higher_authority() -> None:
    assert BOOK.rule("at-risk", TODAY).authority is Authority.SCHOOL
    assert BOOK.rule("bands", TODAY).authority is Authority.GUIDANCE
    assert BOOK.rule("n-code", TODAY).authority is Authority.LAW


def test_the_sessions_left_out_are_the_codes_that_are_not_possible() -> None:
    for generation in generations():
        left_out = {code.code for code in generation.codes.values() if not code.possible}
        assert set(BOOK.rule("possible-sessions", generation.since).codes("not_possible")) == left_out


def test_a_register_may_be_configured_as_long_as_the_rule_lets_it() -> None:
    longest = BOOK.rule("register-times", TODAY).number("open_minutes")
    assert RegisterTimes(opens=time(8, 40), closes=time(9, longest - 20)).closes == time(9, 10)
    with pytest.raises(ValueError, match=f"1 to {longest} minutes"):
        RegisterTimes(opens=time(8, 40), closes=time(9, longest - 19))


# The version in force -------------------------------------------------------------------------------


def test_there_is_a_rule_from_its_first_day_and_not_before() -> None:
    assert BOOK.rule("n-code", date(2024, 8, 19)).since == date(2024, 8, 19)
    with pytest.raises(NoRuleError) as refused:
        BOOK.rule("n-code", date(2024, 8, 18))
    assert refused.value.exit is Exit.NO_RULE
    assert "18 August 2024" in refused.value.what


def test_a_changed_rule_keeps_its_old_version() -> None:
    assert "Q" not in BOOK.rule("possible-sessions", date(2024, 8, 18)).codes("not_possible")
    assert "Q" in BOOK.rule("possible-sessions", date(2024, 8, 19)).codes("not_possible")


def test_no_such_rule_is_said_with_the_way_to_the_list() -> None:
    with pytest.raises(NoRuleError, match="no-such-rule") as refused:
        BOOK.rule("no-such-rule", TODAY)
    assert "attendkit rules" in refused.value.remedy


def test_a_version_is_in_force_on_its_last_day_and_not_after() -> None:
    version = made(until=date(2020, 12, 31))
    assert version.in_force(date(2020, 12, 31))
    assert not version.in_force(date(2021, 1, 1))
    assert not version.in_force(date(2019, 12, 31))


def test_a_list_is_written_as_a_person_says_it() -> None:
    version = made(wording="Codes {codes}.", values={"codes": ["G", "N", "U"]})
    assert version.says == "Codes G, N and U."
    assert version.codes() == ("G", "N", "U")
    assert made(wording="Codes {codes}.", values={"codes": ["G"]}).says == "Codes G."


def test_a_number_that_is_not_one_is_a_fault_of_the_rule_file() -> None:
    assert made().number("days") == 3
    for value in (True, "3", 3.0):
        with pytest.raises(TypeError, match=r"made\.days"):
            made(values={"days": value}).number("days")


# What a school may change ---------------------------------------------------------------------------


def test_a_school_may_move_its_own_line_and_the_rule_says_so() -> None:
    book = Rulebook({"at-risk": {"below_percent": 95}})
    changed = book.rule("at-risk", TODAY)
    assert changed.says.endswith("attendance below 95%.")
    assert changed.overridden == ("below_percent",)
    assert book.history("at-risk")[0].number("below_percent") == 92


def test_an_override_takes_the_schools_authority() -> None:
    strict = Rulebook({"bands": {"pa_rule": "strict_below"}}).rule("bands", TODAY)
    assert strict.authority is Authority.SCHOOL
    assert strict.says.startswith("Persistent absence is more than 10% of possible sessions")
    assert BOOK.rule("bands", TODAY).says.startswith("Persistent absence is at least 10% of possible")


def test_an_override_that_changes_nothing_is_none() -> None:
    same = Rulebook({"at-risk": {"below_percent": 92}}).rule("at-risk", TODAY)
    assert same.overridden == ()
    assert same == BOOK.rule("at-risk", TODAY)


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"bands": {"persistent_percent": 15}}, "cannot change it"),
        ({"bands": {"no_such": 1}}, "cannot change it"),
        ({"at-risk": {"below_percent": "92"}}, "right kind"),
        ({"at-risk": {"below_percent": 92.5}}, "right kind"),
        ({"at-risk": {"below_percent": True}}, "right kind"),
        ({"at-risk": {"below_percent": 101}}, "101 is not a choice"),
        ({"at-risk": {"below_percent": 89}}, "89 is not a choice"),
        ({"bands": {"pa_rule": "ours"}}, "ours is not a choice"),
        ({"calling-order": {"first": ["social_worker", "twins"]}}, "social_worker and twins is not a choice"),
        ({"calling-order": {"first": [["social_worker"]]}}, "is not a choice"),
        ({"n-code": {"school_days": 6}}, "6 is not a choice"),
    ],
)
def test_an_override_the_rule_does_not_allow_is_refused_with_its_place(
    overrides: dict[str, dict[str, Any]], says: str
) -> None:
    ((rule_id, values),) = overrides.items()
    with pytest.raises(BadArgumentError, match=says) as refused:
        Rulebook(overrides).rule(rule_id, TODAY)
    assert refused.value.where == f"attendkit.toml, [rules.{rule_id}] {next(iter(values))}"
    assert refused.value.remedy


def test_a_bound_itself_is_allowed() -> None:
    for line in (90, 100):
        book = Rulebook({"at-risk": {"below_percent": line}})
        assert book.rule("at-risk", TODAY).number("below_percent") == line


def test_an_override_of_a_rule_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(BadArgumentError, match="'band'") as refused:
        Rulebook({"band": {"pa_rule": "dfe"}})
    assert refused.value.where == "attendkit.toml, [rules.band]"


# What stops a bad rule file -------------------------------------------------------------------------


def test_versions_must_follow_one_another_without_gap_or_overlap() -> None:
    older = made(until=date(2020, 12, 31))
    check([older, made(since=date(2021, 1, 1))])
    for since in (date(2020, 12, 31), date(2021, 1, 2)):
        with pytest.raises(ValueError, match=f"the version of {since}"):
            check([older, made(since=since)])


def test_a_version_without_an_end_must_be_the_last() -> None:
    with pytest.raises(ValueError, match="does not follow"):
        check([made(), made(since=date(2021, 1, 1))])


def test_versions_must_name_the_same_values() -> None:
    older = made(until=date(2020, 12, 31))
    with pytest.raises(ValueError, match="name different values"):
        check([older, made(since=date(2021, 1, 1), values={"weeks": 1})])


def rule_file(monkeypatch: pytest.MonkeyPatch, **entry: Any) -> None:
    sound = {"says": "Wait {days} days.", "since": date(2020, 1, 1), "values": {"days": 3}, "cite": "reg-10"}
    monkeypatch.setattr("attendkit.rules.loading._rule_files", lambda: ["made.toml"])
    monkeypatch.setattr("attendkit.rules.loading.read", lambda _: {"made": [{**sound, **entry}]})
    versions.cache_clear()


@pytest.fixture
def _fresh() -> Iterator[None]:
    citations()
    yield
    versions.cache_clear()


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"cite": "nowhere"}, "'nowhere'"),
        ({"configurable": ["days"]}, "wants choices or limits"),
        ({"limits": {"days": [1, 5]}}, "wants choices or limits"),
        ({"configurable": ["days"], "limits": {"days": [4, 5]}}, "no sound value"),
        ({"configurable": ["weeks"], "limits": {"weeks": [1, 5]}}, "no sound value"),
    ],
)
def test_a_rule_file_that_does_not_hold_together_stops_attendkit(
    monkeypatch: pytest.MonkeyPatch, entry: dict[str, Any], says: str
) -> None:
    rule_file(monkeypatch, **entry)
    with pytest.raises(ValueError, match=says):
        versions()


@pytest.mark.usefixtures("_fresh")
def test_a_rule_file_that_holds_together_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    rule_file(monkeypatch, configurable=["days"], limits={"days": [3, 5]})
    assert versions()["made"][0].says == "Wait 3 days."


@pytest.mark.usefixtures("_fresh")
def test_a_rule_may_not_stand_in_two_files(monkeypatch: pytest.MonkeyPatch) -> None:
    rule_file(monkeypatch)
    monkeypatch.setattr("attendkit.rules.loading._rule_files", lambda: ["made.toml", "other.toml"])
    with pytest.raises(ValueError, match="stands in two files"):
        versions()


def test_a_rule_asked_for_by_itself_is_the_one_of_all_the_rules() -> None:
    assert {rule_id: versions_of(rule_id) for rule_id in rule_files()} == dict(versions())
    assert list(rule_files()) == list(versions())


def test_a_rule_asked_for_by_itself_costs_no_other_file(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    read = loading.read

    def noted(name: str) -> dict[str, Any]:
        asked.append(name)
        return read(name)

    citations()
    loading.rules_in.cache_clear()
    monkeypatch.setattr(loading, "read", noted)
    assert versions_of("n-code")[0].id == "n-code"
    assert asked == [rule_files()["n-code"]]

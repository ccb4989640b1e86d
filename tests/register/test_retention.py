"""How long entries are kept: the rule's versions, and what one that was held when it changed is kept by."""

from datetime import date

import pytest

from attendkit.register.backups import keep_until
from attendkit.register.retention import RULE, kept_by
from attendkit.rules import Rulebook


@pytest.mark.parametrize(("day", "years"), [(date(2024, 8, 18), 3), (date(2024, 8, 19), 6)])
def test_the_rule_says_three_years_until_the_regulations_of_2024_and_six_since(day: date, years: int) -> None:
    rule = Rulebook().rule(RULE, day)
    assert rule.number("years") == years
    assert rule.citation.reference == "SI 2024/208 explanatory note on reg 7"


@pytest.mark.parametrize(
    ("entry", "until"),
    [
        (date(2005, 9, 1), date(2011, 9, 1)),  # before any version that is known here
        (date(2019, 7, 1), date(2025, 7, 1)),
        (date(2024, 8, 18), date(2030, 8, 18)),
        (date(2024, 8, 19), date(2030, 8, 19)),
        (date(2026, 11, 20), date(2032, 11, 20)),
    ],
)
def test_an_entry_from_before_that_is_still_held_is_kept_six_years_too(entry: date, until: date) -> None:
    assert keep_until(entry, kept_by(Rulebook(), entry).number("years")) == until

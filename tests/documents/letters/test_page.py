"""docs/letters.md says of every letter what the table and the wording do."""

import re
from pathlib import Path

import pytest

from attendkit.documents.templates import shipped
from attendkit.duties.letters.table import LETTERS, LetterKind

PAGE = (Path(__file__).parents[3] / "docs" / "letters.md").read_text(encoding="utf-8")
ROWS = {row.split("`")[1]: row for row in PAGE.splitlines() if row.startswith("| `")}
PEOPLE = {"child", "parent", "school", "officer", "signatory", "absence", "letters"}


def test_the_page_has_every_letter_in_the_order_of_the_table() -> None:
    assert list(ROWS) == [kind.name for kind in LETTERS]


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_a_row_says_when_it_is_used_what_it_rests_on_and_every_fact(kind: LetterKind) -> None:
    wording = Path(str(shipped()), "letters", f"{kind.name}.md").read_text(encoding="utf-8")
    printed = re.findall(r"\b([a-z_]+)\.([a-z_]+)", re.sub(r"\{#.*?#\}", "", wording))
    facts = {f"{group}.{name}" for group, name in printed if group not in PEOPLE and name != "md"}
    row = ROWS[kind.name]
    assert kind.when in row
    assert all(f"`{name}`" in row for name in kind.rests_on)
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", row)) == facts

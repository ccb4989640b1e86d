from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.documents.letters.blocks import (
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Run,
    Space,
    Table,
    blocks,
    words,
)
from attendkit.documents.templates import environment
from attendkit.errors import BadArgumentError

WORDING = """# Subject

Dear {{ name }},

**{{ name }}** and _{{ name }}_
on one line\\
and the next.

- {{ name }}
- two

3. {{ name }}
4. four

| Day | Missed |
|-----|-------:|
| {{ name }} | 3 |

***

```chart
weeks
```
"""


def filled(name: str) -> tuple[Block, ...]:
    template = environment(None, markdown=True).from_string(WORDING)
    return blocks(template.render({"name": name}), "a.md")


def test_a_wording_becomes_these_blocks() -> None:
    plain, bold, italic = Run("Amy"), Run("Amy", bold=True), Run("Amy", italic=True)
    assert filled("Amy") == (
        Heading(1, (Run("Subject"),)),
        Paragraph((Run("Dear Amy,"),)),
        Paragraph((bold, Run(" and "), italic, Run(" on one line\nand the next."))),
        Items(((plain,), (Run("two"),))),
        Items(((plain,), (Run("four"),)), first=3),
        Table(((Run("Day"),), (Run("Missed"),)), (((plain,), (Run("3"),)),), (False, True)),
        Space(),
        Picture("weeks"),
    )


TEXTS = st.text(
    st.one_of(st.sampled_from("*_`#|[]()<>&!\\~-+=.:;1 {}%$@/'\""), st.characters(codec="utf-8")), max_size=30
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_value_is_ever_taken_for_markdown(text: str) -> None:
    with_plain = filled("Amy")
    seen = filled(f"A{text}z")
    assert [type(block) for block in seen] == [type(block) for block in with_plain]
    (dear,) = [block for block in seen[1:2] if isinstance(block, Paragraph)]
    name = words(dear.runs).removeprefix("Dear ").removesuffix(",")
    expected = [
        *((dear.runs, f"Dear {name},"), (_runs(seen[2])[:1], name), (_runs(seen[2])[2:3], name)),
        *((_items(seen[3]), name), (_items(seen[4]), name)),
    ]
    for runs, said in expected:
        assert words(runs) == said
    table = seen[5]
    assert isinstance(table, Table)
    assert words(table.rows[0][0]) == name
    assert len(table.rows[0]) == 2


def _runs(block: Block) -> tuple[Run, ...]:
    assert isinstance(block, Paragraph)
    return block.runs


def _items(block: Block) -> tuple[Run, ...]:
    assert isinstance(block, Items)
    return block.entries[0]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab*_`#|[]()<>&!\\~-+=.:;12'\""), min_size=1, max_size=30))
def test_a_value_of_ascii_stays_exactly_what_it_is(text: str) -> None:
    (block,) = blocks(environment(None, markdown=True).from_string("x{{ v }}x").render({"v": text}), "a.md")
    assert isinstance(block, Paragraph)
    assert words(block.runs) == f"x{text}x"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("> quoted", "a quotation"),
        ("[a](https://example.org)", "a link"),
        ("![a](b.png)", "a picture"),
        ("    code", "four spaces"),
        ("a `b`", "backticks"),
        ("```\nx\n```", "no chart"),
        ("- a\n\n  b", "more than one paragraph"),
        ("- a\n  - b", "more than one paragraph"),
    ],
)
def test_what_no_letter_has_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadArgumentError, match=says) as caught:
        blocks(text, "templates/letters/a.md")
    assert caught.value.where == "templates/letters/a.md"


def test_html_is_text() -> None:
    (block,) = blocks("<b>a</b> & &lt;", "a.md")
    assert isinstance(block, Paragraph)
    assert words(block.runs) == "<b>a</b> & <"


def test_neighbours_of_one_style_are_one_run() -> None:
    join: Callable[[str], Block] = lambda text: blocks(text, "a.md")[0]  # noqa: E731
    assert join(r"a\*b \_c") == Paragraph((Run("a*b _c"),))

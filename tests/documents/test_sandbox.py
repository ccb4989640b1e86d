"""What a template cannot do: reach Python, read a file, turn quoting off, or take for ever."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.documents.test_templates import written

from attendkit.documents.templates import page, wording
from attendkit.errors import BadArgumentError

FACTS: Mapping[str, Any] = {
    "child": {"forename": "Amy*", "keys": ["own"]},
    "list": list(range(2000)),
    "text": "x" * 1000,
    "number": 3,
}


def refused(school: Path, text: str) -> BadArgumentError:
    with pytest.raises(BadArgumentError) as caught:
        wording("letters/a.md", FACTS, written(school, "letters/a.md", text))
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ child.__init__.__globals__ }}",
        "{{ child['__class__'] }}",
        "{{ text.format(child) }}",
        "{{ '{0.__class__}'.format(child) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ child.forename.upper() }}",
        "{{ child.items() }}",
        "{{ list.append(1) }}",
        "{{ child.update({'a': 1}) }}",
        "{{ self._TemplateReference__context }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ lipsum }}",
        "{{ range(10) }}",
        "{{ namespace() }}",
        "{{ text | safe }}",
        "{{ text | attr('__class__') }}",
        "{{ child | pprint }}",
        "{{ child | tojson }}",
        "{{ list | map('string') | list }}",
        "{% autoescape false %}{{ child.forename }}{% endautoescape %}",
        "{% import 'os' as os %}",
        "{% include '../../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{% include '..\\\\..\\\\attendkit.toml' %}",
        "{% set child = [list, list] %}",
        "{{ list }}",
        "{{ child }}",
        "{% macro f() %}{{ f.__globals__ }}{% endmacro %}{{ f() }}",
        "{% for a in list %}{{ loop.__init__ }}{% endfor %}",
        "{% do list.append(1) %}",
        "{% debug %}",
    ],
)
def test_an_escape_is_refused(text: str, tmp_path: Path) -> None:
    assert refused(tmp_path, text).where.startswith("templates/letters/a.md")


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in list %}{% for b in list %}{% for c in list %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in list %}{% for b in list %}{{ text }}{% endfor %}{% endfor %}",
        "{% for a in text %}{% for b in text %}{% for c in text %}{% endfor %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% set a = text %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40,
        "{% set a = text %}" + "{% set a = a ~ a %}" * 40,
        "{% set a = text %}" + "{% set a = a | upper ~ a | lower %}" * 40,
        "{% set n = n | default(30) - 1 %}{% if n %}" + "{% include 'letters/a.md' %}" * 2 + "{% endif %}",
        "{% include 'letters/a.md' %}",
    ],
)
def test_what_would_hang_or_fill_the_memory_is_stopped(text: str, tmp_path: Path) -> None:
    said = refused(tmp_path, text).what
    assert "takes too long" in said or "uses itself without end" in said


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("{{ number * 2 - 1 }}", "5"),
        ("{{ list | length }}", "2000"),
        ("{{ ['a', 'b', 'c'] | listed }}", "a, b and c"),
        ("{{ ['a'] | listed }}", "a"),
        ("{{ child.forename ~ 1 }}", r"Amy\*1"),
        ("{{ child.forename }}", r"Amy\*"),
        ("{{ child.keys | join }}", "own"),
        ("{% macro f(x) %}{{ x }}{% endmacro %}{{ f(child.forename) }}", r"Amy\*"),
        ("{% set x %}{{ child.forename }}{% endset %}{{ x }}", r"Amy\*"),
        ("{% for n in [1, 2] %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}", "1, 2"),
        ("{% if child.surname is defined %}no{% endif %}{{ 'b' if false }}", ""),
    ],
)
def test_what_a_letter_needs_is_there(text: str, made: str, tmp_path: Path) -> None:
    assert wording("letters/a.md", FACTS, written(tmp_path, "letters/a.md", text)) == made


def test_a_wrong_name_is_told_with_its_file_its_line_and_the_nearest_right_one(tmp_path: Path) -> None:
    error = refused(tmp_path, "One\n\n{{ child.forenam }}")
    assert error.where == "templates/letters/a.md, line 3"
    assert error.what == "There is no name 'forenam' here."
    assert error.remedy == "Did you mean 'forename'?"


def test_a_wrong_name_at_the_top_has_its_neighbours(tmp_path: Path) -> None:
    assert refused(tmp_path, "{{ chld.forename }}").remedy == "Did you mean 'child'?"
    assert refused(tmp_path, "{{ zzz }}").remedy == "Here there are child, list, number, text."


@pytest.mark.parametrize(
    "text",
    [
        "{% if chld %}{% endif %}",
        "{% for x in chld %}{% endfor %}",
        "{{ chld + 1 }}",
        "{{ chld | length }}",
        "{{ chld | join }}",
        "{{ 'a' ~ chld }}",
        "{{ chld == 1 }}",
        "{{ chld() }}",
        "{{ chld[0] }}",
    ],
)
def test_a_wrong_name_is_an_error_however_it_is_used(text: str, tmp_path: Path) -> None:
    assert refused(tmp_path, text).remedy == "Did you mean 'child'?"


def test_a_fault_in_what_is_included_is_told_where_it_is(tmp_path: Path) -> None:
    written(tmp_path, "letters/_part.md", "\n{{ chld }}")
    assert refused(tmp_path, "{% include 'letters/_part.md' %}").where == "templates/letters/_part.md, line 2"


def test_a_value_is_never_said_in_an_error(tmp_path: Path) -> None:
    for text in ("{{ list[child.forename] }}", "{{ child.forename() }}", "{{ child.forename | int // 0 }}"):
        error = refused(tmp_path, text)
        assert "Amy" not in f"{error.what}{error.where}{error.remedy}"


def test_a_template_that_is_not_utf_8_says_how_to_save_it(tmp_path: Path) -> None:
    file = written(tmp_path, "letters/a.md", "") / "templates/letters/a.md"
    file.write_bytes("Siân".encode("cp1252"))
    with pytest.raises(BadArgumentError, match="UTF-8"):
        wording("letters/a.md", FACTS, tmp_path)
    file.write_bytes("\ufeffSiân".encode())
    assert wording("letters/a.md", FACTS, tmp_path) == "Siân"


def test_a_page_of_a_whole_school_has_room(tmp_path: Path) -> None:
    school = written(tmp_path, "a.html", "{% for a in list %}{% for b in list %}{% endfor %}{% endfor %}")
    assert page(["a.html"], FACTS, school) == ""

"""Every page in docs/duties is a test: the registers it draws must give what it says.

A page is read from top to bottom. A fenced `register` block draws a register (tests/drawn.py), a `toml`
block sets a school's settings, a `csv` or `toml policy` block is the file that an option of the command
names, and an `earlier` block draws what an import before the register had, until the next one of each; a
heading ends the `earlier` block. A line that is a command in backquotes is run on them, and what follows it,
up to the next command or heading, is what must come out:

- a table whose first heading is `count`: figures of the report, `sessions.AM.N` for one within another;
- any other table: all the rows, in order, in the columns named. `yes` is true, an empty cell false or null;
- `Nobody.`: no rows;
- a quoted line (`> `): one of the notes or problems, or what is said of one pupil, word for word.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest
from tests.drawn import drawn, named, view

from attendkit.cli.duties import with_lists
from attendkit.duties import DUTIES, duty
from attendkit.duties.why import prove
from attendkit.findings import View
from attendkit.model import Problem

PAGES = Path(__file__).parents[1] / "docs" / "duties"


@dataclass
class Example:
    page: str
    heading: str
    command: str
    register: str
    settings: Mapping[str, Any]
    file: str
    earlier: str
    rows: list[dict[str, str]] | None = None
    counts: dict[str, str] = field(default_factory=dict)
    quoted: list[str] = field(default_factory=list)
    table: list[str] = field(default_factory=list)


def examples() -> Iterator[Example]:
    for path in sorted(PAGES.glob("*.md")):
        yield from _of_page(path.stem, path.read_text(encoding="utf-8"))


def _of_page(page: str, text: str) -> list[Example]:
    found: list[Example] = []
    heading, fence, blocks = "", "", {"register": "", "toml": "", "csv": "", "earlier": ""}
    listening = False
    for line, following in pairwise([*text.splitlines(), ""]):
        if line.startswith("```"):
            fence = "" if fence else line[3:].strip().replace("toml policy", "csv")
            blocks |= {fence: ""} if fence in blocks else {}
        elif fence:
            blocks[fence] += line + "\n"
        elif line.startswith("#"):
            heading, listening, blocks["earlier"] = line.strip("# "), False, ""
        elif command := re.fullmatch(r"`attendkit ([^`]+)`:?", line):
            found.append(
                Example(
                    page,
                    heading,
                    command[1],
                    blocks["register"],
                    tomllib.loads(blocks["toml"]),
                    blocks["csv"],
                    blocks["earlier"],
                )
            )
            listening = True
        elif listening:
            _expect(found[-1], line, last_of_table=not following.startswith("|"))
    return found


def _expect(example: Example, line: str, *, last_of_table: bool) -> None:
    if line.startswith("|"):
        example.table.append(line)
        if last_of_table:
            _expect_table(example)
    elif line == "Nobody.":
        example.rows = []
    elif line.startswith("> "):
        example.quoted.append(line[2:])


def _expect_table(example: Example) -> None:
    head, _, *body = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in example.table]
    if head[0] == "count":
        example.counts |= dict(body)
    else:
        example.rows = [dict(zip(head, row, strict=True)) for row in body]
    example.table.clear()


@dataclass
class Outcome:
    rows: list[dict[str, Any]]
    counts: Mapping[str, Any]
    said: list[str]


def _run(example: Example, folder: Path) -> Outcome:
    name, words = _asked(example.command)
    options = dict(_options(name, words))
    on = options.pop("on")
    chosen = [options.pop("pupil")] if "pupil" in options else None
    drawing = drawn(example.register)
    earlier = drawn(example.earlier) if example.earlier else None
    look = view(drawing, on, earlier=earlier, school=example.settings, chosen=chosen, **options)
    if name == "why":
        return _prove(look, drawing.number(words[0]), words[1])
    look, doubts = _with_file(look, name, example.file, folder)
    report = duty(name).load()(look)
    problems = (*report.problems, *doubts)
    said = [*report.above, *report.notes, *report.found["says"], *(problem.message for problem in problems)]
    return Outcome(named(drawing, report.rows), report.counts, said)


def _asked(command: str) -> tuple[str, list[str]]:
    """The duty that a command asks for, whose words may be two, and the words that follow."""
    words = shlex.split(command)
    for each in DUTIES:
        own = each.words.split()
        if words[: len(own)] == own:
            return each.name, words[len(own) :]
    return words[0], words[1:]


def _with_file(look: View, name: str, text: str, folder: Path) -> tuple[View, tuple[Problem, ...]]:
    """The view with the file that an option names read as the command line reads it."""
    for option in duty(name).options:
        if option.reads and look.options.get(option.name):
            path = folder / look.options[option.name]
            path.write_text(text, encoding="utf-8")
            return with_lists(duty(name), replace(look, options={**look.options, option.name: path}))
    return look, ()


def _prove(look: View, pupil: int, figure: str) -> Outcome:
    proof = prove(look, pupil, figure)
    left_out = {row[0]: row[1] for row in proof.excluded.iter_rows()}
    counts = {"value": proof.value, "marks": proof.count, "left_out": left_out}
    return Outcome(proof.marks.to_dicts(), counts, [proof.says, proof.rule.says])


def _options(name: str, words: list[str]) -> Iterator[tuple[str, Any]]:
    arguments = [o.name for each in DUTIES if each.name == name for o in each.options if o.argument]
    placed = list(takewhile(lambda word: not word.startswith("--"), words))
    yield from zip(arguments, map(_given, placed), strict=False)
    for place, word in enumerate(words):
        if word.startswith("--"):
            following = words[place + 1 : place + 2]
            flag = not following or following[0].startswith("--")
            yield word[2:], True if flag else _given(following[0])


def _given(word: str) -> Any:
    return date.fromisoformat(word) if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else word


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case [{"numbers": _}, *_]:
            return "; ".join(
                f"{c['name']} {', '.join(c['numbers'])}".strip() + (" HOLD" if c["hold"] else "")
                for c in value
            )
        case [] | [str(), *_]:
            return "; ".join(value)
        case [*told]:
            return "; ".join(", ".join(filter(None, map(_text, one.values()))) for one in told)
    return str(value)


def _count(counts: Any, name: str) -> str:
    for part in name.split("."):
        counts = counts[part]
    return _text(counts)


EXAMPLES = list(examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.page}: {e.heading}: {e.command}")
def test_the_page_is_true(example: Example, tmp_path: Path) -> None:
    outcome = _run(example, tmp_path)
    if example.rows is not None:
        columns = list(example.rows[0]) if example.rows else []
        assert [{name: _text(row[name]) for name in columns} for row in outcome.rows] == example.rows
    assert {name: _count(outcome.counts, name) for name in example.counts} == example.counts
    assert [line for line in example.quoted if line not in outcome.said] == [], outcome.said
    assert example.rows is not None or example.counts or example.quoted, "a command that shows nothing"


def test_every_duty_has_a_page_with_examples() -> None:
    assert {duty.name for duty in DUTIES} <= {example.page for example in EXAMPLES}


def test_every_page_shows_its_own_duty() -> None:
    words = {duty.name: duty.words for duty in DUTIES}
    assert [e for e in EXAMPLES if not e.command.startswith(words.get(e.page, e.page))] == []

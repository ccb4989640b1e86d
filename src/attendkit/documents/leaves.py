"""Reports in leaves: each for one reader, on so many pages, in sections from the most important on.

The same leaves are set on paper by Typst, which leaves out what there is no room for and says how much, and
written as a web page, which has room for all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attendkit.documents.cells import KEPT, cell_text, tidy
from attendkit.documents.shown import right_aligned, rule_line, rules_of
from attendkit.documents.templates import page
from attendkit.documents.typesetting import report_pdf
from attendkit.findings import Column, Report, View

KEEP = "Holds children’s personal details: keep it as the school’s policy says."
"""What stands at the foot of everything with children's details in it."""

MADE_FROM = "Made by attendkit from register"
"""What stands before the register's digest at the foot of a page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure at the head of a leaf: its name, its value, and a few words under it."""

    name: str
    value: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a leaf: a heading, a sentence, and rows of texts under columns.

    With `words` each row is a line of its own and there are no columns. `cut` is when rows may be left out
    for want of room: 1 first, 0 never; `least` of them stay as long as anything else can go. `about` is what
    a row is, one and several of it. `blanks` are further columns to write in.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    says: str = ""
    words: bool = False
    cut: int = 1
    least: int = 3
    about: tuple[str, str] = ("pupil", "pupils")
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a leaf is for: what it is about (a tutor group, a college), and whose that is, where known."""

    about: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One report for one reader. `stem` is its file's name where it has one of its own."""

    stem: str
    title: str
    under: str
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    above: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reader: Reader = Reader()


def tutor_of(view: View, group: str) -> Reader:
    """The tutor of a tutor group, by attendkit.toml."""
    named = view.school.tutor_groups.get(group)
    return Reader(group, named.tutor, named.email) if named else Reader(group)


def leader_of(view: View, college: str) -> Reader:
    """The leader of a college, by attendkit.toml."""
    named = view.school.colleges.get(college)
    return Reader(college, named.leader, named.email) if named else Reader(college)


def section(
    title: str, columns: tuple[Column, ...], rows: Sequence[Sequence[Any]], report: Report, **more: Any
) -> Section:
    """A section of raw values, each written by its column's kind."""
    texts = [[cell_text(v, c, report.on) for v, c in zip(row, columns, strict=True)] for row in rows]
    return Section(title, columns, texts, **more)


def leaves_pdf(template: str, leaves: Sequence[Leaf], report: Report, view: View) -> bytes:
    """The leaves as one PDF, from a Typst template such as `reports/tutor-weekly.typ`.

    Raises:
        BadArgumentError: there is no such template, or it is not sound, or no font has all of its signs.
    """
    return report_pdf(template, leaves_values(leaves, report, view), report.on, view.school.folder)


def leaves_html(template: str, leaves: Sequence[Leaf], report: Report, view: View) -> bytes:
    """The leaves as one web page that prints a leaf a sheet, from that template or `leaves.html`."""
    values = leaves_values(leaves, report, view)
    return page([template, "reports/leaves.html"], values, view.school.folder).encode()


def leaves_values(leaves: Sequence[Leaf], report: Report, view: View) -> dict[str, Any]:
    """What a template of leaves may use: texts, and lists and dicts of texts, and nothing else."""
    rules = [rule_line(rule) for rule in rules_of(report, view)]
    digest = view.register.digest[:16]
    made = f"{MADE_FROM} {digest}. {KEEP}"
    return {
        "title": tidy(report.title),
        "leaves": [_leaf_values(leaf, [*rules, made]) for leaf in leaves],
        "rules": rules,
        "digest": digest,
    }


def _leaf_values(leaf: Leaf, foot: list[str]) -> dict[str, Any]:
    order = sorted((one.cut, place) for place, one in enumerate(leaf.sections) if one.cut)
    return {
        "title": tidy(leaf.title),
        "under": tidy(leaf.under),
        "above": [tidy(note) for note in leaf.above],
        "figures": [{"name": one.name, "value": one.value, "beside": one.beside} for one in leaf.figures],
        "sections": [_section_values(one) for one in leaf.sections],
        "cut": [place for _, place in order],
        "notes": [tidy(note) for note in leaf.notes],
        "foot": foot,
    }


def _section_values(one: Section) -> dict[str, Any]:
    wide = next((n for n, column in enumerate(one.columns) if column.hangs), None)
    return {
        "title": tidy(one.title),
        "says": tidy(one.says),
        "words": one.words,
        "least": one.least,
        "one": one.about[0],
        "several": one.about[1],
        "blanks": list(one.blanks),
        "columns": [
            {
                "heading": column.heading,
                "right": right_aligned(column),
                "wide": place == wide,
                "kind": "number" if right_aligned(column) else column.kind.value,
                "heads": "row" if column.name in {"name", "pupil"} else "",
            }
            for place, column in enumerate(one.columns)
        ],
        "rows": [[tidy(text).replace(KEPT, " ") for text in row] for row in one.rows],
    }

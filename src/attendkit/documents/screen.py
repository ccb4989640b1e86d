"""What the screen says that is not a report: codes, rules, proofs, files checked and files taken in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TextIO

import polars as pl
from rich.console import Console

from attendkit.documents.cells import cell_text, day_text, tidy, value_text, words
from attendkit.documents.checked import CheckedFile, TakenIn
from attendkit.documents.problems import grouped
from attendkit.documents.shown import with_names
from attendkit.documents.table import (
    print_grid,
    print_labelled,
    print_problems,
    print_text,
    screen,
)
from attendkit.findings import Column, Kind, Proof, View, counted
from attendkit.rules import Code, RuleVersion, generations

_INDENT = 16

_PROVEN = (
    Column("date", "Date", Kind.DATE),
    Column("session", "Session"),
    Column("code", "Mark", Kind.CODE),
    Column("meaning", "Meaning"),
    Column("minutes", "Minutes", Kind.NUMBER, narrow=True),
    Column("file", "File"),
    Column("row", "Row", Kind.NUMBER),
    Column("column", "Column", Kind.NUMBER, narrow=True),
)
_EXCLUDED = (
    Column("code", "Mark", Kind.CODE),
    Column("sessions", "Sessions", Kind.NUMBER),
    Column("why", "Why"),
)

_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "load": ("Can be loaded.", "green"),
    "load_with_errors": ("Can be loaded, without the rows listed as errors.", "yellow"),
    "needs_answer": ("Could be read in two ways, and only you can say which.", "red"),
    "summary": ("Holds totals only: nothing to load, but figures to compare with.", "yellow"),
    "pupils": ("A list of pupils: can be loaded.", "green"),
    "contacts": ("A list of contacts: can be loaded.", "green"),
    "reject": ("Cannot be read as an export.", "red"),
}


def print_exports(exports: Sequence[CheckedFile], stdout: TextIO, width: int | None = None) -> None:
    """Print what each file is, what it holds, and what is wrong with it, each kind of problem once."""
    console = screen(stdout, width)
    for place, export in enumerate(exports):
        if place:
            console.print()
        _print_export(console, export)
        print_problems(console, grouped((*export.errors, *export.warnings)), named=False)


def print_ingested(
    exports: Sequence[CheckedFile],
    taken: Mapping[str, TakenIn],
    stdout: TextIO,
    width: int | None = None,
) -> None:
    """Print what each file is and what it changed in the register. `taken` is by the file's digest."""
    console = screen(stdout, width)
    for place, export in enumerate(exports):
        if place:
            console.print()
        word = taken.get(export.digest)
        _print_export(console, export, _taken_pairs(word))
        problems = (*export.errors, *export.warnings, *(word.problems if word else ()))
        print_problems(console, grouped(problems), named=False)


def print_codes(codes: Sequence[Code], stdout: TextIO, width: int | None = None) -> None:
    """Print codes: one in full for each table it stood in, or many as a table."""
    console = screen(stdout, width)
    if len({code.code for code in codes}) == 1:
        for place, code in enumerate(codes):
            if place:
                console.print()
            _print_code(console, code)
        return
    columns = (
        Column("code", "Code"),
        Column("label", "Meaning"),
        Column("category", "Counts as"),
        Column("on_site", "On site"),
        Column("note", "Note", narrow=True),
    )
    print_grid(
        console, columns, [[c.code, c.label, _counts_as(c), c.on_site.value, tidy(c.note)] for c in codes]
    )


def print_rules(rules: Sequence[RuleVersion], stdout: TextIO, width: int | None = None) -> None:
    """Print rules, each with what it says, its dates, its numbers and where it is written."""
    console = screen(stdout, width)
    for place, rule in enumerate(rules):
        if place:
            console.print()
        print_text(console, rule.id, style="bold")
        print_text(console, rule.says)
        settings = ", ".join(f"{name} = {rule.values[name]!r}" for name in rule.configurable)
        _print_pairs(console, [*_rule_pairs(rule), ("May be set", settings)])


def print_proof(proof: Proof, view: View, stdout: TextIO, width: int | None = None) -> None:
    """Print why a figure is what it is: its sentence, its rule, every mark with its place in a file."""
    console = screen(stdout, width)
    pupil = with_names(pl.DataFrame({"pupil": [proof.pupil]}, schema={"pupil": pl.UInt32}), view)
    print_text(console, ", ".join(filter(None, pupil.select("name", "tutor").row(0))), style="bold")
    print_text(console, proof.says)
    console.print()
    print_text(console, proof.rule.says)
    _print_pairs(console, [*_rule_pairs(proof.rule), ("Page", proof.page)])
    if proof.marks.height:
        console.print()
        _print_marks(console, proof)
    if proof.excluded.height:
        console.print()
        print_text(console, "Left out", style="bold")
        _print_frame(console, _EXCLUDED, proof.excluded, proof.on)


def _print_marks(console: Console, proof: Proof) -> None:
    places = pl.col("row", "column").cast(pl.String)  # as a spreadsheet has them, thousands not parted
    _print_frame(console, _PROVEN, proof.marks.with_columns(places), proof.on)
    console.print()
    sources = proof.marks.select("code", "meaning", "citation").unique(maintain_order=True)
    for code, meaning, citation in sources.iter_rows():
        print_labelled(console, f"  {code}", ": ".join(filter(None, (meaning, citation))), indent=6)


def _print_frame(console: Console, columns: Sequence[Column], frame: pl.DataFrame, near: date) -> None:
    rows = frame.select([column.name for column in columns]).rows()
    texts = [[cell_text(v, c, near) for v, c in zip(row, columns, strict=True)] for row in rows]
    print_grid(console, columns, texts)


def _print_export(console: Console, export: CheckedFile, more: Iterable[tuple[str, str]] = ()) -> None:
    outcome, colour = _OUTCOMES[export.outcome]
    print_text(console, tidy(export.file), style="bold")
    print_text(console, outcome, style=colour)
    if export.explanation:
        print_text(console, export.explanation)
    _print_pairs(console, [*_export_pairs(export), *more])
    for remark in export.remarks:
        print_text(console, remark)


def _export_pairs(export: CheckedFile) -> Iterable[tuple[str, str]]:
    if export.layout != "none":
        parts = [words(export.layout), export.encoding, *export.sheets]
        yield "Layout", ", ".join(tidy(part) for part in parts if part)
    if export.rows_read:
        yield "Sessions read", _sum_text(export)
    if export.pupils:
        yield "Pupils", f"{export.pupils:,}"
    if export.contacts:
        yield "Contacts", value_text({name: number for name, number in export.contacts.items() if number})
    if export.sessions.get("distinct"):
        sessions = export.sessions
        yield "Sessions", f"{sessions['distinct']:,}, {sessions['first']} to {sessions['last']}"
    if export.by_code:
        yield "Codes", value_text(export.by_code)
    if export.totals:
        yield "Totals", value_text(export.totals)


def _sum_text(export: CheckedFile) -> str:
    """Every session read, and what became of it: the parts always add up to the whole."""
    parts = {
        "left out": export.quarantined,
        "repeated": export.repeated,
        "before joining or after leaving": export.not_on_roll,
        "of lessons": export.lesson_marks,
    }
    others = "".join(f" + {number:,} {name}" for name, number in parts.items() if number)
    return f"{export.rows_read:,} = {counted(export.marks, 'mark')} + {export.missing:,} missing{others}"


def _taken_pairs(taken: TakenIn | None) -> Iterable[tuple[str, str]]:
    if taken is None:
        yield "Register", "Nothing was taken in."
        return
    if taken.already:
        yield "Register", "This very file was taken in before: nothing changed."
        return
    yield "Register", f"marks: {taken.new:,} new, {taken.changed:,} changed, {taken.same:,} as before"
    yield "", f"pupils: {taken.pupils_new:,} new, {taken.pupils_changed:,} changed"
    if taken.contacts:
        yield "", f"contacts: {taken.contacts:,}"


def _counts_as(code: Code) -> str:
    return words(code.category).removeprefix("approved ").removesuffix(" absence")


def _print_code(console: Console, code: Code) -> None:
    print_text(console, f"{code.code}  {code.label}", style="bold")
    table = next((g for g in generations() if g.codes.get(code.code) is code), None)
    until = code.until or (table.until if table else None)
    span = f"{table.name}, {_span_text(table.since, until)}" if table else ""
    _print_pairs(
        console,
        [
            ("Means", code.meaning),
            ("Counts as", words(code.category)),
            ("On site", code.on_site.value),
            ("In force", span),
            ("Now", code.successor),
            ("Note", code.note),
            ("Source", code.citation.text()),
        ],
    )


def _rule_pairs(rule: RuleVersion) -> Iterable[tuple[str, str]]:
    yield "In force", _span_text(rule.since, rule.until)
    yield "Authority", rule.authority.value
    yield "Source", rule.citation.text()
    if rule.overridden:
        yield "This school", f"has changed {', '.join(rule.overridden)}"


def _span_text(since: date, until: date | None) -> str:
    return f"{day_text(since)} to {day_text(until)}" if until else f"since {day_text(since)}"


def _print_pairs(console: Console, pairs: Iterable[tuple[str, str]]) -> None:
    for name, text in pairs:
        if text:
            print_labelled(console, f"  {name}", text, "dim", indent=_INDENT)

"""Several exports into one register: pupils matched, the latest word on each mark, nothing dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import polars as pl

from attendkit.model import MISSING, Problem
from attendkit.register import marks as words
from attendkit.register.contacts import newer, renumbered, replaced
from attendkit.register.content import content_digest
from attendkit.register.days import calendar_for, school_days
from attendkit.register.marks import KEY
from attendkit.register.matching import IDENTIFIERS, Identity, Roll, fold_text
from attendkit.register.model import CONTACTS, IMPORTS, MARKS, PUPILS, Delta, Register, empty
from attendkit.register.problems import problems_of
from attendkit.register.pupils import STANDING, Placing, place, take_in

__all__ = ["Folded", "Step", "Summary", "calendar_for", "empty_register", "fold", "school_days"]


@dataclass(frozen=True)
class Summary:
    """What one export did to the register.

    `already` is true when the same file was read before and says nothing more. The export's marks are `new`
    (a session's first code), `changed`, `same` or `refused` (their pupil could not be told, or two rows
    disagree): the four add up. `contacts` counts those that are new or differ.
    """

    file: str
    digest: str
    already: bool = False
    new: int = 0
    changed: int = 0
    same: int = 0
    pupils_new: int = 0
    pupils_changed: int = 0
    contacts: int = 0
    problems: tuple[Problem, ...] = ()
    refused: int = 0


@dataclass(frozen=True)
class Step:
    """What one import changes: the rows of each table that are new or differ, as they stand after it.

    `pupils` has the columns of `STANDING`. `merged` are pairs (gone, kept) of register pupils that this
    import proved to be one child; they apply to everything before it. `imported` is its row of `IMPORTS`.
    """

    source: int
    pupils: pl.DataFrame
    marks: pl.DataFrame
    contacts: pl.DataFrame
    merged: tuple[tuple[int, int], ...]
    imported: pl.DataFrame


@dataclass(frozen=True)
class Folded:
    """A register made of exports, with what each of them did to it. `steps` has one for each new import."""

    register: Register
    problems: tuple[Problem, ...]
    summaries: tuple[Summary, ...]
    steps: tuple[Step, ...] = ()

    def history(self) -> pl.DataFrame:
        """Every word of these exports on every mark, as `Store.history` has it: nobody has `seen` them."""
        kept: dict[int, int] = {}
        told = [empty(pl.Schema({**MARKS, "seen": IMPORTS["seen"]}))]
        for step in reversed(self.steps):  # a merge speaks of what came before it
            said = step.marks.filter(pl.col("source") == step.source)
            unseen = pl.lit(None, IMPORTS["seen"])
            told.append(said.with_columns(pl.col("pupil").replace(kept), seen=unseen))
            kept |= {gone: kept.get(to, to) for gone, to in step.merged}
        return pl.concat(told).sort(*KEY, "source")


@cache
def empty_register() -> Register:
    """A register with nobody in it."""
    return settled(empty(STANDING), empty(MARKS), empty(CONTACTS), empty(IMPORTS))


def fold(deltas: Sequence[Delta], onto: Register | None = None) -> Folded:
    """One register out of several exports, laid over another one if there is one.

    Pupil lists come first and contacts last, because the others are matched with the pupils they name;
    otherwise the order given is the order of the words, and the last one on a mark stands. In a register
    that starts here pupils are numbered by name; later ones keep the numbers they have.

    Summaries come back in the order of `deltas`; imports are numbered in the order they were folded.
    """
    start = onto or empty_register()
    folding = _Folding(start)
    summaries = {at: folding.take(deltas[at]) for at in _order(deltas)}
    if start.pupils.is_empty():
        folding.number_by_name()
    told = tuple(summaries[at] for at in range(len(deltas)))
    problems = tuple(problem for summary in told for problem in summary.problems)
    return Folded(folding.register(), problems, told, tuple(folding.steps))


class _Folding:
    """The register while exports are being folded into it."""

    def __init__(self, start: Register) -> None:
        listed = pl.Series("listed", [0] * start.pupils.height, dtype=pl.UInt32)
        self.pupils = start.pupils.with_columns(listed if start.listed is None else start.listed)
        self.marks = start.marks
        self.contacts = start.contacts
        self.imports = start.imports
        self.roll = Roll(start.pupils)
        self.steps: list[Step] = []

    def take(self, delta: Delta) -> Summary:
        """Fold one export in. A file that was read before may fill gaps but says nothing newer."""
        again = delta.digest in self.imports["digest"] and not delta.anew
        source = self.imports.height
        placing = place(self.roll, delta.pupils, _strangers(delta, again=again))
        pupils, pupils_changed = self._pupils(delta, placing, again=again)
        placed = words.placed(delta.marks, placing.numbers, source)
        said, disagreeing = words.agreed(placed)
        told, marks = self._marks(said, placing, source, short=delta.short, again=again)
        heard, contacts = self._contacts(delta, placing, source, again=again)
        refused = delta.marks.height - placed.height + disagreeing.height
        summary = Summary(
            file=delta.file,
            digest=delta.digest,
            new=told.new,
            changed=told.changed,
            same=delta.marks.height - refused - told.new - told.changed,
            pupils_new=len(placing.added),
            pupils_changed=pupils_changed,
            contacts=heard,
            problems=problems_of(delta, placing, told, disagreeing, newest=self.imports["last"].max()),
            refused=refused,
        )
        if again and not (pupils.height or marks.height or contacts.height):
            return replace(summary, already=True)
        imported = _imported(delta, said, source, refused)
        self.imports = pl.concat([self.imports, imported])
        self.steps.append(Step(source, pupils, marks, contacts, placing.merged, imported))
        return summary

    def _pupils(self, delta: Delta, placing: Placing, *, again: bool) -> tuple[pl.DataFrame, int]:
        """Take in the pupils; give those that are new or differ, and how many known ones differ."""
        before, said = self.pupils, delta.pupils
        if again:  # only those it adds: on the others this file has had its say
            said = said.filter(
                pl.col("pupil").is_in([n for n, at in placing.numbers.items() if at in placing.added])
            )
        self.pupils = take_in(before, said, placing, roll=delta.roll)
        differing = self.pupils.join(before, on=STANDING.names(), how="anti", nulls_equal=True)
        seen = differing.join(before, on=PUPILS.names(), how="anti", nulls_equal=True)
        for gone, kept in placing.merged:
            self.roll.merge(kept, gone)
        for row in differing.iter_rows(named=True):
            self.roll.put(row["pupil"], Identity.of(row))
        self.roll.settle()
        restated = [*differing["pupil"], *(kept for _, kept in placing.merged)]
        return self.pupils.filter(pl.col("pupil").is_in(restated)), seen.height - len(placing.added)

    def _marks(
        self, said: pl.DataFrame, placing: Placing, source: int, *, short: bool, again: bool
    ) -> tuple[words.Words, pl.DataFrame]:
        """Lay the marks over the register's; give what they said, and all marks that stand otherwise now."""
        letters = frozenset(self.imports.filter("short")["source"])
        before, settled = words.renumbered(self.marks, dict(placing.merged), letters)
        near, far = words.within(before, said)
        told = words.latest(near, said, short=short, letters=letters, gaps_only=again)
        if not again:
            named = frozenset(placing.numbers.values())
            told = told.less(words.withdrawn(near, said, self.pupils, named, source))
        self.marks = pl.concat([far, words.overlaid(near, told.marks)])
        return told, words.overlaid(settled, told.marks)

    def _contacts(
        self, delta: Delta, placing: Placing, source: int, *, again: bool
    ) -> tuple[int, pl.DataFrame]:
        """Replace the contacts of the pupils the export has; give how many are new, and all of theirs."""
        before, settled = renumbered(self.contacts, dict(placing.merged))
        heard = newer(before, words.placed(delta.contacts, placing.numbers, source), gaps_only=again)
        self.contacts = replaced(before, heard.contacts)
        return heard.new, replaced(settled, heard.contacts)

    def number_by_name(self) -> None:
        """Number everyone by surname, forename and key; those merged into another come after."""
        gone = [number for step in self.steps for number, _ in step.merged]
        numbers = {pupil: at for at, pupil in enumerate([*_by_name(self.pupils), *gone])}
        self.pupils, self.marks, self.contacts = (
            _renumber(table, numbers) for table in (self.pupils, self.marks, self.contacts)
        )
        self.steps = [
            replace(
                step,
                pupils=_renumber(step.pupils, numbers),
                marks=_renumber(step.marks, numbers),
                contacts=_renumber(step.contacts, numbers),
                merged=tuple((numbers[one], numbers[other]) for one, other in step.merged),
            )
            for step in self.steps
        ]

    def register(self) -> Register:
        """The register as it stands."""
        return settled(self.pupils, self.marks, self.contacts, self.imports)


def settled(
    pupils: pl.DataFrame, marks: pl.DataFrame, contacts: pl.DataFrame, imports: pl.DataFrame
) -> Register:
    """A register of tables in any order; `pupils` has the columns of `STANDING`."""
    people = pupils.sort("pupil")
    return Register(
        pupils=people.select(PUPILS.names()),
        marks=marks.sort(KEY),
        contacts=contacts.sort("pupil", "priority", "source", "row"),
        imports=imports,
        named=partial(content_digest, people, marks, contacts),
        listed=people["listed"],
    )


def _order(deltas: Sequence[Delta]) -> list[int]:
    return sorted(range(len(deltas)), key=lambda at: _turn(deltas[at]))


def _turn(delta: Delta) -> int:
    if delta.roll:
        return 0
    return 2 if delta.contacts.height and not delta.marks.height else 1


def _strangers(delta: Delta, *, again: bool) -> frozenset[int]:
    """Pupils that this export may not add: named only by a contact, or read again under a changed name."""
    named = pl.any_horizontal(pl.col(IDENTIFIERS).is_not_null())
    unsure = delta.pupils.filter(~named if again else pl.lit(value=False))["pupil"]
    if delta.roll:
        return frozenset(unsure)
    return frozenset({*unsure, *(set(delta.contacts["pupil"]) - set(delta.marks["pupil"].unique()))})


def _by_name(pupils: pl.DataFrame) -> list[int]:
    def order(row: tuple[int, str | None, str | None, str]) -> tuple[bool, str, str, str]:
        _, surname, forename, key = row
        return surname is None, fold_text(surname) or "", fold_text(forename) or "", key

    rows = pupils.select("pupil", "surname", "forename", "key").rows()
    return [row[0] for row in sorted(rows, key=order)]


def _renumber(table: pl.DataFrame, numbers: Mapping[int, int]) -> pl.DataFrame:
    return table.with_columns(pl.col("pupil").replace_strict(numbers, return_dtype=pl.UInt32))


def _imported(delta: Delta, said: pl.DataFrame, source: int, refused: int) -> pl.DataFrame:
    missing = said.filter(pl.col("code") == MISSING).height
    row = {
        "source": source,
        "file": delta.file,
        "digest": delta.digest,
        "layout": delta.layout,
        "marks": said.height - missing,
        "missing": missing,
        "quarantined": delta.quarantined + refused,
        "first": said["date"].min(),
        "last": said["date"].max(),
        "short": delta.short,
    }
    return pl.DataFrame([row], schema=IMPORTS)

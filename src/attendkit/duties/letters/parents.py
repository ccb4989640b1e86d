"""To whom a letter goes: each parent by law, with their name and address, or why not to them (R1.6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from attendkit.findings import View

COURT_ORDER = "court_order"
HELD = "contact_held"
NO_LETTERS = "wants_no_letters"
NO_DETAILS = "no_contact_details"
NO_NAME = "no_name"
NO_PARENT = "no_care"

_PARENTS = frozenset(
    {
        *("mother", "father", "mum", "dad", "parent", "carer", "guardian", "foster carer", "foster parent"),
        *("adoptive mother", "adoptive father", "adoptive parent", "legal guardian", "special guardian"),
    }
)
"""Relationships that make a parent by law: natural parents, and those who have care of a child."""

_CARE = ("grand", "gran", "granny", "nan", "nana", "step", "aunt", "auntie", "uncle", "foster", "kinship")
"""How the relationship of an adult begins who has care of a child that lives with them."""

_NO_CARE = ("brother", "sister", "sibling", "son", "daughter", "child")
"""How a relationship ends that is none of care, whatever it begins with: a stepsister lives there too."""


@dataclass(frozen=True)
class Parent:
    """A parent of a pupil: the facts that a letter has of them, and `held`, why none goes to them."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    way: str = ""
    relationship: str = ""
    held: str = ""

    def is_called(self, text: str) -> bool:
        """Whether the log means this parent: by name, with or without a title, or by relationship."""
        return self.is_named(text) or _folded(text) == _folded(self.relationship)

    def is_named(self, text: str) -> bool:
        """Whether a text is this parent's name, with or without a title."""
        asked, name = _folded(text), _folded(self.name)
        return asked == name or (name.endswith(f" {asked}") and " " in asked)


def parents_of(view: View) -> Mapping[int, Sequence[Parent]]:
    """The parents of each pupil looked at, in the school's order of priority.

    A parent is a natural parent, one with parental responsibility, or one who has care of the child: a carer
    or guardian, and a grandparent, step-parent, aunt or uncle whom the child lives with. Anybody else whom
    the child lives with, such as a brother or a lodger, is told of and held back: they are no parent.
    """
    contacts = view.register.contacts.filter(pl.col("pupil").is_in(view.pupils["pupil"].implode()))
    held, allowed = _held(view), _allowed(view)
    found: dict[int, list[Parent]] = {}
    for row in contacts.sort("pupil", "priority", "row", nulls_last=True).iter_rows(named=True):
        if _is_parent(row):
            found.setdefault(row["pupil"], []).append(
                _parent(row, held.get(row["pupil"], ()), allowed.get(row["pupil"], ()))
            )
        elif row["lives_with"]:
            found.setdefault(row["pupil"], []).append(replace(_parent(row, ()), held=NO_PARENT))
    return found


def _is_parent(row: Mapping[str, Any]) -> bool:
    related = _folded(row["relationship"] or "")
    return bool(
        related in _PARENTS or row["parental_responsibility"] or (row["lives_with"] and _has_care(related))
    )


def _has_care(related: str) -> bool:
    first, *_, last = related.replace("-", " ").split() * 2 or ("", "")
    return first.startswith(_CARE) and not last.endswith(_NO_CARE)


def _parent(row: Mapping[str, Any], held: Sequence[str], allowed: Sequence[str] = ()) -> Parent:
    name = " ".join(filter(None, (row["title"], row["forename"], row["surname"])))
    address = [line for line in (row["address"] or "").split("\n") if line]
    address += [row["postcode"]] if row["postcode"] and address else []
    facts = {
        "name": name,
        "salutation": row["salutation"] or _salutation(row),
        **({"address": address} if address else {}),
        **({"email": row["email"]} if row["email"] else {}),
    }
    parent = Parent(name, facts, "post" if address else "email", row["relationship"] or "")
    why = ""
    if row["court_order"] and not any(parent.is_named(text) for text in allowed):
        why = COURT_ORDER
    elif any(parent.is_called(text) for text in held):
        why = HELD
    elif row["correspondence"] is False:
        why = NO_LETTERS
    elif not name:
        why = NO_NAME
    elif not address and not row["email"]:
        why = NO_DETAILS
    return Parent(name, facts, parent.way, parent.relationship, why)


def _salutation(row: Mapping[str, Any]) -> str:
    """How a letter begins where the export does not say: Mrs Clark, or the whole name."""
    wanted = ("title", "surname") if row["title"] and row["surname"] else ("forename", "surname")
    return " ".join(filter(None, (row[name] for name in wanted)))


def _held(view: View) -> Mapping[int, Sequence[str]]:
    """The contacts of each pupil whom a hold in the log names."""
    return {
        pupil: [body.contact for body in _holds(view, pupil) if body.contact]
        for pupil in view.casework.whose("hold")
    }


def _allowed(view: View) -> Mapping[int, Sequence[str]]:
    """The contacts of each pupil to whom letters may go: somebody has read the court order, and says so."""
    found: dict[int, Sequence[str]] = {}
    for pupil in view.casework.whose("order-read"):
        last: dict[str, Any] = {}
        for entry in view.casework.of(pupil, "order-read"):
            body: Any = entry.body
            last[_folded(body.contact)] = body
        found[pupil] = [
            contact
            for contact, body in last.items()
            if body.letters == "may-go" and (body.until is None or body.until >= view.on)
        ]
    return found


def _holds(view: View, pupil: int) -> Iterator[Any]:
    return (entry.body for entry in view.casework.held(pupil))


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace(".", " ").split())

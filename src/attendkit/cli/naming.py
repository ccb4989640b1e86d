"""The parent or contact that an entry names, as the register writes the name."""

from typing import Any

import polars as pl

from attendkit.casework.contacts import NAMED, contacts_of, meant
from attendkit.casework.kinds import Kind
from attendkit.cli.printing import remark
from attendkit.errors import BadArgumentError


def named(body: Kind, pupil: int, contacts: pl.DataFrame) -> Kind:
    """The entry with its parent or contact as the register writes them.

    They may be said by name, by relationship, or by their number in the list that a refusal shows.

    Raises:
        BadArgumentError: nobody among the pupil's contacts is meant, or several may be.
    """
    people = contacts_of(contacts, [pupil]).get(pupil, ())
    changed: dict[str, Any] = {}
    for name in NAMED:
        text = getattr(body, name, "")
        if not text:
            continue
        if not people:
            remark("The register has no contacts of this pupil, so nothing proves who is named.")
            continue
        place = int(text) if text.isascii() and text.isdigit() else 0
        who = people[place - 1] if 0 < place <= len(people) else meant(text, people)
        if who is None:
            listed = ", ".join(
                f"{n} {one.relationship or 'contact'} ({one.initials})" for n, one in enumerate(people, 1)
            )
            raise BadArgumentError(
                "This is not one of the pupil's contacts in the register, or may be several of them.",
                where=f"--{name}",
                remedy=f"Say it by name, by relationship or by number: {listed}. Nothing was logged.",
            )
        changed[name] = who.name
    return body.model_copy(update=changed) if changed else body

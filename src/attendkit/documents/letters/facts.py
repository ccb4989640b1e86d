"""What a letter is given: texts and whole numbers about one pupil and one parent, and nothing else.

What is not known is left out, so that a wording that asks for it fails and no letter goes home with a gap.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from attendkit.documents.cells import tidy
from attendkit.duties.letters.parents import Parent
from attendkit.duties.letters.sight import Occasion, Sight, law
from attendkit.duties.letters.table import OFFICER, LetterKind
from attendkit.errors import BadArgumentError
from attendkit.findings import View, long_date
from attendkit.school import School


def people_facts(school: School, on: date, kind: LetterKind) -> dict[str, Any]:
    """The facts that every letter of a day has: the school, the officer, who signs.

    Raises:
        BadArgumentError: attendkit.toml does not say whom a parent is to ring, or who signs.
    """
    officer = _known(school.officer.model_dump())
    for name in ("name", "phone"):
        if name not in officer:
            raise BadArgumentError(
                f"No letter is written before the officer's {name} is known: each ends with it.",
                where=f"attendkit.toml, [officer] {name}",
                remedy="Add it, and run this again. docs/settings.md has an example.",
            )
    if not school.name:
        raise BadArgumentError(
            "No letter is written before the school's name is known.",
            where="attendkit.toml, name",
            remedy="Add it, and run this again.",
        )
    known = {"name": school.name, "authority": school.authority, "phone": school.phone}
    address = {"address": list(school.address)} if school.address else {}
    return {
        "today": long_date(on),
        "school": {**_known({**known, "website": school.website}), **address},
        "officer": officer,
        "signatory": _signatory(school, kind),
    }


def facts_of(
    sight: Sight, occasion: Occasion, parent: Parent, said: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Everything that one letter may say to one parent.

    Raises:
        BadArgumentError: attendkit.toml does not say whom a parent is to ring, or who signs.
    """
    child = _child(sight.people[occasion.pupil])
    facts = {
        **people_facts(sight.view.school, sight.view.on, occasion.letter),
        "child": child,
        "parent": parent.facts,
        "figures": sight.missed.figures(occasion.pupil),
        "reply_by": sight.reply_by,
        "duty": law(sight.view.rule("parents-duty")),
        **occasion.facts,
        **({"said": dict(said)} if said else {}),
        **({"reference": _reference(sight.people[occasion.pupil])} if occasion.letter.legal else {}),
    }
    return _plain(facts)  # type: ignore[no-any-return]


def law_facts(view: View, rule: str) -> dict[str, Any]:
    """What letters say of law: what a penalty notice costs, a parent's duty, and one rule."""
    return {
        "notice": Sight(view).notice,
        "duty": law(view.rule("parents-duty")),
        "law": law(view.rule(rule)),
    }


def _child(row: Mapping[str, Any]) -> dict[str, Any]:
    forename = row["preferred"] or row["forename"]
    whole = " ".join(filter(None, (forename, row["surname"])))
    return _known(
        {
            "forename": forename,
            "surname": row["surname"],
            "name": whole,
            "tutor": row["tutor"],
            "year": row["year"],
        }
    )


def _reference(row: Mapping[str, Any]) -> str:
    """Whom a legal letter is about, for whoever reads it: the whole name, the tutor group and the number."""
    name = " ".join(filter(None, (row["forename"], row["surname"])))
    return ", ".join(filter(None, (name, row["tutor"], row["adno"] or row["upn"])))


def _signatory(school: School, kind: LetterKind) -> dict[str, Any]:
    if kind.signed_by == OFFICER:
        return _known({"name": school.officer.name, "role": school.officer.role})
    signs = school.signatories.get(kind.signed_by)
    if signs is None or not signs.role:
        raise BadArgumentError(
            f"The letter {kind.name} is signed by the {kind.signed_by}, and nobody has said who that is.",
            where=f"attendkit.toml, [signatories.{kind.signed_by}]",
            remedy="Add the name and role, and run this again. docs/settings.md has an example.",
        )
    return signs.model_dump()


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are known: an empty text is not one."""
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    """Texts on one line, without what steers a printer; whole numbers; and lists and dicts of them."""
    match value:
        case str():
            return tidy(" ".join(value.split()))
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value

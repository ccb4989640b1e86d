"""Who is who: the same pupil in two files, or in two rows of one.

Keys are tried from the strongest: a sound UPN, the admission number, the school system's own id, name with
date of birth, name with tutor group. A weaker key never matches across a contradiction on a stronger one,
and two different answers are a refusal: a mark given to the wrong child is worse than one not loaded.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from attendkit.model import upn_fault, upn_is_temporary, upn_text

_REMEMBERED = 16_384
"""Names and numbers folded once: a school's pupils are asked for in every export."""

_APOSTROPHES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4\u2032`", "'") | {"\u2010": "-", "\u2011": "-"}
)

# What each key must not contradict. Zeros added, a bare name and a damaged UPN prove the least.
_STRONGER = {
    "upn": (),
    "adno": ("upn",),
    "mis_id": ("upn", "adno"),
    "adno_padded": ("upn", "mis_id", "surname", "forename", "dob"),
    "name_dob": ("upn", "adno", "mis_id"),
    "name_tutor": ("upn", "adno", "mis_id", "dob"),
    "name": ("upn", "adno", "mis_id", "dob", "tutor"),
    "upn_unsound": ("adno", "mis_id", "surname", "forename", "dob"),
}
IDENTIFIERS = ("upn", "adno", "mis_id")
"""The keys that name one pupil in a school. The others are only likely to."""

_MERGING = (*IDENTIFIERS, "name_dob", "name_tutor")


@dataclass(frozen=True, slots=True)
class Identity:
    """What one row, or one pupil of the register, says about who it is. None is not said."""

    upn: str | None = None
    adno: str | None = None
    mis_id: str | None = None
    surname: str | None = None
    forename: str | None = None
    dob: date | None = None
    tutor: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Identity":
        """The identity in a row of a pupils table."""
        return cls(**{name: row.get(name) for name in _NAMES})


_NAMES = tuple(field.name for field in fields(Identity))


@dataclass(frozen=True, slots=True)
class Match:
    """Which pupil an identity is, if any.

    `pupil` is None when there is none (`reason` empty: a new pupil) or when it cannot be said (`reason`
    `ambiguous_pupil` or `no_pupil_key`). `by` is the key that found it. `also` are further pupils that this
    identity proves to be the same child: one known by UPN only and one by admission number only.
    """

    pupil: int | None
    reason: str = ""
    by: str = ""
    also: tuple[int, ...] = ()


NOBODY = Match(None)
"""No pupil known so far: a new one."""


class Roll:
    """Every pupil known so far, found by any of their keys.

    A roll is a function of what it was told last: an old UPN or name no longer finds a pupil once `learn`
    has replaced it, so a roll read back from a register finds what the one that made it found.
    """

    def __init__(self, pupils: pl.DataFrame | None = None) -> None:
        self._known: dict[int, Identity] = {}
        self._index: dict[tuple[object, ...], set[int]] = defaultdict(set)
        self._next = 0
        if pupils is not None:
            for pupil, *said in pupils.select("pupil", *_NAMES).iter_rows():
                self._index_as(pupil, folded(Identity(*said)))
        self._settled = set(self._known)

    def __len__(self) -> int:
        """How many pupils are known."""
        return len(self._known)

    def find(self, identity: Identity) -> Match:
        """The pupil that an identity is."""
        asked = folded(identity)
        keys = list(_keys(asked))
        if not keys:
            return Match(None, "no_pupil_key")
        if self._two_children(asked):
            same = self._with_another_upn(asked)
            return Match(None, "ambiguous_pupil", "adno") if same is None else Match(same, "", "upn_changed")
        claims = [(str(key[0]), hits) for key in keys if (hits := self._hits(asked, key))]
        if not claims:
            return NOBODY
        (by, hits), *weaker = claims
        if len(hits) > 1:
            return Match(None, "ambiguous_pupil", by)
        (pupil,) = hits
        others = [(by_too, min(hit)) for by_too, hit in weaker if by_too in _MERGING and len(hit) == 1]
        at_odds = {by_too for by_too, other in others if self._differ(pupil, other)}
        if at_odds.intersection(IDENTIFIERS):
            return Match(None, "ambiguous_pupil", by)
        also = {other for _, other in others if other != pupil and not self._differ(pupil, other)}
        return Match(pupil, "", by, tuple(sorted(also)))

    def add(self, identity: Identity) -> int:
        """The number of a new pupil with this identity."""
        pupil = self._next
        self._index_as(pupil, folded(identity))
        return pupil

    def put(self, pupil: int, identity: Identity) -> None:
        """Replace all that is known of a pupil."""
        self._drop(pupil)
        self._index_as(pupil, folded(identity))

    def learn(self, pupil: int, identity: Identity) -> None:
        """Take in what a row says about a pupil: the newest word, save where the old one is better."""
        known, told = self._known[pupil], folded(identity)
        said = {name: value for name in _NAMES if (value := getattr(told, name)) is not None}
        said["upn"] = better_upn(known.upn, told.upn)
        said["adno"] = better_adno(known.adno, told.adno)
        self._drop(pupil)
        self._index_as(pupil, replace(known, **said))

    def merge(self, keep: int, gone: int) -> None:
        """Make two pupils one, under the number of the first. What the first knows stands."""
        absorbed, known = self._known[gone], self._known[keep]
        self._drop(gone)
        del self._known[gone]
        self._drop(keep)
        missing = {n: getattr(absorbed, n) for n in _NAMES if getattr(known, n) is None}
        self._index_as(keep, replace(known, **missing))

    def settle(self) -> None:
        """End a file: from here its admission numbers may be matched by adding zeros.

        Inside one file 0012 and 12 are two pupils; between two files they may be one, because a
        spreadsheet drops the zeros of a whole column.
        """
        self._settled = set(self._known)

    def _two_children(self, asked: Identity) -> bool:
        """Whether an admission number belongs to a pupil with another UPN: the row names two children."""
        holders = self._index.get(("adno", asked.adno), set()) if asked.adno else set()
        return any(contradict(asked, self._known[pupil], _STRONGER["adno"]) for pupil in holders)

    def _with_another_upn(self, asked: Identity) -> int | None:
        """The pupil of this admission number, name and birthday whose UPN was put right since, if any."""
        holders = self._index.get(("adno", asked.adno), set())
        whole = asked.surname and asked.forename and asked.dob
        if not whole or len(holders) != 1 or self._index.get(("upn", asked.upn)):
            return None
        (pupil,) = holders
        known = self._known[pupil]
        same = all(getattr(known, name) == getattr(asked, name) for name in ("surname", "forename", "dob"))
        return pupil if same else None

    def _hits(self, asked: Identity, key: tuple[object, ...]) -> set[int]:
        by = str(key[0])
        hits = self._index.get(key, set())
        if by == "adno_padded":
            exact = self._index.get(("adno", asked.adno))
            hits = set() if exact or len(hits) != 1 else hits & self._settled
        if by == "name":
            hits = {p for p in hits if _bare(asked) or _bare(self._known[p])}
        return {p for p in hits if not contradict(asked, self._known[p], _STRONGER[by])}

    def _differ(self, one: int, other: int) -> bool:
        everything = ("upn", "adno", "mis_id", "surname", "forename", "dob")
        return contradict(self._known[one], self._known[other], everything)

    def _index_as(self, pupil: int, identity: Identity) -> None:
        self._known[pupil] = identity
        self._next = max(self._next, pupil + 1)
        for key in _keys(identity):
            self._index[key].add(pupil)

    def _drop(self, pupil: int) -> None:
        for key in _keys(self._known[pupil]):
            self._index[key].discard(pupil)


def folded(identity: Identity) -> Identity:
    """An identity as it is compared: case, spaces, apostrophes and the form of accents set aside."""
    return Identity(
        upn=upn_text(identity.upn or "") or None,
        dob=identity.dob,
        **{name: fold_text(getattr(identity, name)) for name in _NAMES if name not in {"upn", "dob"}},
    )


@lru_cache(maxsize=_REMEMBERED)
def fold_text(text: str | None) -> str | None:
    """A name or number as it is compared; None when nothing is left."""
    if text is None:
        return None
    return " ".join(unicodedata.normalize("NFC", text).translate(_APOSTROPHES).casefold().split()) or None


def better_upn(old: str | None, new: str | None) -> str | None:
    """Which of two UPNs to keep: a sound one before a damaged one, a permanent one before a temporary one."""
    if not (old and new):
        return new or old
    return new if _upn_rank(new) >= _upn_rank(old) else old


def better_adno(old: str | None, new: str | None) -> str | None:
    """Which of two admission numbers to keep: the newer, unless it only lost its leading zeros."""
    if old and new and unpadded(old) == unpadded(new):
        return max(new, old, key=len)
    return new or old


def unpadded(adno: str) -> str:
    """An admission number without leading zeros; unchanged when it is not all digits."""
    return (adno.lstrip("0") or "0") if adno.isascii() and adno.isdigit() else adno


def contradict(one: Identity, other: Identity, names: Iterable[str]) -> bool:
    """Whether two folded identities both know one of these and differ on it."""
    return any(_at_odds(name, getattr(one, name), getattr(other, name)) for name in names)


def _at_odds(name: str, one: Any, other: Any) -> bool:
    if one is None or other is None or one == other:
        return False
    if name == "adno":
        return unpadded(one) != unpadded(other)
    if name == "upn":  # a damaged UPN denies nothing, and a temporary one gives way to the permanent one
        ranks = _upn_rank(one), _upn_rank(other)
        return ranks[0] == ranks[1] and ranks[0] > 0
    return True


@lru_cache(maxsize=_REMEMBERED)
def _upn_rank(upn: str) -> int:
    if upn_fault(upn):
        return 0
    return 1 if upn_is_temporary(upn) else 2


def _keys(said: Identity) -> Iterator[tuple[object, ...]]:
    if said.upn and _upn_rank(said.upn):
        yield "upn", said.upn
    if said.adno:
        yield "adno", said.adno
    if said.mis_id:
        yield "mis_id", said.mis_id
    if said.adno:
        yield "adno_padded", unpadded(said.adno)
    name = (said.surname, said.forename)
    if any(name):
        if said.dob:
            yield "name_dob", *name, said.dob
        if said.tutor:
            yield "name_tutor", *name, said.tutor
        yield "name", *name
    if said.upn and not _upn_rank(said.upn):
        yield "upn_unsound", said.upn


def _bare(said: Identity) -> bool:
    return not (said.upn or said.adno or said.mis_id or said.dob or said.tutor)

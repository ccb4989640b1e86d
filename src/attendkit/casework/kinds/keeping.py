"""Entries about entries: what was struck out, and what was erased."""

from pydantic import Field

from attendkit.casework.kinds.kind import Kind, Said


class StruckOut(Kind):
    """An entry was made in error: it stays in the log, and no longer counts."""

    why: Said = Field(description="Why it was wrong.")


class Erased(Kind):
    """What entries said was erased for good, and the entries were left in their places."""

    machine = True
    whole_school = True

    why: Said = Field(description="Who asked, and why.")
    entries: tuple[int, ...] = Field(description="The numbers of the entries.")

"""Who comes and goes in the school day, and what is done about lateness."""

from typing import Literal

from pydantic import Field

from attendkit.casework.kinds.kind import Code, Kind, Said


class LateDoor(Kind):
    """A pupil came in by the late door. `--at` says when."""

    code: Code = Field("", description="The code that the reason amounts to, if not simply late.")
    minutes: int | None = Field(
        None, ge=0, le=600, title="minutes late", description="How many minutes late."
    )
    notes: str = Field("", description="The reason given.")


class SignOut(Kind):
    """A pupil left the site in the school day, or came back. `--at` says when."""

    way: Literal["out", "back"] = Field("out", description="Whether the pupil went out or came back.")
    code: Code = Field("", description="The code that the reason amounts to.")
    collected: str = Field("", title="with", description="Who the pupil went with.")
    notes: str = Field("", description="Why.")


class Sanction(Kind):
    """A step of the school's own ladder for lateness was taken."""

    step: int | None = Field(
        None, ge=1, title="step", description="Which step of attendkit.toml, from 1; the one that is due."
    )
    action: Said = Field(description="What was done.")

"""Support and its limits: targets, part-time timetables, enquiries, holds."""

from typing import Literal

from pydantic import Field, model_validator

from attendkit.casework.kinds.kind import Day, Kind, Said

TARGETS = ("attendance", "punctuality", "legal")
Target = Literal["attendance", "punctuality", "legal"]

HOLDS = ("bereavement", "medical", "safeguarding", "court-order")
Why = Literal["bereavement", "medical", "safeguarding", "court-order"]


class TargetSet(Kind):
    """A target was agreed: attendance, punctuality, or the council's legal one.

    `most` is whole sessions: missed of an attendance or legal target, late (L and U) of a punctuality one.
    With `percent` it is worked out of the sessions possible from `first` to `last`, as they are held.
    """

    target: Target = Field(description="Which kind of target.")
    first: Day = Field(title="from", description="The first day it counts.")
    last: Day = Field(title="to", description="The last day it counts.")
    most: int | None = Field(
        None, ge=0, title="at most", description="The most sessions missed, or late, that still meet it."
    )
    percent: int | None = Field(
        None, ge=1, le=100, title="percent", description="Or the least attendance that meets it, in percent."
    )
    agreed: str = Field("", title="agreed with", description="With whom it was agreed.")

    @model_validator(mode="after")
    def _sound(self) -> "TargetSet":
        if self.last < self.first:
            raise ValueError("the target ends before it begins")
        if (self.most is None) == (self.percent is None):
            raise ValueError("say the most sessions or the least percent, one of the two")
        if self.percent is not None and self.target == "punctuality":
            raise ValueError("a punctuality target is so many lates at most, not a percentage")
        return self


class TargetReviewed(Kind):
    """A target was looked at again, and met, not met, or ended."""

    target: Target = Field(description="Which kind of target.")
    outcome: Literal["met", "not-met", "goes-on", "ended"] = Field(description="How it stood.")
    notes: str = Field("", description="What was said and agreed.")


class TimetableAgreed(Kind):
    """A part-time timetable was agreed with a parent the pupil lives with."""

    first: Day = Field(title="from", description="The first day of it.")
    last: Day = Field(title="to", description="The day it ends. An agreement always has one.")
    parent: Said = Field(title="with", description="The parent who agreed.")
    decided: Said = Field(title="by", description="Who agreed it for the school.")
    times: Said = Field(title="times", description="When the pupil is to be in school.")
    why: str = Field("", title="because", description="The exceptional circumstances, in a few words.")

    @model_validator(mode="after")
    def _in_order(self) -> "TimetableAgreed":
        if self.last < self.first:
            raise ValueError("the timetable ends before it begins")
        return self


class TimetableReviewed(Kind):
    """A part-time timetable was reviewed with the pupil and parents."""

    outcome: Literal["goes-on", "more-time", "less-time", "ends"] = Field(description="What was decided.")
    last: Day | None = Field(None, title="now to", description="The day it ends now, if that has changed.")
    notes: str = Field("", description="What was said and agreed.")


class TimetableEnded(Kind):
    """A part-time timetable has ended: the pupil is full-time again."""

    notes: str = Field("", description="Anything to remember about it.")


class Enquiry(Kind):
    """One of the reasonable enquiries after a pupil who is missing."""

    what: Literal[
        "every-contact",
        "letter-or-email",
        "home-visit",
        "siblings-schools",
        "friends",
        "employer",
        "other-agencies",
        "council",
        "other",
    ] = Field(description="Which enquiry.")
    outcome: str = Field("", description="What came of it.")


class Hold(Kind):
    """Letters are held back from a pupil's home, or from one contact."""

    goes_forward = True

    why: Why = Field(description="Why.")
    contact: str = Field(
        "", title="contact", description="Which contact alone it is about; everyone if left out."
    )
    until: Day | None = Field(
        None, title="until", description="The last day of it; until lifted if left out."
    )
    notes: str = Field("", description="Anything the next reader must know.")


class OrderRead(Kind):
    """A person read the court order on a contact, and decided whether letters go to them."""

    contact: Said = Field(title="on", description="The contact, as the register writes the name.")
    letters: Literal["may-go", "none"] = Field(description="Whether letters may go to this contact.")
    until: Day | None = Field(
        None, title="until", description="The last day of it; until another is logged if left out."
    )
    notes: str = Field("", description="What the order allows, in a few words.")


class HoldLifted(Kind):
    """A hold has ended."""

    why: Why = Field(description="Why it was held.")
    contact: str = Field("", title="contact", description="Which contact it was about.")
    notes: str = Field("", description="Who decided it.")

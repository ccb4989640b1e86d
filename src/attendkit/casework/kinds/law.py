"""What law and council want remembered: leave, penalty notices, home education, returns, hearings."""

from typing import Literal

from pydantic import Field, model_validator

from attendkit.casework.kinds.kind import Code, Day, Kind, Said

_PARENT = "The parent it is to, as the register writes the name."
_WHICH = "The day the notice was issued; the latest one to this parent if left out."


class _Span(Kind):
    """Days from first to last."""

    first: Day = Field(title="from", description="The first day.")
    last: Day = Field(title="to", description="The last day.")

    @model_validator(mode="after")
    def _in_order(self) -> "_Span":
        if self.last < self.first:
            raise ValueError("the last day is before the first")
        return self


class LeaveRequested(_Span):
    """A parent asked for leave of absence. `--on` is the day the request came in."""

    parent: Said = Field(title="asked by", description="Who asked.")
    lives_with: bool | None = Field(
        None, title="lives with", description="Whether the pupil normally lives with that parent."
    )
    why: Literal[
        "holiday",
        "family-event",
        "funeral",
        "illness-in-family",
        "religious",
        "performance",
        "employment-abroad",
        "interview",
        "exam-study",
        "service-family",
        "other",
    ] = Field(description="What for.")
    way: Literal["form", "letter", "email", "spoken", "not-asked"] = Field(
        "form", description="How it was asked; not-asked where it was taken without asking."
    )
    notes: str = Field("", description="The circumstances as the parent gave them.")


class LeaveDecided(Kind):
    """A named, authorised person decided on leave."""

    decision: Literal["granted", "in-part", "declined"] = Field(description="What was decided.")
    decided: Said = Field(title="by", description="The authorised person who decided.")
    days: int | None = Field(None, ge=0, title="days", description="How many school days were granted.")
    code: Code = Field("", title="code", description="The code for it, such as C or G.")
    why: Said = Field(title="because", description="Why, as the letter gives it.")
    request: int | None = Field(
        None, ge=1, title="request", description="The number of the request; the latest one if left out."
    )


class LeaveReturned(Kind):
    """A pupil came back from leave. `--on` is the day."""

    notes: str = Field("", description="Anything to remember about it.")
    request: int | None = Field(
        None, ge=1, title="request", description="The number of the request; the latest one if left out."
    )


class NoticeReferred(_Span):
    """The council was asked to issue a penalty notice for the sessions of these days."""

    parent: Said = Field(title="to", description=_PARENT)
    matter: Literal["absence", "leave", "legal-target"] = Field("absence", description="What it is for.")


class NoticeIssued(_Span):
    """A penalty notice was issued. `--on` is the day on it; the days are those of its sessions."""

    parent: Said = Field(title="to", description=_PARENT)
    received: Day | None = Field(None, title="received", description="When it was received, if known.")
    matter: Literal["absence", "leave", "legal-target"] = Field("absence", description="What it is for.")
    reference: str = Field("", title="reference", description="The council's number.")


class NoticePaid(Kind):
    """A penalty notice was paid. `--on` is the day."""

    parent: Said = Field(title="by", description=_PARENT)
    amount: int | None = Field(None, ge=1, title="pounds", description="How many pounds were paid.")
    issued: Day | None = Field(None, title="issued", description=_WHICH)


class NoticeWithdrawn(Kind):
    """A penalty notice was withdrawn."""

    parent: Said = Field(title="to", description=_PARENT)
    why: str = Field("", title="because", description="Why.")
    issued: Day | None = Field(None, title="issued", description=_WHICH)


class NoticeProsecuted(Kind):
    """A parent is prosecuted for the absence that a notice was for."""

    parent: Said = Field(title="to", description=_PARENT)
    issued: Day | None = Field(None, title="issued", description=_WHICH)
    notes: str = Field("", description="What comes next.")


class NoticeToImprove(_Span):
    """A Notice to Improve was given, with its period."""

    parent: Said = Field(title="to", description=_PARENT)
    expects: str = Field("", title="expects", description="What sufficient improvement looks like.")


class NoticeToImproveOutcome(Kind):
    """How a Notice to Improve ended."""

    parent: Said = Field(title="to", description=_PARENT)
    outcome: Literal["met", "not-met", "withdrawn"] = Field(description="How it ended.")
    notes: str = Field("", description="What comes next.")


class Hearing(Kind):
    """A hearing in court, and its outcome."""

    court: str = Field("", title="at", description="Which court.")
    outcome: Literal[
        "listed", "adjourned", "guilty", "not-guilty", "fine", "discharge", "order", "withdrawn"
    ] = Field("listed", description="What came of it; listed while it is to come.")
    parent: str = Field("", title="against", description="The parent who is prosecuted.")
    next: Day | None = Field(None, title="next", description="When it is heard next.")
    notes: str = Field("", description="The sentence, costs, or what comes next.")


class EheNotice(Kind):
    """A parent said that the child will be educated at home. `--on` is the day it came in."""

    way: Literal["written", "spoken"] = Field(
        description="Only a written one takes a name off the register; the council is told of a spoken one."
    )
    parent: Said = Field(title="from", description="Who gave it.")
    stated: Day | None = Field(None, title="from day", description="The day that it names, if it names one.")
    discussed: Day | None = Field(
        None,
        title="discussed",
        description="When the council's information was gone through with the parent.",
    )


class EheExitForm(Kind):
    """The council's exit form was sent."""

    notes: str = Field("", description="Anything to remember about it.")


class EheDecision(Kind):
    """What the parent decided: to go on, to think it over until a day, or to stay."""

    goes_forward = True

    decision: Literal["goes-on", "thinks-it-over", "stays"] = Field(description="What was decided.")
    until: Day | None = Field(
        None, title="until", description="To think it over until: agreed in writing, never required."
    )
    notes: str = Field("", description="Anything to remember about it.")


class EheRemoved(Kind):
    """The name was taken off the admission register for home education."""

    notes: str = Field("", description="Who was told.")


class ToldCouncil(Kind):
    """A return or notification was sent to the council."""

    what: Literal[
        "attendance",
        "sickness",
        "new-pupil",
        "deletion",
        "part-time-timetable",
        "missing-education",
        "home-education",
    ] = Field(description="Which return.")
    since: Day | None = Field(
        None, title="since", description="The first day of the absence it is about; any if left out."
    )
    reference: str = Field("", title="reference", description="The council's number.")

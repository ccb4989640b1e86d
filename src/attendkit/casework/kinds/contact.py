"""Contacts with home: calls, messages, letters, meetings, visits."""

from typing import Literal

from pydantic import Field, model_validator

from attendkit.casework.kinds.kind import Code, Day, Kind, Said, Several

REASON = "The attendance code that the reason amounts to, where one was given."
NOTES = "What was said, in a few words. No diagnosis."


class Call(Kind):
    """A telephone call home, and what came of it."""

    outcome: Literal["reason", "no-reason", "message-left", "no-answer", "wrong-number"] = Field(
        description="What came of it: a reason was given, none was, a message was left, nobody answered, or"
        " the number is wrong."
    )
    code: Code = Field("", description=REASON)
    to: str = Field("", title="to", description="Who was called, such as Mother.")
    notes: str = Field("", description=NOTES)
    finding: str = Field("", repr=False, description="The finding that the call was about.")


class Message(Kind):
    """A message from home or to it: absence line, e-mail, text, note."""

    way: Literal["absence-line", "email", "text", "note", "in-person", "other"] = Field(
        "absence-line", description="How it came or went."
    )
    sent: bool = Field(False, title="sent", description="It went home, and did not come from there.")
    code: Code = Field("", description=REASON)
    until: Day | None = Field(None, title="until", description="The last day of absence it speaks of.")
    to: str = Field("", title="with", description="Who sent it or got it, such as Father.")
    notes: str = Field("", description=NOTES)


class Letter(Kind):
    """A letter home, with what it rests on."""

    letter: Said = Field(description="Its name, such as first-concern.")
    parent: str = Field("", title="to", description="Whom it is addressed to.")
    way: Literal["post", "email", "by-hand"] = Field("post", description="How it went.")
    findings: Several = Field((), repr=False, description="The findings it rests on.")
    facts: str = Field("", repr=False, description="The digest of what it says.")
    files: Several = Field((), repr=False, description="The files that were written.")
    notes: str = Field("", description="Anything to remember about it.")


class Meeting(Kind):
    """A meeting with a parent or pupil, held or not."""

    what: Literal[
        "parents",
        "pastoral-support",
        "punctuality",
        "medical",
        "return-to-school",
        "attendance-contract",
        "inclusion-panel",
        "college",
        "council",
        "pre-legal",
        "other",
    ] = Field("parents", description="What kind of meeting.")
    held: Literal["held", "not-attended", "put-off", "declined"] = Field(
        "held", description="Whether it was held."
    )
    present: str = Field("", title="present", description="Who was there.")
    notes: Said = Field(description="What was said and agreed.")
    next: Day | None = Field(None, title="next", description="When they meet again.")


class Visit(Kind):
    """A visit to the home."""

    outcome: Literal["pupil-seen", "parent-spoken-to", "no-answer", "not-living-there"] = Field(
        description="What came of it."
    )
    notes: str = Field("", description=NOTES)


class SafeAndWell(Kind):
    """A check that a pupil is safe and well."""

    seen: Literal["seen", "spoken-to", "not-seen"] = Field(
        description="Whether staff saw the pupil in person, only spoke with them, or neither."
    )
    way: Literal["on-site", "home-visit", "video", "telephone", "other-agency"] = Field(
        "on-site", description="How it was done."
    )
    notes: str = Field("", description=NOTES)

    @model_validator(mode="after")
    def _in_person(self) -> "SafeAndWell":
        if self.seen == "seen" and self.way in {"telephone", "video"}:
            raise ValueError("nobody is seen in person that way: it is spoken-to")
        return self


class EvidenceAsked(Kind):
    """Medical evidence was asked for, where there was genuine doubt."""

    first: Day | None = Field(None, title="from", description="The first day of absence asked about.")
    last: Day | None = Field(None, title="to", description="The last day of absence asked about.")
    due: Day | None = Field(None, title="due", description="When it is wanted by.")
    parent: str = Field("", title="of", description="Who was asked.")

    @model_validator(mode="after")
    def _in_order(self) -> "EvidenceAsked":
        if self.first and self.last and self.last < self.first:
            raise ValueError("the last day is before the first")
        return self


class EvidenceReceived(Kind):
    """Medical evidence came in. What the illness is has no place here."""

    what: Literal["appointment-card", "letter", "prescription", "note", "screenshot", "other"] = Field(
        description="What kind of paper."
    )
    first: Day = Field(title="covers from", description="The first day it covers.")
    last: Day = Field(title="to", description="The last day it covers.")
    accepted: bool = Field(True, title="accepted", description="Whether it is taken as evidence.")
    back: Day | None = Field(None, title="expected back", description="When the pupil is expected back.")

    @model_validator(mode="after")
    def _in_order(self) -> "EvidenceReceived":
        if self.last < self.first:
            raise ValueError("the last day is before the first")
        return self


class SafeguardingReference(Kind):
    """A concern was put into the safeguarding system: only its number stands here."""

    reference: Said = Field(description="Its number in that system. Nothing of the concern.")


class Note(Kind):
    """Anything else worth remembering."""

    notes: Said = Field(description="What is to be remembered.")


class Praise(Kind):
    """Good attendance or a real improvement was recognised."""

    notes: Said = Field(description="What for.")

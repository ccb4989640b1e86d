"""An open case: barriers, actions with an owner and a day, reviews, and how it ended."""

from typing import Literal

from pydantic import Field

from attendkit.casework.kinds.kind import Day, Kind, Said, Several


class CaseOpened(Kind):
    """A case was opened for a pupil."""

    why: Said = Field(description="Why, in a few words.")
    lead: str = Field("", title="lead", description="Who leads it.")
    barriers: Several = Field((), title="barriers", description="What stands in the way. Once for each.")
    review: Day | None = Field(None, title="review", description="When it is reviewed next.")


class CaseBarrier(Kind):
    """A barrier was found, or is gone."""

    barrier: Said = Field(description="What stands in the way.")
    gone: bool = Field(False, title="gone", description="It no longer does.")


class CaseAction(Kind):
    """An action was agreed, with who does it and by when."""

    action: Said = Field(description="What is to be done.")
    owner: Said = Field(title="owner", description="Who does it.")
    due: Day = Field(title="due", description="By when.")


class CaseActionDone(Kind):
    """An agreed action was done, or dropped."""

    action: int = Field(ge=1, title="action", description="The number of the action, as `case show` has it.")
    outcome: Literal["done", "dropped"] = Field("done", description="Which.")
    notes: str = Field("", description="What came of it.")


class CaseReviewed(Kind):
    """A case was reviewed."""

    notes: Said = Field(description="What was said and agreed.")
    next: Day | None = Field(None, title="next", description="When it is reviewed next.")


class CaseClosed(Kind):
    """A case was closed."""

    outcome: Literal["improved", "partly-improved", "not-improved", "left", "passed-on"] = Field(
        description="How it ended."
    )
    notes: str = Field("", description="What made the difference, or whose it is now.")

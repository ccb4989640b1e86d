"""Letters that the log says were written: nobody is written to twice about one thing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from attendkit.duties.letters.parents import Parent
from attendkit.duties.letters.sight import Occasion, Sight, weeks_ago
from attendkit.duties.letters.table import LETTERS, Step

ALREADY = "already_written"
GRAVER = "graver_written"
OTHER = "other_written"

_ORDER = {kind.name: place for place, kind in enumerate(LETTERS)}
_LADDER = frozenset(kind.name for kind in LETTERS if kind.step is Step.ABSENCE and kind.concern)
_GOOD_NEWS = frozenset(kind.name for kind in LETTERS if kind.step is Step.GOOD_NEWS)
_WORRIED = frozenset(
    kind.name for kind in LETTERS if kind.concern or kind.step in {Step.ABSENCE, Step.REASON, Step.LATENESS}
)
"""Letters after which good news would sound as if the school did not know what it had written."""


@dataclass(frozen=True)
class Sent:
    """The letters in the log, asked about one occasion and parent at a time."""

    sight: Sight

    @cached_property
    def again(self) -> date:
        """The day from which a letter of the same name is too soon after."""
        return weeks_ago(self.sight.view, self.sight.view.rule("letter-again").number("school_weeks"))

    @cached_property
    def worried(self) -> date:
        """The day from which a letter of concern is too short before good news."""
        return weeks_ago(self.sight.view, self.sight.view.rule("letter-improved").number("after_concern"))

    def before_good_news(self, pupil: int) -> date | None:
        """The day of a letter about this pupil that good news is too soon after, if there is one."""
        view = self.sight.view
        for entry in reversed(view.casework.of(pupil, "letter")):
            body: Any = entry.body
            worried = body.letter in _WORRIED and entry.on >= self.worried
            if worried or (entry.on == view.on and body.letter not in _GOOD_NEWS):
                return entry.on
        return None

    def why_not(self, occasion: Occasion, parent: Parent) -> tuple[str, date] | None:
        """Why the letter is not written to this parent now, and the day of the one that was; else None."""
        for on, body in self._to(occasion.pupil, parent):
            if body.letter == occasion.letter.name and self._same(occasion, on, body):
                return ALREADY, on
            graver = _ORDER.get(body.letter, len(_ORDER)) < _ORDER[occasion.letter.name]
            both = {body.letter, occasion.letter.name} <= _LADDER
            if graver and both and on >= self.again:
                return GRAVER, on
        return None

    def _same(self, occasion: Occasion, on: date, body: Any) -> bool:
        if set(body.findings) & set(occasion.findings):
            return True
        return on >= (occasion.since or self.again)

    def _to(self, pupil: int, parent: Parent) -> Iterator[tuple[date, Any]]:
        for entry in reversed(self.sight.view.casework.of(pupil, "letter")):
            body: Any = entry.body
            if not body.parent or parent.is_called(body.parent):
                yield entry.on, body

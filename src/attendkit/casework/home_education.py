"""Notices of home education as the log has them: which one counts."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from attendkit.casework.log import Log

if TYPE_CHECKING:
    from attendkit.casework.entry import Entry

_ONE_DAY = timedelta(days=1)


def notice_of(log: Log, pupil: int) -> "Entry | None":
    """A pupil's last notice, but a written one stands against a spoken one after it (R15.1).

    It does so until the name went, or the pupil stayed.
    """
    last: Entry | None = None
    written = False
    for entry in log.of(pupil, "ehe-notice", "ehe-decision", "ehe-removed"):
        body: Any = entry.body
        if entry.kind == "ehe-notice" and (not written or body.way == "written"):
            last, written = entry, body.way == "written"
        elif entry.kind == "ehe-removed" or (entry.kind == "ehe-decision" and body.decision == "stays"):
            written = False
    return last


def name_goes_on(notice: "Entry", thinking: date | None = None) -> date | None:
    """From when the name is to be off the register; none where the notice was only spoken (R15.1, R15.3).

    `thinking` is until when a parent agreed to think it over: it counts where the notice names no day.
    """
    given: Any = notice.body
    if given.way != "written":
        return None
    named: date = given.stated + _ONE_DAY if given.stated else thinking or notice.on
    return max(named, notice.on)

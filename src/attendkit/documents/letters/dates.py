"""Dates as letters write them, read back: `Monday 9 November to Wednesday 11 November`."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DATE = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\b(?:\s+(\d{{4}}))?", re.IGNORECASE)


def dates_in(text: str, on: date) -> list[date]:
    """Every school day that a text names, a span from its first to its last without its weekend.

    A date without a year is the last of its kind up to `on`.
    """
    named = list(_named(text, on))
    if " to " not in text or len(named) != 2:
        return named
    first, last = named
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def _named(text: str, on: date) -> Iterator[date]:
    for number, month, year in _DATE.findall(text):
        place = _MONTHS.index(month.lower()) + 1
        if year:
            yield date(int(year), place, int(number))
        else:
            this = date(on.year, place, int(number))
            yield this if this <= on else date(on.year - 1, place, int(number))

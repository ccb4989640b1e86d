"""The shapes that exports come in: one module a family, recognised by what their headings are."""

from collections.abc import Callable

from attendkit.read.layouts import long, totals, week_rows, week_strings, wide
from attendkit.read.shape import IDENTITY, Shape
from attendkit.read.table import Table

_TOTALS = (
    "possible",
    "present_total",
    "authorised_total",
    "unauthorised_total",
    "percent",
    "missing_total",
    "late_total",
    "late_after_total",
)
_CONTACT = (
    "relationship",
    "parental_responsibility",
    "court_order",
    "contact_surname",
    "contact_forename",
    "contact_name",
    "lives_with",
)
_ABOUT_PUPILS = (
    "dob",
    "sex",
    "year",
    "tutor",
    "admitted",
    "left",
    "status",
    "sen",
    "fsm",
    "pupil_premium",
    "forename",
)
_REGISTERS = (
    "This lists registers, not pupils: it says which were taken and by whom. "
    "Export the marks instead, one row a pupil, date and session."
)
_DAILY = (
    "This has one word or mark a pupil a day, and no sessions. "
    "Schools in England register each half of the day: export the session marks."
)
_CODE_IDS = (
    "This holds the numbers that the system gives its codes, not the codes. "
    "Export with the codes themselves, or with the list of codes joined on."
)

Shaper = Callable[[Table], Shape]


def shaper(table: Table) -> Shaper | None:
    """What makes marks of this table, or None when it does not hold any."""
    if is_contacts(table):
        return None
    who = table.any(*IDENTITY)
    if table.has("date", "session", "mark"):
        return long.shape
    if table.has("date", "mark"):
        return None
    return _weekly(table, who=who) or (_dated(table) if who else None)


def _weekly(table: Table, *, who: bool) -> Shaper | None:
    """The layouts with a row a week."""
    if table.has("week_start", "marks_string") and week_strings.are_strings(
        table, [table.fields["marks_string"]]
    ):
        return week_strings.shape
    if len(week_rows.weekday_columns(table)) >= 2:
        return week_rows.shape if who else week_rows.shape_certificate
    return None


def _dated(table: Table) -> Shaper | None:
    """The layouts with dates in their headings."""
    if wide.session_columns(table):
        return wide.shape
    days = wide.day_columns(table)
    if days and week_strings.are_strings(table, days):
        return week_strings.shape_columns
    return wide.shape_pairs if days and wide.are_pairs(table) else None


def is_contacts(table: Table) -> bool:
    """Whether the table lists contacts rather than pupils or marks."""
    contact = sum(name in table.fields for name in _CONTACT) + sum(
        name in table.fields for name in ("mobile", "home", "email", "priority", "salutation", "address")
    )
    return contact >= 2 and table.any(*_CONTACT, "priority") and not table.has("date", "mark")


def is_totals(table: Table) -> bool:
    """Whether the table holds totals and no sessions."""
    return sum(name in table.fields for name in _TOTALS) >= 2 or totals.is_census(table)


def is_pupils(table: Table) -> bool:
    """Whether the table lists pupils, and nothing that should have been a mark."""
    if table.any("mark", "session") or len(table.days) >= 2:
        return False
    return table.any(*IDENTITY) and sum(name in table.fields for name in _ABOUT_PUPILS) >= 2


def not_a_register(table: Table | None) -> str:
    """Why a table that was read holds nothing to load, in words."""
    if table is None:
        return (
            "No row near the top has headings that attendkit knows. If it is a register, name its columns in "
            'attendkit.toml: [profiles.NAME] headers = { "Your heading" = "mark" }.'
        )
    if table.any("teacher", "lesson_event") and not table.any(*IDENTITY):
        return _REGISTERS
    if table.any("code_id"):
        return _CODE_IDS
    if table.any("daily_status") or (table.has("date", "mark") and not table.has("session")):
        return _DAILY
    lacking = [name for name in ("date", "session", "mark") if name not in table.fields]
    known = ", ".join(table.fields)  # and no heading in its own words, which may be a row with names in it
    return (
        f"There are columns for {known}, and none for {' or '.join(lacking)}, so this is not a register. "
        "If a column goes by another name, say so in attendkit.toml: "
        '[profiles.NAME] headers = { "Your heading" = "mark" }.'
    )

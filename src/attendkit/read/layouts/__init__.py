"""The shapes that exports come in: one module a family, recognised by what their headings are."""

from collections.abc import Callable

from attendkit.read.layouts import long, week_rows, week_strings, wide
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
_REFUSED = {
    "register_status": "This lists registers, not pupils: it says which were taken and by whom. "
    "Export the marks instead, one row a pupil, date and session.",
    "daily": "This has one word a pupil a day (Present, Absent) and no session marks. "
    "Schools in England register each half of the day: export the session marks.",
    "code_ids": "This holds the numbers that the system gives its codes, not the codes. "
    "Export with the codes themselves, or with the list of codes joined on.",
}

Shaper = Callable[[Table], Shape]


def shaper(table: Table) -> Shaper | None:
    """What makes marks of this table, or None when it does not hold any."""
    who = table.any(*IDENTITY)
    weekdays = week_rows.weekday_columns(table)
    if is_contacts(table):
        return None
    if table.has("date", "mark") and (who or table.has("session")):
        return long.shape if table.has("session") else None
    if table.has("week_start", "marks_string") and week_strings.are_strings(
        table, [table.fields["marks_string"]]
    ):
        return week_strings.shape
    if len(weekdays) >= 2:
        return week_rows.shape if who else week_rows.shape_certificate
    if wide.session_columns(table) and who:
        return wide.shape
    if wide.day_columns(table) and who:
        if week_strings.are_strings(table, wide.day_columns(table)):
            return week_strings.shape_columns
        return wide.shape_pairs if wide.are_pairs(table) else None
    return None


def is_contacts(table: Table) -> bool:
    """Whether the table lists contacts rather than pupils or marks."""
    contact = sum(name in table.fields for name in _CONTACT) + sum(
        name in table.fields for name in ("mobile", "home", "email", "priority", "salutation", "address")
    )
    return contact >= 2 and table.any(*_CONTACT, "priority") and not table.has("date", "mark")


def is_totals(table: Table) -> bool:
    """Whether the table holds totals and no sessions."""
    return sum(name in table.fields for name in _TOTALS) >= 2 and not (wide.session_columns(table))


def is_pupils(table: Table) -> bool:
    """Whether the table lists pupils."""
    return table.any(*IDENTITY) and sum(name in table.fields for name in _ABOUT_PUPILS) >= 2


def not_a_register(table: Table | None) -> str:
    """Why a table that was read holds nothing to load, in words."""
    if table is None:
        return (
            "No row near the top has headings that attendkit knows. If it is a register, name its columns in "
            'attendkit.toml: [profiles.NAME] headers = { "Your heading" = "mark" }.'
        )
    if table.any("teacher", "lesson_event") and not table.any(*IDENTITY):
        return _REFUSED["register_status"]
    if table.any("code_id"):
        return _REFUSED["code_ids"]
    if table.any("daily_status") or (table.has("date", "mark") and not table.has("session")):
        return _REFUSED["daily"]
    lacking = [name for name in ("date", "session", "mark") if name not in table.fields]
    named = ", ".join(heading for heading in table.headings if heading)[:200]
    return (
        f"The headings {named} do not make a register: there is no column for {' or '.join(lacking)}. "
        'If a column goes by another name, say so in attendkit.toml: [profiles.NAME] headers = { "Your heading" = "mark" }.'
    )

"""The text of a new `attendkit.toml`: what was found, and a comment on everything else."""

import json
import tomllib
from collections.abc import Iterator

from pydantic import ValidationError

from attendkit.documents.cells import tidy
from attendkit.errors import BadArgumentError
from attendkit.register.proposal import Proposal, SeenTerm, Span
from attendkit.school import School

_HEAD = """\
# What attendkit knows about the school. Every setting may be left out; docs/settings.md explains each.
# Dates are written year-month-day, without quotes.
"""

_ADDRESS = """\
# address = ["Kiln Lane", "Harrowmere", "AN1 2BC"]
# phone = "01632 960000"
# website = "www.example.org"
"""

_TERMS = """
# Terms as the school publishes them. Every Monday to Friday inside a term is a school day, save its half
# term and the closures below; days with marks in the register are school days whatever is written here.
"""

_EXAMPLE_TERM = """\
# [[terms]]
# name = "Autumn 2026"
# first = 2026-09-03
# last = 2026-12-18
# half_term = { first = 2026-10-26, last = 2026-10-30 }
"""

_CLOSURES = """
# Weekdays inside a term without marks: INSET days, polling days. Say why, or take them out.
"""

_LAST_SEEN = """\
# The last day above is the last one seen in the export: a term that has not ended yet ends later.
"""

_COLLEGES = """
# Colleges (or houses), who leads each, and its tutor groups. The leader gets Friday's roll-up.
"""

_REST = """
# When each register opens and closes: at most 30 minutes. Needed to tell L from U by the clock.
# [registers]
# AM = { opens = 08:40:00, closes = 09:10:00 }
# PM = { opens = 13:15:00, closes = 13:45:00 }

# What letters need: whom a parent asks, and who signs (signatories: officer, head, or a name of your own).
# [officer]
# name = "Mrs J. Okafor"
# role = "Attendance Officer"
# phone = "01632 960001"
# email = "attendance@example.org"
# hours = "8am to 4pm on school days"
# [signatories.head]
# name = "Mr P. Lindqvist"
# role = "Headteacher"

# The mail server for `--send`. The password is asked for, or in the variable ATTENDKIT_SMTP_PASSWORD.
# [smtp]
# host = "smtp.example.org"
# user = "attendance@example.org"

# The school's own ladder of lateness: what is done at how many lates in a half term.
# [[lateness]]
# lates = 5
# action = "Detention"

# The school's own values, only where a rule lets a school choose: `attendkit rules` marks them.
# [rules.at-risk]
# below_percent = 93

# How to read one kind of export from the school's system, where a file cannot prove it by itself.
# [profiles.mis]
# files = "Marks*.csv"
# dates = "dmy"
# sessions = { "1" = "AM", "5" = "PM" }
# codes = { "H" = { to = "G", why = "the system still writes H for a holiday" } }
# headers = { "Learner no" = "adno" }
# missing = ["?"]
"""


def settings_text(proposal: Proposal) -> str:
    """The file's text, read back once to be sure that every command will accept it.

    Raises:
        BadArgumentError: the answers do not fit together, such as a term that ends before it begins.
    """
    text = "".join(_parts(proposal))
    try:
        School(**tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadArgumentError(
            f"{first['msg']}.",
            where=".".join(str(part) for part in first["loc"]) or "the answers",
            remedy="Nothing was written. Run it again with other answers.",
        ) from None
    return text


def _parts(proposal: Proposal) -> Iterator[str]:
    yield _HEAD
    yield f"name = {_quoted(proposal.name)}\nauthority = {_quoted(proposal.authority)}\n"
    yield _ADDRESS
    yield _TERMS
    yield "\n".join(_term(term) for term in proposal.terms) or _EXAMPLE_TERM
    if proposal.terms:
        yield _LAST_SEEN
    if proposal.closures:
        yield _CLOSURES
        yield "\n".join(_closure(span) for span in proposal.closures)
    if proposal.colleges or proposal.groups:
        yield _COLLEGES
        yield "\n".join(_college(name, proposal) for name in proposal.colleges)
    for group in proposal.groups:
        yield f'\n[tutor_groups.{_quoted(group)}]\ntutor = ""\n'
    yield _REST


def _term(term: SeenTerm) -> str:
    lines = ["[[terms]]", f"name = {_quoted(term.name)}", f"first = {term.first}", f"last = {term.last}"]
    if term.half_term:
        first, last = term.half_term
        lines.append(f"half_term = {{ first = {first}, last = {last} }}")
    return "\n".join(lines) + "\n"


def _closure(span: Span) -> str:
    first, last = span
    return f'[[closures]]\nfirst = {first}\nlast = {last}\nwhy = "no marks seen"\n'


def _college(name: str, proposal: Proposal) -> str:
    leader = _quoted(proposal.leaders.get(name, ""))
    tutors = ", ".join(_quoted(group) for group in proposal.colleges[name])
    return (
        f'[colleges.{_quoted(name)}]\nleader = {leader}\nemail = ""\ntutors = [{tutors}]\nmuster_point = ""\n'
    )


def _quoted(text: str) -> str:
    # JSON's quoting is TOML's for everything that can be printed, and tidy leaves nothing else.
    return json.dumps(tidy(text), ensure_ascii=False)

"""`init`: a school's folder, set up from what an export shows and what only the officer knows."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attendkit.cli.options import Asked, day, takes
from attendkit.cli.printing import nearby, remark
from attendkit.errors import BadArgumentError, Exit

if TYPE_CHECKING:
    from attendkit.register.proposal import Proposal, SeenTerm

Yes = Annotated[bool, typer.Option("--yes", help="Take what is proposed and ask nothing.")]

FOLDERS = ("exports", "register", "templates", "out", "backups")
"""What stands in a school's folder beside `attendkit.toml`, private to the officer."""


@takes("school", "export", "dates", "sessions", "password", "profile")
def init(*, yes: Yes = False, asked: Asked) -> Exit:
    """Set a school up.

    Writes attendkit.toml with a comment on every setting, and makes the folders beside it. Give a pupil
    list and a register with --export, and it proposes the terms, closures, colleges and tutor groups that
    they show. Term dates that are not in a file are for you to type: check them against the school's own.
    An attendkit.toml that is there already is never written over.
    """
    from attendkit.documents.saving import save
    from attendkit.documents.settings import settings_text
    from attendkit.school import CONFIG_NAME

    folder = asked.school or Path.cwd()
    config = folder / CONFIG_NAME
    if config.exists():
        raise BadArgumentError(
            f"There is an {CONFIG_NAME} here already, and it was left as it is.",
            where=str(config),
            remedy="Change it by hand: docs/settings.md lists every setting.",
        )
    proposal = _proposal(asked)
    if not yes and sys.stdin.isatty():
        proposal = _asked_about(proposal)
    save(config, settings_text(proposal).encode())
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    _say_what_was_found(proposal, config)
    return Exit.DONE


def _proposal(asked: Asked) -> "Proposal":
    from attendkit.cli.opening import Opened
    from attendkit.cli.reading import register_of
    from attendkit.register.proposal import Proposal, propose
    from attendkit.school import School

    if not asked.export:
        return Proposal()
    folded, _ = register_of(asked.export, asked, Opened(None, School()))
    return propose(folded.register)


def _asked_about(proposal: "Proposal") -> "Proposal":
    return replace(
        proposal,
        name=_ask("The school's name"),
        authority=_ask("Its local authority"),
        terms=tuple(_confirmed(term, last=term == proposal.terms[-1]) for term in proposal.terms),
        leaders={college: _ask(f"Who leads {college}") for college in proposal.colleges},
    )


def _confirmed(term: "SeenTerm", *, last: bool) -> "SeenTerm":
    remark(f"{term.name}: marks from {term.first:%d/%m/%Y} to {term.last:%d/%m/%Y}.")
    ends = "Its last day (the export may stop before it)" if last else "Its last day"
    return replace(term, first=_ask_day("Its first day", term.first), last=_ask_day(ends, term.last))


def _ask(question: str) -> str:
    answer: str = typer.prompt(
        f"{question} (Enter to leave it out)", default="", show_default=False, err=True
    )
    return answer.strip()


def _ask_day(question: str, seen: date) -> date:
    while True:
        try:
            return day(typer.prompt(question, default=f"{seen:%d/%m/%Y}", err=True))
        except BadArgumentError as error:
            remark(f"{error.what} {error.remedy}")


def _say_what_was_found(proposal: "Proposal", config: Path) -> None:
    groups = sum(map(len, proposal.colleges.values())) + len(proposal.groups)
    years = ", ".join(map(str, proposal.years)) or "none seen"
    lines = [f"Written: {nearby(config)}"]
    for term in proposal.terms:
        half = f"; half term {_days(term.half_term)}" if term.half_term else ""
        lines.append(f"  {term.name}: {_days((term.first, term.last))}{half}")
    lines += [
        f"  School days seen: {proposal.days}, and {len(proposal.closures)} closures in term",
        f"  Year groups: {years}",
        f"  Colleges: {', '.join(proposal.colleges) or 'none seen'}",
        f"  Tutor groups: {groups}",
        "Next: check the term dates in it, then take the first exports in with `attendkit ingest FILE...`.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _days(span: tuple[date, date]) -> str:
    return "{:%d/%m/%Y} to {:%d/%m/%Y}".format(*span)

"""`letters`: written, looked over, shown, listed. What a plan of them is, the duty `letters-plan` says."""

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from attendkit.cli.entering import By, now
from attendkit.cli.groups import Line, duty_line, function_of
from attendkit.cli.options import WRITE, Asked, ScreenFormat, day, takes
from attendkit.cli.printing import bar, nearby, print_json, remark
from attendkit.duties import PAPERS, duty
from attendkit.errors import AttendkitError, BadArgumentError, Exit

if TYPE_CHECKING:
    from attendkit.casework.store import Casework
    from attendkit.cli.opening import Opened
    from attendkit.documents.letters import Letter
    from attendkit.documents.letters.sending import Sent
    from attendkit.duties.letters.planning import Plan
    from attendkit.duties.letters.table import LetterKind
    from attendkit.findings import View

Names = Annotated[
    list[str] | None,
    typer.Option(
        "--letter", metavar="NAME", help="This letter alone (`attendkit letters list`). Repeatable."
    ),
]
Say = Annotated[
    list[str] | None,
    typer.Option(
        "--say",
        metavar="NAME=WORDS",
        help="What the letter says that nobody has logged: --say time=3.30pm. Repeatable.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="The plan has been looked through: write all of it.")]
Again = Annotated[bool, typer.Option("--again", help="Also what was written already.")]
Form = Annotated[
    Literal["pdf", "docx", "eml", "html", "txt"],
    typer.Option(
        "--format", metavar="FORMAT", help="pdf, docx, eml (a draft), html or txt.", rich_help_panel=WRITE
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The letter, as `attendkit letters list` has it.")]
About = Annotated[
    str | None, typer.Argument(metavar="PUPIL", help="About this pupil; about a made-up one if left out.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="PATH", help="Where to write it.", rich_help_panel=WRITE),
]

_MOST = 10
"""Pupils whose numbers are said in one line."""

_SHARED = ("school", "on", "year", "college", "tutor", "pupil", "dates", "sessions", "password", "profile")


def lines() -> Mapping[str, Line]:
    """The commands of the group, by name."""
    helps = {
        "write": "Write the letters of the plan, and log each with what it rests on.",
        "check": "Every wording filled in for a made-up pupil and read over.",
        "preview": "One letter on the screen, about a made-up pupil or a real one. Nothing is logged.",
        "proof": "A page that shows where the address falls, to try in the school's envelopes.",
        "list": "Every letter: when it is used and what it needs.",
    }
    own = {
        name: Line(name, PAPERS, says, function_of("letters", {"list": "list_"}.get(name, name)))
        for name, says in helps.items()
    }
    plan, stale = (duty_line(duty(f"letters-{name}")) for name in ("plan", "stale"))
    return {"plan": plan, "write": own.pop("write"), "stale": stale, **own}


@takes(*_SHARED, "initials")
def write(  # noqa: PLR0913 - each is an option of the command
    *,
    asked: Asked,
    letter: Names = None,
    say: Say = None,
    yes: Yes = False,
    again: Again = False,
    form: Form = "pdf",
    by: By = None,
) -> Exit:
    """Write letters, one a parent, and log each.

    The whole plan with --yes, once it has been looked through; without, it is only shown. Or one letter by
    name about the pupils asked for. They go to out/<date>/letters in the school's folder, as PDF with a file
    a tutor group to be printed at once. Nobody is written to twice about one finding, save with --again. A
    letter that cannot be written costs that one only: it is said why, and the exit code is 1, as it is where
    one was asked for by name and was not written. What is shown names nobody, with --initials or without; a
    letter has the names that it needs.
    """
    from attendkit.cli.opening import open_school
    from attendkit.documents.letters.sending import alone

    opened = open_school(asked.school)
    casework = opened.casework()
    names = letter or ()
    with alone(casework.path.parent, casework) as left:
        _tell_removed(len(left))
        made = _planned(asked, names, say or (), again=again)
        if yes or (letter and asked.pupil):
            with _tidied(casework):
                return _send(made, opened, asked, Wish(names, tuple(say or ()), form, by))
    return _only_shown(made, asked, Wish(names, tuple(say or ()), form, by, again=again))


class Wish(NamedTuple):
    """What is asked of `letters write` besides which pupils: the options, as they were given."""

    names: Sequence[str]
    say: Sequence[str]
    form: str
    by: str | None
    again: bool = False


def _planned(asked: Asked, names: Sequence[str], say: Sequence[str], *, again: bool) -> "Plan":
    from attendkit.cli.looking import look
    from attendkit.duties.letters.planning import plan

    view, _, _ = look(asked)
    return plan(view, names, said=_said(names, say), again=again)


def _said(names: Sequence[str], say: Sequence[str]) -> dict[str, str]:
    """What was given with --say, by name; a date in the words of a letter.

    Raises:
        BadArgumentError: it is written some other way, or no letter asked for says such a thing.
    """
    from attendkit.duties.letters.table import said_of
    from attendkit.findings import long_date

    return {
        ask.name: words if ask.kind is str else long_date(day(words, f"--say {ask.name}"))
        for ask, words in said_of(names, say).items()
    }


@contextmanager
def _tidied(casework: "Casework") -> Iterator[None]:
    """Take away what a run had finished and not logged, where it is stopped or the disk refuses."""
    from attendkit.documents.letters.sending import recover

    try:
        yield
    except (KeyboardInterrupt, OSError, AttendkitError):
        with suppress(OSError, AttendkitError):
            _tell_removed(len(recover(casework.path.parent, casework)))
        raise


def _tell_removed(files: int) -> None:
    from attendkit.findings import counted

    if files:
        remark(
            f"{counted(files, 'file')} of letters removed: the run that wrote them stopped before logging."
        )


def _send(made: "Plan", opened: "Opened", asked: Asked, wish: Wish) -> Exit:
    from getpass import getuser

    from attendkit.documents.letters.sending import Wanted, send

    if opened.folder is None:
        raise BadArgumentError("There is no school's folder here.", remedy="Name it with --school.")
    signed = wish.by or opened.school.officer.name or getuser()
    wanted = Wanted(wish.form, made.sight.view.on, signed, now(), _said(wish.names, wish.say))
    with bar("Writing letters"):
        done = send(made, opened.folder, opened.casework(), wanted)
    _tell_problems(done)
    return _tell(made, done, asked, wish)


def _tell_problems(done: "Sent") -> None:
    from attendkit.findings import counted

    for problem, about in done.problems.items():
        place = f" ({problem.file})" if problem.file else ""
        more = f" and {len(about) - _MOST} more" if len(about) > _MOST else ""
        pupils = f"{'Pupil' if len(about) == 1 else 'Pupils'} {', '.join(about[:_MOST])}{more}"
        remark(f"{counted(len(about), 'letter')}: {problem.message}{place} {pupils}.")
        remark(f"What to do: {problem.remedy}")


def _tell(made: "Plan", done: "Sent", asked: Asked, wish: Wish) -> Exit:
    from attendkit.findings import counted

    where = f" in {nearby(done.written[0].parent)}" if done.written else ""
    sys.stdout.write(f"Letters written and logged: {len(done.written)}{where}\n")
    if done.piles:
        sys.stdout.write(f"To print, a file a tutor group: {counted(len(done.piles), 'file')}\n")
    by_name = bool(wish.names and asked.pupil)
    if by_name:
        sys.stdout.writelines(_why_not(made, wish))
    elif waiting := len(made.letters) - len(made.to_write()):
        sys.stdout.write(f"Not written: {waiting} (`{_command('plan', asked, wish)}` says why)\n")
    if done.failed:
        sys.stdout.write(f"Failed: {done.failed}\n")
    return Exit.PROBLEMS if done.failed or (by_name and not done.written) else Exit.DONE


def _why_not(made: "Plan", wish: Wish) -> Iterator[str]:
    """Why letters that were asked for by name were not written, each reason once."""
    if not made.letters:
        yield f"Not written: nothing gives rise to {' or '.join(wish.names)} for these pupils today.\n"
    reasons = Counter((one.occasion.letter.name, one.not_because) for one in made.letters if not one.write)
    for (name, why), letters in reasons.items():
        yield f"Not written: {name}{f' ({letters})' if letters > 1 else ''}: {why}\n"


def _only_shown(made: "Plan", asked: Asked, wish: Wish) -> Exit:
    """The plan in short: how many of each letter, and how many are not written for which reason."""
    from attendkit.duties.letters import report
    from attendkit.duties.letters.planning import REASONS
    from attendkit.findings import counted

    seen = report(made)
    head = f"{counted(seen.counts['letters'], 'letter')} about {counted(seen.counts['pupils'], 'pupil')}"
    sys.stdout.write(f"{seen.title}: {head}\n")
    for name, letters in seen.counts["by_letter"].items():
        sys.stdout.write(f"{letters:>7,}  {name}\n")
    if seen.counts["not_written"]:
        sys.stdout.write("Not written\n")
    for name, letters in seen.counts["not_written"].items():
        sys.stdout.write(f"{letters:>7,}  {REASONS[name]}\n")
    remark(f"Nothing was written. Who and why: `{_command('plan', asked, wish)}`.")
    if seen.counts["letters"]:
        remark(f"When the list is right: `{_command('write', asked, wish)} --yes`.")
    return Exit.DONE


def _command(name: str, asked: Asked, wish: Wish) -> str:
    """The command `letters plan` or `write`, with the day, the pupils and the letters asked for here."""
    words = ["attendkit", "letters", name]
    given: dict[str, Any] = {field: getattr(asked, field) for field in _SHARED}
    given |= {"letter": list(wish.names), "say": list(wish.say)}
    if name == "write":
        given |= {"format": wish.form if wish.form != "pdf" else None, "by": wish.by}
    for option, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            words += [f"--{option}", str(one)] if one else []
    return shlex.join([*words, *(["--again"] if wish.again else [])])


@takes("school", "on")
def check(*, asked: Asked, form: ScreenFormat = "table") -> Exit:
    """Fill in every wording for a pupil who does not exist, and read it over.

    Says of each letter how many words and pages it has, its longest sentence and the age it can be read at,
    and what a house rule finds wrong with it. A school's own wording in templates/letters is read instead of
    attendkit's. The exit code is 1 where something is wrong.
    """
    from attendkit.documents.letters.checking import checked, checked_json, print_checked

    rows = checked(_bare_view(asked))
    if form == "json":
        print_json(checked_json(rows))
    else:
        print_checked(rows, sys.stdout)
    return Exit.PROBLEMS if any(row.problems for row in rows) else Exit.DONE


@takes("school", "on")
def proof(*, asked: Asked, out: Out = None) -> Exit:
    """Write a page that shows where the address falls.

    Print it at full size, fold it as a letter, and put it into the school's own envelope: what stands in the
    frame must show in the window, however the page slips about. `window` in attendkit.toml moves it.
    """
    from attendkit.cli.opening import open_school
    from attendkit.cli.options import today
    from attendkit.documents.letters.proof import proof_pdf
    from attendkit.documents.saving import save

    opened = open_school(asked.school)
    on = asked.on or today()
    path = save(out or opened.out(on) / "letters-proof.pdf", proof_pdf(opened.school, on))
    remark(f"Written: {nearby(path)}")
    return Exit.DONE


@takes(*_SHARED)
def preview(  # noqa: PLR0913 - each is an option of the command
    *,
    name: Name,
    about: About = None,
    asked: Asked,
    say: Say = None,
    form: Form = "txt",
    out: Out = None,
) -> Exit:
    """Show one letter without writing or logging it.

    As text on the screen, or in another format with --out. About a made-up pupil, or about a real one who is
    due that letter, to the first parent it would go to.
    """
    from dataclasses import replace

    from attendkit.documents.letters import made as made_into
    from attendkit.documents.letters.madeup import letter as made_up
    from attendkit.documents.saving import save
    from attendkit.duties.letters.table import letter_kind

    kind = letter_kind(name)
    if about:
        letter = _real(replace(asked, pupil=[about]), kind, say or [])
    else:
        letter = made_up(kind, _bare_view(asked))
    content, _ = made_into(letter, form if out or form == "txt" else "txt")
    if out:
        remark(f"Written: {nearby(save(out, content))}")
    else:
        sys.stdout.write(content.decode())
    return Exit.DONE


def _real(asked: Asked, kind: "LetterKind", say: Sequence[str]) -> "Letter":
    """The letter that a real pupil's parents would get.

    Raises:
        BadArgumentError: nobody gets it today, and why.
    """
    from attendkit.documents.letters import render
    from attendkit.documents.letters.facts import facts_of

    made = _planned(asked, [kind.name], say, again=True)
    for one in made.to_write():
        if one.parent:
            facts = facts_of(made.sight, one.occasion, one.parent, _said([kind.name], say))
            return render(kind.name, facts, made.sight.view.school, made.sight.view.on)
    why = ", ".join(dict.fromkeys(one.not_because for one in made.letters))
    raise BadArgumentError(
        f"This pupil's parents get no such letter today{': ' if why else ''}{why}.",
        where=kind.name,
        remedy="`attendkit letters plan` says what is due, and `attendkit letters list` when each is used.",
    )


def list_(*, form: ScreenFormat = "table") -> Exit:
    """List every letter: when it is used, and what it needs to be told.

    A file of the same name in templates/letters of the school's folder is used instead of attendkit's.
    """
    from attendkit.documents.letters.listing import letters_json, print_letters

    if form == "json":
        print_json(letters_json())
    else:
        print_letters(sys.stdout)
    return Exit.DONE


def _bare_view(asked: Asked) -> "View":
    """A view of no register: the school's settings, the rules, and the day."""
    from attendkit.cli.looking import view_of
    from attendkit.cli.opening import open_school
    from attendkit.register.folding import empty_register

    return view_of(empty_register(), asked, open_school(asked.school))
